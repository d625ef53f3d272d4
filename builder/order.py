"""What feeds what: sources of a wire, topological order, cycles, users."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from builder.document import Graph, Node


def source(wire: str) -> str:
    """The node a wire comes from: 'lstm.h_n' -> 'lstm'."""
    return wire.partition(".")[0]


def port(wire: str) -> str:
    """The output a wire comes from: 'lstm.h_n' -> 'h_n', 'conv1' -> '' (the first)."""
    return wire.partition(".")[2]


def users(graph: Graph) -> dict[str, list[str]]:
    """Node -> the nodes that take something from it, each once."""
    found: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
    for node in graph.nodes:
        for name in dict.fromkeys(source(wire) for wire in node.inputs):
            if name in found:
                found[name].append(node.id)
    return found


def sorted_nodes(graph: Graph) -> tuple[list[Node], list[str]]:
    """The nodes, sources before users and otherwise as listed; and the ids that stand on a cycle.

    A node that only waits for a cycle is listed with the cycle's ids.
    """
    place = {node.id: index for index, node in enumerate(graph.nodes)}
    if all(place.get(source(w), -1) < place[n.id] for n in graph.nodes for w in n.inputs):
        return list(graph.nodes), []
    return _kahn(graph)


def _kahn(graph: Graph) -> tuple[list[Node], list[str]]:
    after = users(graph)
    waiting = {node.id: len({source(wire) for wire in node.inputs} & after.keys()) for node in graph.nodes}
    ready = deque(name for name, count in waiting.items() if not count)
    done: list[Node] = []
    while ready:
        name = ready.popleft()
        done.append(graph[name])
        for user in after[name]:
            waiting[user] -= 1
            if not waiting[user]:
                ready.append(user)
    return done, [name for name, count in waiting.items() if count]


def downstream(graph: Graph, node_id: str) -> set[str]:
    """The ids of everything that a node feeds, and its own."""
    after = users(graph)
    seen, todo = {node_id}, [node_id]
    while todo:
        for name in after[todo.pop()]:
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return seen


def upstream(graph: Graph, node_id: str) -> set[str]:
    """The ids of everything that feeds a node, and its own."""
    seen, todo = {node_id}, [node_id]
    while todo:
        for name in map(source, graph[todo.pop()].inputs):
            if name in graph and name not in seen:
                seen.add(name)
                todo.append(name)
    return seen
