"""One kind of layer in another's place: BatchNorm2d as GroupNorm, with whatever fits both kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from builder import blocks
from builder.catalogue import CATALOGUE, KINDS
from builder.document import Document, Graph, Node
from builder.kinds import Kind, Param, Spec
from builder.lines import needed
from builder.order import port, source
from builder.sharing import kinds_to_share_with

Specs = Mapping[str, Mapping[str, Spec]]  # a Report's specs: node -> port -> Spec


def relatives(kind: Kind) -> tuple[str, ...]:
    """The kinds that may stand in its place: the others of its family; none for what a person made."""
    if kind.name not in CATALOGUE:
        return ()
    return tuple(other.name for other in KINDS if other.family == kind.family and other is not kind)


def count(document: Document, kind: str) -> int:
    """How many layers are of a kind, those in blocks counted once each."""
    graphs = [document.main, *(block.graph for block in document.blocks.values())]
    return sum(len(graph.of_kind(kind)) for graph in graphs)


def as_kind(node: Node, kind: Kind, spec: Spec | None = None) -> Node:
    """The node as another kind: the params that it takes are kept, and as many wires as it takes.

    spec is what flows in, for params that must suit it (GroupNorm's num_groups).
    """
    kept = {name: value for name, value in node.params.items() if _fits(kind, name, value)}
    inputs = node.inputs if kind.variadic else node.inputs[: len(kind.inputs)]
    params = needed(kind, {**kind.start(spec), **kept})
    return replace(node, kind=kind.name, inputs=inputs, params=params)


def _fits(kind: Kind, name: str, value: object) -> bool:
    param = kind.param(name)
    if param is None or name in kind.reads:
        return False
    return blocks.has_sum(value) or _is_accepted(param, value)


def _is_accepted(param: Param, value: object) -> bool:
    return param.accepts(value) and not param.misfit(value)


def swapped(document: Document, kinds: Mapping[str, str], specs: Specs | None = None) -> Document:
    """The document with every node of some kinds made another, in blocks too: swapped(net, {"ReLU":
    "GELU"}). specs is what flows in the drawn network.
    """

    def changed(graph: Graph, seen: Specs) -> Graph:
        nodes = (
            as_kind(node, CATALOGUE[kinds[node.kind]], _incoming(node, seen)) if node.kind in kinds else node
            for node in graph.nodes
        )
        return apart(with_ports(Graph(tuple(nodes)), document))

    seen = specs or {}
    inside = {
        name: replace(block, graph=changed(block.graph, _of_a_use(document, name, seen)))
        for name, block in document.blocks.items()
    }
    return replace(document, main=changed(document.main, seen), blocks=inside)


def _of_a_use(document: Document, name: str, specs: Specs) -> Specs:
    """What flows in a block where the network itself uses it first; nothing for one used in blocks only."""
    for node in document.main.of_kind(name):
        before = f"{node.id}[0]/" if node.repeat > 1 else f"{node.id}/"
        return {key.removeprefix(before): found for key, found in specs.items() if key.startswith(before)}
    return {}


def _incoming(node: Node, specs: Specs) -> Spec | None:
    wire = node.inputs[0] if node.inputs else ""
    ports = specs.get(source(wire), {})
    return ports.get(port(wire)) or next(iter(ports.values()), None)


def with_ports(graph: Graph, document: Document) -> Graph:
    """The graph where a wire from an output that its node does not have comes from its first one."""

    def there(wire: str) -> str:
        if source(wire) not in graph:
            return wire
        node = graph[source(wire)]
        kind = blocks.kind_named(node.kind, document)
        has = not port(wire) or kind is None or port(wire) in kind.ports_of(node.params)
        return wire if has else node.id

    return Graph(tuple(replace(node, inputs=tuple(map(there, node.inputs))) for node in graph.nodes))


def apart(graph: Graph) -> Graph:
    """The graph where no layer shares the weights of a kind that it cannot share with."""
    return Graph(
        tuple(
            replace(node, shares="")
            if node.shares in graph and graph[node.shares].kind not in kinds_to_share_with(node)
            else node
            for node in graph.nodes
        )
    )
