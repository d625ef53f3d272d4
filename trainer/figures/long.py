"""A run's figures as one long table: each row is one value of one metric at one step."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from trainer import store
from trainer.store import Run


@dataclass(frozen=True)
class Row:
    """A value. split: train, validation, or computer for how the computer fared; epoch: None but for what is
    measured once an epoch; value: NaN and infinity are kept as they are.
    """

    run: str
    name: str
    step: int
    epoch: int | None
    split: str
    metric: str
    value: float


def rows(run_id: str) -> Iterator[Row]:
    """All figures of a run: of each step, of each epoch, of the computer. Raises KeyError."""
    with store.reading(run_id) as connection:
        run = store.read_meta(run_id, connection)
        yield from _steps(run, connection)
        yield from _epochs(run, connection)
        yield from _vitals(run, connection)


def _steps(run: Run, connection: sqlite3.Connection) -> Iterator[Row]:
    counted = _was_measured(connection, "steps")
    for step, loss, accuracy in connection.execute("SELECT step, loss, accuracy FROM steps ORDER BY step"):
        yield Row(run.id, run.name, step, None, "train", "loss", _number(loss))
        if counted:
            yield Row(run.id, run.name, step, None, "train", "accuracy", _number(accuracy))


def _epochs(run: Run, connection: sqlite3.Connection) -> Iterator[Row]:
    measured: dict[int, list[tuple[str, float]]] = {}
    with suppress(sqlite3.OperationalError):  # a run from before there were measures
        for epoch, name, value in connection.execute("SELECT epoch, name, value FROM measures"):
            measured.setdefault(epoch, []).append((name, _number(value)))
    old = not measured and _was_measured(connection, "epochs")
    for epoch, step, loss, accuracy in connection.execute("SELECT * FROM epochs ORDER BY epoch"):
        own = [("accuracy", _number(accuracy))] if old else measured.get(epoch, ())
        for name, value in (("loss", _number(loss)), *own):
            yield Row(run.id, run.name, step, epoch, "validation", name, value)


def _was_measured(connection: sqlite3.Connection, table: str) -> bool:
    """Whether there is an accuracy at all: for networks that predict numbers there is none."""
    found = f"SELECT EXISTS (SELECT 1 FROM {table} WHERE accuracy IS NOT NULL)"
    return bool(connection.execute(found).fetchone()[0])


def _vitals(run: Run, connection: sqlite3.Connection) -> Iterator[Row]:
    """The readings that were taken on this computer."""
    if not run.vitals:
        return
    found = connection.execute("SELECT step, readings FROM vitals ORDER BY step").fetchall()
    table = np.array([np.frombuffer(blob, np.float64) for _, blob in found]).reshape(-1, len(run.vitals))
    known = ~np.isnan(table).all(axis=0)
    for (step, _), values in zip(found, table, strict=True):
        for name, value, there in zip(run.vitals, values.tolist(), known, strict=True):
            if there:
                yield Row(run.id, run.name, step, None, "computer", name, value)


def _number(value: float | None) -> float:
    """NaN is NULL in SQLite."""
    return math.nan if value is None else value
