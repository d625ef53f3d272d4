"""The one-click repairs: each is an edit by name with its arguments, so it travels as data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from builder.document import Node
from builder.kinds import Kind, Spec, shown

NEARBY = 4  # how far a number of groups or heads may be moved before fewer is offered


@dataclass(frozen=True)
class Fix:
    """A repair: what the button says, and the edit of builder.edits it makes."""

    label: str
    edit: str
    arguments: tuple[Any, ...]


def insert(node: Node, kind: str, **params: Any) -> Fix:
    """A new node of `kind` on the first wire of `node`."""
    article = "an" if kind[0] in "AEIOU" else "a"
    return Fix(f"Insert {article} {kind} before {node.id}", "insert_before", (node.id, kind, params))


def use(node: Node, name: str, value: Any) -> Fix:
    return Fix(f"Set {name} to {shown(value)}", "set_param", (node.id, name, value))


def use_in_each(node_ids: Sequence[str], name: str, value: Any) -> Fix:
    """An argument of several nodes."""
    label = f"Set {name} to {shown(value)}" + (f" in all {len(node_ids)}" if len(node_ids) > 1 else "")
    return Fix(label, "set_in_each", (tuple(node_ids), name, value))


def channels_first(node: Node, rank: int) -> Fix:
    """The last dimension is put behind the batch. rank: how many an example has."""
    return insert(node, "Permute", dims=(0, rank, *range(1, rank)))


def use_incoming(node: Node, name: str, value: Any) -> Fix:
    """The argument is left to be read off the input again."""
    return Fix(f"Use the incoming size, {shown(value)}", "unset_param", (node.id, name))


def take_indices(node: Node) -> Fix:
    return Fix(f"Give {node.id} the indices of the pool before it", "take_indices", (node.id,))


def become(node: Node, kind: str) -> Fix:
    return Fix(f"Make {node.id} a {kind}", "replace_kind", (node.id, kind))


def reshapes(node: Node, kind: Kind, spec: Spec) -> Iterator[Fix]:
    """What to put before a node that takes examples of another rank."""
    example, wanted = spec.example, {len(take) for take in kind.takes}
    if 1 in wanted and len(example) > 1:
        yield insert(node, "Flatten")
    if 3 in wanted and len(example) == 2:
        yield insert(node, "Unflatten", dim=1, unflattened_size=(1, example[0]))
    if 3 in wanted and len(example) == 1 and (image := square_image(example[0])):
        yield insert(node, "Unflatten", dim=1, unflattened_size=image)
    if 2 in wanted and len(example) == 1:
        yield insert(node, "Unflatten", dim=1, unflattened_size=(example[0], 1))
    if 2 in wanted and len(example) == 3:
        steps_last = (example[0], example[1] * example[2])
        yield insert(node, "Reshape", shape=steps_last)


def square_image(numbers: int) -> tuple[int, int, int] | None:
    """The square image of 1 or 3 channels that a row of numbers could be."""
    for channels in (1, 3):
        side = math.isqrt(numbers // channels)
        if channels * side * side == numbers:
            return channels, side, side
    return None


def nearest_divisor(number: int, wanted: int) -> int:
    """The divisor of `number` nearest to `wanted`, the smaller one of two equally near."""
    divisors = [d for d in range(1, math.isqrt(number) + 1) if number % d == 0]
    divisors += [number // d for d in divisors]
    return min(divisors, key=lambda divisor: (abs(divisor - wanted), divisor))


def nearest_multiple(number: int, of: int) -> int:
    """The multiple of `of` nearest to `number`, at least one time `of`."""
    return max(1, round(number / of)) * of
