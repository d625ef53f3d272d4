"""documents.db: the tables in which documents are kept, with their steps and versions."""

from __future__ import annotations

import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from builder.home import home

LAYOUT = 1  # counts up with every change of the tables
TABLES = (
    # What stands in a list of documents; revision counts saves, step is the one of `steps` that shows.
    """CREATE TABLE documents (
        id TEXT PRIMARY KEY, revision INTEGER NOT NULL, step INTEGER NOT NULL, saved REAL NOT NULL,
        name TEXT NOT NULL, layers INTEGER NOT NULL, size INTEGER NOT NULL,
        listed INTEGER NOT NULL, deleted REAL
    ) WITHOUT ROWID""",
    # The document after each edit, for undo and redo; total is the bytes of this step and all before.
    """CREATE TABLE steps (
        document TEXT NOT NULL, step INTEGER NOT NULL, total INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (document, step)
    )""",
    # The document as it stood for a while; number is the revision it was.
    """CREATE TABLE versions (
        document TEXT NOT NULL, number INTEGER NOT NULL, kept REAL NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (document, number)
    )""",
)
# Documents from before there were steps: one row each, with the text in it.
TAKEN_OVER = (
    """INSERT INTO documents SELECT id, revision, 0, saved, json_extract(body, '$.name'),
        json_array_length(body, '$.main.nodes'), length(body), revision > 0, NULL FROM old""",
    "INSERT INTO steps SELECT id, 0, length(pack(body)), pack(body) FROM old",
    "DROP TABLE old",
)


_lock = threading.RLock()
_opened: dict[Path, sqlite3.Connection] = {}  # one: that of the folder that is home now


@contextmanager
def database() -> Iterator[sqlite3.Connection]:
    """The connection; what is changed is kept together, or not at all where something raises.

    It stays open: SQLite writes everything out when the last connection closes, 20 ms for each edit.
    """
    with _lock:
        connection = _connection(home() / "documents.db")
        with connection:
            yield connection


def _connection(path: Path) -> sqlite3.Connection:
    if path in _opened and path.exists():
        return _opened[path]
    for connection in _opened.values():
        connection.close()
    _opened.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=5.0, check_same_thread=False)  # _lock is held
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    if not _is_ready(connection):
        _prepare(connection)
    _opened[path] = connection
    return connection


def _is_ready(connection: sqlite3.Connection) -> bool:
    return connection.execute("PRAGMA user_version").fetchone()[0] == LAYOUT


def _prepare(connection: sqlite3.Connection) -> None:
    connection.create_function("pack", 1, pack)
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if _is_ready(connection):  # another process was faster
            return
        older = connection.execute("SELECT name FROM sqlite_master WHERE name = 'documents'").fetchone()
        if older:
            connection.execute("ALTER TABLE documents RENAME TO old")
        for command in (*TABLES, *(TAKEN_OVER if older else ())):
            connection.execute(command)
        connection.execute(f"PRAGMA user_version = {LAYOUT}")


def now() -> float:
    """Seconds since 1970. One place, so that tests can let a day pass."""
    return time.time()


def pack(text: str) -> bytes:
    """A document's text as it lies on disk: a tenth of its size."""
    return zlib.compress(text.encode())


def unpack(body: bytes) -> str:
    return zlib.decompress(body).decode()
