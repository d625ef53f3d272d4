"""Gradients that vanish or explode on their way to the first layers, or explode in time."""

from __future__ import annotations

import numpy as np

from trainer.findings.evidence import LOOKS, Evidence
from trainer.findings.rule import Found, Noticed, Rule, times
from trainer.findings.rules.layers import GLOROT

BY_DEPTH = 1e-3  # the first layers' gradient, relative to the last ones'


def by_depth(evidence: Evidence) -> np.ndarray:
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
    rows = by_depth(evidence)
    if len(evidence.steps) < LOOKS or len(rows) < 3 or not rows[-1, 1] > 0:
        return
    share = rows[0, 1] / rows[-1, 1]
    if share >= BY_DEPTH:
        return
    first, last = _ends(evidence, rows)
    found = (
        f"The gradient vanishes with depth: {first}'s is {times(1 / share)} smaller than {last}'s."
        if share > 0
        else f"No gradient reaches {first} at all."
    )
    words = f"{found} Use ReLU in place of Sigmoid or Tanh, a normalization, or connections around layers."
    yield Noticed(first, words, _at_the_ends(evidence, rows))


def exploding_gradient(evidence: Evidence) -> Found:
    """The gradient grows on its way to the first layers, or in time."""
    rows = by_depth(evidence)
    if len(evidence.steps) < LOOKS or not len(rows):
        return
    if len(rows) >= 3 and rows[-1, 1] > 0 and rows[0, 1] / rows[-1, 1] > 1 / BY_DEPTH:
        first, last = _ends(evidence, rows)
        words = (
            f"The gradient explodes with depth: {first}'s is {times(rows[0, 1] / rows[-1, 1])} larger than "
            f"{last}'s. Begin with smaller weights, put in normalizations, or clip the gradients."
        )
        yield Noticed(first, words, _at_the_ends(evidence, rows))
        return
    yield from _grown(evidence, rows[:, 0].astype(int))


def _grown(evidence: Evidence, indices: np.ndarray) -> Found:
    """A layer whose gradient became far longer than it was in the first half of the run."""
    norms = evidence.of("gradient_norm")[:, indices]
    usual = np.nanmedian(norms[: max(LOOKS, len(norms) // 2)], 0)
    grown = np.nanmedian(norms[-LOOKS:], 0) / np.where(usual > 0, usual, np.nan)
    if np.isfinite(grown).any() and np.nanmax(grown) > 1 / BY_DEPTH:
        at = np.nanargmax(grown)
        worst = evidence.layers[indices[at]]["name"]
        words = (
            f"{worst}'s gradient explodes: it is {times(np.nanmax(grown))} larger than it was. Lower the "
            "learning rate, or clip the gradients."
        )
        now = grown[at] * usual[at]
        figures = (
            f"Gradient norm of {worst}: {usual[at]:.2g} in the first half of the run, {now:.2g} "
            f"at {evidence.span()}."
        )
        yield Noticed(worst, words, figures)


def _ends(evidence: Evidence, rows: np.ndarray) -> list[str]:
    return [evidence.layers[int(rows[at, 0])]["name"] for at in (0, -1)]


def _at_the_ends(evidence: Evidence, rows: np.ndarray) -> str:
    first, last = _ends(evidence, rows)
    return (
        f"Root mean square of the gradient at {evidence.span()}: {first} {rows[0, 1]:.1e}, "
        f"{last} {rows[-1, 1]:.1e}."
    )


PASCANU = ("Pascanu, Mikolov & Bengio 2013", "https://arxiv.org/abs/1211.5063")
RULES = (
    Rule("vanishing_gradient", "warning", vanishing_gradient, "layers", "gradient_norm", *GLOROT),
    Rule("exploding_gradient", "warning", exploding_gradient, "layers", "gradient_norm", *PASCANU),
)
