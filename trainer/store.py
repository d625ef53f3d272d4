"""The runs on disk: one folder per run, with one SQLite file that its process writes and everyone
may read.

One file per run, so that writers never wait for each other. NaN is NULL in SQLite, and no other
value here is, so NULL reads back as NaN; the layers' statistics are blobs, which keep NaN and infinity
as they are.
"""

from __future__ import annotations

import json
import math
import os
import re
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import psutil

from builder.home import home
from trainer.memory import VALIDATION_BATCH

ACTIVE = ("queued", "starting", "running", "paused")
RESUMABLE = ("stopped", "failed", "lost")
LOST = (
    "Its process is gone: ended from outside, the memory ran out, or the computer was restarted. "
    "Resume goes on from its last checkpoint."
)
BEGINNING = "beginning.safetensors"
UNSTARTED = 60.0  # seconds after which a run that never got a process counts as lost
RUN_ID = re.compile(r"[0-9a-f]{16}")

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE steps (step INTEGER PRIMARY KEY, loss REAL, accuracy REAL);
CREATE TABLE epochs (epoch INTEGER PRIMARY KEY, step INTEGER, loss REAL, accuracy REAL);
CREATE TABLE measures (epoch INTEGER, name TEXT, value REAL, PRIMARY KEY (epoch, name)) WITHOUT ROWID;
CREATE TABLE samples (step INTEGER PRIMARY KEY, statistics BLOB, histograms BLOB, channels BLOB);
CREATE TABLE vitals (step INTEGER PRIMARY KEY, readings BLOB);
CREATE TABLE boundaries (step INTEGER PRIMARY KEY, answers BLOB);
"""
# What a run shows on real examples, see trainer/results; kept: whether a row stays when a newer one comes.
RESULTS = """
CREATE TABLE IF NOT EXISTS results (
    name TEXT, step INTEGER, epoch INTEGER, kept INTEGER, arrays BLOB, PRIMARY KEY (name, step)
);
"""
FORGET = """
DELETE FROM results WHERE NOT kept
AND step < (SELECT max(step) FROM results AS newer WHERE newer.name = results.name)
"""
FIGURES = ("steps", "epochs", "measures", "samples", "vitals", "boundaries", "results")
WITHIN = "epoch IN (SELECT epoch FROM epochs WHERE step <= ?)"  # of the measures
# What people ask of a run while it trains; step: after how many steps it was done, NULL until then.
COMMANDS = """
CREATE TABLE IF NOT EXISTS commands (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, value REAL, step INTEGER
);
"""


@dataclass(frozen=True)
class Run:
    """What the store knows about a run, apart from its figures. Times are seconds since 1970."""

    id: str
    name: str = ""
    state: str = "queued"  # queued, starting, running, paused, stopping, done, stopped, failed or lost
    message: str = ""
    data: str = ""
    task: str = "classification"  # or "regression"
    labels: list[str] = field(default_factory=list)  # the classes, or the values to predict
    document_name: str = ""
    group: str = ""  # what the runs of one comparison have in common
    variant: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    created: float = 0.0
    started: float | None = None  # when training began
    finished: float | None = None
    pid: int | None = None
    born: float | None = None  # when that process started: a pid alone may be another's by now
    wanted: str = "run"  # or "pause" or "stop"
    asked: float | None = None  # when it was last resumed
    resumed: int = 0  # how often it was resumed
    attempts: int = 0  # how often by itself since its last checkpoint
    parent: str = ""  # the run it was forked from
    parent_step: int = 0  # after so many steps
    lr: float | None = None  # the learning rate that a person gave while it trained
    memory: int | None = None  # bytes that training it takes, estimated before it began
    validated_at_once: int = VALIDATION_BATCH  # examples; a run of before this was known took as many
    device: str = ""
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    seconds: float = 0.0  # of training, measured by the run itself
    telemetry_share: float | None = None
    results_share: float | None = None  # of the time, that results on examples took
    confusion: list[list[int]] = field(default_factory=list)  # class i taken for class j, at the last epoch
    layers: list[dict] = field(default_factory=list)  # as trainer.layout has them
    vitals: list[str] = field(default_factory=list)  # what the readings are
    area: dict[str, Any] | None = None  # what the bytes of a boundary are; see trainer/boundary.py
    not_finite: str = ""  # the node that gave infinity or NaN first, where the run ended for that
    gap: dict[str, Any] | None = None  # between training and evaluation mode; see trainer/gap
    gap_asked: float | None = None  # when it was asked for last
    tags: list[str] = field(default_factory=list)  # what people add: see trainer/shelf.py
    note: str = ""
    deleted: float | None = None  # when it was deleted; it can be brought back for a day

    @property
    def active(self) -> bool:
        """Whether it has not ended yet."""
        return self.state in (*ACTIVE, "stopping")

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return folder(self.id)


def folder(run_id: str) -> Path:
    """The folder of a run. Raises KeyError for anything that is not a run's id, so no path can
    be smuggled in.
    """
    if not isinstance(run_id, str) or not RUN_ID.fullmatch(run_id):
        raise KeyError(run_id)
    return home() / "runs" / run_id


def create(source: str, document: str, settings: str, **meta: Any) -> str:
    """Write a new queued run (network.py, document.loom.json, run.db) and return its id.

    The id is unguessable: knowing it is what lets a browser read the run's figures.
    """
    run_id = secrets.token_hex(8)
    place = folder(run_id)
    place.mkdir(parents=True, mode=0o700)
    (place / "network.py").write_text(source, encoding="utf-8")
    (place / "document.loom.json").write_text(document, encoding="utf-8")
    with closing(sqlite3.connect(place / "run.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(SCHEMA + RESULTS + COMMANDS)
    update(run_id, settings=json.loads(settings), created=time.time(), **meta)
    return run_id


@contextmanager
def writing(run_id: str) -> Iterator[sqlite3.Connection]:
    """A connection in a write transaction, committed at the end. Raises KeyError."""
    with closing(connect(run_id, "rw")) as connection, connection:
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        yield connection


@contextmanager
def reading(run_id: str) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write and sees one moment. Raises KeyError for an unknown run."""
    with closing(connect(run_id, "ro")) as connection:
        connection.execute("BEGIN")
        yield connection


