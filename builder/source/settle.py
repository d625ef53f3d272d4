"""What only shapes can tell of a network that was read: sizes that follow the drawing again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from builder.catalogue import CATALOGUE
from builder.document import Document, Graph, Node
from builder.kinds import Kind, Spec
from builder.order import sorted_nodes, source

# Usual sides of images and lengths of sequences, the likeliest first.
SIDES = (8, 32, 28, 224, 64, 16, 128, 96, 48, 256, 299, 512, 10, 20, 50, 100)
DISTINCT = (1009, 1013, 1019, 1021)  # sizes by which it can be told which dimension an argument reads
BATCH = 2
MOST_SEARCHED = 300  # nodes: each side that is tried runs the network once on the meta device


def settle(document: Document, open_inputs: Sequence[str] = ()) -> Document:
    """The document without the arguments that would be read off the input anyway.

    The sides of `open_inputs`, whose shape the source does not say, are chosen from the usual ones
    so that the layers' sizes come out, where such a choice is there. Loads torch.
    """
    searched = open_inputs and len(document.main.nodes) <= MOST_SEARCHED
    for side in SIDES if searched else ():
        tried = _with_side(document, open_inputs, side)
        if _fits(tried):
            document = tried
            break
    return _following(document)


def _fits(document: Document) -> bool:
    from builder import flow  # loads torch

    found = flow.infer(document)
    return not found.problems and not found.waits


def _with_side(document: Document, names: Sequence[str], side: int) -> Document:
    """The document with the sides that assumed() left open set to `side`."""
    nodes = []
    for node in document.main.nodes:
        if node.id in names:
            sizes = assumed(document.main, node.id, side)
            node = replace(node, params=sizes)
        nodes.append(node)
    return replace(document, main=Graph(tuple(nodes)))


def _following(document: Document) -> Document:
    from builder import flow, shapes  # loads torch

    of: dict[str, dict[str, Spec]] = {}
    lighter: dict[str, Node] = {}
    for node in sorted_nodes(document.main)[0]:
        if any(source(wire) not in of for wire in node.inputs):
            continue
        inputs = flow.inputs_of(node, of)
        node = lighter[node.id] = _without_what_follows(node, inputs)
        result = shapes.examine(node, inputs)
        if not result.problem:
            of[node.id] = result.outputs
    nodes = tuple(lighter.get(node.id, node) for node in document.main.nodes)
    return replace(document, main=Graph(nodes))


def _without_what_follows(node: Node, inputs: Sequence[Spec | None]) -> Node:
    kind = CATALOGUE[node.kind]
    if not inputs or None in inputs or not kind.reads.keys() & node.params.keys():
        return node
    kept = {
        name: value
        for name, value in node.params.items()
        if name not in kind.reads or not _same(value, _read(kind, name, inputs))
    }
    return replace(node, params=kept)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _read(kind: Kind, name: str, inputs: Sequence[Spec | None]) -> Any:
    read = kind.reads[name]
    try:
        return read.value(inputs[read.input])
    except (ValueError, IndexError):  # it cannot be read off, so what is given stays
        return None


# --- a shape for an input of which the source says nothing


def assumed(graph: Graph, input_id: str, side: int = SIDES[0]) -> dict[str, Any]:
    """Params for an Input, as far as the first layer behind it tells them; else (1, 8, 8)."""
    wire, seen = input_id, set()
    while wire not in seen:
        seen.add(wire)
        user = next((node for node in graph.nodes if node.inputs[:1] == (wire,)), None)
        if user is None:
            break
        kind = CATALOGUE[user.kind]
        if found := _told(kind, user.params, side):
            return found
        wire = user.id
    return {"shape": (1, side, side)}


def _told(kind: Kind, params: Mapping[str, Any], side: int) -> dict[str, Any] | None:
    """What an argument that follows from the input says of it: 784 features -> (784,)."""
    dimensions = len(kind.takes[0]) or 1
    probe = Spec((BATCH, *DISTINCT[:dimensions]), high=DISTINCT[-1] + 8, batch=BATCH)
    for name in kind.reads:
        value, seen = params.get(name), _read(kind, name, (probe,))
        if value is None:
            continue
        if seen == probe.high:
            return {"shape": (side,), "dtype": "int64", "high": value}
        if isinstance(value, tuple):
            return {"shape": value}
        if seen in probe.shape:
            sizes = [side] * dimensions
            sizes[probe.shape.index(seen) - 1] = value
            return {"shape": tuple(sizes)}
    return None
