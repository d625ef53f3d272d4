"""The queue: who waits for a device, first come, first served.

One small SQLite file for all runs. Nobody runs the queue: each run that waits looks whether it is its
turn, so it goes on without a server, and a run whose process is gone loses its place.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from builder.home import home
from trainer import policy, store

LOOK_EVERY = 0.2  # seconds
SCHEMA = """
CREATE TABLE IF NOT EXISTS places (
    number INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT UNIQUE, device TEXT, computes INTEGER DEFAULT 0
)
"""


@dataclass(frozen=True)
class Place:
    """Where a run stands: `ahead` wait before it, `computing` of `limit` runs are at work."""

    ahead: int
    computing: int
    limit: int


def enter(run_id: str, device: str) -> None:
    """Put a run at the end of a device's queue, whatever place it had before."""
    with _queue() as connection:
        connection.execute("DELETE FROM places WHERE run = ?", (run_id,))
        _enter(connection, run_id, device)


def leave(run_id: str) -> None:
    """Give the run's place to the next."""
    with _queue() as connection:
        connection.execute("DELETE FROM places WHERE run = ?", (run_id,))


def listed() -> list[str]:
    """The runs that compute or wait, in the order in which they came."""
    with _queue() as connection:
        _forget_ended(connection)
        return [run_id for (run_id,) in connection.execute("SELECT run FROM places ORDER BY number")]


def place(run_id: str) -> Place | None:
    """Where a run stands that waits; None for one that does not."""
    with _queue() as connection:
        return _place(connection, run_id)


def places() -> dict[str, Place]:
    """Where each run stands that waits, by its id, in the order in which they came."""
    with _queue() as connection:
        _forget_ended(connection)
        waiting = connection.execute("SELECT run FROM places WHERE NOT computes ORDER BY number").fetchall()
        return {run_id: _place(connection, run_id) for (run_id,) in waiting}


def wait(run_id: str, device: str, stop_wanted: Callable[[], bool]) -> bool:
    """Wait until it is the turn of this run, at its place or else at the end; False when a stop was wanted
    first.
    """
    with _queue() as connection:
        _enter(connection, run_id, device)
    while not stop_wanted():
        if _taken(run_id):
            return True
        time.sleep(LOOK_EVERY)
    leave(run_id)
    return False


def _taken(run_id: str) -> bool:
    with _queue() as connection:
        _forget_ended(connection)
        found = _place(connection, run_id)
        mine = found is not None and found.ahead == 0 and found.computing < found.limit
        if mine:
            connection.execute("UPDATE places SET computes = 1 WHERE run = ?", (run_id,))
        return mine


def _enter(connection: sqlite3.Connection, run_id: str, device: str) -> None:
    connection.execute("INSERT OR IGNORE INTO places (run, device) VALUES (?, ?)", (run_id, device))


def _place(connection: sqlite3.Connection, run_id: str) -> Place | None:
    own = "SELECT number, device FROM places WHERE run = ? AND NOT computes"
    found = connection.execute(own, (run_id,)).fetchone()
    if found is None:
        return None
    number, device = found
    ahead, computing = connection.execute(
        "SELECT count(*) FILTER (WHERE NOT computes AND number < ?), count(*) FILTER (WHERE computes) "
        "FROM places WHERE device = ?",
        (number, device),
    ).fetchone()
    return Place(ahead, computing, policy.limit(device))


def _forget_ended(connection: sqlite3.Connection) -> None:
    for (run_id,) in connection.execute("SELECT run FROM places").fetchall():
        if not _is_active(run_id):
            connection.execute("DELETE FROM places WHERE run = ?", (run_id,))


def _is_active(run_id: str) -> bool:
    try:
        return store.read(run_id).active
    except (KeyError, sqlite3.Error):  # deleted
        return False


@contextmanager
def _queue() -> Iterator[sqlite3.Connection]:
    home().mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(home() / "queue.db", timeout=10, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(SCHEMA)
        yield connection
        connection.execute("COMMIT")
