"""Layers in a row that a source makes as a list: one layer, repeated, where they are alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from builder import names
from builder.catalogue import CATALOGUE
from builder.document import Graph, Node
from builder.order import source, users
from builder.source.values import Group

Member = tuple[Group, int, str]  # the group, the place in it, the name of the group's node


def folded(graph: Graph, members: Mapping[str, Member]) -> Graph:
    """The graph with each group as one node, where it is one; the others get names of their own."""
    if not members:
        return graph
    after = users(graph)
    calls = list(_calls(graph, members))
    taken = {node.id for node in graph.nodes} - members.keys()
    renamed: dict[str, str] = {}
    gone: set[str] = set()
    repeats: dict[str, int] = {}
    for call in calls:
        group, _, wanted = members[call[0].id]
        if len(call) == group.size and _is_one(call, after) and wanted not in taken:
            taken.add(wanted)
            renamed |= {node.id: wanted for node in call}
            gone |= {node.id for node in call[1:]}
            repeats[call[0].id] = len(call)
        else:
            for node in call:
                renamed[node.id] = _name(node, members[node.id], taken)
                taken.add(renamed[node.id])
    nodes = (node for node in graph.nodes if node.id not in gone)
    return Graph(tuple(_renamed(node, renamed, repeats.get(node.id, node.repeat)) for node in nodes))


def _calls(graph: Graph, members: Mapping[str, Member]) -> Iterator[list[Node]]:
    """The nodes of each call of a group, in order."""
    current: dict[Group, list[Node]] = {}
    for node in graph.nodes:
        if node.id in members:
            group, index, _ = members[node.id]
            if index == 0 or group not in current:
                if group in current:
                    yield current[group]
                current[group] = []
            current[group].append(node)
    yield from current.values()


def _is_one(call: Sequence[Node], after: Mapping[str, Sequence[str]]) -> bool:
    """Whether these are copies of one layer, each fed by the one before it and by nothing else."""
    first = call[0]
    alike = all(_copy(node) == _copy(first) for node in call)
    in_a_row = all(b.inputs == (a.id,) for a, b in zip(call, call[1:], strict=False))
    kept_inside = all(set(after[a.id]) == {b.id} for a, b in zip(call, call[1:], strict=False))
    kind = CATALOGUE.get(first.kind)
    one_port = kind is None or len(kind.ports_of(first.params)) == 1
    return alike and in_a_row and kept_inside and one_port and len(first.inputs) == 1


def _copy(node: Node) -> Node:
    """The node without what differs between copies."""
    return replace(node, id="copy", inputs=(), note="", shares="shared" if node.shares else "")


def _name(node: Node, member: Member, taken: set[str]) -> str:
    """conv1, conv2, ... for layers; stage0, stage1, ... for blocks."""
    _, index, whole = member
    if node.kind not in CATALOGUE and (name := f"{whole}{index}") not in taken:
        return name
    stem, number = names.stem(node.kind), 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def _renamed(node: Node, new: Mapping[str, str], repeat: int) -> Node:
    inputs = []
    for wire in node.inputs:
        name, dot, port = wire.partition(".")
        inputs.append(new.get(source(wire), name) + dot + port)
    return replace(
        node,
        id=new.get(node.id, node.id),
        inputs=tuple(inputs),
        repeat=repeat,
        shares=new.get(node.shares, node.shares),
    )
