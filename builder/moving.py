"""Nodes up or down the list, past neighbours that they are wired to as well."""

from __future__ import annotations

from collections.abc import Sequence

from builder.document import Document, Graph, Node
from builder.editing import EditError, kind_of, node_of, rewired, with_nodes
from builder.order import source, users

Run = tuple[Node, ...]  # nodes that stand next to each other in the list


def move(document: Document, node_id: str, by: int) -> Document:
    """Moves a node `by` places in the list; past a neighbour it is wired to, the two change places."""
    return move_together(document, (node_id,), by)


def move_together(document: Document, node_ids: Sequence[str], by: int) -> Document:
    """Moves nodes as one, in the order in which they stand, `by` places in the list.

    Past a neighbour that they are wired to, they and the neighbour change places. Raises EditError for nodes
    that do not stand next to each other, and where the wires leave no way past the neighbour.
    """
    for _ in range(min(abs(by), len(document.main.nodes))):  # no list is longer, whatever is asked for
        document = _step(document, node_ids, down=by > 0)
    return document


def _step(document: Document, node_ids: Sequence[str], down: bool) -> Document:
    nodes = document.main.nodes
    begin, end = _ends_of_run(document, node_ids)
    if (end == len(nodes)) if down else (begin == 0):
        return document
    upper, middle, lower = (begin, end, end + 1) if down else (begin - 1, begin, end)
    first, second = nodes[upper:middle], nodes[middle:lower]
    if _wires_into(second, from_=first):
        document = _rewired_past(document, first, second)
        nodes = document.main.nodes
    return with_nodes(document, (*nodes[:upper], *nodes[middle:lower], *nodes[upper:middle], *nodes[lower:]))


def _ends_of_run(document: Document, node_ids: Sequence[str]) -> tuple[int, int]:
    """The place of the first node, and the one behind the last."""
    graph = document.main
    places = sorted(graph.place(node_of(document, name).id) for name in set(node_ids))
    for place, following in zip(places, places[1:], strict=False):
        if following > place + 1:
            one, other = graph.nodes[place].id, graph.nodes[following].id
            raise EditError(
                f"{one} and {other} do not stand next to each other in the list, so they cannot be moved "
                "as one. Move them one by one."
            )
    return places[0], places[-1] + 1


def _rewired_past(document: Document, first: Run, second: Run) -> Document:
    """a -> first -> second -> b becomes a -> second -> first -> b, in the wires alone."""
    entry = next(iter(_wires_from_outside(first)), "")
    last, end = first[-1].id, second[-1].id
    if not entry or not all(kind_of(document, run[-1].kind).ports for run in (first, second)):
        raise EditError(f"{_named(first)} and {_named(second)} cannot change places: one is an end.")
    if not _is_plain(document.main, first, second):
        raise EditError(
            f"{_named(first)} and {_named(second)} cannot change places: they are not a plain chain. "
            "Choose their inputs in the form instead."
        )
    behind = {entry: end}, {last: entry}, {end: last}  # for the wires of first, of second, of all others

    def crossed(node: Node, wire: str) -> str:
        return behind[0 if node in first else 1 if node in second else 2].get(wire, wire)

    return with_nodes(document, rewired(document.main.nodes, crossed))


def _is_plain(graph: Graph, first: Run, second: Run) -> bool:
    """Whether all that second takes is what first gives at its end, and nobody else takes from first."""
    known = {node.id for node in (*first, *second)}
    takers = users(graph)
    alone = all(name in known for node in first for name in takers[node.id])
    return alone and set(_wires_from_outside(second)) == {first[-1].id}


def _wires_from_outside(run: Run) -> list[str]:
    ids = {node.id for node in run}
    return [wire for node in run for wire in node.inputs if source(wire) not in ids]


def _wires_into(run: Run, from_: Run) -> bool:
    ids = {node.id for node in from_}
    return any(source(wire) in ids for node in run for wire in node.inputs)


def _named(run: Run) -> str:
    return run[0].id if len(run) == 1 else f"{run[0].id}–{run[-1].id}"
