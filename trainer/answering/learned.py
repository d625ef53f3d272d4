"""What a run learned from: how inputs are prepared, and examples to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from trainer.data import DataSet, find
from trainer.data.preparing import extents, middles
from trainer.errors import TrainerError
from trainer.settings import Settings
from trainer.store import Run


@dataclass(frozen=True)
class Preparation:
    """What a run does to an example before the network sees it, as measured on the training part.

    middles  what NaN becomes, feature by feature; None where a gap stays one.
    extents  what is taken from each feature, and what it is divided by then; None where it stays as it is.
    """

    middles: np.ndarray | None
    extents: tuple[np.ndarray, np.ndarray] | None

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """x (examples, *shape) as the network gets it."""
        if self.middles is not None:
            x = np.where(np.isnan(x), self.middles, x).astype(x.dtype)
        if self.extents is None:
            return x
        low, span = self.extents
        return (x - low) / span


def preparation(data_set: DataSet, train: np.ndarray, scaling: str) -> Preparation:
    """How a run with this scaling prepares what lies like the training part (examples, *shape)."""
    known = middles(train, data_set.missing) if data_set.missing else None
    how = data_set.scaling if scaling == "default" else scaling
    if how == "none" or train.dtype.kind != "f":
        return Preparation(known, None)
    return Preparation(known, extents(Preparation(known, None)(train), how))


@dataclass(frozen=True)
class Taken:
    """What was given, as the data set has its examples.

    x         (1, *shape), not prepared yet.
    warnings  where it lies far from what was trained on, in sentences.
    shown     what the network gets, to be looked at beside what was given.
    """

    x: np.ndarray
    warnings: tuple[str, ...] = ()
    shown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Learned:
    """The data of a run.

    train   the training part, x (examples, *shape) as it is, and y.
    held    the validation part likewise.
    """

    data_set: DataSet
    train: tuple[np.ndarray, np.ndarray]
    held: tuple[np.ndarray, np.ndarray]
    prepare: Preparation


def learned_from(run: Run) -> Learned:
    """The data of a run, split and measured as for training. Raises TrainerError where they are gone."""
    data_set, settings = _data_set(run), Settings.from_values(run.settings)
    if data_set.absent:
        raise TrainerError(data_set.absent)
    x, y = data_set.arrays(settings.seed)
    train, held = data_set.parts(y, settings.seed, settings.validation)
    prepare = preparation(data_set, x[train], settings.scaling)
    return Learned(data_set, (x[train], y[train]), (x[held], y[held]), prepare)


def _data_set(run: Run) -> DataSet:
    try:
        return find(run.data)
    except TrainerError as error:
        raise TrainerError(
            f"The data set {run.data} was deleted, and how an input is prepared follows from it. "
            "Bring its file again on the Data page."
        ) from error
