"""One row of a table, or one point: a number or a category for each column."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trainer.answering.learned import Learned, Taken
from trainer.data import own
from trainer.data.dataset import CLASSIFICATION
from trainer.errors import TrainerError

MOST_FIELDS = 100  # columns that get a field of their own; more are given as a line of numbers
POINTS = 300  # of the training part that are drawn
NONE = ""  # a category that is none of the known ones


@dataclass(frozen=True)
class Column:
    """One field of the form.

    places   of the features it fills: one for a number, one for each of a category's values.
    values   of a category; () for a number.
    low, high, typical  of a number in the training part, missing ones left out; whole: it has no decimals.
    """

    name: str
    places: tuple[int, ...]
    values: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    typical: float | str = 0.0
    whole: bool = False


class Table:
    """What is given as a row: {"row": [5.1, 3.5, 1.4, 0.2]}; None or "" where a number is not known."""

    kind = "table"
    reads = ("row",)

    def __init__(self, learned: Learned):
        self.data_set = learned.data_set
        self._zero_for_gaps = False
        categories: Sequence[str] = ()
        if self.data_set.own:
            chosen = own.recipe(self.data_set.name).options
            categories = chosen.get("categories", ())
            self._zero_for_gaps = chosen.get("missing") == "zero"
        self.columns = columns(self.data_set.features, categories, learned.train[0])

    def form(self) -> dict[str, Any]:
        """The columns, and a typical row of the training part."""
        fields = [asdict(column) for column in self.columns] if len(self.columns) <= MOST_FIELDS else []
        return {"columns": fields, "row": [column.typical for column in self.columns]}

    def given(self, x: np.ndarray) -> dict[str, Any]:
        """An example (features,) as a person would give it."""
        return {"row": [_value(column, x) for column in self.columns]}

    def read(self, given: Mapping[str, Any]) -> Taken:
        """The row as an example. Raises TrainerError for what is none."""
        row = _parts(given["row"])
        if len(row) != len(self.columns):
            names = ", ".join(column.name for column in self.columns[:12])
            raise TrainerError(
                f"The row has {len(row)} values, and {self.data_set.title} has {len(self.columns)} columns: "
                f"{names}. Give one value for each."
            )
        x = np.zeros((1, *self.data_set.shape), np.float32)
        warnings = []
        for column, value in zip(self.columns, row, strict=True):
            warnings += self._put(x[0], column, value)
        return Taken(x, tuple(warnings))

    def _put(self, x: np.ndarray, column: Column, value: Any) -> list[str]:
        """Writes a column's value into an example; what is to be said of it."""
        if column.values:
            return _put_category(x, column, str(NONE if value is None else value).strip())
        number = self._number(column, value)
        x[column.places[0]] = number
        if math.isnan(number) or column.low <= number <= column.high:
            return []
        return [
            f"{column.name} is {number:g}. The network was trained with {column.low:g} to {column.high:g}: "
            "its answer is a guess this far out."
        ]

    def _number(self, column: Column, value: Any) -> float:
        if value is None or str(value).strip() == "":
            return self._gap(column)
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if isinstance(value, bool) or not math.isfinite(number) or abs(number) > np.finfo(np.float32).max:
            raise TrainerError(
                f"{column.name} is '{str(value)[:40]}', which is no number. Give one, as in 1.5."
            )
        return number

    def _gap(self, column: Column) -> float:
        if self.data_set.missing:
            return math.nan  # which the preparation fills
        if self._zero_for_gaps:
            return 0.0
        raise TrainerError(f"{column.name} has no value, and the run never saw a gap. Give a number.")


class Plane(Table):
    """A point of the plane: {"row": [x, y]}."""

    kind = "points"

    def __init__(self, learned: Learned):
        super().__init__(learned)
        x, y = learned.train
        every = max(1, -(-len(x) // POINTS))
        self._points = np.round(x[::every].astype(float), 4).tolist()
        self._classes = y[::every].tolist() if self.data_set.task == CLASSIFICATION else []

    def form(self) -> dict[str, Any]:
        """As of a table, with some of the points that were trained on."""
        return {**super().form(), "points": self._points, "points_of": self._classes}


def columns(features: Sequence[str], categories: Sequence[str], train: np.ndarray) -> list[Column]:
    """The fields of rows like those of the training part (examples, features), in the features' order."""
    names = features or [f"number {place}" for place in range(1, train.shape[1] + 1)]
    found, place = [], 0
    for name in [name for name in names if not _category_of(name, categories)]:
        found.append(_number_column(name, place, train[:, place]))
        place += 1
    for category in categories:
        mine = [name for name in names[place:] if name.startswith(f"{category}=")]
        values = tuple(name.removeprefix(f"{category}=") for name in mine)
        places = tuple(range(place, place + len(mine)))
        if places:
            usual = values[int(train[:, places].sum(0).argmax())]
            found.append(Column(category, places, values, typical=usual))
        place += len(mine)
    return found


def _category_of(name: str, categories: Sequence[str]) -> bool:
    return any(name.startswith(f"{category}=") for category in categories)


def _number_column(name: str, place: int, values: np.ndarray) -> Column:
    known = values[~np.isnan(values)].astype(np.float64)
    if not len(known):
        return Column(name, (place,))
    low, typical, high = (float(f"{value:.6g}") for value in (known.min(), np.median(known), known.max()))
    return Column(name, (place,), (), low, high, typical, bool((known % 1 == 0).all()))


def _put_category(x: np.ndarray, column: Column, value: str) -> list[str]:
    if value in column.values:
        x[column.places[column.values.index(value)]] = 1
    if value in (*column.values, NONE):
        return []
    known = ", ".join(column.values[:12])
    return [f"{column.name} is '{value[:40]}', which the network never saw: it counts as none of {known}."]


def _value(column: Column, x: np.ndarray) -> float | str | None:
    if column.values:
        places = [place for place in range(len(column.values)) if x[column.places[place]] > 0]
        return column.values[places[0]] if places else NONE
    number = float(x[column.places[0]])
    return None if math.isnan(number) else float(f"{number:.6g}")


def _parts(row: Any) -> Sequence[Any]:
    """The values of a row: a list, or a line with commas, semicolons or tabs between them."""
    if isinstance(row, str):
        for separator in ("\t", ";", ","):
            if separator in row:
                return row.split(separator)
        return row.split() if row.strip() else []
    if not isinstance(row, list):
        raise TrainerError("'row' must be a list of values, or a line with commas between them.")
    return row
