"""Where each graph of a document stands: the network once, a block in each of its uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from builder import blocks
from builder.blocks import resolved
from builder.document import Document, Graph
from builder.paths import places


@dataclass(frozen=True)
class Use:
    """One place where a graph stands: the path before its nodes' ids, and its params there."""

    path: str
    values: dict[str, Any]


def all_uses(document: Document) -> dict[str, list[Use]]:
    """Block -> where it is used; '' is the network itself."""
    found: dict[str, list[Use]] = {"": [Use("", {})]}

    def visit(graph: Graph, use: Use) -> None:
        for node in graph.nodes:
            block = document.blocks.get(node.kind)
            if block is None or node.shares:
                continue
            values = blocks.params_in_use(block, resolved(node, use.values))
            for place in places(node, use.path):
                inner = Use(f"{place}/", values)
                found.setdefault(node.kind, []).append(inner)
                visit(block.graph, inner)

    visit(document.main, found[""][0])
    return found
