"""Edits that make, change and undo blocks. Like all edits: a document in, a new document out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from builder import blocks, names, paths
from builder.document import Block, Document, Graph, Node
from builder.editing import EditError, fresh_id
from builder.order import downstream, port, sorted_nodes, source


def view(document: Document, block: str) -> Document:
    """The block as a document of its own, to be looked at and edited like one."""
    return replace(document, main=document.blocks[block].graph)


def at(document: Document, way: tuple[str, ...]) -> Document:
    """What a way leads to, as a document of its own: a block, or for () the network."""
    block = paths.block_at(document, way)
    return view(document, block) if block else document


def inside(document: Document, block: str, edit: Callable[..., Document], *arguments: Any) -> Document:
    """The document with an edit made in a block: it shows wherever the block is used."""
    changed = edit(view(document, block), *arguments)
    new = replace(document.blocks[block], graph=changed.main)
    result = replace(document, blocks={**changed.blocks, block: new}, custom=changed.custom)
    if blocks.contains_itself(result, block):
        raise EditError(f"{block} cannot stand inside itself: it would never end.")
    return result


def make_block(document: Document, node_ids: Sequence[str], name: str) -> Document:
    """Puts layers into a block of that name, used once in their place.

    What flows into them from outside becomes the block's Inputs, what flows out its Outputs.
    """
    graph, chosen = document.main, set(node_ids)
    _refuse_name(document, name)
    if not chosen or not all(node_id in graph for node_id in chosen):
        raise EditError("Choose the layers that the block is to hold.")
    if ends := [n.id for n in graph.nodes if n.id in chosen and n.kind in ("Input", "Output")]:
        raise EditError(f"{ends[0]} is an end of the network and cannot go into a block.")
    _refuse_gap(graph, chosen)
    _refuse_parted(graph, chosen)
    nodes = [node for node in graph.nodes if node.id in chosen]
    coming = _unique(w for node in nodes for w in node.inputs if source(w) not in chosen)
    leaving = _unique(
        w for node in graph.nodes if node.id not in chosen for w in node.inputs if source(w) in chosen
    )
    if not leaving:
        raise EditError("Nothing takes what these layers give, so a block of them would do nothing.")
    inner = _inner_graph(nodes, coming, leaving)
    block_node = Node(fresh_id(document, name), name, tuple(coming))
    ports = [node.id for node in inner.of_kind("Output")]
    given = {
        wire: block_node.id if place == 0 else f"{block_node.id}.{ports[place]}"
        for place, wire in enumerate(leaving)
    }
    rest = []
    for node in graph.nodes:
        if node.id == nodes[-1].id:
            rest.append(block_node)
        if node.id not in chosen:
            rest.append(replace(node, inputs=tuple(given.get(wire, wire) for wire in node.inputs)))
    main = Graph(tuple(sorted_nodes(Graph(tuple(rest)))[0]))
    return replace(document, main=main, blocks={**document.blocks, name: Block(inner)})


def _inner_graph(nodes: list[Node], coming: list[str], leaving: list[str]) -> Graph:
    taken = {node.id for node in nodes}
    renamed: dict[str, str] = {}
    for place, wire in enumerate(coming):
        wanted = "x" if len(coming) == 1 else f"x{place + 1}"
        renamed[wire] = _free(wanted, taken)
    inputs = [Node(name, "Input") for name in renamed.values()]
    body = [replace(n, inputs=tuple(renamed.get(w, w) for w in n.inputs)) for n in nodes]
    outputs = [
        Node(_free("out" if len(leaving) == 1 else f"out{place + 1}", taken), "Output", (wire,))
        for place, wire in enumerate(leaving)
    ]
    return Graph((*inputs, *body, *outputs))


def _free(wanted: str, taken: set[str]) -> str:
    while wanted in taken or names.id_misfit(wanted):
        wanted += "_"
    taken.add(wanted)
    return wanted


def _unique(wires) -> list[str]:
    return list(dict.fromkeys(wires))


def _refuse_name(document: Document, name: str) -> None:
    if misfit := names.id_misfit(name):
        raise EditError(misfit.replace("a node", "a block"))
    if blocks.kind_named(name, document):
        raise EditError(f"{name} is a layer or block already; choose another name.")


def _refuse_no_block(document: Document, name: str) -> None:
    if name not in document.blocks:
        raise EditError(f"There is no block named {name!r}.")


def _refuse_gap(graph: Graph, chosen: set[str]) -> None:
    """Refuses layers with others between them: the block would feed itself."""
    behind = {name for node_id in chosen for name in downstream(graph, node_id)} - chosen
    for name in behind:
        back = downstream(graph, name) & chosen
        if back:
            raise EditError(
                f"{name} stands between the chosen layers and {sorted(back)[0]}. Choose it too, or fewer."
            )


def _refuse_parted(graph: Graph, chosen: set[str]) -> None:
    """Refuses layers that share weights with one outside: a block's weights are its own."""
    for node in graph.nodes:
        if node.shares and (node.id in chosen) != (node.shares in chosen):
            raise EditError(f"{node.id} shares the weights of {node.shares}. Choose both, or neither.")


