"""A series of numbers, one row a step; and examples of a form that nobody would type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from trainer.answering.learned import Learned, Taken
from trainer.errors import TrainerError

MOST = 20_000  # numbers that a browser is asked to draw and send


class Series:
    """What is given as a list of steps, each a list of numbers: {"series": [[0.1], [0.2], ...]}."""

    kind = "series"
    reads = ("series",)

    def __init__(self, learned: Learned):
        self.data_set = learned.data_set
        x = learned.train[0]
        self.low, self.high = x.min((0, 1)), x.max((0, 1))
        count = x.shape[2]
        self.names = list(self.data_set.features) or [f"number {place}" for place in range(1, count + 1)]

    def form(self) -> dict[str, Any]:
        """What each number of a step is, and in what range it was in training."""
        return {"names": self.names, "low": self.low.tolist(), "high": self.high.tolist()}

    def given(self, x: np.ndarray) -> dict[str, Any]:
        """An example (steps, features) as a list."""
        return {"series": np.round(x.astype(float), 6).tolist()}

    def read(self, given: Mapping[str, Any]) -> Taken:
        """The series as an example. Raises TrainerError for what is none."""
        steps, count = self.data_set.shape
        try:
            x = np.array(given["series"], np.float32)
        except (TypeError, ValueError, OverflowError):
            x = np.empty(0, np.float32)
        if x.shape != (steps, count) or not np.isfinite(x).all():
            raise TrainerError(
                f"A series of {self.data_set.title} is {steps} steps of {count} numbers each, "
                "none of them missing. Give a list of lists."
            )
        return Taken(x[None], tuple(self._warnings(x)))

    def _warnings(self, x: np.ndarray) -> list[str]:
        found = []
        for place, name in enumerate(self.names):
            outside = x[:, place][(x[:, place] < self.low[place]) | (x[:, place] > self.high[place])]
            if len(outside):
                found.append(
                    f"{name} comes to {outside[0]:.4g}. The network was trained with "
                    f"{self.low[place]:.4g} to {self.high[place]:.4g}: its answer is a guess this far out."
                )
        return found


class Example:
    """Only examples of the validation part: the form of any other data."""

    kind = "example"
    reads = ()

    def __init__(self, learned: Learned):
        self.data_set = learned.data_set

    def form(self) -> dict[str, Any]:
        """Nothing: there is nothing to fill in."""
        return {}

    def given(self, x: np.ndarray) -> dict[str, Any]:
        """Nothing, likewise."""
        return {}

    def read(self, given: Mapping[str, Any]) -> Taken:
        """Raises TrainerError: nothing of this form can be given by hand."""
        raise TrainerError(f"For {self.data_set.title} choose an example of the validation part.")
