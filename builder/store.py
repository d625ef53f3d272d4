"""Documents on disk, each under an unguessable id, with the steps that undo and redo go.

Every save is a compare-and-swap on the revision, so two tabs never overwrite each other unseen. A save
writes the one step that it adds, however long the history is; a reload finds all of it again.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from dataclasses import dataclass

from builder import versions
from builder.database import database, now, pack, unpack
from builder.document import Document

DOCUMENT_ID = re.compile(r"[\w-]{22}", re.ASCII)
LONGEST = 500  # steps back that are kept of a document
MOST_BYTES = 20_000_000  # of all its steps together, packed
AT_ONCE = 20  # of the oldest steps are looked at when one is added: a save adds one


@dataclass(frozen=True)
class Kept:
    """A document as it was kept, which revision it is, and how many steps lie before and behind it."""

    document: Document
    revision: int
    undoable: int = 0
    redoable: int = 0


def create(document: Document, listed: bool = True) -> str:
    """Keeps a new document; its id. One that is not listed stands in no list until it is edited."""
    document_id, body = secrets.token_urlsafe(16), pack(document.to_json())
    with database() as connection:
        connection.execute(
            "INSERT INTO documents VALUES (?, 0, 0, ?, ?, ?, ?, ?, NULL)",
            (document_id, now(), *_facts(document), listed),
        )
        connection.execute("INSERT INTO steps VALUES (?, 0, ?, ?)", (document_id, len(body), body))
    return document_id


def _facts(document: Document) -> tuple[str, int, int]:
    """What a list says of a document: its name, how many layers, how many bytes."""
    return document.name, len(document.main.nodes), len(document.to_json().encode())


def load(document_id: str) -> Kept | None:
    """The document of that id, or None. Raises DocumentError where what was kept cannot be read."""
    if not DOCUMENT_ID.fullmatch(document_id or ""):
        return None
    with database() as connection:
        row = connection.execute("SELECT revision, step FROM documents WHERE id = ?", (document_id,))
        found = row.fetchone()
        return _at(connection, document_id, *found) if found else None


def _at(connection: sqlite3.Connection, document_id: str, revision: int, step: int) -> Kept:
    body, first, last = connection.execute(
        """SELECT body, (SELECT min(step) FROM steps WHERE document = ?1),
            (SELECT max(step) FROM steps WHERE document = ?1) FROM steps WHERE document = ?1 AND step = ?2""",
        (document_id, step),
    ).fetchone()
    return Kept(Document.from_json(unpack(body)), revision, step - first, last - step)


def newest(document_id: str) -> int | None:
    """The revision that a document is at; None where there is no such document."""
    if not DOCUMENT_ID.fullmatch(document_id or ""):
        return None
    with database() as connection:
        row = connection.execute("SELECT revision FROM documents WHERE id = ?", (document_id,)).fetchone()
    return row[0] if row else None


def save(document_id: str, document: Document, revision: int) -> Kept | None:
    """Keeps a document as the revision after `revision`, one step on; what could be redone is gone.

    None, and nothing kept, where `revision` is no longer the newest.
    """
    body = pack(document.to_json())
    with database() as connection:
        step = _turn(connection, document_id, revision, 1, document)
        if step is None:
            return None
        connection.execute("DELETE FROM steps WHERE document = ? AND step >= ?", (document_id, step))
        before = "SELECT total FROM steps WHERE document = ? AND step = ?"
        total = connection.execute(before, (document_id, step - 1)).fetchone()[0] + len(body)
        connection.execute("INSERT INTO steps VALUES (?, ?, ?, ?)", (document_id, step, total, body))
        connection.execute(
            """DELETE FROM steps WHERE document = ?1 AND step IN
                (SELECT step FROM steps WHERE document = ?1 AND step < ?2 ORDER BY step LIMIT ?3)
                AND (step < ?2 - ?4 OR total < ?5)""",
            (document_id, step, AT_ONCE, LONGEST, total - MOST_BYTES),
        )
        first = "SELECT min(step) FROM steps WHERE document = ?"
        undoable = step - connection.execute(first, (document_id,)).fetchone()[0]
    return Kept(document, revision + 1, undoable)


def walk(document_id: str, revision: int, by: int) -> Kept | None:
    """Goes one step back (-1) or on again (1), as the revision after `revision`.

    None, and nothing changed, where `revision` is no longer the newest or there is no such step. Raises
    DocumentError where the step cannot be read any more.
    """
    with database() as connection:
        there = connection.execute(
            """SELECT body FROM steps JOIN documents ON document = id
                WHERE id = ? AND revision = ? AND steps.step = documents.step + ?""",
            (document_id, revision, by),
        ).fetchone()
        if there is None:
            return None
        step = _turn(connection, document_id, revision, by, Document.from_json(unpack(there[0])))
        return None if step is None else _at(connection, document_id, revision + 1, step)


def _turn(
    connection: sqlite3.Connection, document_id: str, revision: int, by: int, document: Document
) -> int | None:
    """Makes the next revision of a document and gives its step; None where it is newer already.

    An edit brings back what was deleted: somebody works on it.
    """
    connection.execute("BEGIN IMMEDIATE")  # before the revision is read
    row = connection.execute("SELECT revision, step, saved FROM documents WHERE id = ?", (document_id,))
    found = row.fetchone()
    if found is None or found[0] != revision:
        return None
    step = found[1] + by
    versions.keep_before_a_change(connection, document_id, *found)
    connection.execute(
        """UPDATE documents SET revision = revision + 1, step = ?, saved = ?, name = ?, layers = ?, size = ?,
            listed = 1, deleted = NULL WHERE id = ?""",
        (step, now(), *_facts(document), document_id),
    )
    return step
