"""Saved presets: settings under a name, for every document and visitor of this computer.

They lie in one SQLite file, so that two tabs cannot spoil each other's. Kept is what differs from the
defaults, which is checked again when a preset is read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from builder.home import home
from trainer.errors import TrainerError, unknown
from trainer.settings import Settings

LONGEST = 60  # letters of a name
TABLE = "CREATE TABLE IF NOT EXISTS presets (name TEXT PRIMARY KEY, settings TEXT NOT NULL) WITHOUT ROWID"


@contextmanager
def _presets() -> Iterator[sqlite3.Connection]:
    path = home() / "presets.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=5)) as connection, connection:
        connection.execute(TABLE)
        yield connection


def names() -> list[str]:
    """All presets, by their names."""
    with _presets() as connection:
        return [
            name for (name,) in connection.execute("SELECT name FROM presets ORDER BY name COLLATE NOCASE")
        ]


def save(name: str, values: Mapping[str, Any]) -> str:
    """Keeps settings under a name, in place of any that had it; the name as it is kept.

    Raises TrainerError for a name or settings that do not fit.
    """
    name = _named(name)
    Settings.from_values(values)
    with _presets() as connection:
        connection.execute("INSERT OR REPLACE INTO presets VALUES (?, ?)", (name, json.dumps(dict(values))))
    return name


def load(name: str) -> dict[str, Any]:
    """The values kept under a name. Raises TrainerError where there are none, or none that fit any more."""
    with _presets() as connection:
        row = connection.execute("SELECT settings FROM presets WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise unknown("preset", name, names() or ["none: save one on the Train page"])
    values = json.loads(row[0])
    try:
        Settings.from_values(values)
    except TrainerError as error:
        raise TrainerError(f"The preset '{name}' does not fit any more. {error} Delete it.") from error
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def rename(old: str, new: str) -> str:
    """Gives a preset another name; the name as it is kept. Raises TrainerError where that is taken."""
    new = _named(new)
    with _presets() as connection:
        if new != old and connection.execute("SELECT 1 FROM presets WHERE name = ?", (new,)).fetchone():
            raise TrainerError(f"There is a preset '{new}' already. Choose another name, or delete that one.")
        connection.execute("UPDATE presets SET name = ? WHERE name = ?", (new, old))
    return new


def delete(name: str) -> None:
    """Forgets a preset."""
    with _presets() as connection:
        connection.execute("DELETE FROM presets WHERE name = ?", (name,))


def _named(name: str) -> str:
    plain = " ".join(name.split())
    if not plain:
        raise TrainerError("The preset has no name. Type one.")
    if len(plain) > LONGEST:
        raise TrainerError(f"The preset's name has {len(plain)} letters. Use {LONGEST} at most.")
    return plain
