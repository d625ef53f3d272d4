"""Normalization for a network that has none: a BatchNorm behind each convolution and linear layer."""

from __future__ import annotations

from collections.abc import Mapping

from builder import edits
from builder.document import Document, Node
from builder.edits import EditError
from builder.kinds import Spec
from builder.order import source

# Kind -> the normalization of what it gives, and how many dimensions an example must have for it.
NORMS = {
    "Conv1d": ("BatchNorm1d", 2),
    "Conv2d": ("BatchNorm2d", 3),
    "Conv3d": ("BatchNorm3d", 4),
    "Linear": ("BatchNorm1d", 1),
}
Specs = Mapping[str, Mapping[str, Spec]]  # what each node gives, by port


def places(document: Document, specs: Specs) -> list[str]:
    """The nodes of the network that take a BatchNorm behind them, in its order.

    A layer whose numbers are the network's answer is none of them: normalized, they could not say how sure
    they are.
    """
    answers = {source(wire) for node in document.main.of_kind("Output") for wire in node.inputs}
    return [
        node.id
        for node in document.main.nodes
        if node.id not in answers and _fits(node, specs.get(node.id, {}))
    ]


def _fits(node: Node, given: Mapping[str, Spec]) -> bool:
    _, dimensions = NORMS.get(node.kind, ("", 0))
    return any(len(spec.example) == dimensions for spec in given.values()) and node.repeat == 1


def add_norms(document: Document, specs: Specs) -> Document:
    """The document with a BatchNorm at each of its `places`. The biases before them go: the BatchNorm would
    take them away again. Raises EditError where there is no place.
    """
    found = places(document, specs)
    if not found:
        raise EditError("No convolution or linear layer of this network takes a BatchNorm behind it.")
    for node_id in found:
        norm, _ = NORMS[document.main[node_id].kind]
        document = edits.set_param(document, node_id, "bias", False)
        document = edits.add_after(document, node_id, norm, next(iter(specs[node_id].values())))
    return document
