"""The network with all its blocks opened: every layer in every use of its block, and what feeds it.

Rules about neighbours look at it, since a convolution may end one block and its norm begin the next.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from builder.blocks import inputs_of, ports_of
from builder.document import Document, Graph, Node
from builder.kinds import Spec
from builder.order import sorted_nodes
from builder.paths import drawn, places, split
from builder.surroundings import Surroundings


@dataclass(frozen=True, eq=False)
class Layer(Node):
    """A node in one use. Its id is its path as the check names it, stage1[0]/conv, and its wires are too.

    node    as it stands in its graph, which is what a repair edits.
    block   whose graph that is; '' for the network's own.
    """

    node: Node = field(kw_only=True)
    block: str = field(kw_only=True)

    def __post_init__(self):
        """A path is no name, so what a Node says of its id is not asked."""

    @property
    def name(self) -> str:
        return self.node.id

    def beside(self, other: Layer) -> bool:
        """Whether both stand in one use of one graph, so that an edit of the graph can do with both."""
        return self.id.rpartition("/")[0] == other.id.rpartition("/")[0]

    def called_from(self, other: Layer) -> str:
        """What a sentence about another layer calls it: its path, where they stand apart."""
        way, name = split(drawn(self.id))
        return name if way == split(drawn(other.id))[0] else drawn(self.id)


@dataclass(frozen=True)
class Opened(Surroundings):
    """What surrounds the layers of the opened network, whatever borders lie between.

    loss: the one that it will be trained with, by its name in torch.nn; "" where nobody has chosen one.
    """

    loss: str = ""

    @cached_property
    def _uses(self) -> dict[tuple[str, str], list[Layer]]:
        found: dict[tuple[str, str], list[Layer]] = {}
        for layer in self.graph.nodes:
            found.setdefault((layer.block, layer.name), []).append(layer)
        return found

    def in_every_use(self, found: Collection[str]) -> list[Layer]:
        """Of the layers found, by id, those that are found wherever their block is used; each once, in
        its first use. A use that cannot be checked yet, since something before it is wrong, is passed over.
        """
        if not found:
            return []
        known = (
            [layer for layer in uses if layer.id in found or layer.id in self.of]
            for uses in self._uses.values()
        )
        return [layers[0] for layers in known if layers and all(layer.id in found for layer in layers)]

    @cached_property
    def lenders(self) -> set[tuple[str, str]]:
        """The blocks and names of the layers whose weights others use too."""
        return {(layer.block, layer.shares) for layer in self.graph.nodes if layer.shares}


def opened(document: Document, of: dict[str, dict[str, Spec]], loss: str = "") -> Opened:
    """The network opened. of: what flows out of each node, as a report has it; loss: as in Opened."""
    found: list[Layer] = []
    _open(document, document.main, "", "", {}, found)
    return Opened(document, Graph(tuple(found)), "", of, loss)


def _open(
    document: Document, graph: Graph, block: str, path: str, leads: Mapping[str, str], found: list[Layer]
) -> tuple[str, ...]:
    """Adds a graph's layers, sources first; the wires that its Outputs take.

    leads: a wire of this graph -> the wire of the opened network that it goes on as.
    """
    leads = dict(leads)
    answers = []
    for node in sorted_nodes(graph)[0]:
        inputs = tuple(leads.get(wire, path + wire) for wire in node.inputs)
        if node.kind in document.blocks:
            leads |= _through(document, node, path, inputs, found)
        elif block and node.kind == "Output":
            answers.append(inputs[0] if inputs else "")
        elif not (block and node.kind == "Input"):
            told = (node.params, node.repeat, node.shares, node.frozen, node.init)
            found.append(Layer(path + node.id, node.kind, inputs, *told, node=node, block=block))
    return tuple(answers)


def _through(
    document: Document, node: Node, path: str, inputs: tuple[str, ...], found: list[Layer]
) -> dict[str, str]:
    """Adds what is in a block's use; where the wires go on that leave it."""
    block = document.blocks[node.kind]
    for place in places(node, path):
        leads = dict(zip(inputs_of(block), inputs, strict=False))
        inputs = _open(document, block.graph, node.kind, f"{place}/", leads, found)
    ports = zip(ports_of(block), inputs, strict=False)
    return {node.id: inputs[0] if inputs else ""} | {f"{node.id}.{port}": wire for port, wire in ports}