def connect(run_id: str, mode: str, check_same_thread: bool = True) -> sqlite3.Connection:
    """A connection that reads ("ro") or writes ("rw"), without a transaction. Raises KeyError."""
    path = folder(run_id) / "run.db"
    if not path.exists():
        raise KeyError(run_id)
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=5,
        isolation_level=None,
        check_same_thread=check_same_thread,
    )


def update(run_id: str, **meta: Any) -> None:
    """Set facts about a run: update(run_id, wanted="stop")."""
    with writing(run_id) as connection:
        put_meta(connection, meta)


def put_meta(connection: sqlite3.Connection, meta: Mapping[str, Any]) -> None:
    """Set facts about a run inside a transaction. KeyError for a name Run does not have."""
    unknown = meta.keys() - FIELDS
    if unknown:
        raise KeyError(f"a run has no {unknown}")
    rows = [(key, json.dumps(value)) for key, value in meta.items()]
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)


def read(run_id: str) -> Run:
    """The run as it is now; 'lost' where its process is gone. Raises KeyError if unknown."""
    with reading(run_id) as connection:
        return read_meta(run_id, connection)


def read_meta(run_id: str, connection: sqlite3.Connection) -> Run:
    """The run as an open connection sees it."""
    meta = {key: json.loads(value) for key, value in connection.execute("SELECT key, value FROM meta")}
    known = {key: value for key, value in meta.items() if key in FIELDS}
    return settled(Run(**{**known, "id": run_id}))


def settled(run: Run) -> Run:
    """The run with the state a person should see: 'stopping' and 'lost' follow from facts,
    nobody writes them.
    """
    if run.state not in ACTIVE:
        return run
    if not lives(run):
        return _with(run, state="lost", message=LOST)
    return _with(run, state="stopping") if run.wanted == "stop" else run


def lives(run: Run) -> bool:
    """Whether the very process of this run still works; another one with the same number does
    not count.
    """
    if run.pid is None:
        return time.time() - (run.asked or run.created) < UNSTARTED
    try:
        process = psutil.Process(run.pid)
        same = abs(process.create_time() - (run.born or 0)) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def ids() -> list[str]:
    """All runs that have a folder here, those that were deleted lately too."""
    place = home() / "runs"
    if not place.exists():
        return []
    with os.scandir(place) as found:
        return [each.name for each in found if RUN_ID.fullmatch(each.name)]


def source(run_id: str) -> str:
    """The very source that is trained."""
    return (folder(run_id) / "network.py").read_text(encoding="utf-8")


def document(run_id: str) -> str:
    """The document it was printed from, as JSON text."""
    return (folder(run_id) / "document.loom.json").read_text(encoding="utf-8")


def output(run_id: str, most: int = 20_000) -> str:
    """The end of what the run's process has printed, tracebacks included: so many bytes at most, from the
    beginning of a line.
    """
    path = folder(run_id) / "output.log"
    if not path.exists():
        return ""
    with path.open("rb") as file:
        begins = max(0, path.stat().st_size - most)
        file.seek(begins)
        text = file.read().decode("utf-8", errors="replace")
    return text.partition("\n")[2] if begins else text


def beginning(run_id: str) -> Path | None:
    """The file with the weights it begins with, or None where they are drawn at random."""
    path = folder(run_id) / BEGINNING
    return path if path.exists() else None


def weights(run_id: str) -> Path | None:
    """The file with its trained weights, or None while there is none."""
    path = folder(run_id) / "weights.safetensors"
    return path if path.exists() else None


def rates(connection: sqlite3.Connection, until: float = math.inf) -> dict[int, float]:
    """Steps done -> the learning rate that a person gave then, up to a step."""
    chosen = "SELECT step, value FROM commands WHERE name = 'lr' AND step <= ? ORDER BY number"
    try:
        return dict(connection.execute(chosen, (until,)).fetchall())
    except sqlite3.OperationalError:  # a run from before rates could be given
        return {}


def validation_losses(connection: sqlite3.Connection) -> dict[int, float]:
    """Step -> the validation loss at the end of an epoch there; epochs without a number are left out."""
    return dict(connection.execute("SELECT step, loss FROM epochs WHERE loss IS NOT NULL ORDER BY step"))


def copy_figures(run_id: str, new_id: str, step: int) -> None:
    """Give a run the figures of another up to a step. Raises KeyError for an unknown one."""
    with reading(run_id) as old, writing(new_id) as new:
        there = {name for (name,) in old.execute("SELECT name FROM sqlite_master")}  # an old run has fewer
        for table in filter(there.__contains__, FIGURES):
            before = WITHIN if table == "measures" else "step <= ?"
            rows = old.execute(f"SELECT * FROM {table} WHERE {before}", (step,)).fetchall()
            if rows:
                places = ", ".join("?" * len(rows[0]))
                new.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({places})", rows)


def _with(run: Run, **changes: Any) -> Run:
    return Run(**{**{name: getattr(run, name) for name in FIELDS}, **changes})


FIELDS = {each.name for each in fields(Run)}
