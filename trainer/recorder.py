"""Writes what a run finds out, from inside its process, and reads what people ask of it.

A thread of its own writes, so that training waits for the disk only where it says so: before a checkpoint,
and at the end.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from trainer import store

COMMIT_EVERY = 0.25  # seconds; with FETCH_EVERY of gathering.py half a second that a killed process loses
PATIENCE = 60_000  # milliseconds to wait while another process, such as a backup, holds the file
RESERVE = "reserve"  # a file that is given up on a full disk, so that there is room to say so
RESERVED = 256 * 1024  # bytes

# One statement, so that looking between two batches costs 4 microseconds.
ASKED = "SELECT (SELECT value FROM meta WHERE key = 'wanted'), (SELECT max(number) FROM commands)"


@dataclass
class Pending:
    """What waits to be written: rows by their table, and facts about the run."""

    rows: dict[str, list[tuple]] = field(default_factory=lambda: {table: [] for table in store.FIGURES})
    meta: dict[str, Any] = field(default_factory=dict)

    def before(self, later: Pending) -> Pending:
        """These and later ones, in their order."""
        rows = {table: [*rows, *later.rows[table]] for table, rows in self.rows.items()}
        return Pending(rows, {**self.meta, **later.meta})


class Recorder:
    """Writes the figures of a run from inside its process, in short transactions.

    Rows wait in memory, never in an open transaction: that would lock out the page that wants to
    stop the run. One lot of them is on its way to the disk at most; where that is slow, the next grows.
    """

    def __init__(self, run_id: str):
        self._folder = store.folder(run_id)
        self._connection = store.connect(run_id, "rw")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(f"PRAGMA busy_timeout={PATIENCE}")
        self._connection.executescript(store.COMMANDS + store.RESULTS)  # of a run from before there were any
        with suppress(OSError):  # a disk that is full already will say so where it counts
            (self._folder / RESERVE).write_bytes(bytes(RESERVED))
        self._writer = Writer(run_id)
        self._thread = ThreadPoolExecutor(1, "recorder")
        self._writing: Future[None] | None = None
        self._underway, self._waiting = Pending(), Pending()
        self._committed = time.monotonic()

    def step(self, step: int, loss: float, accuracy: float) -> None:
        """The loss and the accuracy of one batch."""
        self._waiting.rows["steps"].append((step, loss, accuracy))

    def epoch(self, epoch: int, step: int, loss: float, accuracy: float) -> None:
        """The loss and the accuracy on the validation part after an epoch whose last step is
        `step`.
        """
        self._waiting.rows["epochs"].append((epoch, step, loss, accuracy))

    def measures(self, epoch: int, values: Mapping[str, float]) -> None:
        """How well the network does on the validation part after an epoch, by the measures' names."""
        self._waiting.rows["measures"] += [(epoch, name, value) for name, value in values.items()]

    def boundary(self, step: int, answers: bytes) -> None:
        """What the network answers all over the plane after a step, in place of what it answered before; see
        trainer/boundary.py.
        """
        self._waiting.rows["boundaries"] = [(step, answers)]

    def result(self, name: str, step: int, epoch: int, kept: bool, arrays: bytes) -> None:
        """What the network does on examples after a step; see trainer/results."""
        self._waiting.rows["results"].append((name, step, epoch, kept, arrays))

    def sample(self, step: int, statistics: bytes, histograms: bytes, channels: bytes) -> None:
        """A look inside the layers at one step; trainer.layout says which number is what."""
        self._waiting.rows["samples"].append((step, statistics, histograms, channels))

    def vitals(self, step: int, readings: bytes) -> None:
        """How the computer fares at one step, as float64; the run's `vitals` says which number is what."""
        self._waiting.rows["vitals"].append((step, readings))

    def set(self, **meta: Any) -> None:
        """Facts about the run, written with the next commit."""
        self._waiting.meta.update(meta)

    def commit(self, durably: bool = False) -> None:
        """Write everything that waits, and wait until it is written; a step written twice keeps its last
        values.

        durably: even a loss of power a moment later loses none of it.
        """
        self._settle()
        self._begin(durably)
        self._settle()

    def commit_if_due(self, patiently: bool = False) -> None:
        """Begin to write what waits if the last time is a quarter of a second ago. Raises what kept an
        earlier lot from being written.

        patiently: even if that lot has to be waited for; else it is left for another time.
        """
        free = patiently or not self._writing or self._writing.done()
        if free and time.monotonic() - self._committed > COMMIT_EVERY:
            self._settle()
            self._begin()

    def _begin(self, durably: bool = False) -> None:
        self._underway, self._waiting = self._waiting, Pending()
        self._writing = self._thread.submit(self._writer.write, self._underway, durably)
        self._committed = time.monotonic()

    def _settle(self) -> None:
        """Wait for what is underway; what could not be written waits again."""
        writing, self._writing = self._writing, None
        try:
            if writing:
                writing.result()
        except BaseException:
            self._waiting = self._underway.before(self._waiting)
            raise

    # --- what is asked

    def asked(self) -> tuple[str, int]:
        """What the run is wanted to do ("run", "pause", "stop"), and the number of the newest command."""
        wanted, newest = self._connection.execute(ASKED).fetchone()
        return (wanted or '"run"').strip('"'), newest or 0

    def commands(self) -> list[tuple[int, str, float | None]]:
        """Number, name and value of the commands that were not done yet, in their order."""
        open_ones = "SELECT number, name, value FROM commands WHERE step IS NULL ORDER BY number"
        return self._connection.execute(open_ones).fetchall()

    def done(self, number: int, step: int) -> None:
        """Keep after how many steps a command was done, at once: a resumed run does it there again.

        What was done later, before a resumption went back, is no longer true and is forgotten.
        """
        with self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM commands WHERE step > ?", (step,))
            connection.execute("UPDATE commands SET step = ? WHERE number = ?", (step, number))

    def rates(self) -> dict[int, float]:
        """Steps done -> the learning rate that a person gave then."""
        return store.rates(self._connection)

    def validation_losses(self) -> dict[int, float]:
        """Step -> the validation loss found there, as far as it is committed."""
        return store.validation_losses(self._connection)

    # --- the end

    def fail(self, message: str) -> None:
        """Write that the run failed. On a full disk the reserve is given up for that, and figures that
        find no room are dropped: a resumed run computes them again.
        """
        with suppress(OSError):
            (self._folder / RESERVE).unlink(missing_ok=True)
        self.set(state="failed", message=message, finished=time.time())
        with suppress(Exception):  # the failure that is told
            self._settle()
        try:
            self.commit()
        except sqlite3.Error:
            self._waiting = Pending(meta=self._waiting.meta)
            self.commit()

    def close(self) -> None:
        """Write what waits and fold the log into the file, which is then complete on its own."""
        self.commit()
        self._thread.submit(self._writer.close).result()
        self._thread.shutdown()
        with suppress(sqlite3.OperationalError):  # on a full disk the log stays, and is read as well
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()
        (self._folder / RESERVE).unlink(missing_ok=True)


class Writer:
    """Writes what waits through a connection of its own, in whatever thread calls."""

    def __init__(self, run_id: str):
        self._connection = store.connect(run_id, "rw", check_same_thread=False)
        self._connection.execute(f"PRAGMA busy_timeout={PATIENCE}")

    def write(self, pending: Pending, durably: bool) -> None:
        """All of them, in one transaction."""
        self._connection.execute(f"PRAGMA synchronous={'FULL' if durably else 'NORMAL'}")
        with self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            if pending.rows["boundaries"]:
                connection.execute("DELETE FROM boundaries")
            for table, rows in pending.rows.items():
                if rows:
                    places = ", ".join("?" * len(rows[0]))
                    connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({places})", rows)
            if pending.rows["results"]:
                connection.execute(store.FORGET)
            store.put_meta(connection, pending.meta)

    def close(self) -> None:
        self._connection.close()
