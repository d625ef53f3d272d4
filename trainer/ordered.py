"""What rows of sorted numbers say: quantiles, histograms, shares; all layers at once, on their device.

Rows are of one length; a short one is filled with NaN, which counts for nothing, as a NaN of the layer does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from trainer import layout


@dataclass(frozen=True)
class Ordered:
    """Sorted rows (rows, n), and how many numbers of each (rows, 1) are ones; the others stand behind."""

    rows: Tensor
    known: Tensor

    @property
    def real(self) -> Tensor:
        """(rows, n): which are numbers and no filling."""
        return torch.arange(self.rows.shape[1], device=self.rows.device) < self.known


def ordered(elements: Tensor) -> Ordered:
    """elements (rows, n), NaN where there is none."""
    known = elements.isnan().logical_not().sum(1, keepdim=True)
    return Ordered(_sorted(elements.nan_to_num(math.inf, math.inf, -math.inf)), known)


def _sorted(elements: Tensor) -> Tensor:
    if elements.device.type == "cpu":  # numpy takes a quarter of the time, for it keeps no indices
        return torch.from_numpy(np.sort(elements.numpy(), axis=1))
    return elements.sort(1).values


def quantiles(given: Ordered, wanted: list[float]) -> Tensor:
    """(rows, wanted), between two numbers linearly, as torch.nanquantile; NaN for a row without any."""
    last = (given.known - 1).clamp_min(0)
    place = torch.cat([last.double() * share for share in wanted], 1)
    low = given.rows.gather(1, place.floor().long())
    high = given.rows.gather(1, place.ceil().long())
    between = torch.lerp(low, high, (place - place.floor()).to(low.dtype))
    found = torch.where(low == high, low, between)  # from infinity to infinity there is no way
    return torch.where(given.known > 0, found, math.nan)


def zeros(given: Ordered) -> Tensor:
    """(rows, 1): the share of zeros."""
    return _share(given, given.rows == 0)


def beyond(given: Ordered, bounds: Tensor) -> Tensor:
    """(rows, 1): the share outside of bounds (rows, 2); NaN where these are."""
    outside = (given.rows <= bounds[:, :1]) | (given.rows >= bounds[:, 1:])
    return torch.where(bounds[:, :1].isnan(), math.nan, _share(given, outside))


def _share(given: Ordered, which: Tensor) -> Tensor:
    return (which & given.real).sum(1, keepdim=True) / given.known


def histograms(given: Ordered) -> tuple[Tensor, Tensor]:
    """(rows, 2): the smallest and the largest finite number, NaN without any; and (rows, BINS): how many
    are in each of the equal bins between them, as numpy.histogram counts. Equal numbers are in the middle.
    """
    rows = given.rows
    start = (rows == -math.inf).sum(1, keepdim=True)
    end = (rows < math.inf).sum(1, keepdim=True)
    most = rows.shape[1] - 1
    low, high = rows.gather(1, start.clamp_max(most)), rows.gather(1, (end - 1).clamp_min(0))
    share = torch.arange(1, layout.BINS, device=rows.device) / layout.BINS
    inner = torch.searchsorted(rows, torch.lerp(low, high, share.to(rows.dtype)))
    edges = torch.cat([start, torch.minimum(inner.clamp_min(0), end), end], 1)
    counts = edges.diff(dim=1)
    middle = (torch.arange(layout.BINS, device=rows.device) == layout.BINS // 2) * (end - start)
    counts = torch.where(low == high, middle, counts).clamp_min(0)
    span = torch.cat([low, high], 1)
    return torch.where(end > start, span, math.nan), torch.where(end > start, counts, 0).to(rows.dtype)
