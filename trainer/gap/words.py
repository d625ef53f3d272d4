"""What the figures of the gap mean, in sentences. Needs no PyTorch."""

from __future__ import annotations

import math
from dataclasses import dataclass

LAGS = 0.2  # by how much a lag changes normalized values, where it is worth a word
SCATTERS = 0.5  # by how much values differ where batches have too little in common; 32 examples: about 0.2
WORSE = 1.2  # times the loss in training mode
NOTHING = 1e-9  # a loss that is no more than that is none


@dataclass(frozen=True)
class Lag:
    """How a normalization's running statistics differ from those of the batches it was given.

    off             of the mean: in standard deviations of the batches, averaged over the channels.
    ratio           of the variance: times the batches', the geometric mean over the channels.
    mean, variance  how far each alone moves the normalized values, whose own size is 1.
    """

    off: float
    ratio: float
    mean: float
    variance: float

    def cause(self, own: float) -> str:
        """What is wrong where evaluation differs by `own`: "mean", "variance", "both", "scatter" or ""."""
        if math.hypot(self.mean, self.variance) >= LAGS:
            if min(self.mean, self.variance) >= max(self.mean, self.variance) / 2:
                return "both"
            return "mean" if self.mean >= self.variance else "variance"
        return "scatter" if own >= SCATTERS else ""


def of_norm(name: str, kind: str, own: float, lag: Lag | None, batch_size: int) -> str:
    """What a normalization does in the two modes. own: how far it gives something else by itself."""
    if lag is None:
        return f"{name}: {kind} computes the same in both modes, for it uses no running statistics."
    match lag.cause(own):
        case "mean":
            return (
                f"{name}: the running mean lags: it is {lag.off:.1f} standard deviations from the batches', "
                f"so evaluation gives values that differ by {percent(own)} from those in training. Train on, "
                "raise its momentum, or lower the learning rate."
            )
        case "variance":
            return (
                f"{name}: the running variance lags: it is {lag.ratio:.2g} times the batches', so "
                f"evaluation gives values that differ by {percent(own)} from those in training. Train on, "
                "raise its momentum, or lower the learning rate."
            )
        case "both":
            return (
                f"{name}: the running statistics lag: the mean is {lag.off:.1f} standard deviations from the "
                f"batches' and the variance {lag.ratio:.2g} times theirs, so evaluation gives values that "
                f"differ by {percent(own)} from those in training. Train on, raise its momentum, or lower "
                "the learning rate."
            )
        case "scatter":
            return (
                f"{name}: batches of {batch_size} have little in common, and the running statistics are "
                f"their average, so evaluation gives values that differ by {percent(own)} from those in "
                "training. Use larger batches, or a GroupNorm."
            )
    return (
        f"{name}: the running statistics are the batches': evaluation differs by {percent(own)}, as batches "
        f"of {batch_size} differ among themselves."
    )


def of_other(name: str, kind: str, own: float) -> str:
    """What another layer does in the two modes, such as Dropout."""
    return f"{name}: {kind} works in training only, as it is meant to: its values differ by {percent(own)}."


def of_all(train: float, evaluation: float, worst: str) -> str:
    """What the losses in the two modes say. worst: the normalization that differs most, or ""."""
    if evaluation > WORSE * train + NOTHING and worst:
        return (
            f"In evaluation mode the network is worse on the very examples it learns from: validation shows "
            f"less than it has learned. {worst} differs most."
        )
    if worst:
        return f"Both modes do about as well on these examples, though {worst} gives other values in each."
    if train > WORSE * evaluation + NOTHING:
        return "In evaluation mode the network is better, as it usually is where Dropout works in training."
    return "Both modes do about as well: validation shows the network that is trained."


def percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.1f} %"
