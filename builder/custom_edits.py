"""Edits of layers written in Python. Like all edits: a document in, a new document out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from builder import blocks, custom
from builder.custom import Custom
from builder.document import Document, Graph, Node
from builder.editing import EditError
from builder.edits import add_after
from builder.kinds import Kind, Spec
from builder.replacing import count
from builder.wires import insert_on

ENTRY = "Custom layer"  # what the palette calls a new one
FIRST = '''\
class Halve(nn.Module):
    """Halves what comes in until it is small."""

    def __init__(self, limit=1.0):
        super().__init__()
        self.limit = limit

    def forward(self, x):
        while x.abs().mean() > self.limit:
            x = x / 2
        return x
'''


def add_custom(document: Document, after: str, spec: Spec | None = None) -> Document:
    """A new layer written in Python behind `after`: a small example that works, to be changed."""
    larger, name = _with_example(document)
    return add_after(larger, after, name, spec)


def insert_custom(document: Document, node_id: str, slot: int, spec: Spec | None = None) -> Document:
    """The same on one wire of a node."""
    larger, name = _with_example(document)
    return insert_on(larger, node_id, slot, name, spec)


def _with_example(document: Document) -> tuple[Document, str]:
    """The document with the example's code under a free name, and that name."""
    name, number = "Halve", 1
    while blocks.kind_named(name, document):
        number += 1
        name = f"Halve{number}"
    new = custom.from_source(FIRST.replace("class Halve(", f"class {name}("))
    return replace(document, custom={**document.custom, name: new}), name


def uses(document: Document, name: str) -> int:
    """How many layers have the code, those in blocks counted once each."""
    return count(document, name)


def set_source(document: Document, name: str, source: str) -> Document:
    """Gives a custom layer another source, and its class's name, wherever it is used.

    Params given in its uses that the new constructor does not take are dropped. Raises CustomError
    where the source can be no layer.
    """
    if name not in document.custom:
        raise EditError(f"There is no custom layer named {name!r} any more.")
    new = custom.from_source(source)
    if new.name != name and blocks.kind_named(new.name, document):
        raise EditError(f"{new.name} is a layer or block already; give the class another name.")
    drawn = custom.kind(new)

    def changed(graph: Graph) -> Graph:
        return Graph(tuple(_fitted(node, drawn) if node.kind == name else node for node in graph.nodes))

    kept: dict[str, Custom] = {}
    for key, each in document.custom.items():
        kept |= {new.name: new} if key == name else {key: each}
    return replace(
        document,
        main=changed(document.main),
        blocks={key: replace(block, graph=changed(block.graph)) for key, block in document.blocks.items()},
        custom=kept,
    )


def _fitted(node: Node, kind: Kind) -> Node:
    return replace(node, kind=kind.name, params=_kept(node.params, kind))


def _kept(params: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """The params that the kind takes; one it requires and was not given begins as in a new node."""
    fit = {}
    for name, value in params.items():
        param = kind.param(name)
        if param and (blocks.has_sum(value) or param.accepts(value)):
            fit[name] = value if blocks.has_sum(value) else param.read(value)
    return kind.start() | fit
