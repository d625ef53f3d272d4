"""Edits of single wires, and what may be wired to what. Like all edits: a document in, a new one out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from builder import edits
from builder.blocks import kind_named
from builder.document import Document, Graph, Node
from builder.editing import EditError, fresh_id, kind_of, node_of
from builder.edits import set_inputs
from builder.kinds import Kind, Spec
from builder.lines import needed
from builder.order import sorted_nodes, source, upstream


@dataclass(frozen=True)
class Slot:
    """A place among a node's inputs; wire is '' where it is free."""

    name: str
    wire: str


def slots(document: Document, node_id: str) -> tuple[Slot, ...]:
    """The node's inputs in order: those that are wired, and the next one that may be."""
    node, kind = _known(document, node_id)
    if not kind.inputs:
        return ()
    wired = [Slot(kind.input(index), wire) for index, wire in enumerate(node.inputs)]
    if kind.variadic or len(wired) < len(kind.inputs):
        wired.append(Slot(kind.input(len(wired)), ""))
    return tuple(wired)


def _known(document: Document, node_id: str) -> tuple[Node, Kind]:
    node = node_of(document, node_id)
    return node, kind_of(document, node.kind)


def connect(document: Document, node_id: str, wire: str, slot: int = -1) -> Document:
    """Leads a wire to one of a node's inputs, in place of what was there.

    slot -1 stands for the next free input, or for the only one. Refuses what would close a circle.
    """
    node, kind = _known(document, node_id)
    if not kind.inputs:
        raise EditError(f"{node_id} ({node.kind}) takes no input: it is where data begins.")
    places = slots(document, node_id)
    if slot < 0:
        slot = 0 if len(places) == 1 else len(node.inputs)
    if slot >= len(places):
        names = ", ".join(each.name for each in places)
        raise EditError(
            f"All inputs of {node_id} are wired ({names}). Choose the one that is to change, by its port."
        )
    inputs = [*node.inputs]
    inputs[slot : slot + 1] = [wire]
    return set_inputs(document, node_id, tuple(inputs))


def disconnect(document: Document, node_id: str, slot: int) -> Document:
    """Takes one of a node's wires away; the inputs behind it move up."""
    node, _ = _known(document, node_id)
    if not 0 <= slot < len(node.inputs):
        raise EditError(f"That wire of {node_id} is gone already.")
    return set_inputs(document, node_id, (*node.inputs[:slot], *node.inputs[slot + 1 :]))


def insert_on(
    document: Document,
    node_id: str,
    slot: int,
    kind: str,
    spec: Spec | None = None,
    params: Mapping[str, Any] | None = None,
) -> Document:
    """A new node on one wire of a node, the others left alone. spec is what flows there, if known; what
    is not in params starts as in any new node."""
    node, _ = _known(document, node_id)
    added = kind_of(document, kind)
    if not 0 <= slot < len(node.inputs):
        raise EditError(f"That wire of {node_id} is gone already.")
    if not added.inputs or not added.ports:
        raise EditError(f"{kind} is an end of the network and cannot stand on a wire.")
    wire = node.inputs[slot]
    feeding, _ = _known(document, source(wire))
    beside = feeding.inputs[:1] if added.least > 1 else ()
    starting = needed(added, {**added.start(spec), **(params or {})})
    new = Node(fresh_id(document, kind), kind, (wire, *beside), starting)
    changed = replace(node, inputs=(*node.inputs[:slot], new.id, *node.inputs[slot + 1 :]))
    nodes = [changed if each is node else each for each in document.main.nodes]
    nodes.insert(document.main.place(node_id), new)
    return replace(document, main=Graph(tuple(sorted_nodes(Graph(tuple(nodes)))[0])))


def possible_targets(document: Document, node_id: str) -> tuple[str, ...]:
    """The nodes that may take from a node without closing a circle."""
    if node_id not in document.main:
        return ()
    before = upstream(document.main, node_id)
    return tuple(
        node.id
        for node in document.main.nodes
        if node.id not in before and (kind := kind_named(node.kind, document)) and kind.inputs
    )


def possible_sources(document: Document, node_id: str) -> tuple[str, ...]:
    """The wires a node may take without closing a circle, nearest above first; none where it takes none."""
    return edits.possible_inputs(document, node_id) if slots(document, node_id) else ()
