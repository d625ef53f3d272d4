"""A small network that fits a data set, to begin with: one for each form that an example may have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from builder.document import Document, Graph, Node
from builder.templates import template
from trainer.data.dataset import DataSet

Layer = tuple[str, str, dict[str, Any]]  # id, kind, params

WIDTH = 64
EMBEDDING = 32
CHANNELS = (16, 32, 64)
SMALLEST = 4  # points along a side that a picture is pooled to


def network_for(data_set: DataSet) -> Document:
    """The network to begin with: the usual one for a ready set, else a small one made for the data."""
    return template(data_set.template) if data_set.template else starter(data_set)


def starter(data_set: DataSet) -> Document:
    """A network of a few layers whose input and output are those of the data set."""
    params: dict[str, Any] = {"shape": data_set.shape}
    if data_set.high:
        params |= {"dtype": data_set.dtype, "high": data_set.high}
    nodes = [Node("example", "Input", (), params)]
    for name, kind, given in _layers(data_set):
        nodes.append(Node(name, kind, (nodes[-1].id,), given))
    nodes.append(Node("fc", "Linear", (nodes[-1].id,), {"out_features": data_set.targets}))
    nodes.append(Node("answer", "Output", (nodes[-1].id,)))
    return replace(Document(), name=f"Network for {data_set.title}"[:80], main=Graph(tuple(nodes)))


def _layers(data_set: DataSet) -> Iterator[Layer]:
    rank = len(data_set.shape)
    if data_set.high and rank == 1:
        yield "embedding", "Embedding", {"num_embeddings": data_set.high, "embedding_dim": EMBEDDING}
        yield from _recurrent()
    elif data_set.high:
        yield "embedding", "Embedding", {"num_embeddings": data_set.high, "embedding_dim": EMBEDDING}
        yield "flatten", "Flatten", {}
    elif rank == 3:
        yield from _convolutional(data_set.shape)
    elif rank == 2:
        yield from _recurrent()
    else:
        if rank != 1:
            yield "flatten", "Flatten", {}
        for number in (1, 2):
            yield f"hidden{number}", "Linear", {"out_features": WIDTH}
            yield f"relu{number}", "ReLU", {}


def _recurrent() -> Iterator[Layer]:
    yield "lstm", "LSTM", {"hidden_size": WIDTH}
    yield "last", "LastStep", {}


def _convolutional(shape: tuple[int, ...]) -> Iterator[Layer]:
    side = min(shape[1:])
    for number, channels in enumerate(CHANNELS, 1):
        yield (
            f"conv{number}",
            "Conv2d",
            {"out_channels": channels, "kernel_size": 3, "padding": 1, "bias": False},
        )
        yield f"norm{number}", "BatchNorm2d", {}
        yield f"relu{number}", "ReLU", {}
        if side < 2 * SMALLEST:
            break
        yield f"pool{number}", "MaxPool2d", {"kernel_size": 2}
        side //= 2
    yield "pool", "AdaptiveAvgPool2d", {"output_size": min(SMALLEST, side)}
    yield "flatten", "Flatten", {}
