"""A plain chain of layers as an nn.Sequential, whose layers keep their names."""

from __future__ import annotations

from collections.abc import Iterator

from builder import blocks
from builder.document import Document, Node
from builder.order import sorted_nodes
from builder.source.classes import ClassWriter, note


def is_chain(document: Document) -> bool:
    """Whether the network can be printed as an nn.Sequential: one layer behind the other, each
    module called once, with nothing done to it after it is made.
    """
    nodes, looped = sorted_nodes(document.main)
    if looped or len(nodes) < 3 or nodes[0].kind != "Input" or nodes[-1].kind != "Output":
        return False
    inner = nodes[1:-1]
    in_a_row = all(b.inputs == (a.id,) for a, b in zip(nodes, nodes[1:], strict=False))
    return in_a_row and all(_is_plain(node, document) for node in inner)


def _is_plain(node: Node, document: Document) -> bool:
    kind = blocks.kind_named(node.kind, document)
    if kind is None or not kind.new or kind.buffer or node.shares or node.frozen or node.init:
        return False
    takes_one = len(kind.inputs) == 1 and not kind.variadic
    called = node.kind in document.blocks or node.kind in document.custom or kind.call == "{self}({x})"
    return takes_one and called and len(kind.ports_of(node.params)) == 1


def chain_lines(writer: ClassWriter) -> Iterator[str]:
    """The network as the variable `network`, unformatted."""
    yield f"# {writer.signature}"
    yield "network = nn.Sequential(OrderedDict(["
    for node, made in writer.made():
        yield from note(node)
        yield f'("{node.id}", {made}),'
    yield "]))"
