"""Layers as text and back: what copy puts on the clipboard is a document of the layers alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from builder import blocks
from builder.document import Document, DocumentError, Graph, Node
from builder.editing import EditError, fresh_id
from builder.order import sorted_nodes, source

NAME = "Part of a network"
COPY = "Copy layers with Ctrl+C, then paste them."


def copied(document: Document, node_ids: Sequence[str]) -> str:
    """The layers as a document's text, with the blocks they use; wires from outside are left out."""
    chosen = {name for name in node_ids if name in document.main}
    if not chosen:
        raise EditError("Select the layers to copy first.")
    nodes = [
        replace(
            node,
            inputs=tuple(wire for wire in node.inputs if source(wire) in chosen),
            shares=node.shares if node.shares in chosen else "",
        )
        for node in document.main.nodes
        if node.id in chosen
    ]
    part = replace(document, name=NAME, main=Graph(tuple(nodes)))
    used, written = blocks.in_order(part), blocks.custom_in_use(part)
    return replace(
        part,
        blocks={name: document.blocks[name] for name in used},
        custom={name: document.custom[name] for name in written},
    ).to_json()


def pasted(document: Document, text: str, after: str) -> Document:
    """The document with copied layers in it, behind `after`.

    One that takes nothing takes `after`; where the copied layers have one loose end, it feeds what
    `after` fed. Raises EditError for text that holds no layers.
    """
    part = _read(text)
    for name, written in part.custom.items():
        if document.custom.get(name, written) != written:
            raise EditError(f"{name} is other code in this network; rename one of the two classes first.")
    part = _with_free_blocks(document, part)
    nodes = _renamed(document, part)
    if not nodes:
        raise EditError("The clipboard holds no layers: the network on it is empty.")
    whole = replace(
        document,
        blocks={**document.blocks, **part.blocks},
        custom={**document.custom, **part.custom},
    )
    if after not in document.main or not _kind(whole, document.main[after]).ports:
        return replace(whole, main=Graph((*document.main.nodes, *nodes)))
    first = [n for n in nodes if not n.inputs and _kind(whole, n).inputs]
    fed = {source(wire) for node in nodes for wire in node.inputs}
    loose = [n for n in nodes if n.id not in fed and _kind(whole, n).ports]
    nodes = [replace(n, inputs=(after,)) if n in first else n for n in nodes]
    rest = list(document.main.nodes)
    if first and len(loose) == 1:
        rest = [
            replace(n, inputs=tuple(loose[0].id if wire == after else wire for wire in n.inputs))
            for n in rest
        ]
    place = document.main.place(after) + 1
    together = Graph((*rest[:place], *nodes, *rest[place:]))
    return replace(whole, main=Graph(tuple(sorted_nodes(together)[0])))


def _read(text: str) -> Document:
    if not text.strip():
        raise EditError(f"The clipboard holds no network: there is no text on it. {COPY}")
    if not text.lstrip().startswith("{"):  # where in it the JSON breaks off says nothing to anybody
        raise EditError(f"The clipboard holds no layers but other text. {COPY}")
    try:
        return Document.from_json(text)
    except DocumentError as error:
        raise EditError(
            f"The clipboard holds no layers that can be pasted. {error} "
            "Copy layers with Ctrl+C, then paste them."  # as COPY; the error has sentences of its own
        ) from None


def _kind(document: Document, node: Node):
    return blocks.kind_named(node.kind, document)


def _with_free_blocks(document: Document, part: Document) -> Document:
    """The part with another name for each block whose name means something else in the document."""
    taken = {name for name, block in part.blocks.items() if document.blocks.get(name, block) != block}
    new: dict[str, str] = {}
    for name in taken:
        number = 2
        while f"{name}{number}" in {**document.blocks, **part.blocks}:
            number += 1
        new[name] = f"{name}{number}"

    def renamed(graph: Graph) -> Graph:
        return Graph(tuple(replace(n, kind=new.get(n.kind, n.kind)) for n in graph.nodes))

    kept = {
        new.get(name, name): replace(block, graph=renamed(block.graph)) for name, block in part.blocks.items()
    }
    return replace(part, main=renamed(part.main), blocks=kept)


def _renamed(document: Document, part: Document) -> list[Node]:
    """The nodes under names that are free in the document."""
    names: dict[str, str] = {}
    taken = document
    for node in part.main.nodes:
        free = node.id not in taken.main and node.id not in names.values()
        name = node.id if free else fresh_id(taken, node.kind)
        names[node.id] = name
        taken = replace(taken, main=Graph((*taken.main.nodes, Node(name, node.kind))))

    def at(wire: str) -> str:
        return names[source(wire)] + wire[len(source(wire)) :]

    return [
        replace(n, id=names[n.id], inputs=tuple(map(at, n.inputs)), shares=names.get(n.shares, ""))
        for n in part.main.nodes
    ]
