"""The looks inside a run's layers, read back: all layers' statistics over time, and one layer's histograms.

A long run is thinned to stretches with their smallest and largest values, so that no spike is lost.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import numpy as np

from trainer import layout
from trainer.thinning import folded, plain, series

STRETCHES = 240  # of time on a first load; fewer where there are many layers
FEWEST = 60
CELLS = 5000  # stretches times layers: about a megabyte of JSON
HISTOGRAMS = 160  # of a layer on a first load
LAYER_KEYS = ("name", "kind", "norm", "channels", "running", "affine", "parameters")
SENT = (*(each["name"] for each in layout.SHOWN), "place")


def since(layers: list[dict], connection: sqlite3.Connection, step: int) -> dict[str, Any]:
    """All layers after a step.

    layers   what they are.
    samples  "step", and for each of SENT a list of steps of lists of layers in "low" and in "high": the
             smallest and the largest value of a stretch; "high" is {} where nothing was thinned.
    norms    the normalizations' averages: name -> one of layout.AVERAGES -> its {"step", "value"}.
    latest   the normalizations' channels at the last look.
    """
    described = [{key: layer[key] for key in LAYER_KEYS} for layer in layers]
    rows = _rows(connection, step) if layers else []
    if not rows:
        none = {"step": [], "low": {}, "high": {}}
        return {"layers": described, "samples": none, "norms": {}, "latest": {"step": None, "norm": {}}}
    steps, blobs = zip(*rows, strict=True)
    table = layout.statistics(layers, blobs)
    starts, low, high = folded(table, stretches(len(layers)))
    thinned = len(starts) < len(steps)
    samples = {
        "step": [steps[start] for start in starts],
        "low": _by_name(low),
        "high": _by_name(high) if thinned else {},
    }
    return {
        "layers": described,
        "samples": samples,
        "norms": _norms(layers, np.array(steps), blobs),
        "latest": _latest(layers, connection, steps[-1]),
    }


def stretches(layers: int) -> int:
    """How many columns a map of so many layers has."""
    return max(FEWEST, min(STRETCHES, CELLS // max(1, layers)))


def _rows(connection: sqlite3.Connection, step: int) -> list[tuple[int, bytes]]:
    asked = "SELECT step, statistics FROM samples WHERE step > ? ORDER BY step"
    return connection.execute(asked, (step,)).fetchall()


def _by_name(table: np.ndarray) -> dict[str, list]:
    return {name: plain(table[:, :, layout.NAMES.index(name)]) for name in SENT}


def _norms(layers: list[dict], steps: np.ndarray, blobs: list[bytes]) -> dict[str, dict[str, dict]]:
    """The averages over channels of each normalization, by its name and theirs; those that it has."""
    table = layout.averages(layers, blobs)
    names = [layer["name"] for layer in layout.norms_of(layers)]
    known = ~np.isnan(table).all(0)
    found = iter(series(steps, table[:, known], stretches(len(layers))))
    return {
        name: {average: next(found) for average, there in zip(layout.AVERAGES, row, strict=True) if there}
        for name, row in zip(names, known, strict=True)
    }


def _latest(layers: list[dict], connection: sqlite3.Connection, step: int) -> dict[str, Any]:
    """The normalizations' values per channel at one look; None for what one does not have."""
    (blob,) = connection.execute("SELECT channels FROM samples WHERE step = ?", (step,)).fetchone()
    by_name, found = layout.channels(layers, blob), {}
    for layer in layout.norms_of(layers):
        there = layout.present(layer)
        values = zip(layout.NORM, plain(by_name[layer["name"]]), strict=True)
        shown = {name: each if there[name] else None for name, each in values}
        found[layer["name"]] = {"channel": layer["channel"], **shown}
    return {"step": step, "norm": found}


def of_layer(layers: list[dict], connection: sqlite3.Connection, name: str, step: int) -> dict[str, Any]:
    """One layer's histograms after a step: at most HISTOGRAMS looks, evenly spread, the last one among them.

    Raises KeyError for a layer there is none of.
    """
    index = {layer["name"]: index for index, layer in enumerate(layers)}[name]
    rows = _spread(connection, step)
    if not rows:
        return {"step": [], "activation": {}, "gradient": {}}
    table = layout.statistics(layers, [statistics for _, statistics, _ in rows])[:, index]
    counts = np.stack([layout.histograms(layers, blob)[index] for *_, blob in rows])
    return {
        "step": [step for step, *_ in rows],
        "activation": _histograms(table, counts[:, 0], "low", "high"),
        "gradient": _histograms(table, counts[:, 1], "gradient_low", "gradient_high"),
    }


def _histograms(table: np.ndarray, counts: np.ndarray, low: str, high: str) -> dict[str, list]:
    ends = {"low": low, "high": high}
    spans = {end: plain(table[:, layout.NAMES.index(name)]) for end, name in ends.items()}
    return {**spans, "counts": counts.tolist()}


def _spread(connection: sqlite3.Connection, step: int) -> list[tuple[int, bytes, bytes]]:
    columns = "SELECT step, statistics, histograms FROM samples WHERE step"
    rows = connection.execute(f"{columns} > ? ORDER BY step LIMIT ?", (step, HISTOGRAMS + 1)).fetchall()
    return rows if len(rows) <= HISTOGRAMS else spread(connection, columns, rows[0][0], HISTOGRAMS)


def spread(connection: sqlite3.Connection, columns: str, first: int, most: int) -> list[tuple]:
    """At most so many looks, evenly spread from a step to the last; each an indexed look-up, not a scan.

    columns: a question that ends in WHERE step.
    """
    (last,) = connection.execute("SELECT max(step) FROM samples").fetchone()
    found = {}
    for step in np.linspace(first, last, most).astype(int).tolist():
        row = connection.execute(f"{columns} >= ? ORDER BY step LIMIT 1", (step,)).fetchone()
        found[row[0]] = row
    return list(found.values())
