"""Long series made short for a chart without losing a spike, and numbers made short for JSON."""

from __future__ import annotations

import math

import numpy as np

DIGITS = 6  # significant ones; float32 has seven


def envelope(values: np.ndarray, points: int) -> np.ndarray:
    """Indices of at most `points` values: the smallest and largest of each stretch, all where there
    are few.

    A stretch's value that is not finite counts as its largest, so a spike to infinity stays too.
    """
    if len(values) <= points:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), points // 2).astype(int)
    high = np.nan_to_num(values, nan=math.inf)
    low = np.where(np.isfinite(values), values, math.inf)
    kept = {0, len(values) - 1}
    for start, stop in zip(edges[:-1], edges[1:], strict=True):
        kept |= {int(start + low[start:stop].argmin()), int(start + high[start:stop].argmax())}
    return np.array(sorted(kept))


def folded(table: np.ndarray, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """table (steps, ...) in at most so many stretches: where each begins, and its smallest and largest values
    (stretches, ...). NaN counts only where a stretch has nothing else.
    """
    starts = np.linspace(0, len(table), min(columns, len(table)), endpoint=False).astype(int)
    return starts, np.fmin.reduceat(table, starts), np.fmax.reduceat(table, starts)


def plain(values: np.ndarray) -> list:
    """Nested lists of short numbers; None where one is not finite, for JSON knows neither NaN
    nor infinity.
    """
    values = values.astype(float)
    finite = np.isfinite(values)
    safe = np.where(finite & (values != 0), values, 1.0)
    with np.errstate(over="ignore", invalid="ignore"):
        scale = 10.0 ** (DIGITS - 1 - np.floor(np.log10(np.abs(safe))))
        rounded = np.round(safe * scale) / scale
    short = np.where(np.isfinite(rounded), rounded, safe)  # the smallest numbers have no such scale
    short = np.where(values == 0, 0.0, short).astype(object)
    short[~finite] = None
    return short.tolist()
