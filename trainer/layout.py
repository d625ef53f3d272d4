"""What a look inside the network records, and how its numbers lie in the store; read back without PyTorch.

A look is three blobs, all layer by layer in the network's order: `statistics` (float32: STATISTICS of each
layer, then AVERAGES of each normalization), `histograms` (uint16: counts of the activations, then of the
gradient) and `channels` (float32: NORM's values for those channels of each normalization that are kept).
To add a statistic, add it to STATISTICS and compute it in telemetry.py.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

BINS = 32
NORM = ("batch_mean", "batch_var", "running_mean", "running_var", "weight", "bias")
AVERAGES = (*NORM, "drift")  # over all channels
CHANNELS = 64  # as many as a chart can tell apart


@dataclass(frozen=True)
class Statistic:
    """One number per layer and look.

    title, help  for people; without a title it is not shown by itself.
    scale        how it is drawn: "linear", "log" (of ten) or "share" (0 to 1).
    guide        a value that the literature gives as a good one.
    """

    name: str
    title: str = ""
    help: str = ""
    scale: str = "linear"
    guide: float | None = None


STATISTICS = (
    Statistic("mean", "Activation mean", "The mean of what the layer gives."),
    Statistic("std", "Activation standard deviation", "How far the layer's values spread.", "log"),
    Statistic("min", "Smallest activation", "The smallest value the layer gives."),
    Statistic("max", "Largest activation", "The largest value the layer gives."),
    Statistic("p1", "Activation, 1st percentile", "1 % of the layer's values are below."),
    Statistic("p15", "Activation, 15th percentile", "15 % of the layer's values are below."),
    Statistic("p50", "Activation, median", "Half of the layer's values are below."),
    Statistic("p85", "Activation, 85th percentile", "85 % of the layer's values are below."),
    Statistic("p99", "Activation, 99th percentile", "99 % of the layer's values are below."),
    Statistic("zeros", "Share of zeros", "The share of the layer's values that are exactly 0.", "share"),
    Statistic("dead", "Dead units", "The share of units that gave only 0 at the last five looks.", "share"),
    Statistic("saturated", "Saturated values", "The share of values at the ends of their range.", "share"),
    Statistic("nonfinite", "Values not finite", "How many values are infinite or not a number.", "log"),
    Statistic("gradient_norm", "Gradient norm", "The length of the gradient of the layer's weights.", "log"),
    Statistic("weight_norm", "Weight norm", "The length of the layer's weights.", "log"),
    Statistic(
        "update",
        "Update to weight ratio",
        "How far a step moves the weights, relative to their length; about 1/1,000 is usual.",
        "log",
        guide=1e-3,
    ),
    Statistic("place"),  # in forward order: 0 ran first
    Statistic("low"),  # the ranges of the two histograms
    Statistic("high"),
    Statistic("gradient_low"),
    Statistic("gradient_high"),
)
NAMES = tuple(each.name for each in STATISTICS)
SHOWN = [asdict(each) for each in STATISTICS if each.title]
PERCENTILES = {name: int(name[1:]) / 100 for name in NAMES if name[1:].isdecimal()}


def plan(described: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The layers with "channel": which channels of a normalization are kept, evenly spaced."""
    return [{**layer, "channel": _kept(layer["channels"] or 0)} for layer in described]


def _kept(channels: int) -> list[int]:
    return np.linspace(0, max(channels - 1, 0), min(channels, CHANNELS)).round().astype(int).tolist()


def norms_of(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The normalizations among the layers."""
    return [layer for layer in layers if layer["norm"]]


def sizes(layers: list[dict[str, Any]]) -> tuple[int, int, int]:
    """How many numbers there are in statistics, histograms and channels."""
    norms = norms_of(layers)
    channels = sum(len(layer["channel"]) for layer in norms)
    wide = len(layers) * len(NAMES) + len(norms) * len(AVERAGES)
    return wide, len(layers) * 2 * BINS, len(NORM) * channels


def size_in_bytes(layers: list[dict[str, Any]]) -> int:
    """How much one look takes in the store."""
    statistics, histograms, channels = sizes(layers)
    return 4 * statistics + 2 * histograms + 4 * channels


def present(layer: dict[str, Any]) -> dict[str, bool]:
    """Which of NORM's rows this normalization has; the others are filled with NaN."""
    running, weight, bias = layer["running"], layer["affine"], layer["bias"]
    return dict(zip(NORM, (True, True, running, running, weight, bias), strict=True))


def statistics(layers: list[dict[str, Any]], blobs: list[bytes]) -> np.ndarray:
    """(looks, layers, NAMES) of the looks' first blobs."""
    table = np.stack([np.frombuffer(blob, np.float32) for blob in blobs])
    return table[:, : len(layers) * len(NAMES)].reshape(len(blobs), len(layers), len(NAMES))


def averages(layers: list[dict[str, Any]], blobs: list[bytes]) -> np.ndarray:
    """(looks, normalizations, AVERAGES) of the looks' first blobs."""
    table = np.stack([np.frombuffer(blob, np.float32) for blob in blobs])
    return table[:, len(layers) * len(NAMES) :].reshape(len(blobs), -1, len(AVERAGES))


def histograms(layers: list[dict[str, Any]], blob: bytes) -> np.ndarray:
    """(layers, 2, BINS) counts of one look: the activations', then the gradient's."""
    return np.frombuffer(blob, np.uint16).reshape(len(layers), 2, BINS)


def channels(layers: list[dict[str, Any]], blob: bytes) -> dict[str, np.ndarray]:
    """Normalization -> (NORM, channels kept) of one look."""
    row, found, at = np.frombuffer(blob, np.float32), {}, 0
    for layer in norms_of(layers):
        size = len(NORM) * len(layer["channel"])
        found[layer["name"]] = row[at : at + size].reshape(len(NORM), -1)
        at += size
    return found
