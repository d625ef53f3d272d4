"""One graph with what flows in it: what rules about neighbours look at, in the network or in a block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from builder.blocks import has_sum, kind_named
from builder.document import Document, Graph, Node
from builder.kinds import Kind, Spec
from builder.order import port, sorted_nodes, source, users
from builder.paths import places


@dataclass(frozen=True)
class Surroundings:
    """A graph in its first use. path: what its nodes' ids follow in the report, stage1[0]/ in a block."""

    document: Document
    graph: Graph
    path: str
    of: dict[str, dict[str, Spec]]

    @cached_property
    def users(self) -> dict[str, list[str]]:
        return users(self.graph)

    @cached_property
    def sorted(self) -> list[Node]:
        return sorted_nodes(self.graph)[0]

    @cached_property
    def _families(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.graph.nodes:
            kind = self.kind(node)
            found.setdefault(kind.family if kind else "", []).append(node)
        return found

    def of_family(self, *families: str) -> list[Node]:
        """The nodes of these families, in the graph's order within each."""
        return [node for family in families for node in self._families.get(family, ())]

    def kind(self, node: Node) -> Kind | None:
        return kind_named(node.kind, self.document)

    def family(self, node: Node) -> str:
        kind = self.kind(node)
        return kind.family if kind else ""

    def spec(self, wire: str) -> Spec | None:
        """What flows along a wire, where that is known."""
        ports = self.of.get(self.path + source(wire), {})
        return ports.get(port(wire)) if port(wire) else next(iter(ports.values()), None)

    def into(self, node: Node) -> Spec | None:
        """What flows into a node first."""
        return self.spec(node.inputs[0]) if node.inputs else None

    def before(self, node: Node) -> Node | None:
        """The node that feeds a node first."""
        name = source(node.inputs[0]) if node.inputs else ""
        # A Graph is no dict, so it has no get.
        return self.graph[name] if name in self.graph else None  # noqa: SIM401

    def feeds_only(self, node: Node, user: Node) -> bool:
        return self.users[node.id] == [user.id]

    def value(self, node: Node, name: str) -> Any:
        """An argument as given or by default; None where the block's params say it, or nothing does."""
        param = self.kind(node).param(name)
        value = node.params.get(name, param.default if param else None)
        return None if has_sum(value) else value


def everywhere(document: Document, of: dict[str, dict[str, Spec]]) -> Iterator[Surroundings]:
    """The network, then each block that it uses, where it is used first."""
    seen: set[str] = set()
    todo = [("", document.main)]
    for path, graph in todo:
        yield Surroundings(document, graph, path, of)
        for node in graph.nodes:
            if node.kind in document.blocks and node.kind not in seen:
                seen.add(node.kind)
                todo.append((f"{places(node, path)[0]}/", document.blocks[node.kind].graph))
