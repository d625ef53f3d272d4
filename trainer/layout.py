"""How one sample of telemetry lies in its blob: planned by the run's process, read back without
PyTorch.

Per layer: mean, std, min, max, low, high, BINS counts; for a normalization also NORM's averages
over all channels, then NORM's values for the channels named in "channel", one row after the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np

SCALARS = ("mean", "std", "min", "max", "low", "high")
BINS = 32
ROW = len(SCALARS) + BINS  # numbers every layer has
NORM = ("batch_mean", "batch_var", "running_mean", "running_var", "weight", "bias")
CHANNELS = 64  # as many as a chart can tell apart


def plan(described: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The layers with "start" and "size" in the blob, and with "channel": the channels kept,
    evenly spaced.
    """
    planned, start = [], 0
    for layer in described:
        kept = min(layer["channels"] or 0, CHANNELS) if layer["norm"] else 0
        channel = np.linspace(0, max((layer["channels"] or 1) - 1, 0), kept).round().astype(int).tolist()
        size = ROW + (len(NORM) * (1 + kept) if layer["norm"] else 0)
        planned.append({**layer, "channel": channel, "start": start, "size": size})
        start += size
    return planned


def present(layer: dict[str, Any]) -> dict[str, bool]:
    """Which of NORM's rows this normalization has; the others are filled with NaN."""
    running, weight, bias = layer["running"], layer["affine"], layer["bias"]
    return dict(zip(NORM, (True, True, running, running, weight, bias), strict=True))


def scalars(layer: dict[str, Any], table: np.ndarray) -> np.ndarray:
    """table (steps, numbers) -> (steps, SCALARS) of one layer."""
    return table[:, layer["start"] : layer["start"] + len(SCALARS)]


def counts(layer: dict[str, Any], table: np.ndarray) -> np.ndarray:
    """table (steps, numbers) -> (steps, BINS) of one layer."""
    start = layer["start"] + len(SCALARS)
    return table[:, start : start + BINS]


def averages(layer: dict[str, Any], table: np.ndarray) -> np.ndarray:
    """table (steps, numbers) -> (steps, NORM): averages over all channels of one normalization."""
    start = layer["start"] + ROW
    return table[:, start : start + len(NORM)]


def vectors(layer: dict[str, Any], row: np.ndarray) -> np.ndarray:
    """row (numbers) -> (NORM, channels kept) of one normalization at one step."""
    start = layer["start"] + ROW + len(NORM)
    return row[start : layer["start"] + layer["size"]].reshape(len(NORM), -1)
