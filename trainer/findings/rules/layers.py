"""What the layers give: numbers that are none, units that are dead, values at the ends of a range."""

from __future__ import annotations

import numpy as np

from builder.paths import place_name
from trainer.findings.evidence import LOOKS, Evidence
from trainer.findings.rule import Found, Noticed, Rule, percent

DEAD = 0.4
SATURATED = 0.5


def not_finite(evidence: Evidence) -> Found:
    """The first node, in the order in which they compute, that gives infinity or NaN: the layer that the last
    look has first, or the operation before it that the run ended at.
    """
    last = evidence.of("nonfinite")[-1] if len(evidence.steps) else np.zeros(0)
    broken = [index for index in evidence.forward() if last[index] > 0] if last.any() else []
    places = [place_name(evidence.layers[index]["name"]) for index in broken]
    if evidence.not_finite and evidence.not_finite not in places[:1]:
        yield _at_an_operation(evidence, broken)
    elif broken:
        name, step = places[0], evidence.steps[-1]
        words = (
            f"{name} is the first layer whose values are not finite: {last[broken[0]]:,.0f} of them are "
            f"infinite or not a number at step {step:,}. Lower the learning rate, or put a "
            "normalization before it."
        )
        figures = f"Step {step:,}: {len(broken) - 1} layers behind {name} have such values too."
        yield Noticed(evidence.layers[broken[0]]["name"], words, figures)


def _at_an_operation(evidence: Evidence, broken: list[int]) -> Noticed:
    """broken: the layers that a look found to be so, all behind it."""
    node = evidence.not_finite
    words = (
        f"{node} is the first that gives infinity or NaN. "
        "Lower the learning rate, or put a normalization before it."
    )
    if not broken:
        return Noticed("", words, f"No layer behind {node} has such values.", node)
    figures = f"Step {evidence.steps[-1]:,}: {len(broken)} layers behind {node} have such values too."
    return Noticed(evidence.layers[broken[0]]["name"], words, figures, node)


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
