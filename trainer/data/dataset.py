"""What a data set is: facts that are known without loading it, and a way to load and split it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Split:
    """A data set in two parts. x: (examples, *shape); y: (examples,) class numbers as int64."""

    train_x: torch.Tensor
    train_y: torch.Tensor
    validation_x: torch.Tensor
    validation_y: torch.Tensor

    def to(self, device: torch.device) -> Split:
        """The same data on a device."""
        return Split(*(part.to(device) for part in vars(self).values()))


@dataclass(frozen=True)
class DataSet:
    """One entry of DATASETS. `shape` leaves the batch out; `high` is how many tokens there are.

    make          seed -> (x, y), numpy arrays of all examples.
    standardized  whether each feature gets mean 0 and variance 1, as measured on the training part.
    """

    name: str
    title: str
    description: str
    shape: tuple[int, ...]
    labels: tuple[str, ...]
    examples: int
    make: Callable[[int], tuple[np.ndarray, np.ndarray]]
    dtype: str = "float32"
    high: int | None = None
    standardized: bool = False

    @property
    def classes(self) -> int:
        """How many classes there are, and so how many numbers the network must give."""
        return len(self.labels)

    def arrays(self, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """All examples as they are, x (examples, *shape), and their classes, y (examples,) of int64."""
        x, y = self.make(seed)
        return np.asarray(x, self.dtype).reshape(-1, *self.shape), np.asarray(y, "int64")

    def load(self, seed: int = 0, validation: float = 0.2) -> Split:
        """The data as tensors, each class split alike; the same for the same seed and share."""
        import torch  # heavy, and the page that lists data sets must stay free of it

        x, y = self.arrays(seed)
        train, held = stratified(y, seed, validation)
        if self.standardized:
            mean, deviation = x[train].mean(0), x[train].std(0)
            x = (x - mean) / np.where(deviation > 0, deviation, 1)
        return Split(*(torch.from_numpy(part) for part in (x[train], y[train], x[held], y[held])))


def stratified(y: np.ndarray, seed: int, validation: float) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the training and of the validation part, with at least one example of each
    class in both.
    """
    random = np.random.default_rng(seed)
    train, held = [], []
    for label in np.unique(y):
        mine = random.permutation(np.flatnonzero(y == label))
        count = min(max(1, round(len(mine) * validation)), len(mine) - 1)
        held.append(mine[:count])
        train.append(mine[count:])
    return np.sort(np.concatenate(train)), np.sort(np.concatenate(held))
