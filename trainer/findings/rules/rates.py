"""A learning rate that is too high or too low."""

from __future__ import annotations

import numpy as np

from trainer.findings.evidence import LOOKS, Evidence
from trainer.findings.rule import Found, Noticed, Rule, percent

TOO_FAST, TOO_SLOW = 3e-2, 1e-5  # the update to weight ratio; 1e-3 is usual


def rate_too_high(evidence: Evidence) -> Found:
    """Steps that move the weights by much of their length, or a loss that rises."""
    known, rate = _ratios(evidence), evidence.rate
    if len(evidence.steps) >= LOOKS and len(known) and np.median(known) > TOO_FAST:
        words = (
            f"The learning rate {rate:g} looks too high: a step moves the weights by "
            f"{percent(np.median(known))} of their length in the median layer, and 0.1 % is usual. "
            "Divide it by ten."
        )
        yield Noticed("", words, _moves(evidence, known))
        return
    if len(evidence.loss) >= 20:
        first, last = evidence.loss[:2].mean(), evidence.loss[-4:].mean()
        if last > 1.5 * first:
            words = (
                f"The learning rate {rate:g} looks too high: the loss rose from {first:.3g} to {last:.3g}. "
                "Divide it by ten."
            )
            yield Noticed("", words, _losses(evidence, first, last))


def rate_too_low(evidence: Evidence) -> Found:
    """Steps too small to move anything, at every look, while the loss is still where it began.

    A network that moved once and stands still now is dead, or its schedule has ended.
    """
    known = _ratios(evidence)
    if len(evidence.steps) < LOOKS or not len(known) or len(evidence.loss) < 10:
        return
    if np.nanmax(evidence.of("update")) > TOO_FAST:
        return
    fell = 1 - evidence.loss[-2:].mean() / evidence.loss[0] if evidence.loss[0] else 0
    if np.median(known) < TOO_SLOW and abs(fell) < 0.1:
        words = (
            f"The learning rate {evidence.rate:g} looks too low: a step moves the weights "
            f"by {np.median(known):.1e} of their length, 0.001 is usual, and the loss fell by "
            f"{percent(fell)} only. Multiply it by ten."
        )
        figures = _losses(evidence, evidence.loss[0], evidence.loss[-2:].mean())
        yield Noticed("", words, f"{_moves(evidence, known)} {figures}")


def _ratios(evidence: Evidence) -> np.ndarray:
    """(layers that have one,): the newest update to weight ratios."""
    ratio = evidence.newest("update")
    return ratio[np.isfinite(ratio)]


def _moves(evidence: Evidence, known: np.ndarray) -> str:
    return (
        f"Update to weight ratio of {len(known)} layers at {evidence.span()}: from {known.min():.1e} to "
        f"{known.max():.1e}."
    )


def _losses(evidence: Evidence, first: float, last: float) -> str:
    steps = evidence.loss_steps
    return f"Loss {first:.3g} from step {steps[0]:,.0f}, {last:.3g} from step {steps[-1]:,.0f}."


CS231N = ("CS231n, Stanford", "https://cs231n.github.io/neural-networks-3/#ratio")
RULES = (
    Rule("rate_too_high", "warning", rate_too_high, "layers", "update", *CS231N),
    Rule("rate_too_low", "warning", rate_too_low, "layers", "update", *CS231N),
)
