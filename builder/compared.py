"""Two documents as one to draw: what is there now, what was removed beside it, and which layers changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from builder.changes import Change
from builder.difference import differences
from builder.document import Document, Graph, Node
from builder.order import source

WORDS = {"added": "added", "removed": "removed"}  # every other kind of change is one


@dataclass(frozen=True)
class Compared:
    """changes in sentences; `together` has all layers of both, marks say which is new, gone or changed."""

    changes: tuple[Change, ...]
    together: Document
    marks: dict[str, str]


def compared(before: Document, after: Document) -> Compared:
    """What makes `after` of `before`, to be listed and to be drawn."""
    changes = differences(before, after)
    now = {str(each.before): str(each.after) for each in changes if each.kind == "renamed"}
    removed = [node for node in before.main.nodes if node.id not in now and node.id not in after.main]
    there = {*(node.id for node in after.main.nodes), *(node.id for node in removed)}
    nodes = (*after.main.nodes, *(_still_wired(node, now, there) for node in removed))
    together = replace(
        after,
        main=Graph(nodes),
        blocks={**before.blocks, **after.blocks},
        custom={**before.custom, **after.custom},
    )
    return Compared(changes, together, _marks(changes, together))


def _still_wired(node: Node, now: dict[str, str], there: set[str]) -> Node:
    """A removed layer with the wires whose other end is still to be seen."""
    wires = (now.get(source(wire), source(wire)) + wire[len(source(wire)) :] for wire in node.inputs)
    return replace(node, inputs=tuple(wire for wire in wires if source(wire) in there), shares="")


def _marks(changes: Sequence[Change], together: Document) -> dict[str, str]:
    """Node of the network -> what happened to it, or to the block that it is a use of."""
    touched = {change.node.partition("/")[0] for change in changes if change.node}
    while inner := {
        name
        for name, block in together.blocks.items()
        if name not in touched and any(node.kind in touched for node in block.graph.nodes)
    }:
        touched |= inner
    kinds = touched & {*together.blocks, *together.custom}
    marks = {node.id: "changed" for node in together.main.nodes if node.kind in kinds}
    own = {
        change.node: WORDS.get(change.kind, "changed") for change in changes if change.node in together.main
    }
    return {**marks, **own}


def in_short(changes: Sequence[Change]) -> str:
    """How many of which kind: 2 added, 1 changed."""
    counts = Counter(WORDS.get(change.kind, "changed") for change in changes)
    added, removed, changed = (counts[word] for word in ("added", "removed", "changed"))
    told = (added and f"{added} added", removed and f"{removed} removed", changed and f"{changed} changed")
    return ", ".join(filter(None, told)) or "no difference"
