"""The evidence of a run, read from its file, and what the rules find in it, remembered for a few seconds."""

from __future__ import annotations

import sqlite3
import time
from collections import OrderedDict
from dataclasses import asdict
from typing import Any

import numpy as np

from trainer import layout, looks, store
from trainer.findings.evidence import Evidence
from trainer.findings.rules import found
from trainer.store import Run

LOOKS = 200  # evenly spread over the run
STRETCHES = 120  # of the training loss
AGAIN = 3.0  # seconds after which a run that goes on is judged anew
REMEMBERED = 64

_judged: OrderedDict[str, tuple[float, str, list[dict]]] = OrderedDict()


def of(run: Run, connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """What the rules find in a run, as plain data, errors first."""
    now = time.monotonic()
    old = _judged.get(run.id)
    if old and old[1] == run.state and (not run.active or now - old[0] < AGAIN):
        return old[2]
    findings = [asdict(each) for each in found(evidence(run, connection))]
    _judged[run.id] = (now, run.state, findings)
    while len(_judged) > REMEMBERED:
        _judged.popitem(last=False)
    return findings


def evidence(run: Run, connection: sqlite3.Connection) -> Evidence:
    """The figures of a run, at most LOOKS looks and STRETCHES of training."""
    loss = _loss(connection)
    epochs = connection.execute("SELECT epoch, loss FROM epochs ORDER BY epoch").fetchall()
    epochs = np.array(epochs, float).reshape(-1, 2)
    return Evidence(
        **_looks(run.layers, connection),
        loss_steps=loss[:, 0],
        loss=loss[:, 1],
        peaks=loss[:, 2],
        epochs=epochs[:, 0],
        validation=epochs[:, 1],
        settings=run.settings,
        given_rate=next(reversed(store.rates(connection).values()), None),
        not_finite=run.not_finite,
    )


def _looks(layers: list[dict], connection: sqlite3.Connection) -> dict[str, Any]:
    first = connection.execute("SELECT min(step) FROM samples").fetchone()[0]
    if first is None or not layers:
        return {}
    rows = looks.spread(connection, "SELECT step, statistics FROM samples WHERE step", first, LOOKS)
    blobs = [blob for _, blob in rows]
    return {
        "layers": layers,
        "steps": np.array([step for step, _ in rows]),
        "table": layout.statistics(layers, blobs).astype(float),
        "averages": layout.averages(layers, blobs).astype(float),
    }


def _loss(connection: sqlite3.Connection) -> np.ndarray:
    """(stretches, 3): first step, mean and largest loss; losses that are no number are left out."""
    (last,) = connection.execute("SELECT coalesce(max(step), 0) FROM steps").fetchone()
    long = max(1, -(-last // STRETCHES))
    rows = connection.execute(
        "SELECT min(step), avg(loss), max(loss) FROM steps WHERE abs(loss) < 1e300 "
        "GROUP BY (step - 1) / ? ORDER BY 1",
        (long,),
    ).fetchall()
    return np.array(rows, float).reshape(-1, 3)
