"""Versions: documents as they stood for a while, kept beside the steps of undo.

The rule. What an edit replaces becomes a version if it had stood for five minutes (somebody paused, or
went home) or if the last version is 50 edits ago. All of the last day are kept, of the last 30 days the
last one of each day, and of the time before the last one of every 30 days. So there are a few dozen,
and yesterday's last is always among them.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import lru_cache

from builder.database import database, now, unpack
from builder.document import Document, DocumentError

PAUSE = 5 * 60.0  # seconds
EVERY = 50  # edits
DAY = 24 * 60 * 60.0
MONTH = 30 * DAY
MOST_OF_A_DAY = 100  # of one day; the oldest of them go first


@dataclass(frozen=True)
class Version:
    """A document as it was `kept`, in seconds since 1970; number is its revision."""

    number: int
    kept: float
    document: Document


def keep_before_a_change(
    connection: sqlite3.Connection, document_id: str, revision: int, step: int, saved: float
) -> None:
    """Keeps what is about to be replaced as a version, where the rule says so."""
    last = "SELECT coalesce(max(number), 0) FROM versions WHERE document = ?"
    edits = revision - connection.execute(last, (document_id,)).fetchone()[0]
    if now() - saved >= PAUSE or edits >= EVERY:
        _keep(connection, document_id, revision, step, saved)


def keep(document_id: str) -> bool:
    """Keeps the document as it is now as a version; False where the last version is the same."""
    with database() as connection:
        row = "SELECT revision, step, saved FROM documents WHERE id = ?"
        found = connection.execute(row, (document_id,)).fetchone()
        return bool(found) and _keep(connection, document_id, *found)


def _keep(connection: sqlite3.Connection, document_id: str, revision: int, step: int, saved: float) -> bool:
    added = connection.execute(
        """INSERT OR IGNORE INTO versions
            SELECT document, ?, ?, body FROM steps WHERE document = ? AND step = ?
            AND body IS NOT (SELECT body FROM versions WHERE document = steps.document
                             ORDER BY number DESC LIMIT 1)""",
        (revision, saved, document_id, step),
    )
    if added.rowcount:
        rows = connection.execute("SELECT number, kept FROM versions WHERE document = ?", (document_id,))
        gone = [(document_id, number) for number in thinned(dict(rows), now())]
        connection.executemany("DELETE FROM versions WHERE document = ? AND number = ?", gone)
    return bool(added.rowcount)


def thinned(kept: dict[int, float], today: float) -> set[int]:
    """The numbers of those versions (number -> when) that are not needed any more."""
    newest_first = sorted(kept, reverse=True)
    fresh = [number for number in newest_first if today - kept[number] < DAY]
    of_a_time: dict[tuple[float, int], int] = {}
    for number in newest_first[len(fresh) :]:
        span = DAY if today - kept[number] < MONTH else MONTH
        of_a_time.setdefault((span, int(kept[number] // span)), number)
    return set(kept) - set(fresh[:MOST_OF_A_DAY]) - set(of_a_time.values())


def versions(document_id: str) -> tuple[Version, ...]:
    """All of a document that can be read, newest first."""
    with database() as connection:
        rows = connection.execute(
            "SELECT number, kept, body FROM versions WHERE document = ? ORDER BY number DESC", (document_id,)
        ).fetchall()
    found = (Version(number, kept, _read(body)) for number, kept, body in rows)
    return tuple(version for version in found if version.document)


@lru_cache(maxsize=256)  # a list of them is drawn again and again
def _read(body: bytes) -> Document | None:
    try:
        return Document.from_json(unpack(body))
    except DocumentError:  # a newer Layerloom kept it, and this one cannot show it
        return None
