"""Arrays as numpy.savez writes them: one holds the examples, another what is right of each."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

from trainer.data import limits
from trainer.data.dataset import CLASSIFICATION, REGRESSION
from trainer.data.forms.form import Form, Made, Option, Options, numbered, remarks
from trainer.errors import TrainerError

EXAMPLES_NAMES = ("x", "x_train", "images", "data", "features", "inputs", "arr_0")
ANSWERS_NAMES = ("y", "y_train", "labels", "target", "targets", "outputs", "arr_1")
CLASSES, VALUES = "classes", "values"
AS_THEY_ARE, LAST, ONE = "as they are", "last, to be put first", "nowhere: one is added"
NUMBERS, TOKENS = "numbers", "tokens"
FEW = 20
MOST_DIMENSIONS = 5
MOST_TOKENS = 1_000_000
MOST_NAMED = 8  # arrays in a sentence
LARGEST_WHOLE = 2.0**53


@lru_cache(2)
def shapes(path: Path) -> dict[str, tuple[tuple[int, ...], str]]:
    """Name of each array -> its shape and dtype, read off the heads. Raises TrainerError."""
    found = {}
    try:
        with zipfile.ZipFile(path) as packed:
            names = [each.filename for each in packed.infolist() if each.filename.endswith(".npy")]
            limits.ENTRIES.holds(len(names), path.name)
            for name in names:
                with packed.open(name) as file:
                    version = np.lib.format.read_magic(file)
                    head = (
                        np.lib.format.read_array_header_1_0
                        if version == (1, 0)
                        else np.lib.format.read_array_header_2_0
                    )
                    shape, _, dtype = head(file)
                    found[name.removesuffix(".npy")] = (shape, dtype.str)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError) as error:
        raise TrainerError(
            f"{path.name} is no file of arrays, or it is damaged. Write it with numpy.savez(path, x=x, y=y)."
        ) from error
    if len(found) < 2:
        raise TrainerError(
            f"{path.name} holds {len(found)} arrays. It needs two: numpy.savez(path, x=examples, y=answers)."
        )
    return found


def _array(path: Path, name: str) -> np.ndarray:
    """One array, once its head was found harmless. Objects, which would be pickled, are refused."""
    shape, dtype = shapes(path)[name]
    if np.dtype(dtype).kind not in "biufU":
        raise TrainerError(
            f"{name} in {path.name} holds {np.dtype(dtype).name}, which is not read. Store numbers or texts."
        )
    size = int(np.prod([int(side) for side in shape], dtype=object)) if shape else 1
    limits.NUMBERS.holds(size, name)
    limits.UNPACKED.holds(size * np.dtype(dtype).itemsize // limits.MB, name)
    try:
        with np.load(path, allow_pickle=False) as packed:
            return packed[name]
    except (ValueError, OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise TrainerError(
            f"{name} in {path.name} is damaged. Write the file again with numpy.savez."
        ) from error


def _named(names: tuple[str, ...], known: dict, otherwise: int) -> str:
    by_name = {name.lower(): name for name in known}
    return next((by_name[name] for name in names if name in by_name), list(known)[otherwise])


def _given(name: str, given: Options, known: dict) -> str:
    return given[name] if given.get(name) in known else ""


def guess(path: Path, given: Options) -> Options:
    known = shapes(path)
    x = _given("examples", given, known) or _named(EXAMPLES_NAMES, known, 0)
    wanted = (_given("answers", given, known), _named(ANSWERS_NAMES, known, 1), *known)
    y = next(name for name in wanted if name and name != x)
    shape, dtype = known[x]
    last = len(shape) == 4 and shape[-1] in (1, 3) and shape[1] not in (1, 3)
    grey = len(shape) == 3 and np.dtype(dtype) == np.uint8  # as Keras hands out MNIST
    alone = len(known[y][0]) == 1 or known[y][0][1:] == (1,)  # a column, as Keras hands out CIFAR-10
    whole = np.dtype(known[y][1]).kind in "biuU" and alone
    small = np.dtype(dtype).itemsize > 1 and np.dtype(dtype).kind in "iu" and len(shape) == 2
    return {
        "examples": x,
        "answers": y,
        "predict": CLASSES if whole else VALUES,
        "kind": TOKENS if small else NUMBERS,
        "channels": LAST if last else ONE if grey else AS_THEY_ARE,
        "scaling": "none",
    }


def options(path: Path, chosen: Options) -> tuple[Option, ...]:
    names = tuple(shapes(path))
    return (
        Option("examples", "Examples", "one", "The array with one example a row.", names, named=True),
        Option("answers", "Answers", "one", "The array with what is right of each.", names, named=True),
        Option(
            "predict",
            "Predict",
            "one",
            "Classes: which one is it? Values: how much is it?",
            (CLASSES, VALUES),
        ),
        Option(
            "kind",
            "The examples are",
            "one",
            "Tokens are whole numbers that stand for words.",
            (NUMBERS, TOKENS),
        ),
        Option("channels", "Channels stand", "one", "PyTorch takes them first.", (AS_THEY_ARE, LAST, ONE)),
        Option(
            "scaling",
            "Scale the features",
            "one",
            "Whole bytes are divided by 255 first.",
            ("none", "standardize", "0 to 1"),
        ),
    )


def make(path: Path, chosen: Options) -> Made:
    x, y = _array(path, chosen["examples"]), _array(path, chosen["answers"])
    if x.ndim < 1 or y.ndim < 1 or len(x) != len(y):
        raise TrainerError(
            f"{chosen['examples']} is {x.shape} and {chosen['answers']} is {y.shape}. "
            "Both need one row for each example, as many in the one as in the other."
        )
    if x.ndim > MOST_DIMENSIONS or x.dtype.kind == "U":
        raise TrainerError(
            f"{chosen['examples']} is {x.dtype.name} {x.shape}. Give numbers of at most 5 dimensions."
        )
    if chosen["channels"] == LAST and x.ndim > 2:
        x = np.moveaxis(x, -1, 1)
    if chosen["channels"] == ONE and 2 < x.ndim < MOST_DIMENSIONS:
        x = x[:, None]
    x = x[:, None] if x.ndim == 1 else x
    byte = x.dtype == np.uint8 and chosen["kind"] == NUMBERS
    tokens = _tokens(x, chosen["examples"]) if chosen["kind"] == TOKENS else {}
    x = x if byte else np.ascontiguousarray(x, np.int64) if tokens else _float32(x, chosen["examples"])
    scaling = "none" if tokens else chosen["scaling"]
    answers = _answers(y, chosen)
    notes = tuple(_notes(path, (chosen["examples"], chosen["answers"])))
    if chosen["predict"] == VALUES:
        notes += tuple(remarks(chosen["answers"], y, predicted=True))
    return Made(x, **answers, **tokens, scaling=scaling, divisor=255 if byte else 1, notes=notes)


def _float32(numbers: np.ndarray, name: str) -> np.ndarray:
    """As networks compute with them. Raises TrainerError where one of them is none there."""
    with np.errstate(over="ignore"):  # said below
        found = np.ascontiguousarray(numbers, np.float32)
    if not np.isfinite(found).all():
        raise TrainerError(
            f"{name} holds NaN, infinity or a number beyond 3.4e38, the largest of float32. "
            "Replace them before saving."
        )
    return found


def _notes(path: Path, used: tuple[str, ...]) -> Iterator[str]:
    """Arrays that may have been meant as a part to test on."""
    if unused := [name for name in shapes(path) if name not in used]:
        names = ", ".join(unused[:MOST_NAMED]) + (" and more" if len(unused) > MOST_NAMED else "")
        yield f"Arrays that are not used: {names}. What is validated on is taken from {used[0]}."


def _tokens(x: np.ndarray, name: str) -> dict:
    if x.dtype.kind not in "biu" or x.min() < 0 or x.max() >= MOST_TOKENS:
        raise TrainerError(
            f"{name} does not hold tokens: those are whole numbers from 0 to {MOST_TOKENS - 1:,}. "
            "Take it as numbers."
        )
    return {"dtype": "int64", "high": int(x.max()) + 1}


def _answers(y: np.ndarray, chosen: Options) -> dict:
    name = chosen["answers"]
    if chosen["predict"] == CLASSES:
        if y.ndim == 2 and y.shape[1] == 1:
            y = y[:, 0]
        if y.ndim != 1 or (y.dtype.kind == "f" and _has_others(y)):
            raise TrainerError(
                f"{name} is {y.dtype.name} {y.shape}, and a class is one whole number or name. "
                "Predict values."
            )
        labels, numbers = numbered(y.astype(int) if y.dtype.kind == "f" else y)
        return {"y": numbers, "labels": labels, "task": CLASSIFICATION}
    if y.dtype.kind == "U":
        raise TrainerError(f"{name} holds what is no number. Predict classes, or replace it before saving.")
    values = _float32(y, name).reshape(len(y), -1)
    limits.CLASSES.holds(values.shape[1], name)
    width = values.shape[1]
    return {
        "y": values,
        "labels": (name,) if width == 1 else tuple(f"{name} {n}" for n in range(1, width + 1)),
        "task": REGRESSION,
    }


def _has_others(y: np.ndarray) -> bool:
    """Whether decimal numbers are others than whole ones, or too large to be told from their neighbours."""
    return bool(((y % 1 != 0) | (np.abs(y) >= LARGEST_WHOLE)).any())


FORM = Form(
    "arrays",
    "Arrays",
    (".npz",),
    "numpy.savez(path, x=examples, y=answers).",
    guess,
    options,
    make,
)
