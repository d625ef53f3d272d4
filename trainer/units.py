"""Units that no longer answer: which layers can have some, and where their units lie."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

WINDOW = 5  # looks in a row at which a dead unit gave nothing but 0
EDGE = 0.025  # of the range, at each of its ends

# Layers that give 0 for all that is too small: a unit that gives only 0 passes no gradient on.
RECTIFIERS = (nn.ReLU, nn.ReLU6, nn.Threshold, nn.Hardshrink, nn.Softshrink, nn.Hardswish)

# Layers with a range: a value at an end of it hardly moves any more (Glorot & Bengio 2010, section 3).
RANGES: tuple[tuple[type, Callable[[nn.Module], tuple[float, float]]], ...] = (
    (nn.Sigmoid, lambda module: (0.0, 1.0)),
    (nn.Hardsigmoid, lambda module: (0.0, 1.0)),
    (nn.Tanh, lambda module: (-1.0, 1.0)),
    (nn.Softsign, lambda module: (-1.0, 1.0)),
    (nn.Hardtanh, lambda module: (module.min_val, module.max_val)),
)
# After these, a tensor of three dimensions is (N, C, L); after others it is (N, L, features).
CHANNELS_FIRST = ("Conv1d", "ConvTranspose1d", "BatchNorm1d", "InstanceNorm1d", "GroupNorm", "LazyConv1d")


def can_die(module: nn.Module) -> bool:
    """Whether a unit of this layer may give nothing but 0 for ever."""
    return isinstance(module, RECTIFIERS)


def bounds(module: nn.Module) -> tuple[float, float]:
    """Below the first and above the second a value is saturated; NaN for a layer without a range."""
    if isinstance(module, nn.ReLU6):
        return (-math.inf, 6 * (1 - EDGE))  # its zeros are not an end, they are what it is for
    for kind, ends in RANGES:
        if isinstance(module, kind):
            low, high = ends(module)
            return low + EDGE * (high - low), high - EDGE * (high - low)
    return (math.nan, math.nan)


def answering(x: Tensor, channels_first: bool) -> Tensor:
    """(units,): which units of what a layer gives (N, C, *) or (N, *, features) are not 0 everywhere."""
    axis = x.ndim - 1 if x.ndim == 3 and not channels_first else min(1, x.ndim - 1)
    return x.movedim(axis, 0).flatten(1).ne(0).any(1) if x.ndim > 1 else x.ne(0)


def silent_for(before: Tensor | None, answers: Tensor) -> Tensor:
    """(units,): at how many looks in a row each gave nothing, after one more look."""
    before = torch.zeros_like(answers, dtype=torch.int32) if before is None else before
    return torch.where(answers, 0, before + 1)
