"""A run's figures as the live charts take them: JSON-ready, bounded in size, and only what is new.

The answer to a question that was asked before is remembered until the run's files change, so twenty
tabs that look at one run cost little more than one.
"""

from __future__ import annotations

import base64
import math
import sqlite3
import time
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trainer import findings, layout, looks, queue, store, vitals
from trainer.gap import asking as gap
from trainer.results import stored
from trainer.store import Run
from trainer.thinning import WINDOW, envelope, plain, series, smoothed

POINTS = 2000  # of a curve: about as many as a chart is wide
READINGS = 600  # of how the computer fares
REMEMBERED = 32  # answers; a first load may be megabytes
LIFE = 1.0  # seconds between two looks at whether a silent run still lives
FRESH = 5.0  # seconds that a first answer waits for the browser that is to ask for it
EVERYTHING = -1  # steps begin at 0 or later


@dataclass(frozen=True)
class Remembered:
    """An answer, what the run's files looked like before it, and whether it can still change."""

    stamp: tuple
    at: float
    ended: bool
    answer: dict[str, Any]


_answers: OrderedDict[tuple[str, int], Remembered] = OrderedDict()
_begun: dict[str, tuple[float, Future]] = {}
_ahead = ThreadPoolExecutor(1, "figures")


def begin(run_id: str) -> None:
    """Works out the first answer for a browser that is about to ask: of a long run it takes longer than the
    browser needs to get ready.
    """
    for other, (at, _) in list(_begun.items()):
        if time.monotonic() - at > FRESH:
            _begun.pop(other, None)
    if run_id not in _begun:
        _begun[run_id] = time.monotonic(), _ahead.submit(metrics, run_id)


def first(run_id: str) -> dict[str, Any]:
    """All figures, as `begin` has worked them out or else anew; raises what metrics raises."""
    at, begun = _begun.pop(run_id, (0.0, None))
    if begun and time.monotonic() - at < FRESH:
        return begun.result()
    return metrics(run_id)


def metrics(run_id: str, since: int = EVERYTHING) -> dict[str, Any]:
    """The run, its curves and its layers' statistics after step `since`; pass "cursor" as since
    next time.

    Numbers that are not finite are None. A long history is thinned: each curve to the smallest and
    the largest value of each stretch, so that no spike is lost. What comes again, from its first step
    on, takes the place of what came before. Raises KeyError for an unknown or malformed id.
    """
    key, stamp, now = (run_id, since), _stamp(run_id), time.monotonic()
    old = _answers.get(key)
    if old and old.stamp == stamp and (old.ended or now - old.at < LIFE):
        return old.answer
    with store.reading(run_id) as connection:
        run = store.read_meta(run_id, connection)
        answer = _answer(run, connection, since)
    ended = not run.active and not answer["gap"]["pending"]
    _answers[key] = Remembered(stamp, now, ended, answer)
    while len(_answers) > REMEMBERED:
        _answers.popitem(last=False)
    return answer


def layer(run_id: str, name: str, since: int = -1) -> dict[str, Any]:
    """One layer's histograms after step `since`. Raises KeyError for an unknown run or layer."""
    with store.reading(run_id) as connection:
        return looks.of_layer(store.read_meta(run_id, connection).layers, connection, name, since)


def _stamp(run_id: str) -> tuple:
    """What changes whenever the run's process writes. Raises KeyError for an unknown run."""
    path = store.folder(run_id) / "run.db"
    if not path.exists():
        raise KeyError(run_id)
    facts = [each.stat() for each in (path, path.with_name("run.db-wal")) if each.exists()]
    return (str(path), *((each.st_mtime_ns, each.st_size) for each in facts))


def _answer(run: Run, connection: sqlite3.Connection, since: int) -> dict[str, Any]:
    validation = _validation(connection, since)
    return {
        "run": describe(run),
        "cursor": _cursor(run, connection),
        "train": _train(connection, since),
        "validation": validation,
        "measures": _measures(connection, validation["epoch"]),
        "boundary": _boundary(run, connection, since),
        "results": stored.newest(connection, since),
        "vitals": _vitals(run.vitals, connection, since),
        "findings": findings.of(run, connection),
        "gap": _gap(run, since),
        **(_descriptions(run) if since < 0 else {}),
        **looks.since(run.layers, connection, since),
    }


