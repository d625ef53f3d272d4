"""What only shapes can tell of a network that was read: sizes that follow the drawing again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from builder import blocks
from builder.catalogue import CATALOGUE
from builder.document import Document, Graph, Node
from builder.kinds import Kind, Spec
from builder.order import source
from builder.source.classes import ClassWriter, block_writers
from builder.source.fold import Member, folded
from builder.source.uses import Use, all_uses

# Usual sides of images and lengths of sequences, the likeliest first.
SIDES = (8, 32, 28, 224, 64, 16, 128, 96, 48, 256, 299, 512, 10, 20, 50, 100)
DISTINCT = (1009, 1013, 1019, 1021)  # sizes by which it can be told which dimension an argument reads
BATCH = 2
MOST_SEARCHED = 300  # nodes: each side that is tried runs the network once on the meta device


@dataclass(frozen=True)
class Loose:
    """What a reader leaves open, by block; the network itself is ''.

    members   a node -> the group it belongs to, its place in it, and the name of the group's node.
    required  the params that the class's constructor has no default for.
    """

    members: Mapping[str, Mapping[str, Member]] = field(default_factory=dict)
    required: Mapping[str, set[str]] = field(default_factory=dict)


def settle(document: Document, open_inputs: Sequence[str] = (), loose: Loose | None = None) -> Document:
    """The document without the arguments that would be read off the input anyway, and with layers
    in a row that are alike as one, repeated.

    The sides of `open_inputs`, whose shape the source does not say, are chosen from the usual ones
    so that the layers' sizes come out, where such a choice is there. Loads torch.
    """
    loose = loose or Loose()
    searched = open_inputs and len(document.main.nodes) <= MOST_SEARCHED
    for side in SIDES if searched else ():
        tried = _with_side(document, open_inputs, side)
        if _fits(tried):
            document = tried
            break
    document = _following(document, loose.required)
    main = folded(document.main, loose.members.get("", {}))
    inner = {
        name: replace(block, graph=folded(block.graph, loose.members.get(name, {})))
        for name, block in document.blocks.items()
    }
    return replace(document, main=main, blocks=inner)


def _fits(document: Document) -> bool:
    from builder import flow  # loads torch

    found = flow.infer(document)
    return not found.problems and not found.waits


def _with_side(document: Document, names: Sequence[str], side: int) -> Document:
    """The document with the sides that assumed() left open set to `side`."""
    nodes = []
    for node in document.main.nodes:
        if node.id in names:
            sizes = assumed(document, node.id, side)
            node = replace(node, params=sizes)
        nodes.append(node)
    return replace(document, main=Graph(tuple(nodes)))


def _following(document: Document, required: Mapping[str, set[str]]) -> Document:
    """Without the sizes that are the same when they are read off the input, in all uses of a graph."""
    from builder import flow  # loads torch

    if not any(_reads(node) for graph in _graphs(document).values() for node in graph.nodes):
        return document
    of = flow.infer(document).of
    uses = all_uses(document)
    inner = {
        name: replace(block, graph=_lighter(block.graph, uses.get(name, []), of))
        for name, block in document.blocks.items()
    }
    lighter = replace(document, main=_lighter(document.main, uses[""], of), blocks=inner)
    return _without_idle_params(_in_the_same_words(document, lighter, required, of), required)


def _in_the_same_words(document: Document, lighter: Document, required: Mapping, of: Mapping) -> Document:
    """The lighter document, with those sizes of its blocks that would be written in other words."""
    try:
        writers = block_writers(_without_idle_params(lighter, required), of)
    except KeyError:  # there are problems, so nothing can be written yet
        return replace(lighter, blocks=document.blocks)
    found = dict(lighter.blocks)
    for name, writer in writers.items():
        given = document.blocks[name].graph
        nodes = [
            replace(node, params=_worded(given[node.id], node, writer)) for node in found[name].graph.nodes
        ]
        found[name] = replace(found[name], graph=Graph(tuple(nodes)))
    return replace(lighter, blocks=found)


def _worded(given: Node, node: Node, writer: ClassWriter) -> dict[str, Any]:
    """The params of a lighter node, with what was given where it would be written otherwise."""
    return {
        name: value
        for name, value in given.params.items()
        if name in node.params or writer.argument(node.id, name) != writer.as_written(value)
    }


def _graphs(document: Document) -> dict[str, Graph]:
    return {"": document.main} | {name: block.graph for name, block in document.blocks.items()}


def _reads(node: Node) -> set[str]:
    """The node's given params that could be read off its input."""
    kind = CATALOGUE.get(node.kind)
    return kind.reads.keys() & node.params.keys() if kind else set()


