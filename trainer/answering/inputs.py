"""The forms in which a run's input is given, one entry each: to add one, add its class to INPUTS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from trainer.answering.learned import Learned, Taken
from trainer.answering.pictures import LARGEST_PAD, Drawing, Picture
from trainer.answering.series import MOST, Example, Series
from trainer.answering.tables import Plane, Table
from trainer.answering.texts import Text
from trainer.data import DataSet
from trainer.errors import TrainerError


class Input(Protocol):
    """One form of giving an input.

    kind   what the page draws for it.    reads  the names under which something may be given.
    """

    kind: str
    reads: tuple[str, ...]
    data_set: DataSet

    def form(self) -> dict[str, Any]:
        """What the page needs to know to ask for an input, as JSON."""

    def given(self, x: np.ndarray) -> dict[str, Any]:
        """An example (*shape), not prepared, as the page shows it."""

    def read(self, given: Mapping[str, Any]) -> Taken:
        """What was given as an example. Raises TrainerError for what is none."""


# The first that fits is taken.
INPUTS: tuple[tuple[Callable[[DataSet], bool], type[Input]], ...] = (
    (lambda data: _is_drawn(data), Drawing),
    (lambda data: data.is_image, Picture),
    (lambda data: data.dtype == "int64" and len(data.shape) == 1, Text),
    (lambda data: data.dtype == "float32" and data.shape == (2,), Plane),
    (lambda data: data.dtype == "float32" and len(data.shape) == 1, Table),
    (lambda data: data.dtype == "float32" and len(data.shape) == 2 and np.prod(data.shape) <= MOST, Series),
    (lambda data: True, Example),
)


def input_of(learned: Learned) -> Input:
    """How an input for this data is given."""
    made = next(made for fits, made in INPUTS if fits(learned.data_set))
    return made(learned)


def taken(way: Input, learned: Learned, given: Mapping[str, Any]) -> tuple[Taken, dict[str, Any]]:
    """What was given, and what is to be told of it beside the answer: of an example its `number`, the true
    answer as `truth`, and how a person would have `given` it. Raises TrainerError.
    """
    if "example" in given:
        return _example(way, learned, given["example"])
    if not any(name in given for name in way.reads):
        names = " or ".join(f"'{name}'" for name in (*way.reads, "example"))
        raise TrainerError(f"An input for {learned.data_set.title} is given as {names}.")
    return way.read(given), {}


def _example(way: Input, learned: Learned, number: Any) -> tuple[Taken, dict[str, Any]]:
    x, y = learned.held
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(x):
        raise TrainerError(
            f"There is no example {str(number)[:20]}: they are numbered from 0 to {len(x) - 1}."
        )
    given = way.given(x[number])
    points = {"points": given["points"]} if "points" in given else {}
    told = {"number": number, "truth": learned.data_set.said(y[number]), "given": given}
    if learned.data_set.task != "classification":
        told["values"] = np.atleast_1d(y[number]).astype(float).tolist()
    return Taken(x[number : number + 1], (), points), told


def _is_drawn(data: DataSet) -> bool:
    return data.is_image and data.shape[0] == 1 and max(data.shape[1:]) <= LARGEST_PAD
