"""Long series made short for a chart without losing a spike, and smooth; numbers made short for JSON."""

from __future__ import annotations

import math
from itertools import islice

import numpy as np

DIGITS = 6  # significant ones; float32 has seven
REMEMBERED = 0.95  # how much a batch weighs of the next one: a mean of about the last 20
WINDOW = 200  # batches that a smooth value is made of; the one before weighs 0.95**200, 1/28,000


def series(steps: np.ndarray, table: np.ndarray, points: int) -> list[dict[str, list]]:
    """Each column of table (steps, columns) as {"step", "value"} of at most so many points, thinned by
    itself, so that none loses its spikes to another.
    """
    kept = [envelope(column, points) for column in table.T]
    picked = [column[rows] for column, rows in zip(table.T, kept, strict=True)]
    values = iter(plain(np.concatenate(picked)) if picked else ())
    return [{"step": steps[rows].tolist(), "value": list(islice(values, len(rows)))} for rows in kept]


def smoothed(values: np.ndarray) -> np.ndarray:
    """The mean of each value and the WINDOW - 1 before it, each weighing 0.95 of the next. One that is not
    finite gives NaN, and weighs nothing in the means of others.

    A window and no running sum: what comes out for a step follows from a fixed number of rows, so a page that
    asks for the newest gets what one gets that asks for all.
    """
    if not len(values):
        return values
    known = np.isfinite(values)
    weights = REMEMBERED ** np.arange(WINDOW)
    sums, whole = (
        np.convolve(each, weights)[: len(values)]
        for each in (np.where(known, values, 0.0), known.astype(float))
    )
    return np.where(known, sums / np.where(known, whole, 1.0), np.nan)


def envelope(values: np.ndarray, points: int) -> np.ndarray:
    """Indices of at most `points` values: the smallest and largest of each stretch, all where there
    are few.

    A stretch's value that is not finite counts as its largest, so a spike to infinity stays too.
    """
    if len(values) <= points:
        return np.arange(len(values))
    width = -(-len(values) // max(1, points // 2 - 1))  # the two ends are kept as well
    starts = np.arange(0, len(values), width)
    high = np.nan_to_num(values, nan=math.inf)
    low = np.where(np.isfinite(values), values, math.inf)
    picked = [
        starts
        + np.pad(each, (0, len(starts) * width - len(each)), constant_values=math.inf)
        .reshape(-1, width)
        .argmin(1)
        for each in (low, -high)
    ]
    return np.union1d(np.concatenate(picked), [0, len(values) - 1])


def folded(table: np.ndarray, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """table (steps, ...) in at most so many stretches: where each begins, and its smallest and largest values
    (stretches, ...). NaN counts only where a stretch has nothing else.
    """
    starts = np.linspace(0, len(table), min(columns, len(table)), endpoint=False).astype(int)
    parts = np.split(table, starts[1:])  # reduceat takes sixteen times as long
    low, high = (np.stack([join.reduce(part) for part in parts]) for join in (np.fmin, np.fmax))
    return starts, low, high


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