def _cursor(run: Run, connection: sqlite3.Connection) -> int:
    """The newest step of which all is known. An epoch's validation comes later than the epoch's last step,
    which is its step too.
    """
    (step,) = connection.execute("SELECT coalesce(max(step), -1) FROM steps").fetchone()
    (validated,) = connection.execute("SELECT coalesce(max(step), 0) FROM epochs").fetchone()
    ends_an_epoch = run.epochs > 0 and step > 0 and step % max(1, run.steps // run.epochs) == 0
    return step - 1 if ends_an_epoch and validated < step else step


def _descriptions(run: Run) -> dict[str, Any]:
    """What the figures are, which does not change: asked for once."""
    readings = [each for each in vitals.SHOWN if each["name"] in run.vitals]
    return {"statistics": layout.SHOWN, "readings": readings}


RUN_KEYS = (
    "id",
    "name",
    "state",
    "message",
    "variant",
    "data",
    "task",
    "labels",
    "confusion",
    "epoch",
    "epochs",
    "step",
    "steps",
    "device",
    "lr",
    "memory",
)


def describe(run: Run) -> dict[str, Any]:
    """How far a run is, how fast it goes and how many seconds are left."""
    rate = run.step / run.seconds if run.seconds else None
    until = run.finished or time.time()
    return {
        **{key: getattr(run, key) for key in RUN_KEYS},
        "elapsed_s": round(max(0.0, until - run.started), 2) if run.started else 0.0,
        "left_s": round((run.steps - run.step) / rate, 1) if rate and run.state == "running" else None,
        "steps_per_second": round(rate, 2) if rate else None,
        "queue": _queue(run),
        "telemetry_share": _share(run.telemetry_share),
        "results_share": _share(run.results_share),
    }


def _share(share: float | None) -> float | None:
    return round(share, 4) if share is not None else None


def _queue(run: Run) -> dict[str, int] | None:
    """How many wait before it and how many compute, of how many; None where it does not wait."""
    place = queue.place(run.id) if run.state == "queued" else None
    return asdict(place) if place else None


def _train(connection: sqlite3.Connection, since: int) -> dict[str, dict[str, list]]:
    """Loss and accuracy of each batch, and both smooth: of all batches, before they are thinned."""
    columns = "SELECT step, loss, accuracy FROM steps WHERE step"
    newest_first = f"{columns} <= ? ORDER BY step DESC LIMIT ?"
    before = connection.execute(newest_first, (since, WINDOW - 1)).fetchall()[::-1]
    after = connection.execute(f"{columns} > ? ORDER BY step", (since,)).fetchall()
    table = _table([*before, *after], 3)
    measured = table[:, 1:]
    known = np.column_stack([measured, *(smoothed(column) for column in measured.T)])[len(before) :]
    names = ("loss", "accuracy", "smooth_loss", "smooth_accuracy")
    found = series(table[len(before) :, 0].astype(int), known, POINTS)
    return dict(zip(names, found, strict=True))


def _validation(connection: sqlite3.Connection, since: int) -> dict[str, list]:
    rows = connection.execute(
        "SELECT step, epoch, loss, accuracy FROM epochs WHERE step > ? ORDER BY epoch", (since,)
    )
    table = _table(rows.fetchall(), 4)
    table = table[np.union1d(envelope(table[:, 2], POINTS), envelope(table[:, 3], POINTS))]
    whole = {"step": table[:, 0].astype(int).tolist(), "epoch": table[:, 1].astype(int).tolist()}
    return {
        **whole,
        "loss": plain(table[:, 2]),
        "accuracy": plain(table[:, 3]),
    }


def _measures(connection: sqlite3.Connection, epochs: list[int]) -> dict[str, list]:
    """Each measure by its name, a value for each of these epochs; None where it was not taken."""
    try:
        rows = connection.execute("SELECT name, epoch, value FROM measures").fetchall()
    except sqlite3.OperationalError:  # a run from before there were measures
        return {}
    found: dict[str, dict[int, float]] = {}
    for name, epoch, value in rows:
        found.setdefault(name, {})[epoch] = math.nan if value is None else value
    return {
        name: plain(np.array([values.get(epoch, math.nan) for epoch in epochs]))
        for name, values in found.items()
    }


def _boundary(run: Run, connection: sqlite3.Connection, since: int) -> dict[str, Any] | None:
    """The newest boundary, from step `since` on, with the area it is of; None for data that are no points."""
    if run.area is None:
        return None
    newest = "SELECT step, answers FROM boundaries WHERE step >= ? ORDER BY step DESC LIMIT 1"
    row = connection.execute(newest, (since,)).fetchone()
    if row is None:
        return None
    step, answers = row
    half = len(answers) // 2
    classes, likely = (base64.b64encode(part).decode() for part in (answers[:half], answers[half:]))
    return {"step": step, "area": run.area, "classes": classes, "likely": likely}


def _gap(run: Run, since: int) -> dict[str, Any]:
    """Whether a measurement is underway, and what the last one found, from step `since` on."""
    known = run.gap is not None and run.gap.get("step", since) >= since
    return {"pending": gap.pending(run), "found": run.gap if known else None}


def _vitals(names: list[str], connection: sqlite3.Connection, since: int) -> dict[str, dict[str, list]]:
    """The readings by name; those that were never taken here are left out."""
    if not names:
        return {}
    rows = connection.execute("SELECT step, readings FROM vitals WHERE step > ? ORDER BY step", (since,))
    found = [(step, np.frombuffer(blob, np.float64)) for step, blob in rows]
    if not found:
        return {}
    steps, table = np.array([step for step, _ in found]), np.stack([values for _, values in found])
    taken = ~np.isnan(table).all(0)
    known = [name for name, there in zip(names, taken, strict=True) if there]
    return dict(zip(known, series(steps, table[:, taken], READINGS), strict=True))


def _table(rows: list[tuple], columns: int) -> np.ndarray:
    """(rows, columns) as float64; NULL, which is how SQLite keeps NaN, becomes NaN again."""
    return np.array(rows, dtype=float).reshape(-1, columns)
