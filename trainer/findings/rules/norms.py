"""Normalizations whose running statistics are not those of the batches."""

from __future__ import annotations

import numpy as np

from trainer import layout
from trainer.findings.evidence import LOOKS, Evidence
from trainer.findings.rule import Found, Noticed, Rule

LAG = 1.0  # standard deviations of the batch
STRETCH = 4.0  # times the variance of the batch, or a part of it
WARM = 50  # steps: with a momentum of 0.1, running statistics have then forgotten their first values


def lagging_norm(evidence: Evidence) -> Found:
    """Running statistics that are not those of the batches: evaluation sees another network."""
    norms = layout.norms_of(evidence.layers)
    late = evidence.steps > WARM
    if late.sum() < LOOKS or not norms:
        return
    for layer, averages in zip(norms, evidence.averages[late][-LOOKS:].transpose(1, 2, 0), strict=True):
        drift, batch, running = (
            averages[layout.AVERAGES.index(name)] for name in ("drift", "batch_var", "running_var")
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = running / batch
        if np.all(drift > LAG):
            yield _lag(evidence, layer["name"], drift)
        elif np.all(ratio > STRETCH) or np.all(ratio < 1 / STRETCH):
            yield _stretched(evidence, layer["name"], batch, running)


def _lag(evidence: Evidence, name: str, drift: np.ndarray) -> Noticed:
    words = (
        f"{name}'s running mean is {np.median(drift):.1f} standard deviations from the batches' at the "
        "last looks, so validation sees another network than training. Raise its momentum, or lower the "
        "learning rate."
    )
    figures = f"At {evidence.span()}: from {drift.min():.1f} to {drift.max():.1f} standard deviations."
    return Noticed(name, words, figures)


def _stretched(evidence: Evidence, name: str, batch: np.ndarray, running: np.ndarray) -> Noticed:
    words = (
        f"{name}'s running variance is {np.median(running / batch):.2g} times the batches' at the last "
        "looks, so validation sees another network than training. Raise its momentum, or lower the learning "
        "rate."
    )
    figures = (
        f"Averaged over the channels, at {evidence.span()}: running variance {np.median(running):.2g}, "
        f"the batches' {np.median(batch):.2g}."
    )
    return Noticed(name, words, figures)


WU = ("Wu & Johnson 2021", "https://arxiv.org/abs/2105.07576")
RULES = (Rule("lagging_norm", "warning", lagging_norm, "norms", "", *WU),)
