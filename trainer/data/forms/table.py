"""CSV and Parquet: one row an example; one column is the target, the others are numbers or categories."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from trainer.data import limits
from trainer.data.dataset import CLASSIFICATION, REGRESSION
from trainer.data.forms.form import Form, Made, Option, Options, listed, numbered, remarks
from trainer.data.tables import as_numbers, read_table
from trainer.errors import TrainerError

if TYPE_CHECKING:
    import pandas

FEW = 20  # different whole numbers that are rather classes than values
MOST_CATEGORIES = 100  # of one column; each becomes a feature of its own
CLASSES, VALUES = "classes", "values"
KEEP_MEAN, KEEP_MEDIAN, ZERO, DROP = "mean", "median", "zero", "drop the row"
MISSING = (KEEP_MEAN, KEEP_MEDIAN, ZERO, DROP)
SCALING = ("standardize", "0 to 1", "none")
MOST_NAMED = 8  # columns in a sentence
NUMBER = re.compile(r"-?\d+(\.\d+)*( \(\d+\))?")  # a column's name that was a cell, told apart or not
NUMBER_SHARE = 0.9  # of a column's cells must be numbers for the column to count as one


@lru_cache(2)
def _types(path: Path) -> dict[str, str]:
    """Column -> "number", "category" or "" for what can be neither: each row its own text, or all alike."""
    table = read_table(path)
    found = {}
    for name in table.columns:
        filled, different = table[name].notna().sum(), table[name].nunique()
        if filled and as_numbers(table[name]).notna().sum() >= NUMBER_SHARE * filled:
            found[name] = "number"
        else:
            found[name] = (
                "category" if 1 < different <= MOST_CATEGORIES and different < len(table) / 2 else ""
            )
    return found


def _guessed_target(table: pandas.DataFrame) -> str:
    """A column that is called like one, else the last."""
    called = ("target", "label", "class", "species", "y", "quality", "outcome")
    by_name = {name.lower(): name for name in table.columns}
    return next((by_name[name] for name in called if name in by_name), table.columns[-1])


def _guessed_task(column: pandas.Series) -> str:
    numbers = as_numbers(column.dropna())
    if numbers.isna().any():
        return CLASSES
    return CLASSES if (numbers % 1 == 0).all() and numbers.nunique() <= FEW else VALUES


def guess(path: Path, given: Options) -> Options:
    table, types = read_table(path), _types(path)
    target = given.get("target")
    target = target if target in types else _guessed_target(table)
    features = [name for name in table.columns if name != target]
    numbers = [name for name in features if types[name] == "number"]
    rows = range(len(table))
    # A column that counts the rows teaches nothing but their order.
    counting = [name for name in numbers if name.lower() in ("id", "index", "unnamed: 0")]
    counting = [name for name in counting if list(table[name] - table[name].iloc[0]) == list(rows)]
    # What is said to be the one is not guessed to be the other.
    named = {kind: listed(given.get(kind, ())) for kind in ("numbers", "categories")}
    left_out = (*counting, *named["categories"])
    categories = [name for name in features if types[name] == "category" and name not in named["numbers"]]
    return {
        "target": target,
        "predict": _guessed_task(table[target]),
        "numbers": tuple(name for name in numbers if name not in left_out),
        "categories": tuple(categories),
        "missing": KEEP_MEAN,
        "scaling": "standardize",
    }


def options(path: Path, chosen: Options) -> tuple[Option, ...]:
    columns = tuple(read_table(path).columns)
    others = tuple(name for name in columns if name != chosen["target"])
    return (
        Option("target", "Target", "one", "The column to predict.", columns, named=True),
        Option(
            "predict",
            "Predict",
            "one",
            "Classes: which one is it? Values: how much is it?",
            (CLASSES, VALUES),
        ),
        Option(
            "numbers",
            "Columns taken as numbers",
            "several",
            "Other cells count as missing.",
            others,
            without="categories",
            named=True,
        ),
        Option(
            "categories",
            "Columns taken as categories",
            "several",
            "Each of a column's values becomes a feature that is 0 or 1.",
            others,
            without="numbers",
            named=True,
        ),
        Option(
            "missing",
            "Missing numbers",
            "one",
            "Mean and median are those of the training part. A missing category is 0 in all its features.",
            MISSING,
        ),
        Option(
            "scaling",
            "Scale the features",
            "one",
            "As measured on the training part: to mean 0 and variance 1, or to lie between 0 and 1.",
            SCALING,
        ),
    )


def make(path: Path, chosen: Options) -> Made:
    table, target = read_table(path), chosen["target"]
    numbers = [name for name in chosen["numbers"] if name != target]
    categories = [name for name in chosen["categories"] if name != target]
    if both := [name for name in numbers if name in categories]:
        raise TrainerError(
            f"{both[0]} is listed as a number and as a category. Take it out of one of the two lists."
        )
    known = as_numbers(table[target]).notna() if chosen["predict"] == VALUES else table[target].notna()
    columns = {name: as_numbers(table[name]) for name in numbers}
    gaps = _any_missing(columns.values(), len(table))
    kept = known & ~gaps if chosen["missing"] == DROP else known
    rows = np.flatnonzero(kept)
    if not len(rows):
        raise TrainerError(
            f"No row is complete. Choose another target than {target}, or fill what is missing."
        )
    parts = [columns[name].to_numpy()[rows, None] for name in numbers]
    features = list(numbers)
    for name in categories:
        names, hot = _one_hot(table[name].iloc[rows], name)
        parts.append(hot)
        features += names
    x = np.concatenate(parts, 1).astype(np.float32) if parts else np.empty((len(rows), 0), np.float32)
    limits.FEATURES.holds(x.shape[1], path.name)
    if chosen["missing"] == ZERO:
        x = np.nan_to_num(x, nan=0.0)
    return Made(
        x,
        **_answers(table[target].iloc[rows], chosen["predict"], target),
        scaling=chosen["scaling"],
        missing=chosen["missing"] if np.isnan(x).any() else "",
        features=tuple(features),
        notes=(
            *_notes(table, target, known, kept),
            *_notes_on_columns(table, (target, *numbers, *categories), columns),
            *(each for name in numbers for each in remarks(name, columns[name].to_numpy())),
            *(
                remarks(target, as_numbers(table[target]), predicted=True)
                if chosen["predict"] == VALUES
                else ()
            ),
        ),
    )


def _any_missing(columns, length: int) -> np.ndarray:
    gaps = np.zeros(length, bool)
    for column in columns:
        gaps |= column.isna().to_numpy()
    return gaps


def _one_hot(column: pandas.Series, name: str) -> tuple[list[str], np.ndarray]:
    """A feature for each of a column's values, 1 where the row has it."""
    if column.nunique() > MOST_CATEGORIES:
        raise TrainerError(
            f"{name} has {column.nunique():,} different values; a category may have {MOST_CATEGORIES}. "
            "Take it as a number or leave it out."
        )
    words = column.astype("string")
    values = sorted(words.dropna().unique())
    return [f"{name}={value}" for value in values], np.stack(
        [(words == value).fillna(False).to_numpy(np.float32) for value in values] or [np.zeros(len(words))], 1
    )[:, : len(values)]