def _lighter(graph: Graph, uses: Sequence[Use], of: Mapping) -> Graph:
    nodes = []
    for node in graph.nodes:
        follows = {name for name in _reads(node) if _follows(node, name, uses, of)}
        kept = {name: value for name, value in node.params.items() if name not in follows}
        nodes.append(replace(node, params=kept) if follows else node)
    return Graph(tuple(nodes))


def _follows(node: Node, name: str, uses: Sequence[Use], of: Mapping) -> bool:
    """Whether a param is what would be read off the input, in every use."""
    from builder import flow

    kind = CATALOGUE[node.kind]
    for use in uses:
        if any(use.path + source(wire) not in of for wire in node.inputs) or not node.inputs:
            return False
        given = blocks.resolved(node, use.values).params[name]
        if not _same(given, _read(kind, name, flow.inputs_of(node, of, use.path))):
            return False
    return bool(uses)


def _without_idle_params(document: Document, required: Mapping[str, set[str]]) -> Document:
    """Without the required params of blocks that nothing in them uses any more."""
    found = dict(document.blocks)
    main = document.main
    while True:
        idle = {
            name: (required.get(name, set()) & block.params.keys()) - blocks.names_in(block.graph)
            for name, block in found.items()
        }
        if not any(idle.values()):
            return replace(document, main=main, blocks=found)
        main = _without(main, idle)
        for name, block in found.items():
            params = {key: value for key, value in block.params.items() if key not in idle[name]}
            found[name] = replace(block, graph=_without(block.graph, idle), params=params)


def _without(graph: Graph, idle: Mapping[str, set[str]]) -> Graph:
    nodes = []
    for node in graph.nodes:
        gone = idle.get(node.kind, set()) & node.params.keys()
        kept = {key: value for key, value in node.params.items() if key not in gone}
        nodes.append(replace(node, params=kept) if gone else node)
    return Graph(tuple(nodes))


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _read(kind: Kind, name: str, inputs: Sequence[Spec | None]) -> Any:
    read = kind.reads[name]
    try:
        return read.value(inputs[read.input])
    except (ValueError, IndexError):  # it cannot be read off, so what is given stays
        return None


# --- a shape for an input of which the source says nothing


def assumed(document: Document, input_id: str, side: int = SIDES[0]) -> dict[str, Any]:
    """Params for an Input, as far as the first layer behind it tells them; else (1, 8, 8)."""
    graph, wire, values = document.main, input_id, {}
    for _ in range(MOST_SEARCHED):
        user = next((node for node in graph.nodes if wire in node.inputs), None)
        if user is None:
            break
        block = document.blocks.get(user.kind)
        node = blocks.resolved(user, values)
        if block is not None:
            wire = blocks.inputs_of(block)[user.inputs.index(wire)]
            graph, values = block.graph, blocks.params_in_use(block, node)
            continue
        kind = CATALOGUE.get(user.kind)
        if kind and (found := _told(kind, node.params, side)):
            return found
        wire = user.id
    return {"shape": (1, side, side)}


def _told(kind: Kind, params: Mapping[str, Any], side: int) -> dict[str, Any] | None:
    """What an argument that follows from the input says of it: 784 features -> (784,)."""
    dimensions = len(kind.takes[0]) or 1
    probe = Spec((BATCH, *DISTINCT[:dimensions]), high=DISTINCT[-1] + 8, batch=BATCH)
    for name in kind.reads:
        value, seen = params.get(name), _read(kind, name, (probe,))
        if value is None:
            continue
        if seen == probe.high:
            return {"shape": (side,), "dtype": "int64", "high": value}
        if isinstance(value, tuple):
            return {"shape": value}
        if seen in probe.shape:
            sizes = [side] * dimensions
            sizes[probe.shape.index(seen) - 1] = value
            return {"shape": tuple(sizes)}
    return None
