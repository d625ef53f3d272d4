"""Paths to nodes inside blocks: stage1/conv is the node conv in the block that stage1 uses."""

from __future__ import annotations

import re

from builder.document import Document, Graph, Node

COPY = re.compile(r"\[\d+\]")  # which of a repeat: the check names each, stage1[0]/conv


def split(path: str) -> tuple[tuple[str, ...], str]:
    """The nodes on the way, and the one at the end: a/b/c -> (a, b), c."""
    *way, name = path.split("/")
    return tuple(way), name


def joined(way: tuple[str, ...], name: str) -> str:
    return "/".join((*way, name))


def places(node: Node, path: str) -> list[str]:
    """Where a node's copies stand in a report: stage1, or stage1[0], stage1[1]. path: what stands before."""
    if node.repeat == 1:
        return [path + node.id]
    return [f"{path}{node.id}[{index}]" for index in range(node.repeat)]


def drawn(path: str) -> str:
    """A path of the check as the drawing has it: stage1[0]/conv -> stage1/conv."""
    return COPY.sub("", path)


def place_name(module: str) -> str:
    """A module's name as the checks name the place: blocks.0.norm -> blocks[0]/norm."""
    parts = [f"[{part}]" if part.isdecimal() else f"/{part}" for part in module.split(".") if part]
    return "".join(parts).lstrip("/")


def block_at(document: Document, way: tuple[str, ...]) -> str | None:
    """The block that a way leads into, '' for the network itself; None where it leads nowhere."""
    graph, name = document.main, ""
    for node_id in way:
        if node_id not in graph or graph[node_id].kind not in document.blocks:
            return None
        name = graph[node_id].kind
        graph = document.blocks[name].graph
    return name


def graph_at(document: Document, way: tuple[str, ...]) -> Graph | None:
    """The graph that a way leads into; None where it leads nowhere."""
    name = block_at(document, way)
    if name is None:
        return None
    return document.blocks[name].graph if name else document.main


def leads_somewhere(document: Document, path: str) -> bool:
    """Whether a node stands at the end of the path."""
    way, name = split(path)
    graph = graph_at(document, way)
    return graph is not None and name in graph


def in_report(document: Document, way: tuple[str, ...]) -> str:
    """The same way as the check names it, for what stands at its end: the first of each repeat."""
    found, graph = "", document.main
    for node_id in way:
        node = graph[node_id]
        found = f"{places(node, found)[0]}/"
        graph = document.blocks[node.kind].graph
    return found
