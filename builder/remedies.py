"""Repairs that follow from a node's neighbours: what to offer beside what its own rule offers.

Each looks at a node that has a problem, at what flows into it and at what stands before it, and
offers what makes it fit. Asked for errors alone, so it may look far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import isqrt, prod

from builder import edits, paths
from builder.blocks import has_sum
from builder.document import Document, Node
from builder.fixes import Fix, insert, use_in_each
from builder.kinds import Spec
from builder.order import source, upstream
from builder.rules import Problem
from builder.shapes import examine
from builder.surroundings import Surroundings

Remedy = Callable[[Node, Surroundings], Iterator[Fix]]

CANDIDATES = 50  # wires that are tried for an input that is missing
BY_RANK = {1: "Linear", 2: "Conv1d", 3: "Conv2d", 4: "Conv3d"}  # what mixes channels, by the example's rank
POOLS = {2: "AdaptiveAvgPool1d", 3: "AdaptiveAvgPool2d", 4: "AdaptiveAvgPool3d"}


def with_remedies(problem: Problem, document: Document, of: dict) -> Problem:
    """The problem with what its node's neighbours suggest behind its own repairs."""
    way, name = paths.split(paths.drawn(problem.node))
    graph = paths.graph_at(document, way)
    if problem.severity != "error" or graph is None or name not in graph:
        return problem
    node, path = graph[name], problem.node.removesuffix(problem.node.split("/")[-1])
    place = Surroundings(document, graph, path, of)
    if place.kind(node) is None or any(has_sum(value) for value in node.params.values()):
        return problem
    more = [fix for remedy in REMEDIES for fix in remedy(node, place)]
    return replace(problem, fixes=(*problem.fixes, *more))


def wire_the_nearest_match(node: Node, place: Surroundings) -> Iterator[Fix]:
    """A wire to the nearest node whose output the free input takes."""
    kind = place.kind(node)
    wired = [place.spec(wire) for wire in node.inputs]
    missing = (2 if kind.variadic else kind.least) - len(wired)
    if missing != 1 or None in wired or "indices" in kind.inputs:
        return
    whole = replace(place.document, main=place.graph)
    for wire in edits.possible_inputs(whole, node.id)[:CANDIDATES]:
        spec = place.spec(wire)
        if spec is None or wire in node.inputs:
            continue
        tried = replace(node, inputs=(*node.inputs, wire))
        if kind.name == "Output" or examine(tried, (*wired, spec)).problem is None:
            yield Fix(f"Wire {wire} to {node.id}", "connect", (node.id, wire, len(wired)))
            return


def match_the_branches(node: Node, place: Surroundings) -> Iterator[Fix]:
    """What makes two branches of one shape: a convolution of 1 x 1 on the skip, or no loss at the edges."""
    kind, specs = place.kind(node), [place.spec(wire) for wire in node.inputs]
    if not kind.variadic or kind.name == "Stack" or len(specs) != 2 or None in specs:
        return
    one, other = (spec.example for spec in specs)
    if len(one) != len(other) or any(not spec.dtype.startswith("float") for spec in specs):
        return
    yield from _same_size(node, place, one, other)
    skip = _skip(node, place)
    yield from _mixed(node, skip, (one, other)[skip], (one, other)[1 - skip], kind.name)
    joins_channels = kind.name == "Concat" and place.value(node, "dim") == 1
    if joins_channels and one[1:] != other[1:] and len(one) in POOLS:
        large = 0 if prod(one) > prod(other) else 1
        yield _on(node, large, POOLS[len(one)], output_size=_size((one, other)[1 - large][1:]))


def _skip(node: Node, place: Surroundings) -> int:
    """Which of two inputs is the way around the other: the one that feeds the other, else the second."""
    first, second = map(source, node.inputs)
    return 0 if first in upstream(place.graph, second) and first != second else 1


