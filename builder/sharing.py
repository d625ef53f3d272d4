"""Weights that two layers share: whose a layer may use, and what is wrong where they do not fit.

A layer that shares with one of its own kind is that layer, called twice. One that shares with another
kind is a layer of its own whose weight is the other's: the head and the embedding of a language model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from builder import blocks, fixes
from builder.catalogue import CATALOGUE
from builder.catalogue.derive import shortest
from builder.document import Document, Graph, Node
from builder.kinds import Kind
from builder.rules import Problem

LONGEST = 80  # letters of a line in a message; a block's line names all that is in it
Line = Callable[[Node], str]  # what makes a node; '' where that cannot be said yet


def is_tied(node: Node, graph: Graph) -> bool:
    """Whether the node is a layer of its own whose weight is that of another kind's."""
    return node.shares in graph and graph[node.shares].kind != node.kind


def called(node: Node, graph: Graph) -> str:
    """The id of the layer that forward calls: the other's where the node is called in its place."""
    return node.id if not node.shares or is_tied(node, graph) else node.shares


def kinds_to_share_with(node: Node) -> tuple[str, ...]:
    """The kinds whose weights the node may use: its own, and those its kind names."""
    return (node.kind, *(CATALOGUE[node.kind].ties if node.kind in CATALOGUE else ()))


def possible_shares(document: Document, node_id: str) -> tuple[str, ...]:
    """The nodes whose weights a node may use, its own kind's first."""
    node = document.main[node_id]
    wanted = kinds_to_share_with(node)
    kind = blocks.kind_named(node.kind, document)
    found = [n for n in document.main.nodes if n.kind in wanted and n is not node and not n.shares]
    return tuple(n.id for n in sorted(found, key=lambda n: n.kind != node.kind)) if kind and kind.new else ()


def problem(node: Node, graph: Graph, line: Line) -> Problem | None:
    """Why the node cannot use the weights it asks for."""
    # A Graph is no dict, so it has no get.
    shared = graph[node.shares] if node.shares in graph else node  # noqa: SIM401
    unfit = shared is node or shared.kind not in kinds_to_share_with(node)
    if unfit or shared.shares or shared.repeat != node.repeat:
        kinds = " or ".join(kinds_to_share_with(node))
        message = f"{node.id} shares the weights of {node.shares}, which is no {kinds} of its own."
        return Problem("", f"{message} Choose another.")
    one, other = line(node), line(shared)
    if not other:
        message = f"{node.id} shares the weights of {shared.id}, which comes after it in the network."
        return Problem("", f"{message} Let {shared.id} share those of {node.id} instead.")
    if shared.kind != node.kind:
        return next(_tie_misfits(node, shared, one, other), None)
    if one != other:
        message = (
            f"{node.id} shares the weights of {shared.id}, {other}, and would need {one}."
            if len(one) <= LONGEST
            else f"{node.id} shares the weights of {shared.id}, and would need other sizes inside."
        )
        repairs = tuple(_same_arguments(node, shared))
        advice = repairs[0].label if repairs else "Give both inputs of the same size"
        return Problem("", f"{message} {advice}.", repairs)
    return None


def _same_arguments(node: Node, shared: Node) -> Iterator[fixes.Fix]:
    """What gives the node the arguments of the layer that it is to be; nothing where inputs differ alone.

    Sums on a block's params are passed over, since the node's own are worked out by then.
    """
    kind = CATALOGUE.get(node.kind)
    for name in {**shared.params, **node.params}:
        default = kind.param(name).default if kind else None
        own, wanted = (layer.params.get(name, default) for layer in (node, shared))
        if own != wanted and wanted is not None and not blocks.has_sum(wanted):
            yield fixes.use(node, name, wanted)


def _tie_misfits(node: Node, shared: Node, one: str, other: str) -> Iterator[Problem]:
    from builder.shapes import weights_of  # loads torch, which the form and the file need not

    title = f"{node.id} ({node.kind})"
    for layer in (node, shared):
        if layer.parametrize or layer.repeat > 1:
            what = "is repeated" if layer.repeat > 1 else f"has a weight that {layer.parametrize} makes"
            message = f"{title} shares the weight of {shared.id}, and {layer.id} {what}."
            yield Problem(
                "", f"{message} Set its {'repeat to 1' if layer.repeat > 1 else 'parametrize to nothing'}."
            )
    if "weight" in node.init:
        message = f"{title} begins with the weight of {shared.id}, so it has none to begin by itself."
        yield Problem("", f"{message} Set init weight on {shared.id} instead.")
    sizes = [tuple(weights_of(text)["weight"].shape) for text in (one, other)]
    if sizes[0] != sizes[1]:
        repairs = tuple(_resizes(node, shared, *sizes))
        advice = repairs[0].label if repairs else "Give both the same sizes"
        message = (
            f"{title} shares the weight of {shared.id}, {sizes[1]}, and its own is {sizes[0]}. {advice}."
        )
        yield Problem("", message, repairs)


def _resizes(node: Node, shared: Node, own: tuple, wanted: tuple) -> Iterator[fixes.Fix]:
    """The argument that gives the weight the other's size: the node's, or else the other's."""
    kinds = CATALOGUE[node.kind], CATALOGUE[shared.kind]
    if len(own) != len(wanted) or any(n.params.get("groups", 1) != 1 for n in (node, shared)):
        return
    axis = next(i for i, pair in enumerate(zip(own, wanted, strict=True)) if pair[0] != pair[1])
    mine, others = (_argument(kind, axis) for kind in kinds)
    if mine not in kinds[0].reads:
        yield fixes.use(node, mine, _size(kinds[0], axis, wanted))
    elif others not in kinds[1].reads:
        size = _size(kinds[1], axis, own)
        yield fixes.Fix(f"Set {others} of {shared.id} to {size}", "set_param", (shared.id, others, size))


def _argument(kind: Kind, axis: int) -> str:
    """The argument that sizes a dimension of the weight; the last one sizes all that are left."""
    return kind.weight[min(axis, len(kind.weight) - 1)]


def _size(kind: Kind, axis: int, sizes: tuple[int, ...]) -> int | tuple[int, ...]:
    last = len(kind.weight) - 1
    return sizes[axis] if axis < last or len(sizes) == len(kind.weight) else shortest(sizes[last:])
