"""The rules: what to notice in a run's figures, what to say, and who found that it matters.

To add one, write a function from Evidence to (layer, sentence) pairs and give it its line in RULES. A
sentence says where, since when, how much, and what to do. A rule is silent while it knows too little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from trainer.findings.evidence import Evidence

LOOKS = 5  # as many a rule wants to have seen
DEAD = 0.4
SATURATED = 0.5
BY_DEPTH = 1e-3  # the first layers' gradient, relative to the last ones'
TOO_FAST, TOO_SLOW = 3e-2, 1e-5  # the update to weight ratio; 1e-3 is usual
GENERALIZATION_LOSS = 0.05
PATIENCE, BETTER = 10, 1e-4
SPIKE = 3.0  # times the loss around it
LAG = 1.0  # standard deviations of the batch
WARM = 50  # steps: with a momentum of 0.1, running statistics have then forgotten their first values

Found = Iterator[tuple[str, str]]  # the layer, or "", and the sentence


@dataclass(frozen=True)
class Finding:
    """A sentence about a run, and what it rests on.

    layer      the one it is about, or "".
    severity   "error": it cannot learn like this; "warning": it learns worse than it could.
    chart      where to see it: "loss", "layers" (with `statistic`) or "norms".
    """

    rule: str
    layer: str
    words: str
    severity: str
    chart: str
    statistic: str
    source: str
    address: str


@dataclass(frozen=True)
class Rule:
    """One thing to notice. source and address: who found that it matters, and where to read it."""

    name: str
    severity: str
    find: Callable[[Evidence], Found]
    chart: str
    statistic: str
    source: str
    address: str


def found(evidence: Evidence) -> list[Finding]:
    """What the rules find; where the numbers themselves are lost, nothing but that."""
    findings = [
        Finding(rule.name, layer, words, rule.severity, rule.chart, rule.statistic, rule.source, rule.address)
        for rule in RULES
        for layer, words in rule.find(evidence)
    ]
    return [finding for finding in findings if finding.severity == "error"] or findings


def not_finite(evidence: Evidence) -> Found:
    """The first layer, in the order in which they compute, that gives infinity or NaN."""
    if not len(evidence.steps):
        return
    broken = evidence.of("nonfinite")[-1]
    for index in evidence.forward():
        if broken[index] > 0:
            name = evidence.layers[index]["name"]
            yield (
                name,
                f"{name} is the first layer whose values are not finite: {broken[index]:,.0f} of them are "
                f"infinite or not a number at step {evidence.steps[-1]:,}. Lower the learning rate, or put a "
                "normalization before it.",
            )
            return


def dead_units(evidence: Evidence) -> Found:
    """Rectifiers many of whose units give only 0."""
    for index, layer in enumerate(evidence.layers):
        share = evidence.of("dead")[:, index]
        since = evidence.since(share >= DEAD)
        if since is not None:
            yield (
                layer["name"],
                f"{layer['name']}: {_percent(share[-1])} of its units have been dead since step "
                f"{since:,}: they give only 0 and learn no more. Lower the learning rate or use LeakyReLU.",
            )


def saturation(evidence: Evidence) -> Found:
    """Bounded activations most of whose values are at their ends."""
    for index, layer in enumerate(evidence.layers):
        share = evidence.of("saturated")[:, index]
        since = evidence.since(share >= SATURATED)
        if since is not None and np.sum(share >= SATURATED) >= LOOKS:
            yield (
                layer["name"],
                f"{layer['name']}: {_percent(share[-1])} of its values have been at the ends of its range "
                f"since step {since:,}, where it hardly passes gradients on. Put a normalization "
                "before it, or begin with smaller weights.",
            )


def gradient_by_depth(evidence: Evidence) -> np.ndarray:
    """(layers with weights, 2): index in forward order, and the root mean square of the gradient there."""
    norms = evidence.newest("gradient_norm")
    rows = [
        (index, norms[index] / np.sqrt(evidence.layers[index]["parameters"]))
        for index in evidence.forward()
        if evidence.layers[index]["parameters"] and not evidence.layers[index]["norm"]
    ]
    return np.array([row for row in rows if np.isfinite(row[1])]).reshape(-1, 2)


def vanishing_gradient(evidence: Evidence) -> Found:
    """The first layers hardly learn, for the gradient shrinks on its way to them."""
    rows = gradient_by_depth(evidence)
    if len(evidence.steps) < LOOKS or len(rows) < 3 or not rows[-1, 1] > 0:
        return
    share = rows[0, 1] / rows[-1, 1]
    if share >= BY_DEPTH:
        return
    first, last = (evidence.layers[int(rows[at, 0])]["name"] for at in (0, -1))
    found = (
        f"The gradient vanishes with depth: {first}'s is {_times(1 / share)} smaller than {last}'s."
        if share > 0
        else f"No gradient reaches {first} at all."
    )
    yield (
        first,
        f"{found} Use ReLU in place of Sigmoid or Tanh, a normalization, or connections around layers.",
    )


def exploding_gradient(evidence: Evidence) -> Found:
    """The gradient grows on its way to the first layers, or in time."""
    rows = gradient_by_depth(evidence)
    if len(evidence.steps) < LOOKS or not len(rows):
        return
    if len(rows) >= 3 and rows[-1, 1] > 0 and rows[0, 1] / rows[-1, 1] > 1 / BY_DEPTH:
        first, last = (evidence.layers[int(rows[at, 0])]["name"] for at in (0, -1))
        yield (
            first,
            f"The gradient explodes with depth: {first}'s is {_times(rows[0, 1] / rows[-1, 1])} larger than "
            f"{last}'s. Begin with smaller weights, put in normalizations, or clip the gradients.",
        )
        return
    norms = evidence.of("gradient_norm")[:, rows[:, 0].astype(int)]
    usual = np.nanmedian(norms[: max(LOOKS, len(norms) // 2)], 0)
    grown = np.nanmedian(norms[-LOOKS:], 0) / np.where(usual > 0, usual, np.nan)
    if np.isfinite(grown).any() and np.nanmax(grown) > 1 / BY_DEPTH:
        worst = evidence.layers[int(rows[np.nanargmax(grown), 0])]["name"]
        yield (
            worst,
            f"{worst}'s gradient explodes: it is {_times(np.nanmax(grown))} larger than it was. Lower the "
            "learning rate, or clip the gradients.",
        )


def rate_too_high(evidence: Evidence) -> Found:
    """Steps that move the weights by much of their length, or a loss that rises."""
    ratio = evidence.newest("update")
    known = ratio[np.isfinite(ratio)]
    rate = evidence.settings.get("lr", 0)
    if len(evidence.steps) >= LOOKS and len(known) and np.median(known) > TOO_FAST:
        yield (
            "",
            f"The learning rate {rate:g} looks too high: a step moves the weights by "
            f"{_percent(np.median(known))} of their length in the median layer, and 0.1 % is usual. "
            "Divide it by ten.",
        )
        return
    if len(evidence.loss) >= 20:
        first, last = evidence.loss[:2].mean(), evidence.loss[-4:].mean()
        if last > 1.5 * first:
            yield (
                "",
                f"The learning rate {rate:g} looks too high: the loss rose from {first:.3g} to {last:.3g}. "
                "Divide it by ten.",
            )


def rate_too_low(evidence: Evidence) -> Found:
    """Steps too small to move anything, while the loss is still where it began."""
    ratio = evidence.newest("update")
    known = ratio[np.isfinite(ratio)]
    if len(evidence.steps) < LOOKS or not len(known) or len(evidence.loss) < 10:
        return
    fell = 1 - evidence.loss[-2:].mean() / evidence.loss[0] if evidence.loss[0] else 0
    if np.median(known) < TOO_SLOW and abs(fell) < 0.1:
        yield (
            "",
            f"The learning rate {evidence.settings.get('lr', 0):g} looks too low: a step moves the weights "
            f"by {np.median(known):.1e} of their length, 0.001 is usual, and the loss fell by "
            f"{_percent(fell)} only. Multiply it by ten.",
        )


def overfitting(evidence: Evidence) -> Found:
    """The validation loss has risen from its best value while the training loss fell on."""
    losses = evidence.validation
    if len(losses) < 4 or not np.isfinite(losses).all():
        return
    best = int(np.argmin(losses))
    rise = losses[-1] / losses[best] - 1
    if best > len(losses) - 4 or rise < GENERALIZATION_LOSS or np.min(losses[best + 1 :]) <= losses[best]:
        return
    at = int(len(evidence.loss) * (best + 1) / len(losses))
    if 0 < at < len(evidence.loss) and evidence.loss[-3:].mean() < evidence.loss[at - 1 : at + 1].mean():
        yield (
            "",
            f"It overfits since epoch {evidence.epochs[best]:.0f}: the validation loss rose by "
            f"{_percent(rise)} from its best, while the training loss fell on. Stop there, use "
            "more data, Dropout or weight decay.",
        )


def plateau(evidence: Evidence) -> Found:
    """No better validation loss for many epochs, without overfitting."""
    losses = evidence.validation
    if len(losses) <= PATIENCE or not np.isfinite(losses).all():
        return
    before, after = losses[:-PATIENCE].min(), losses[-PATIENCE:]
    if after.min() > before * (1 - BETTER) and losses[-1] < before * (1 + GENERALIZATION_LOSS):
        yield (
            "",
            f"The validation loss has been flat for {PATIENCE} epochs, at {losses[-1]:.3g}. Lower the "
            "learning rate, or stop: it may have learned what it can.",
        )


def loss_spike(evidence: Evidence) -> Found:
    """Stretches whose mean loss stands out among their neighbours."""
    loss = evidence.loss
    if len(loss) < 12:
        return
    for at in range(3, len(loss) - 1):
        around = np.median(loss[max(0, at - 6) : at])
        if loss[at] > SPIKE * around and loss[at] - around > 0.2 * loss[0]:
            yield (
                "",
                f"The loss jumped at about step {evidence.loss_steps[at]:,.0f}, from {around:.3g} to "
                f"{evidence.peaks[at]:.3g} at the highest. If that happens again, clip the gradients or "
                "lower the learning rate.",
            )
            return


def lagging_norm(evidence: Evidence) -> Found:
    """Running statistics that are not those of the batches: evaluation sees another network."""
    norms = [layer for layer in evidence.layers if layer["norm"]]
    late = evidence.steps > WARM
    if late.sum() < LOOKS or not norms:
        return
    drift = evidence.averages[late, :, -1][-LOOKS:]
    for layer, column in zip(norms, drift.T, strict=True):
        if np.all(column > LAG):
            yield (
                layer["name"],
                f"{layer['name']}'s running mean is {np.median(column):.1f} standard deviations from the "
                "batches' at the last looks, so validation sees another network than training. Raise its "
                "momentum, or lower the learning rate.",
            )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} times" if ratio < 1e6 else f"{ratio:.0e} times"


GLOROT = ("Glorot & Bengio 2010", "https://proceedings.mlr.press/v9/glorot10a.html")
PASCANU = ("Pascanu, Mikolov & Bengio 2013", "https://arxiv.org/abs/1211.5063")
CS231N = ("CS231n, Stanford", "https://cs231n.github.io/neural-networks-3/#ratio")
RULES = (
    Rule(
        "not_finite",
        "error",
        not_finite,
        "layers",
        "nonfinite",
        "PyTorch on finding anomalies",
        "https://docs.pytorch.org/docs/stable/autograd.html#anomaly-detection",
    ),
    Rule(
        "dead_units",
        "warning",
        dead_units,
        "layers",
        "dead",
        "Maas, Hannun & Ng 2013",
        "https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf",
    ),
    Rule("saturation", "warning", saturation, "layers", "saturated", *GLOROT),
    Rule("vanishing_gradient", "warning", vanishing_gradient, "layers", "gradient_norm", *GLOROT),
    Rule("exploding_gradient", "warning", exploding_gradient, "layers", "gradient_norm", *PASCANU),
    Rule("rate_too_high", "warning", rate_too_high, "layers", "update", *CS231N),
    Rule("rate_too_low", "warning", rate_too_low, "layers", "update", *CS231N),
    Rule(
        "overfitting",
        "warning",
        overfitting,
        "loss",
        "",
        "Prechelt 1998",
        "https://doi.org/10.1007/3-540-49430-8_3",
    ),
    Rule(
        "plateau",
        "warning",
        plateau,
        "loss",
        "",
        "PyTorch's ReduceLROnPlateau",
        "https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html",
    ),
    Rule(
        "loss_spike",
        "warning",
        loss_spike,
        "loss",
        "",
        "Chowdhery et al. 2022, section 5.1",
        "https://arxiv.org/abs/2204.02311",
    ),
    Rule(
        "lagging_norm",
        "warning",
        lagging_norm,
        "norms",
        "",
        "Wu & Johnson 2021",
        "https://arxiv.org/abs/2105.07576",
    ),
)
