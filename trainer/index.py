"""runs.db: what lists say of each run, so that a list need not open every run's own file.

Everything in it is derived from the runs' folders, which are the truth. A row holds for as long as the
files of its run look as they did, so nobody has to write here when a run changes; runs that have not ended
are read anew each time. A file that is missing or damaged is made again from the folders.
"""

from __future__ import annotations

import json
import math
import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any

from builder.home import home
from trainer import store
from trainer.store import Run

TABLE = "CREATE TABLE entries (run TEXT PRIMARY KEY, stamp TEXT NOT NULL, facts TEXT NOT NULL) WITHOUT ROWID"
FRESH = 0.1  # seconds; a file that was written to just now may be again without a newer time
SMALL_IS_BEST = ("loss", "mae")  # of what is measured; of the rest the largest is
CHARTS_ONLY = ("labels", "confusion", "layers", "vitals", "area")  # of a run: large, and in no list


@dataclass(frozen=True)
class Entry:
    """What lists say of a run.

    run         its facts, without those that only its charts need.
    last, best  the last and the best value on the validation part by what was measured: loss, accuracy, r2,
                ...; NaN where the last was none.
    parameters  how many of them train; None until it has begun.
    """

    run: Run
    last: Mapping[str, float]
    best: Mapping[str, float]
    parameters: int | None


def runs(group: str = "") -> list[Run]:
    """All runs, or those of one comparison, newest first; none that was deleted."""
    return [each.run for each in entries() if not group or each.run.group == group]


def entries(deleted: bool = False) -> list[Entry]:
    """All runs, newest first; or instead those that were deleted and can still be brought back."""
    found = [each for each in _all() if (each.run.deleted is not None) == deleted]
    return sorted(found, key=lambda each: each.run.created, reverse=True)


def read(run_id: str) -> Entry:
    """One run's entry, read from its own file. Raises KeyError for an unknown one."""
    with store.reading(run_id) as connection:
        run = store.read_meta(run_id, connection)
        last, best = _measured(connection)
    parameters = sum(layer["parameters"] for layer in run.layers) if run.layers else None
    kept = {each.name: getattr(run, each.name) for each in fields(Run) if each.name not in CHARTS_ONLY}
    return Entry(Run(**kept), last, best, parameters)


def _measured(connection: sqlite3.Connection) -> tuple[dict[str, float], dict[str, float]]:
    """The last and the best value of everything that was measured on the validation part."""
    rows = [("loss", *each) for each in connection.execute("SELECT epoch, loss FROM epochs")]
    with suppress(sqlite3.OperationalError):  # a run from before there were measures
        rows += connection.execute("SELECT name, epoch, value FROM measures").fetchall()
    series: dict[str, dict[int, float]] = {}
    for name, epoch, value in rows:
        series.setdefault(name, {})[epoch] = math.nan if value is None else value
    last = {name: values[max(values)] for name, values in series.items()}
    known = {name: [v for v in values.values() if not math.isnan(v)] for name, values in series.items()}
    best = {name: (min if name in SMALL_IS_BEST else max)(values) for name, values in known.items() if values}
    return last, best


# --- the file


def _all() -> list[Entry]:
    """All entries: those that still hold out of the file, the others out of the runs' own files."""
    stamps = {run_id: _stamp(run_id) for run_id in store.ids()}
    try:
        return _brought_up_to_date(stamps)
    except sqlite3.OperationalError:  # another process writes, or the disk is full or read-only
        return _read_each(stamps)
    except (sqlite3.DatabaseError, ValueError, KeyError, TypeError):  # damaged
        for path in home().glob("runs.db*"):
            path.unlink(missing_ok=True)
        return _read_each(stamps)


def _brought_up_to_date(stamps: Mapping[str, str]) -> list[Entry]:
    with closing(sqlite3.connect(home() / "runs.db", timeout=1, isolation_level=None)) as connection:
        _prepare(connection)
        rows = connection.execute("SELECT run, stamp, facts FROM entries").fetchall()
        held = {run_id: _from_text(facts) for run_id, stamp, facts in rows if stamps.get(run_id) == stamp}
        new = _read_each(run_id for run_id in stamps if run_id not in held)
        lasting = [each for each in new if not each.run.active and each.run.state != "lost"]
        gone = [(run_id,) for run_id, *_ in rows if run_id not in stamps]
        kept = [(each.run.id, stamps[each.run.id], _to_text(each)) for each in lasting if stamps[each.run.id]]
        if gone or kept:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("DELETE FROM entries WHERE run = ?", gone)
                connection.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", kept)
    return [*held.values(), *new]


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    layout = _layout()
    if connection.execute("PRAGMA user_version").fetchone()[0] == layout:
        return
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DROP TABLE IF EXISTS entries")
        connection.execute(TABLE)
        connection.execute(f"PRAGMA user_version = {layout}")


@lru_cache(1)
def _layout() -> int:
    """Another number where a run or an entry has other facts: rows from before lack some."""
    names = [each.name for kind in (Run, Entry) for each in fields(kind)]
    return zlib.crc32(repr((TABLE, names)).encode()) & 0x7FFF_FFFF


def _read_each(run_ids: Iterable[str]) -> list[Entry]:
    found = []
    for run_id in run_ids:
        with suppress(KeyError, ValueError, TypeError, sqlite3.Error):  # being made or removed, or no run's
            found.append(read(run_id))
    return found


def _stamp(run_id: str) -> str:
    """What changes whenever something is written to a run; '' where that was just now."""
    folder, seen = f"{home()}/runs/{run_id}", []  # a Path for each of 500 takes longer than all the rest
    for name in ("run.db", "run.db-wal"):
        with suppress(OSError):
            facts = os.stat(f"{folder}/{name}")
            if facts.st_size:  # who only reads may leave an empty log
                seen.append((facts.st_mtime_ns, facts.st_size))
    newest = max((moment for moment, _ in seen), default=0)
    return "" if newest > (time.time() - FRESH) * 1e9 else repr(seen)


def _to_text(entry: Entry) -> str:
    facts = asdict(entry)
    facts["run"] = {name: value for name, value in facts["run"].items() if name not in CHARTS_ONLY}
    return json.dumps(facts)


@lru_cache(2048)
def _from_text(text: str) -> Entry:
    facts: dict[str, Any] = json.loads(text)
    return Entry(**{**facts, "run": Run(**facts["run"])})
