"""What the dimensions of a shape are called: C channels, H height, W width, T time, F features, and so on.

Kinds say what they take (Conv2d: CHW); what has no say (ReLU, Add) passes the names on. The batch, N,
stands before all of them and is left out, as in the shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from builder.blocks import kind_named
from builder.document import Document, Graph, Node
from builder.kinds import Spec
from builder.order import port, sorted_nodes, source

MIXING = ("Shape", "Reduction")  # families that change which dimension is which


@dataclass(frozen=True)
class _Taker:
    """What a node's kind says of dimensions, and how many its first output has."""

    layouts: tuple[str, ...]
    family: str
    rank: int
    dtype: str


def named(document: Document, graph: Graph, specs: Mapping[str, Mapping[str, Spec]], place: str = "") -> dict:
    """Node -> a letter for each dimension of its first output; only for those where they are known.

    specs are those of the check; place is the way to the graph as the check names it, stage1[0]/.
    """
    nodes, takers = [], {}
    for node in sorted_nodes(graph)[0]:
        ports, kind = specs.get(place + node.id), kind_named(node.kind, document)
        if ports and kind:
            first = next(iter(ports.values()))
            layouts = tuple(filter(None, kind.takes))
            takers[node.id] = _Taker(layouts, kind.family, len(first.example), first.dtype)
            nodes.append(node)
    found: dict[str, str] = {}
    for node in nodes:
        if letters := _forwards(takers[node.id], _before(node, found)):
            found[node.id] = letters
    for node in reversed(nodes):
        _backwards(node, takers, found)
    for name, taker in takers.items():
        if taker.rank == 1:
            found.setdefault(name, "T" if taker.dtype == "int64" else "F")
    return found


def _before(node: Node, found: Mapping[str, str]) -> str:
    return found.get(source(node.inputs[0]), "") if node.inputs and not port(node.inputs[0]) else ""


def _forwards(taker: _Taker, before: str) -> str:
    """The names of what a node gives, from its kind or from what flows in."""
    if own := _fitting(taker.layouts, taker.rank):
        return own
    if taker.family == "Embedding" and taker.rank == 2:
        return "TF"
    passes = not taker.layouts and taker.family not in MIXING
    return before if passes and len(before) == taker.rank else ""


def _backwards(node: Node, takers: Mapping[str, _Taker], found: dict[str, str]) -> None:
    """Gives what feeds a node the names that the node knows it by, where nobody else knew any."""
    own = takers[node.id]
    for wire in node.inputs:
        giver = takers.get(source(wire))
        if giver is None or port(wire) or source(wire) in found:
            continue
        passed = "" if own.layouts or own.family in MIXING else found.get(node.id, "")
        wanted = _fitting(own.layouts, giver.rank) or passed
        if wanted and len(wanted) == giver.rank:
            found[source(wire)] = wanted


def _fitting(layouts: tuple[str, ...], rank: int) -> str:
    """The one layout of that rank; '' where there is none, or more than one."""
    fitting = [layout for layout in layouts if len(layout) == rank]
    return fitting[0] if len(fitting) == 1 else ""
