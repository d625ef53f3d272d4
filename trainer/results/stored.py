"""Results in a run's store: a row for each, its arrays as one safetensors blob, as browsers read it."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Mapping
from typing import Any

import numpy as np
from safetensors.numpy import save

from trainer import store

MOST_ROWS = 80  # of one kind that a page gets at once: about as many as a strip of epochs is wide

Arrays = Mapping[str, np.ndarray]


def packed(arrays: Arrays, **facts: Any) -> bytes:
    """Arrays by their names, with facts that are no arrays, as one blob."""
    solid = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    return save(solid, metadata={"facts": json.dumps(facts)} if facts else None)


def is_kept(epoch: int, fine: int) -> bool:
    """Whether a result of this epoch stays when a newer one comes: all of the first 2**fine epochs, and
    then half as many with each doubling, so that a run of any length keeps few. fine 0 keeps none.
    """
    return fine > 0 and epoch % 2 ** max(0, epoch.bit_length() - fine) == 0


def newest(connection: sqlite3.Connection, since: int = -1) -> dict[str, int]:
    """The name of each result that is from step `since` or later -> its newest step, in the order in which
    they were found; {} for a run from before there were results.
    """
    query = (
        "SELECT name, max(step) AS at FROM results GROUP BY name HAVING at >= ? OR ? < 0 ORDER BY max(rowid)"
    )
    try:
        return dict(connection.execute(query, (since, since)).fetchall())
    except sqlite3.OperationalError:
        return {}


def rows(run_id: str, name: str, since: int = -1) -> list[dict[str, Any]]:
    """A result's rows from after step `since` on, oldest first, with their arrays in base64; of many some,
    evenly spread, and the newest. Raises KeyError for an unknown run, or one without such a result.
    """
    with store.reading(run_id) as connection:
        if name not in newest(connection):
            raise KeyError(name)
        chosen = "SELECT rowid FROM results WHERE name = ? AND step > ? ORDER BY step"
        found = [row for (row,) in connection.execute(chosen, (name, since))]
        picked = sorted(set(np.linspace(0, len(found) - 1, min(len(found), MOST_ROWS)).astype(int).tolist()))
        one = "SELECT step, epoch, arrays FROM results WHERE rowid = ?"
        read = [connection.execute(one, (found[place],)).fetchone() for place in picked]
    return [
        {"step": step, "epoch": epoch, "arrays": base64.b64encode(blob).decode()}
        for step, epoch, blob in read
    ]
