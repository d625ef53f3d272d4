"""What a data set is: facts that are known without loading it, and a way to load, split and prepare it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from trainer.data.originals import Original
from trainer.data.preparing import filled, scaled, shuffled, stratified

if TYPE_CHECKING:
    import torch

Arrays = tuple[np.ndarray, np.ndarray]
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

    @property
    def nbytes(self) -> int:
        """Bytes of all of it."""
        return sum(part.nbytes for part in vars(self).values())

    def to(self, device: torch.device) -> Split:
        """The same data on a device."""
        return Split(*(part.to(device) for part in vars(self).values()))


@dataclass(frozen=True)
class DataSet:
    """One entry of DATASETS, or one of a user's own.

    shape     of one example, the batch left out; `high` is how many tokens there are, for int64.
    labels    what each number of the network's answer stands for: the classes, or the values to predict.
    make      seed -> (x, y), numpy arrays of all examples; x is divided by `divisor`.
    task      "classification" or "regression"; forecasting is regression on a series.
    scaling   how its inputs are scaled unless a run says otherwise: one of preparing.SCALINGS.
    missing   what NaN in x becomes, "mean" or "median" of the training part; "" where there is none.
    held      how many examples at the end are its own validation part; 0: the seed draws one.
    tokens    what each token stands for.      features  what each number of an example stands for.
    original  the files it is read from, where they must be fetched first.
    template  the usual network for it; "" for the small one that starter.py makes.
    """

    name: str
    title: str
    description: str
    shape: tuple[int, ...]
    labels: tuple[str, ...]
    examples: int
    make: Callable[[int], Arrays]
    dtype: str = "float32"
    high: int | None = None
    task: str = CLASSIFICATION
    scaling: str = "none"
    divisor: float = 1
    missing: str = ""
    held: int = 0
    tokens: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    original: Original | None = None
    template: str = ""
    own: bool = False

    @property
    def targets(self) -> int:
        """How many numbers the network must give: one for each class, or each value to predict."""
        return len(self.labels)

    @property
    def is_image(self) -> bool:
        """Whether an example is a grey or coloured picture, (channels, height, width)."""
        return self.dtype == "float32" and len(self.shape) == 3 and self.shape[0] in (1, 3)

    @property
    def absent(self) -> str:
        """Why it cannot be used yet, as a sentence; '' where it can."""
        if self.original is None or self.original.is_here:
            return ""
        return (
            f"{self.title} is not on this computer yet. "
            "Download it on the Data page, or bring its files there."
        )

    def arrays(self, seed: int = 0, rows: np.ndarray | None = None) -> Arrays:
        """Examples as they are, x (examples, *shape), and y: (examples,) of int64, or (examples,
        targets) of float32. rows: which of them; None: all.
        """
        x, y = self.make(seed)
        if rows is not None:
            x, y = x[rows], y[rows]
        x = np.asarray(x, self.dtype).reshape(-1, *self.shape)
        if self.divisor != 1:
            x = x / np.float32(self.divisor)
        if self.task == CLASSIFICATION:
            return x, np.asarray(y, "int64")
        return x, np.asarray(y, "float32").reshape(len(x), self.targets)

    def parts(self, y: np.ndarray, seed: int, validation: float) -> Arrays:
        """Indices of the training and of the validation part."""
        if self.held:
            places = np.arange(len(y))
            return places[: -self.held], places[-self.held :]
        split = stratified if self.task == CLASSIFICATION else shuffled
        return split(y, seed, validation)

    def prepared(self, seed: int = 0, validation: float = 0.2, scaling: str = "default") -> Arrays:
        """What a run gets: (train_x, train_y, validation_x, validation_y), scaled by the training part."""
        x, y = self.arrays(seed)
        train, held = self.parts(y, seed, validation)
        if self.missing:
            x = filled(x, train, self.missing)
        x = scaled(x, train, self.scaling if scaling == "default" else scaling)
        return x[train], y[train], x[held], y[held]

    def load(self, seed: int = 0, validation: float = 0.2, scaling: str = "default") -> Split:
        """The data as tensors; the same for the same seed and share. Raises TrainerError where its
        files are not here and cannot be fetched.
        """
        import torch  # heavy, and the page that lists data sets must stay free of it

        if self.original is not None:
            self.original.fetch()
        parts = self.prepared(seed, validation, scaling)
        return Split(*map(partial(_tensor, torch), parts))

    def said(self, y: np.ndarray) -> str:
        """The answer to one example in words: its class, or its values."""
        if self.task == CLASSIFICATION:
            return self.labels[int(y)]
        return ", ".join(f"{value:.4g}" for value in np.atleast_1d(y))


def _tensor(torch, part: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(part))
