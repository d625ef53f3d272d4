"""The list of all documents that are kept here, and what is done to one that is not open."""

from __future__ import annotations

from dataclasses import dataclass, replace

from builder import store
from builder.database import database, now
from builder.document import Document
from builder.edits import rename_document
from builder.versions import MONTH

LONGEST_NAME = 100
COPY = " (copy)"
LISTED = """SELECT id, name, saved, layers, size FROM documents
    WHERE listed AND deleted IS NULL ORDER BY saved DESC, id"""
DELETED = """SELECT id, name, saved, layers, size FROM documents
    WHERE listed AND deleted > ? ORDER BY deleted DESC, id"""


@dataclass(frozen=True)
class Entry:
    """What the list says of a document; saved in seconds since 1970, size in bytes of its file."""

    id: str
    name: str
    saved: float
    layers: int
    size: int


def entries(deleted: bool = False) -> tuple[Entry, ...]:
    """All documents, what was changed last first; none that nobody has edited or chosen.

    deleted  those that can be brought back instead, what was deleted last first.
    """
    with database() as connection:
        rows = connection.execute(DELETED, (now() - MONTH,)) if deleted else connection.execute(LISTED)
        return tuple(Entry(*row) for row in rows)


def copy_of(document: Document) -> Document:
    """The same network under a name that says it is a copy."""
    return replace(document, name=document.name[: LONGEST_NAME - len(COPY)] + COPY)


def duplicate(document_id: str) -> str | None:
    """Keeps a copy of a document; its id, or None where there is no such document."""
    kept = store.load(document_id)
    return store.create(copy_of(kept.document)) if kept else None


def rename(document_id: str, name: str) -> bool:
    """Gives a document another name: an edit of it, which can be undone where it is open.

    False where it was changed at the same moment or is not there. Raises EditError for a bad name.
    """
    kept = store.load(document_id)
    if kept is None:
        return False
    renamed = rename_document(kept.document, name)
    return renamed == kept.document or store.save(document_id, renamed, kept.revision) is not None


def delete(document_id: str) -> None:
    """Takes a document out of the list. For 30 days it can be brought back; its address opens it too."""
    with database() as connection:
        connection.execute("UPDATE documents SET deleted = ? WHERE id = ?", (now(), document_id))
        _forget(connection)


def _forget(connection) -> None:
    """What was deleted, or opened and never edited, 30 days ago."""
    long_ago = (now() - MONTH,) * 2
    old = "SELECT id FROM documents WHERE deleted < ? OR (NOT listed AND saved < ?)"
    gone = connection.execute(old, long_ago).fetchall()
    for table, key in (("steps", "document"), ("versions", "document"), ("documents", "id")):
        connection.executemany(f"DELETE FROM {table} WHERE {key} = ?", gone)


def bring_back(document_id: str) -> bool:
    """Puts a document into the list again; whether it had been deleted."""
    with database() as connection:
        done = connection.execute(
            "UPDATE documents SET deleted = NULL WHERE id = ? AND deleted IS NOT NULL", (document_id,)
        )
    return done.rowcount == 1
