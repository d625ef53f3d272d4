"""What stands inside blocks that are drawn closed: each layer's path and what it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from builder import blocks
from builder.captions import family_of, subtitle
from builder.document import Document, Graph

MOST = 1000  # blocks in blocks multiply; nobody reads on that far


@dataclass(frozen=True)
class Hidden:
    """A node that is not drawn."""

    path: str  # stage1/conv; of a repeat once, as it would be drawn
    subtitle: str  # 'Conv2d 16, k3', as in its box
    family: str


@dataclass(frozen=True)
class _Use:
    """A graph as it is used somewhere, with what its block's params are worth there."""

    graph: Graph
    path: str
    values: Mapping[str, Any]
    drawn: bool


def hidden(document: Document, opened: Collection[str]) -> list[Hidden]:
    """The nodes inside closed blocks, those of the outer blocks first; no more than MOST.

    opened   the paths of the blocks that are drawn as frames; one inside a closed block is not seen.
    """
    found: list[Hidden] = []
    waiting = deque([_Use(document.main, "", {}, drawn=True)])
    while waiting and len(found) < MOST:
        use = waiting.popleft()
        for node in use.graph.nodes:
            path = use.path + node.id
            node = blocks.worked_out(node, use.values)
            if not use.drawn:
                found.append(Hidden(path, subtitle(node), family_of(node, document.custom)))
            if block := document.blocks.get(node.kind):
                seen = use.drawn and path in opened
                waiting.append(_Use(block.graph, f"{path}/", blocks.params_in_use(block, node), seen))
    return found[:MOST]
