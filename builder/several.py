"""Edits of several layers in one step: taken out, duplicated. How they are moved as one is in moving.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from builder import edits
from builder.document import Document, Graph
from builder.editing import EditError, fresh_id, node_of, rewired, with_nodes
from builder.order import source

ENDS = ("Input", "Output")


def remove(document: Document, node_ids: Sequence[str]) -> Document:
    """Takes nodes out and joins their neighbours; those that are gone already are passed over."""
    for name in node_ids:
        document = edits.remove(document, name) if name in document.main else document
    return document


def duplicate(document: Document, node_ids: Sequence[str]) -> Document:
    """Copies of nodes, with the same params and weights of their own.

    Nodes that are wired to each other are copied together, behind the last of them, and wired as they are:
    where they take what the first takes, their copies take from the last; other wires from outside stay.
    Inputs and Outputs are copied alone or not at all. Raises EditError where nothing is left to copy.
    """
    nodes = [node_of(document, name) for name in dict.fromkeys(node_ids)]
    if len(nodes) == 1:
        return edits.duplicate(document, nodes[0].id)
    copied = {node.id for node in nodes if node.kind not in ENDS}
    if not copied:
        raise EditError("Inputs and Outputs are not duplicated together: duplicate them one by one.")
    for group in _wired_together(document.main, copied):
        document = _copied_behind(document, group)
    return document


def _wired_together(graph: Graph, chosen: set[str]) -> list[list[str]]:
    """The chosen nodes by what wires among them connect, each group in the order of the list."""
    groups: list[set[str]] = []
    for node in graph.nodes:
        if node.id in chosen:
            near = {source(wire) for wire in node.inputs} | {node.id}
            met = [group for group in groups if group & near]
            groups = [group for group in groups if group not in met] + [{node.id}.union(*met)]
    return [sorted(group, key=graph.place) for group in groups]


def _copied_behind(document: Document, group: list[str]) -> Document:
    nodes = [document.main[name] for name in group]
    last = group[-1]
    outside = [wire for node in nodes for wire in node.inputs if source(wire) not in group]
    entry = source(outside[0]) if outside else ""
    names: dict[str, str] = {}
    larger = document
    for node in nodes:
        names[node.id] = fresh_id(larger, node.kind)
        larger = with_nodes(larger, (*larger.main.nodes, replace(node, id=names[node.id])))

    def of_copy(wire: str) -> str:
        if source(wire) in names:
            return names[source(wire)] + wire[len(source(wire)) :]
        return last if source(wire) == entry else wire

    copies = [
        replace(n, id=names[n.id], inputs=tuple(map(of_copy, n.inputs)), shares=names.get(n.shares, n.shares))
        for n in nodes
    ]
    taken_over = rewired(document.main.nodes, lambda _node, wire: names[last] if wire == last else wire)
    place = document.main.place(last) + 1
    return with_nodes(document, (*taken_over[:place], *copies, *taken_over[place:]))
