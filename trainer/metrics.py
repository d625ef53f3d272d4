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
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trainer import layout, queue, store
from trainer.store import Run

POINTS = 2000  # of a curve: about as many as a chart is wide
LAYER_SAMPLES = 200  # steps on a first load; fewer where there are many layers
LAYER_ROWS = 4000  # steps times layers, about 600 kB of JSON
DIGITS = 6  # significant ones; float32 has seven
REMEMBERED = 32  # answers; a first load may be megabytes
LIFE = 1.0  # seconds between two looks at whether a silent run still lives


@dataclass(frozen=True)
class Remembered:
    """An answer, what the run's files looked like before it, and whether it can still change."""

    stamp: tuple
    at: float
    ended: bool
    answer: dict[str, Any]


_answers: OrderedDict[tuple[str, int], Remembered] = OrderedDict()


def metrics(run_id: str, since: int = -1) -> dict[str, Any]:
    """The run, its curves and its layers' statistics after step `since`; pass "cursor" as since
    next time.

    Numbers that are not finite are None. A long history is thinned: a loss curve to the smallest
    and the largest value of each stretch, so that no spike is lost. Raises KeyError for an unknown
    or malformed id.
    """
    key, stamp, now = (run_id, since), _stamp(run_id), time.monotonic()
    old = _answers.get(key)
    if old and old.stamp == stamp and (old.ended or now - old.at < LIFE):
        return old.answer
    with store.reading(run_id) as connection:
        run = store.read_meta(run_id, connection)
        answer = _answer(run, connection, since)
    _answers[key] = Remembered(stamp, now, not run.active, answer)
    while len(_answers) > REMEMBERED:
        _answers.popitem(last=False)
    return answer


def _stamp(run_id: str) -> tuple:
    """What changes whenever the run's process writes. Raises KeyError for an unknown run."""
    path = store.folder(run_id) / "run.db"
    if not path.exists():
        raise KeyError(run_id)
    facts = [each.stat() for each in (path, path.with_name("run.db-wal")) if each.exists()]
    return (str(path), *((each.st_mtime_ns, each.st_size) for each in facts))


def _answer(run: Run, connection: sqlite3.Connection, since: int) -> dict[str, Any]:
    (cursor,) = connection.execute("SELECT coalesce(max(step), -1) FROM steps").fetchone()
    samples, latest = _samples(run.layout, connection, since)
    validation = _validation(connection, since)
    return {
        "run": describe(run),
        "cursor": cursor,
        "train": _train(connection, since),
        "validation": validation,
        "measures": _measures(connection, validation["epoch"]),
        "layers": [{key: layer[key] for key in LAYER_KEYS} for layer in run.layout],
        "samples": samples,
        "latest": latest,
        "boundary": _boundary(run, connection, since),
    }


LAYER_KEYS = ("name", "kind", "norm", "channels", "running", "affine")
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
    share = run.telemetry_share
    return {
        **{key: getattr(run, key) for key in RUN_KEYS},
        "elapsed_s": round(max(0.0, until - run.started), 2) if run.started else 0.0,
        "left_s": round((run.steps - run.step) / rate, 1) if rate and run.state == "running" else None,
        "steps_per_second": round(rate, 2) if rate else None,
        "queue": _queue(run),
        "telemetry_share": round(share, 4) if share is not None else None,
    }


def _queue(run: Run) -> dict[str, int] | None:
    """How many wait before it and how many compute, of how many; None where it does not wait."""
    place = queue.place(run.id) if run.state == "queued" else None
    return asdict(place) if place else None


def _train(connection: sqlite3.Connection, since: int) -> dict[str, list]:
    rows = connection.execute("SELECT step, loss, accuracy FROM steps WHERE step > ? ORDER BY step", (since,))
    table = _table(rows.fetchall(), 3)
    table = table[envelope(table[:, 1], POINTS)]
    return {
        "step": table[:, 0].astype(int).tolist(),
        "loss": plain(table[:, 1]),
        "accuracy": plain(table[:, 2]),
    }


def _validation(connection: sqlite3.Connection, since: int) -> dict[str, list]:
    rows = connection.execute(
        "SELECT step, epoch, loss, accuracy FROM epochs WHERE step > ? ORDER BY epoch", (since,)
    )
    table = _table(rows.fetchall(), 4)
    table = table[envelope(table[:, 2], POINTS)]
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


