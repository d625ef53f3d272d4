"""The edits that repairs make, by name, so that a repair travels as data. See fixes.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from builder import edits, wires
from builder.catalogue import CATALOGUE
from builder.document import Document, Graph, Node
from builder.editing import node_of, swapped
from builder.fixes import Fix
from builder.order import sorted_nodes, source


def set_in_each(document: Document, node_ids: Sequence[str], name: str, value: Any) -> Document:
    """Gives an argument of several nodes one value."""
    for node_id in node_ids:
        document = edits.set_param(document, node_id, name, value)
    return document


def replace_kinds(document: Document, node_ids: Sequence[str], kind: str) -> Document:
    """Makes several nodes another kind."""
    for node_id in node_ids:
        document = edits.replace_kind(document, node_id, kind)
    return document


def insert_on(document: Document, node_id: str, slot: int, kind: str, params: Mapping[str, Any]) -> Document:
    """A new node with these params on one wire of a node."""
    larger = wires.insert_on(document, node_id, slot, kind)
    new = larger.main[larger.main[node_id].inputs[slot]]
    given = {name: CATALOGUE[kind].param(name).read(value) for name, value in params.items()}
    return swapped(larger, replace(new, params={**new.params, **given}))


def put_behind(document: Document, first_id: str, second_id: str) -> Document:
    """Takes a node off its wire and puts it on those that leave another one."""
    first, _ = node_of(document, first_id), node_of(document, second_id)

    def rewired(node: Node) -> Node:
        inputs = tuple(_behind(wire, first, second_id) for wire in node.inputs)
        return replace(node, inputs=(second_id,)) if node is first else replace(node, inputs=inputs)

    graph = Graph(tuple(map(rewired, document.main.nodes)))
    return replace(document, main=Graph(tuple(sorted_nodes(graph)[0])))


def _behind(wire: str, first: Node, second_id: str) -> str:
    if source(wire) == first.id:
        return first.inputs[0]
    return first.id if wire == second_id else wire


def count_tokens(document: Document, node_id: str, high: int) -> Document:
    """Makes an Input one of tokens, whole numbers below `high`."""
    document = edits.set_param(document, node_id, "dtype", "int64")
    return edits.set_param(document, node_id, "high", high)


def give_classes(document: Document, classes: int) -> Document:
    """Makes the last Linear before the Output give one number for each class; adds one where none is."""
    (end,) = document.main.of_kind("Output")
    node = document.main[source(end.inputs[0])]
    while node.inputs and node.kind != "Linear" and CATALOGUE.get(node.kind) and _keeps_count(node):
        node = document.main[source(node.inputs[0])]
    if node.kind == "Linear":
        return edits.set_param(document, node.id, "out_features", classes)
    return edits.insert_before(document, end.id, "Linear", {"out_features": classes})


def _keeps_count(node: Node) -> bool:
    return (
        CATALOGUE[node.kind].family in ("Activation", "Dropout", "Normalization") or node.kind == "Identity"
    )


EDITS: dict[str, Callable[..., Document]] = {
    edit.__name__: edit
    for edit in (
        *(edits.add_input, edits.add_after, edits.insert_before, edits.remove),
        *(edits.set_param, edits.unset_param, edits.replace_kind, edits.take_indices),
        *(wires.connect, set_in_each, replace_kinds, insert_on, put_behind, count_tokens),
        give_classes,
    )
}


def apply_fix(document: Document, fix: Fix) -> Document:
    """The document with a repair made."""
    return EDITS[fix.edit](document, *fix.arguments)
