"""What edits are made of: nodes found, exchanged and rewired; the error that says why an edit cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from builder import blocks, names
from builder.document import Document, Graph, Node
from builder.kinds import Kind


class EditError(ValueError):
    """An edit that cannot be made; the message says why and what to do instead."""


def with_nodes(document: Document, nodes: tuple[Node, ...]) -> Document:
    """The document with these nodes in its network."""
    return replace(document, main=Graph(nodes))


def swapped(document: Document, new: Node) -> Document:
    """The document with the node of that id replaced."""
    nodes = (new if node.id == new.id else node for node in document.main.nodes)
    return with_nodes(document, tuple(nodes))


def node_of(document: Document, node_id: str) -> Node:
    """The node of that id. Raises EditError where it is gone."""
    if node_id not in document.main:
        raise EditError(f"There is no layer named {node_id!r} any more.")
    return document.main[node_id]


def kind_of(document: Document, name: str) -> Kind:
    """The kind of that name, a block's too. Raises EditError where there is none."""
    kind = blocks.kind_named(name, document)
    if kind is None:
        raise EditError(f"There is no layer named {name!r}.")
    return kind


def rewired(nodes: tuple[Node, ...], change: Callable[[Node, str], str | None]) -> tuple[Node, ...]:
    """Each wire replaced by change(node, wire), or dropped where that is None."""
    result = []
    for node in nodes:
        inputs = tuple(new for wire in node.inputs if (new := change(node, wire)) is not None)
        result.append(node if inputs == node.inputs else replace(node, inputs=inputs))
    return tuple(result)


def fresh_id(document: Document, kind: str) -> str:
    """A free name for a new node: conv1, conv2, ... for Conv2d; batchnorm1 for BatchNorm2d."""
    stem = names.stem(kind)
    number = 1
    while f"{stem}{number}" in document.main:
        number += 1
    return f"{stem}{number}"
