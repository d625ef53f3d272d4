"""What the layers give: numbers that are none, units that are dead, values at the ends of a range."""

from __future__ import annotations

import numpy as np

from trainer.findings.evidence import LOOKS, Evidence
from trainer.findings.rule import Found, Noticed, Rule, percent

DEAD = 0.4
SATURATED = 0.5


def not_finite(evidence: Evidence) -> Found:
    """The first layer, in the order in which they compute, that gives infinity or NaN."""
    if not len(evidence.steps):
        return
    broken = evidence.of("nonfinite")[-1]
    for index in evidence.forward():
        if broken[index] > 0:
            name, step = evidence.layers[index]["name"], evidence.steps[-1]
            words = (
                f"{name} is the first layer whose values are not finite: {broken[index]:,.0f} of them are "
                f"infinite or not a number at step {step:,}. Lower the learning rate, or put a "
                "normalization before it."
            )
            behind = np.sum(broken > 0) - 1
            yield Noticed(name, words, f"Step {step:,}: {behind} layers behind {name} have such values too.")
            return


def dead_units(evidence: Evidence) -> Found:
    """Rectifiers many of whose units give only 0."""
    for index, layer in enumerate(evidence.layers):
        share = evidence.of("dead")[:, index]
        since = evidence.since(share >= DEAD)
        if since is not None:
            words = (
                f"{layer['name']}: {percent(share[-1])} of its units have been dead since step "
                f"{since:,}: they give only 0 and learn no more. Lower the learning rate or use LeakyReLU."
            )
            yield Noticed(layer["name"], words, _over(evidence, share, since))


def saturation(evidence: Evidence) -> Found:
    """Bounded activations most of whose values are at their ends."""
    for index, layer in enumerate(evidence.layers):
        share = evidence.of("saturated")[:, index]
        since = evidence.since(share >= SATURATED)
        if since is not None and np.sum(share >= SATURATED) >= LOOKS:
            words = (
                f"{layer['name']}: {percent(share[-1])} of its values have been at the ends of its range "
                f"since step {since:,}, where it hardly passes gradients on. Put a normalization "
                "before it, or begin with smaller weights."
            )
            yield Noticed(layer["name"], words, _over(evidence, share, since))


def _over(evidence: Evidence, share: np.ndarray, since: int) -> str:
    """A share at all looks since a step."""
    seen = share[evidence.steps >= since]
    return (
        f"{len(seen)} looks from step {since:,} to step {evidence.steps[-1]:,}: from {percent(seen.min())} "
        f"to {percent(seen.max())}."
    )


GLOROT = ("Glorot & Bengio 2010", "https://proceedings.mlr.press/v9/glorot10a.html")
ANOMALIES = (
    "PyTorch on finding anomalies",
    "https://docs.pytorch.org/docs/stable/autograd.html#anomaly-detection",
)
MAAS = ("Maas, Hannun & Ng 2013", "https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf")
RULES = (
    Rule("not_finite", "error", not_finite, "layers", "nonfinite", *ANOMALIES),
    Rule("dead_units", "warning", dead_units, "layers", "dead", *MAAS),
    Rule("saturation", "warning", saturation, "layers", "saturated", *GLOROT),
)