def explode(document: Document, node_id: str) -> Document:
    """Puts a block's layers in the place of one use of it, with its params worked out."""
    if node_id in document.main and document.main[node_id].kind in document.custom:
        raise EditError(f"{node_id} is written in Python, so there are no layers to put in its place.")
    if node_id not in document.main or document.main[node_id].kind not in document.blocks:
        raise EditError(f"{node_id} is no block.")
    node = document.main[node_id]
    block = document.blocks[node.kind]
    if node.repeat > 1:
        raise EditError(f"{node_id} is repeated; set repeat to 1 first.")
    values = blocks.params_in_use(block, node)
    taken = {other.id for other in document.main.nodes} - {node_id}
    given = dict(zip(blocks.inputs_of(block), node.inputs, strict=False))
    renamed = {
        inner.id: _free(inner.id if inner.id not in taken else f"{node_id}_{inner.id}", taken)
        for inner in block.graph.nodes
        if inner.kind not in ("Input", "Output")
    }

    def outside(wire: str) -> str:
        if source(wire) in given:
            return given[source(wire)]
        return renamed[source(wire)] + wire[len(source(wire)) :]

    body = [
        replace(
            blocks.resolved(inner, values),
            id=renamed[inner.id],
            inputs=tuple(map(outside, inner.inputs)),
            shares=renamed.get(inner.shares, ""),
        )
        for inner in sorted_nodes(block.graph)[0]
        if inner.id in renamed
    ]
    ends = {
        name: outside(end.inputs[0])
        for name, end in zip(blocks.ports_of(block), block.graph.of_kind("Output"), strict=True)
    }
    first = next(iter(ends.values()))
    rest: list[Node] = []
    for other in document.main.nodes:
        if other.id == node_id:
            rest += body
            continue
        inputs = tuple(ends.get(port(w), first) if source(w) == node_id else w for w in other.inputs)
        rest.append(replace(other, inputs=inputs))
    return replace(document, main=Graph(tuple(rest)))


def rename_block(document: Document, name: str, new: str) -> Document:
    """Gives a block another name, wherever it is used."""
    _refuse_no_block(document, name)
    if new == name:
        return document
    _refuse_name(document, new)

    def renamed(graph: Graph) -> Graph:
        return Graph(tuple(replace(n, kind=new) if n.kind == name else n for n in graph.nodes))

    kept = {
        new if key == name else key: replace(block, graph=renamed(block.graph))
        for key, block in document.blocks.items()
    }
    return replace(document, main=renamed(document.main), blocks=kept)


def set_block_params(document: Document, name: str, params: Mapping[str, Any]) -> Document:
    """The block's params with their defaults. Values given in uses for params that go are dropped."""
    _refuse_no_block(document, name)
    for key in params:
        if misfit := names.id_misfit(key):
            raise EditError(misfit.replace("a node", "a param"))

    def trimmed(graph: Graph) -> Graph:
        return Graph(
            tuple(
                replace(n, params={k: v for k, v in n.params.items() if k in params}) if n.kind == name else n
                for n in graph.nodes
            )
        )

    kept = {key: replace(block, graph=trimmed(block.graph)) for key, block in document.blocks.items()}
    kept[name] = replace(kept[name], params=dict(params))
    return replace(document, main=trimmed(document.main), blocks=kept)