def _answers(column: pandas.Series, predict: str, target: str) -> dict:
    if predict == VALUES:
        return {"y": as_numbers(column).to_numpy(np.float32), "labels": (target,), "task": REGRESSION}
    limits.CLASSES.holds(column.nunique(), target)
    labels, y = numbered([_class_name(value) for value in column])
    return {"y": y, "labels": labels, "task": CLASSIFICATION}


def _class_name(value: object) -> str:
    """1.0 is class 1: a column with gaps has its whole numbers as decimal ones."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _notes(table, target: str, known, kept):
    without = int((~known).sum())
    if without:
        yield f"{without:,} rows have no {target} that can be used and are left out."
    gaps = int((known & ~kept).sum())
    if gaps:
        yield f"{gaps:,} rows with a missing number are left out."


def _notes_on_columns(table, used, columns):
    """What is not learned from: the names, whole columns, and the words in columns of numbers."""
    if all(NUMBER.fullmatch(name) for name in table.columns):
        names = ", ".join(table.columns[:MOST_NAMED])
        yield f"The first row was taken as names: {names}. If it is an example, put a row of names above it."
    if unused := [name for name in table.columns if name not in used]:
        names = ", ".join(unused[:MOST_NAMED]) + (" and more" if len(unused) > MOST_NAMED else "")
        yield f"Columns that are not learned from: {names}. Add them to numbers or categories to use them."
    for name, column in columns.items():
        if words := int((table[name].notna() & column.isna()).sum()):
            yield f"{words:,} cells of {name} are no numbers and count as missing."


FORM = Form(
    "table",
    "Table",
    (".csv", ".tsv", ".parquet"),
    "CSV or Parquet: a row of names, then one row an example.",
    guess,
    options,
    make,
)