def _table(rows: list[tuple], columns: int) -> np.ndarray:
    """(rows, columns) as float64; NULL, which is how SQLite keeps NaN, becomes NaN again."""
    return np.array(rows, dtype=float).reshape(-1, columns)


def envelope(values: np.ndarray, points: int) -> np.ndarray:
    """Indices of at most `points` values: the smallest and largest of each stretch, all where there
    are few.

    A stretch's value that is not finite counts as its largest, so a spike to infinity stays too.
    """
    if len(values) <= points:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), points // 2).astype(int)
    high = np.nan_to_num(values, nan=math.inf)
    low = np.where(np.isfinite(values), values, math.inf)
    kept = {0, len(values) - 1}
    for start, stop in zip(edges[:-1], edges[1:], strict=True):
        kept |= {int(start + low[start:stop].argmin()), int(start + high[start:stop].argmax())}
    return np.array(sorted(kept))


def _samples(layers: list[dict], connection: sqlite3.Connection, since: int) -> tuple[dict, dict]:
    """The layers' statistics of the steps after `since`, and the normalizations' channels at the
    last of them.
    """
    rows = _sample_rows(connection, since, max(20, min(LAYER_SAMPLES, LAYER_ROWS // max(1, len(layers)))))
    names = (*layout.SCALARS, "counts", "norm")
    if not rows or not layers:
        return {"step": [], **{name: [] for name in names}}, {"step": None, "norm": {}}
    table = np.stack([np.frombuffer(blob, np.float32) for _, blob in rows])
    scalars = np.stack([layout.scalars(layer, table) for layer in layers], 1)
    counts = np.stack([layout.counts(layer, table) for layer in layers], 1)
    samples = {
        "step": [step for step, _ in rows],
        **{name: plain(scalars[:, :, place]) for place, name in enumerate(layout.SCALARS)},
        "counts": np.nan_to_num(counts).astype(int).tolist(),
        "norm": _norms(layers, table),
    }
    latest = {layer["name"]: _channels(layer, table[-1]) for layer in layers if layer["norm"]}
    return samples, {"step": rows[-1][0], "norm": latest}


def _sample_rows(connection: sqlite3.Connection, since: int, most: int) -> list[tuple[int, bytes]]:
    """At most `most` samples after `since`, evenly spread, with the first and the last."""
    columns = "SELECT step, statistics FROM samples WHERE step"
    rows = connection.execute(f"{columns} > ? ORDER BY step LIMIT ?", (since, most + 1)).fetchall()
    if len(rows) <= most:
        return rows
    (last,) = connection.execute("SELECT max(step) FROM samples").fetchone()
    found = {}
    for step in (
        np.linspace(rows[0][0], last, most).astype(int).tolist()
    ):  # each an indexed look-up, not a scan
        row = connection.execute(f"{columns} >= ? ORDER BY step LIMIT 1", (step,)).fetchone()
        found[row[0]] = row
    return list(found.values())


def _norms(layers: list[dict], table: np.ndarray) -> list[dict]:
    """Per step: the averages over channels of each normalization."""
    columns = {layer["name"]: plain(layout.averages(layer, table)) for layer in layers if layer["norm"]}
    return [
        {name: dict(zip(layout.NORM, rows[step], strict=True)) for name, rows in columns.items()}
        for step in range(len(table))
    ]


def _channels(layer: dict, row: np.ndarray) -> dict[str, list | None]:
    """One normalization's values per channel at one step; None for what it does not have."""
    there = layout.present(layer)
    values = zip(layout.NORM, plain(layout.vectors(layer, row)), strict=True)
    return {
        "channel": layer["channel"],
        **{name: each if there[name] else None for name, each in values},
    }


def plain(values: np.ndarray) -> list:
    """Nested lists of short numbers; None where one is not finite, for JSON knows neither NaN
    nor infinity.
    """
    values = values.astype(float)
    finite = np.isfinite(values)
    safe = np.where(finite & (values != 0), values, 1.0)
    with np.errstate(over="ignore", invalid="ignore"):
        scale = 10.0 ** (DIGITS - 1 - np.floor(np.log10(np.abs(safe))))
        rounded = np.round(safe * scale) / scale
    short = np.where(np.isfinite(rounded), rounded, safe)  # the smallest numbers have no such scale
    short = np.where(values == 0, 0.0, short).astype(object)
    short[~finite] = None
    return short.tolist()
