"""What a data set is: facts that are known without loading it, and a way to load and split it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

CLASSIFICATION, REGRESSION = "classification", "regression"


@dataclass(frozen=True)
class Split:
    """A data set in two parts. x: (examples, *shape); y: (examples,) class numbers as int64, or
    (examples, targets) values as float32.
    """

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

    labels        what each number of the network's answer stands for: the classes, or the values to predict.
    make          seed -> (x, y), numpy arrays of all examples.
    task          classification or regression.
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
    task: str = CLASSIFICATION

    @property
    def targets(self) -> int:
        """How many numbers the network must give: one for each class, or each value to predict."""
        return len(self.labels)

    def arrays(self, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """All examples as they are, x (examples, *shape), and y: (examples,) of int64, or (examples,
        targets) of float32.
        """
        x, y = self.make(seed)
        x = np.asarray(x, self.dtype).reshape(-1, *self.shape)
        if self.task == CLASSIFICATION:
            return x, np.asarray(y, "int64")
        return x, np.asarray(y, "float32").reshape(len(x), self.targets)

    @property
    def split(self) -> Callable[[np.ndarray, int, float], tuple[np.ndarray, np.ndarray]]:
        """What divides the examples into a training and a validation part."""
        return stratified if self.task == CLASSIFICATION else shuffled

    def said(self, y: np.ndarray) -> str:
        """The answer to one example in words: its class, or its values."""
        if self.task == CLASSIFICATION:
            return self.labels[int(y)]
        return ", ".join(f"{value:.4g}" for value in np.atleast_1d(y))

    def load(self, seed: int = 0, validation: float = 0.2) -> Split:
        """The data as tensors; the same for the same seed and share."""
        import torch  # heavy, and the page that lists data sets must stay free of it

        x, y = self.arrays(seed)
        train, held = self.split(y, seed, validation)
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


def shuffled(y: np.ndarray, seed: int, validation: float) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the training and of the validation part, drawn from all examples alike."""
    order = np.random.default_rng(seed).permutation(len(y))
    count = min(max(1, round(len(y) * validation)), len(y) - 1)
    return np.sort(order[count:]), np.sort(order[:count])
