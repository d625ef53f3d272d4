"""What a page shows of a data set: some examples, how often each answer occurs, the range of each number."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np

from trainer.data.augmenting import augmented
from trainer.data.dataset import CLASSIFICATION, DataSet
from trainer.data.preparing import filled, scaled

LOOKED_AT = 5000  # examples that ranges are measured on
SHOWN = 24  # examples
BINS = 20  # of the values of a regression
REMEMBERED = 12


@dataclass(frozen=True)
class Range:
    """One number of the examples: its name, its extent, and in how many of those looked at it is missing."""

    name: str
    low: float
    mean: float
    high: float
    missing: int


@dataclass(frozen=True)
class Profile:
    """A look at a data set.

    x, y      the examples that were looked at, evenly spread, as they are.
    answers   of all examples, as DataSet.arrays has them.
    ranges    of a vector's numbers, a picture's channels, a series' columns; none for tokens.
    """

    x: np.ndarray
    y: np.ndarray
    answers: np.ndarray
    ranges: tuple[Range, ...]


_known: OrderedDict[tuple[str, int], Profile] = OrderedDict()


def profile(data_set: DataSet, seed: int) -> Profile:
    """The look at a data set; remembered. Raises TrainerError where it cannot be read."""
    key = (data_set.name, seed)
    if key not in _known:
        _known[key] = _looked_at(data_set, seed)
        while len(_known) > REMEMBERED:
            _known.popitem(last=False)
    _known.move_to_end(key)
    return _known[key]


def _looked_at(data_set: DataSet, seed: int) -> Profile:
    raw = data_set.make(seed)
    kept = replace(data_set, make=lambda seed: raw)  # made once, read twice
    count = len(raw[1])
    rows = np.linspace(0, count - 1, min(count, LOOKED_AT)).astype(int)
    x, y = kept.arrays(seed, rows)
    answers = np.asarray(raw[1]) if data_set.task == CLASSIFICATION else np.asarray(raw[1], np.float32)
    return Profile(x, y, answers.reshape(count, -1)[:, 0].copy(), _ranges(data_set, x))


def _ranges(data_set: DataSet, x: np.ndarray) -> tuple[Range, ...]:
    if data_set.dtype != "float32":
        return ()
    if data_set.is_image:
        names, columns = ("grey",) if len(x[0]) == 1 else ("red", "green", "blue"), x.swapaxes(0, 1)
    elif x.ndim in (2, 3):
        names, columns = data_set.features, np.moveaxis(x, -1, 0)
    else:
        names, columns = ("all numbers",), x[None]
    names = names or [f"number {place}" for place in range(1, len(columns) + 1)]
    return tuple(_range(name, column.ravel()) for name, column in zip(names, columns, strict=True))


def _range(name: str, column: np.ndarray) -> Range:
    known = column[~np.isnan(column)].astype(np.float64)
    low, mean, high = (known.min(), known.mean(), known.max()) if len(known) else (np.nan,) * 3
    return Range(name, float(low), float(mean), float(high), len(column) - len(known))


def places(data_set: DataSet, found: Profile) -> np.ndarray:
    """Which of the examples looked at are shown: each class in turn, from the first on."""
    if data_set.task != CLASSIFICATION:
        return np.arange(min(SHOWN, len(found.y)))
    turn = np.empty(len(found.y), np.int64)
    for label in np.unique(found.y):
        mine = np.flatnonzero(found.y == label)
        turn[mine] = np.arange(len(mine))
    return np.lexsort((found.y, turn))[:SHOWN]


def trained_on(data_set: DataSet, found: Profile, settings, rows: np.ndarray) -> np.ndarray:
    """Examples as a run gets them: filled, scaled, and changed as in its first step. What is measured
    is measured on the examples looked at.
    """
    x, everything = found.x, np.arange(len(found.x))
    if data_set.missing:
        x = filled(x, everything, data_set.missing)
    x = scaled(x, everything, data_set.scaling if settings.scaling == "default" else settings.scaling)
    return augmented(x[rows], settings, 1)


def balance(data_set: DataSet, found: Profile, settings) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Classes, or ranges of the first value to predict; and how many examples of each are in the training
    and in the validation part.
    """
    train, held = data_set.parts(found.answers, settings.seed, settings.validation)
    if data_set.task == CLASSIFICATION:
        numbers, size = found.answers.astype(np.int64), data_set.targets
        names = list(data_set.labels)
    else:
        edges = np.histogram_bin_edges(found.answers, BINS)
        numbers, size = np.clip(np.digitize(found.answers, edges) - 1, 0, BINS - 1), BINS
        names = [f"{edge:.4g}" for edge in edges[:-1]]
    return names, np.bincount(numbers[train], minlength=size), np.bincount(numbers[held], minlength=size)
