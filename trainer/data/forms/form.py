"""What a form of file is: how to guess what is in one, what may be corrected, how arrays are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from trainer.data import limits
from trainer.data.dataset import CLASSIFICATION
from trainer.errors import TrainerError, unknown

Options = Mapping[str, Any]
COARSE = 0.01  # of a column's standard deviation: steps of float32 that are larger lose what it tells
FAR = 1000  # from 0: Adam at its usual rate moves an answer by about a thousandth with each step


@dataclass(frozen=True)
class Option:
    """Something that is guessed from a file and may be corrected: one or several of `choices`, or a whole
    number from low to high. title and help are for the page.

    without  another option with the same choices: what is chosen here is taken out of that one.
    named    whether the choices are names out of the file, which are shown as they are.
    """

    name: str
    title: str
    kind: Literal["one", "several", "number"]
    help: str = ""
    choices: tuple[str, ...] = ()
    low: int = 1
    high: int = 1
    without: str = ""
    named: bool = False

    def read(self, value: Any) -> Any:
        """The value as a recipe keeps it; words from a command line are read too. Raises TrainerError."""
        if self.kind == "number":
            return self._number(value)
        if self.kind == "one":
            return self._choice(value)
        return tuple(self._choice(each) for each in listed(value))

    def takes(self, value: Any) -> bool:
        """Whether `read` would take it."""
        try:
            self.read(value)
        except TrainerError:
            return False
        return True

    def _choice(self, value: Any) -> str:
        if value not in self.choices:
            raise unknown(f"value of {self.name}", str(value), self.choices[:50])
        return value

    def _number(self, value: Any) -> int:
        try:
            number = int(value)
        except (TypeError, ValueError):
            number = self.low - 1
        if not self.low <= number <= self.high:
            raise TrainerError(
                f"{self.name} is {value}. It takes a whole number from {self.low} to {self.high}."
            )
        return number


@dataclass(frozen=True)
class Made:
    """The arrays that a file gives, and what is to be known of them; see DataSet for the words.

    notes  what was left out or changed on the way, in sentences.
    """

    x: np.ndarray
    y: np.ndarray
    labels: tuple[str, ...]
    task: str = CLASSIFICATION
    dtype: str = "float32"
    high: int | None = None
    scaling: str = "none"
    divisor: float = 1
    missing: str = ""
    tokens: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuses what no network can be trained on. Raises TrainerError."""
        examples = len(self.x)
        limits.EXAMPLES.holds(examples, "The file")
        limits.NUMBERS.holds(self.x.size, "The file")
        if examples < 4:
            raise TrainerError(f"There are {examples} examples. Training and validation need at least 4.")
        if not self.x[0].size:
            raise TrainerError(
                "An example holds no number. Choose at least one column or array to learn from."
            )
        if self.task == CLASSIFICATION:
            limits.CLASSES.holds(len(self.labels), "The target")
            counts = np.unique(self.y, return_counts=True)[1]
            if len(counts) < 2:
                raise TrainerError("Every example is of the same class. Choose a target with two or more.")
            if counts.max() < 2:
                raise TrainerError(
                    f"Each of the {len(counts):,} classes has a single example, so none is left to "
                    "validate with. Choose another target, predict values, or bring more examples."
                )


@dataclass(frozen=True)
class Form:
    """One form of file.

    endings  of the files' names.
    guess    file and what was chosen -> all its options, as they probably are then.
    options  file and the options so far -> what may be corrected.
    make     file and options -> the arrays.
    """

    name: str
    title: str
    endings: tuple[str, ...]
    about: str
    guess: Callable[[Path, Options], Options]
    options: Callable[[Path, Options], tuple[Option, ...]]
    make: Callable[[Path, Options], Made]

    def completed(self, path: Path, given: Options) -> dict[str, Any]:
        """All options of a file: those given, the others guessed. Raises TrainerError."""
        found = {**self.guess(path, given), **given}
        known = {option.name: option for option in self.options(path, found)}
        for name, value in given.items():
            if name not in known:
                raise unknown(f"option of {path.name}", name, known)
            found[name] = known[name].read(value)
        return found

    def changed(self, path: Path, given: Options, name: str, value: Any) -> dict[str, Any]:
        """What was chosen, with one option more; those that this makes impossible are guessed again."""
        wanted = {**given, name: value}
        completed = {**self.guess(path, wanted), **wanted}
        known = {option.name: option for option in self.options(path, completed)}
        if other := known[name].without:
            wanted[other] = tuple(each for each in completed[other] if each not in value)
        return {key: found for key, found in wanted.items() if key in known and known[key].takes(found)}


def listed(value: Any) -> list[str]:
    """Several choices: as they are, or as words of a command line, a, b."""
    given = value.split(",") if isinstance(value, str) else value
    return [word for word in (each.strip() for each in given) if word]


def remarks(name: str, numbers: np.ndarray, predicted: bool = False) -> Iterator[str]:
    """What makes numbers hard to learn from, or to predict: sentences. numbers: as in the file."""
    known = np.asarray(numbers, np.float64)
    known = known[np.isfinite(known)]
    if not len(known):
        return
    mean, spread, low = known.mean(), known.std(), known.min()
    step = float(np.spacing(np.float32(np.abs(known).max())))
    if spread and step > COARSE * spread:
        yield (
            f"Float32, in which networks compute, holds {name} only in steps of {step:.3g}, and it varies by "
            f"{spread:.3g}. Subtract {low:.6g} from it in the file."
        )
    if predicted and spread and max(abs(mean), spread) > FAR:
        yield (
            f"{name} is {mean:.4g} on average, and a network begins with answers near 0, so it would learn "
            f"for long. Subtract {mean:.4g} from {name} in the file, then divide it by {spread:.4g}."
        )


def numbered(names: Sequence[Any]) -> tuple[tuple[str, ...], np.ndarray]:
    """Class names and, for each example, which of them it is. Numbers are in the order of their size."""
    known, places = np.unique(np.asarray(names, dtype=str), return_inverse=True)
    try:
        order = np.argsort(known.astype(float), kind="stable")
    except ValueError:
        order = np.arange(len(known))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return tuple(str(name) for name in known[order]), ranks[places.reshape(-1)]
