"""A node up or down the list, past neighbours that it is wired to as well."""

from __future__ import annotations

from dataclasses import replace

from builder.document import Document, Node
from builder.editing import EditError, kind_of, node_of, rewired, with_nodes
from builder.order import source, users


def move(document: Document, node_id: str, by: int) -> Document:
    """Moves a node `by` places in the list; past a neighbour it is wired to, the two change places."""
    for _ in range(abs(by)):
        document = _step(document, node_id, 1 if by > 0 else -1)
    return document


def _step(document: Document, node_id: str, direction: int) -> Document:
    graph = document.main
    place = graph.place(node_of(document, node_id).id)
    if not 0 <= place + direction < len(graph.nodes):
        return document
    upper, lower = sorted((place, place + direction))
    first, second = graph.nodes[upper], graph.nodes[lower]
    if first.id in {source(wire) for wire in second.inputs}:
        return _exchanged(document, first, second)
    nodes = list(graph.nodes)
    nodes[upper], nodes[lower] = second, first
    return with_nodes(document, tuple(nodes))


def _exchanged(document: Document, first: Node, second: Node) -> Document:
    """a -> first -> second -> b becomes a -> second -> first -> b."""
    through = all(kind_of(document, node.kind).ports and node.inputs for node in (first, second))
    if not through:
        raise EditError(f"{first.id} and {second.id} cannot change places: one is an end.")
    if second.inputs != (first.id,) or users(document.main)[first.id] != [second.id]:
        raise EditError(
            f"{first.id} and {second.id} cannot change places: they are not a plain chain. "
            "Choose their inputs in the form instead."
        )

    def crossed(_node: Node, wire: str) -> str:
        return first.id if wire == second.id else wire

    nodes = list(rewired(document.main.nodes, crossed))
    upper = document.main.place(first.id)
    nodes[upper] = replace(second, inputs=(first.inputs[0],))
    nodes[document.main.place(second.id)] = replace(first, inputs=(second.id, *first.inputs[1:]))
    return with_nodes(document, tuple(nodes))
