"""Documents on disk, each under an unguessable id, in one SQLite file.

Every save is a compare-and-swap on the revision, so two tabs never overwrite each other unseen.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from builder.document import Document
from builder.home import home

DOCUMENT_ID = re.compile(r"[\w-]{22}", re.ASCII)
SCHEMA = """CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, revision INTEGER NOT NULL, body TEXT NOT NULL, saved REAL NOT NULL
) WITHOUT ROWID"""


@dataclass(frozen=True)
class Kept:
    """A document as it was kept, and which revision it is."""

    document: Document
    revision: int


@contextmanager
def _database() -> Iterator[sqlite3.Connection]:
    home().mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(home() / "documents.db", timeout=5.0)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute(SCHEMA)
        with database:
            yield database
    finally:
        database.close()


def create(document: Document) -> str:
    """Keeps a new document; its id."""
    document_id = secrets.token_urlsafe(16)
    with _database() as database:
        database.execute(
            "INSERT INTO documents VALUES (?, 0, ?, ?)",
            (document_id, document.to_json(), time.time()),
        )
    return document_id


def load(document_id: str) -> Kept | None:
    """The document of that id, or None. Raises DocumentError where what was kept cannot be read."""
    if not DOCUMENT_ID.fullmatch(document_id or ""):
        return None
    with _database() as database:
        row = database.execute("SELECT revision, body FROM documents WHERE id = ?", (document_id,)).fetchone()
    return Kept(Document.from_json(row[1]), row[0]) if row else None


def save(document_id: str, document: Document, revision: int) -> bool:
    """Keeps a document as the revision after `revision`; False where that is no longer the newest."""
    with _database() as database:
        done = database.execute(
            "UPDATE documents SET revision = revision + 1, body = ?, saved = ? WHERE id = ? AND revision = ?",
            (document.to_json(), time.time(), document_id, revision),
        )
    return done.rowcount == 1