def _mixed(node: Node, slot: int, skip: tuple, main: tuple, kind: str) -> Iterator[Fix]:
    """A layer on the skip that gives it the other branch's channels, and its size where a stride can."""
    if kind == "Concat" or len(skip) not in BY_RANK or skip[0] == main[0]:
        return
    if len(skip) == 1:
        yield _on(node, slot, "Linear", out_features=main[0])
        return
    strides = {-(-large // small) for large, small in zip(skip[1:], main[1:], strict=True)}
    stride = strides.pop()
    if not strides and stride <= 2 and tuple(-(-size // stride) for size in skip[1:]) == main[1:]:
        more = {"stride": stride} if stride > 1 else {}
        yield _on(node, slot, BY_RANK[len(skip)], out_channels=main[0], kernel_size=1, **more)


def _on(node: Node, slot: int, kind: str, **params) -> Fix:
    what = "1x1 " if params.get("kernel_size") == 1 else ""
    article = "an" if kind[0] in "AEIOU" and not what else "a"
    size = params.get("output_size", params.get("out_channels", params.get("out_features")))
    label = f"Insert {article} {what}{kind} to {size} between {node.inputs[slot]} and {node.id}"
    return Fix(label, "insert_on", (node.id, slot, kind, params))


def _size(sizes: tuple[int, ...]) -> int | tuple[int, ...]:
    return sizes[0] if len(set(sizes)) == 1 else sizes


def _same_size(node: Node, place: Surroundings, one: tuple, other: tuple) -> Iterator[Fix]:
    """padding="same" in the convolutions of the smaller branch, where it is they that made it smaller."""
    if one[1:] == other[1:]:
        return
    small = 0 if prod(one[1:]) < prod(other[1:]) else 1
    wanted = (one, other)[1 - small][1:]
    found, at = [], place.graph[source(node.inputs[small])]
    while at is not None and (spec := place.spec(at.id)) and spec.example[1:] != wanted:
        before = place.into(at)
        if before is None or len(before.example) != len(spec.example):
            return
        if before.example[1:] != spec.example[1:]:
            if not _may_keep_size(at, place):
                return
            found.append(at.id)
        at = place.before(at)
    if found and at is not None:
        label = f"Set padding to 'same' in {' and '.join(reversed(found))}"
        yield replace(use_in_each(found[::-1], "padding", "same"), label=label)


def _may_keep_size(node: Node, place: Surroundings) -> bool:
    """PyTorch's "same" is for strides of 1."""
    plain = node.kind.startswith("Conv") and not node.kind.startswith("ConvTranspose")
    return plain and set(_numbers(place.value(node, "stride"))) == {1} and node.repeat == 1


def _numbers(value) -> tuple:
    return value if isinstance(value, tuple) else (value,)


def keep_the_size(node: Node, place: Surroundings) -> Iterator[Fix]:
    """padding="same" where a convolution's window is larger than the image."""
    spec = place.into(node)
    if spec and _may_keep_size(node, place) and place.family(node) == "Convolution":
        kernel, sizes = _numbers(place.value(node, "kernel_size")), spec.example[1:]
        kernels = kernel * len(sizes) if len(kernel) == 1 else kernel
        padding = place.value(node, "padding")
        if padding == 0 and any(k > size for k, size in zip(kernels, sizes, strict=False)):
            yield use_in_each([node.id], "padding", "same")


def pool_to_the_size_that_is_wanted(node: Node, place: Surroundings) -> Iterator[Fix]:
    """An AdaptiveAvgPool2d that gives a Linear as many numbers as it was made for, whatever the image."""
    wanted, flat = node.params.get("in_features"), place.before(node)
    while flat is not None and flat.kind != "Flatten":
        flat = place.before(flat) if place.family(flat) in ("Dropout", "Activation") else None
    spec = place.into(flat) if flat else None
    if wanted and spec and len(spec.example) == 3 and not wanted % spec.example[0]:
        side = isqrt(wanted // spec.example[0])
        if side * side * spec.example[0] == wanted:
            fix = insert(flat, "AdaptiveAvgPool2d", output_size=side)
            yield replace(fix, label=f"{fix.label}, to {side} x {side}")


def take_the_last_step(node: Node, place: Surroundings) -> Iterator[Fix]:
    """What a recurrent layer knows at the end, where a row of numbers is wanted and each step comes."""
    for slot, wire in enumerate(node.inputs):
        flat = place.graph[source(wire)]
        flattened = flat.kind == "Flatten"
        at, spec = (place.before(flat), place.into(flat)) if flattened else (flat, place.spec(wire))
        while at is not None and place.family(at) in ("Dropout", "Activation", "Normalization"):
            at = place.before(at)
        if at is None or place.family(at) != "Recurrent" or spec is None or len(spec.example) != 2:
            continue
        last = replace(spec, shape=(spec.shape[0], spec.shape[2]))
        given = [last if index == slot else place.spec(w) for index, w in enumerate(node.inputs)]
        if None not in given and examine(node, tuple(given)).problem is None:
            target = (flat.id, 0) if flattened else (node.id, slot)
            label = f"Take the last step of {at.id} before {target[0]}"
            yield Fix(label, "insert_on", (*target, "Select", {"dim": 1, "index": -1}))


def put_the_channels_first(node: Node, place: Surroundings) -> Iterator[Fix]:
    """A Permute where the channels that a layer was made for come last."""
    spec, kind = place.into(node), place.kind(node)
    wanted = next(
        (node.params[n] for n in ("in_channels", "num_features", "num_channels") if n in node.params), 0
    )
    if spec and wanted and len(spec.example) > 1 and spec.example[-1] == wanted != spec.example[0]:
        rank = len(spec.example)
        turned = Spec((spec.shape[0], spec.shape[-1], *spec.shape[1:-1]), spec.dtype, spec.high, spec.batch)
        if rank in {len(take) for take in kind.takes} and examine(node, (turned,)).problem is None:
            yield insert(node, "Permute", dims=(0, rank, *range(1, rank)))


def feed_it_tokens(node: Node, place: Surroundings) -> Iterator[Fix]:
    """Whole numbers from the Input where an Embedding takes them."""
    kind, before = place.kind(node), place.before(node)
    if kind.dtype == "int" and before is not None and before.kind == "Input" and not place.path:
        spec, high = place.into(node), place.value(node, "num_embeddings")
        if spec and spec.dtype.startswith("float") and high:
            label = f"Make {before.id} tokens, numbers below {high}"
            yield Fix(label, "count_tokens", (before.id, high))


REMEDIES: tuple[Remedy, ...] = (
    wire_the_nearest_match,
    take_the_last_step,
    match_the_branches,
    keep_the_size,
    pool_to_the_size_that_is_wanted,
    put_the_channels_first,
    feed_it_tokens,
)
