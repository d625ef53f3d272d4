"""Tensors made small enough to be looked at: at most so many maps, points and levels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

LEVELS = 255


def as_maps(values: Tensor, most: int, side: int) -> Tensor:
    """What a layer gives for some examples (n, *shape) as maps (n, maps, height, width): a vector is one row,
    a sequence (steps, features) one table, a volume its middle slice; `most` maps, `side` points along each.
    A row may be as long as a map has points.
    """
    values = values.float().nan_to_num(0.0, 0.0, 0.0)
    while values.dim() > 4:
        values = values[:, :, values.shape[2] // 2]
    if values.dim() == 4:
        return shrunk(values[:, :most], side, side)
    if values.dim() == 3:
        return shrunk(values[:, None], 2 * side, 2 * side)
    return shrunk(values.reshape(len(values), 1, 1, -1), 1, side * side)


def shrunk(maps: Tensor, height: int, width: int) -> Tensor:
    """Maps (n, maps, h, w) averaged down to at most height x width."""
    sides = [min(have, most) for have, most in zip(maps.shape[2:], (height, width), strict=True)]
    return maps if sides == list(maps.shape[2:]) or not maps.numel() else adaptive_avg_pool2d(maps, sides)


def levels(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Maps (n, maps, h, w) as bytes, 0 for an example's smallest and 255 for its largest value, and those two
    values, (n, 2).
    """
    flat = maps.reshape(len(maps), -1)
    low, high = flat.amin(1), flat.amax(1)
    span = torch.where(high > low, high - low, 1.0)
    grey = ((flat - low[:, None]) / span[:, None] * LEVELS).round().to(torch.uint8)
    return grey.reshape(maps.shape), torch.stack([low, high], 1)
