"""What looks inside saw of layers, as one long table: each row is a statistic of one layer at one step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainer import layout, store

LOOKS = 500  # that are held in memory at once
STATISTICS = tuple(each["name"] for each in layout.SHOWN)
_PLACES = [layout.NAMES.index(name) for name in STATISTICS]


@dataclass(frozen=True)
class LayerRow:
    """A statistic of a layer: one of STATISTICS, or of a normalization one of layout.AVERAGES. kind: of the
    layer, as in PyTorch; value: float32 as kept, NaN and infinity too.
    """

    run: str
    name: str
    step: int
    layer: str
    kind: str
    statistic: str
    value: float


def layer_rows(run_id: str) -> Iterator[LayerRow]:
    """All statistics of a run's looks, step by step, in the network's order; what was a number at no look,
    like the weight norm of a layer without weights, is left out. Raises KeyError for an unknown run.
    """
    with store.reading(run_id) as connection:
        run = store.read_meta(run_id, connection)
        names = _names(run.layers)
        known = np.zeros(len(names), bool)
        for _, values in _looks(run.layers, connection):
            known |= ~np.isnan(values).all(axis=0)
        for steps, values in _looks(run.layers, connection):
            for step, row in zip(steps, values.tolist(), strict=True):
                for name, value, there in zip(names, row, known, strict=True):
                    if there:
                        yield LayerRow(run.id, run.name, step, *name, value)


def _names(layers: list[dict]) -> list[tuple[str, str, str]]:
    """(layer, kind, statistic) of each column that _looks gives."""
    norms = layout.norms_of(layers)
    own = [(layer["name"], layer["kind"], name) for layer in layers for name in STATISTICS]
    return own + [(norm["name"], norm["kind"], name) for norm in norms for name in layout.AVERAGES]


def _looks(
    layers: list[dict], connection: sqlite3.Connection
) -> Iterator[tuple[tuple[int, ...], np.ndarray]]:
    """Some looks at a time: their steps, and (looks, columns) float32."""
    if not layers:
        return
    cursor = connection.execute("SELECT step, statistics FROM samples ORDER BY step")
    while some := cursor.fetchmany(LOOKS):
        steps, blobs = zip(*some, strict=True)
        own = layout.statistics(layers, blobs)[:, :, _PLACES].reshape(len(blobs), -1)
        yield steps, np.concatenate([own, layout.averages(layers, blobs).reshape(len(blobs), -1)], axis=1)
