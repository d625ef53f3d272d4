"""Operations that other operations say: x[:, -1] selects, x.transpose(1, 2) permutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from builder.source.values import Operation, Size, Unknown

Step = tuple[str, tuple[Any, ...]]  # an operation's name, and what it takes after the tensor
EVERYTHING = slice(None, None, None)


def rewritten(operation: Operation, rank: Callable[[Any], int | None]) -> list[Step]:
    """The steps that do the same, to be done one after the other; none where there are none.

    `rank` says how many dimensions a tensor has, the batch included, or None.
    """
    tensor, *given = operation.positional
    if operation.name == "getitem":
        return _selects(given[0])
    if operation.name == "reshape":
        return _flatten(tensor, given)
    if operation.name == "transpose" and not operation.keywords:
        return _permute(given, rank(tensor))
    if operation.name in ("t", "mT"):
        return _permute([-1, -2], rank(tensor))
    return []


def _selects(index: Any) -> list[Step]:
    """x[:, -1, :] takes one of dimension 1; whole slices take all, `...` all up to the last ones."""
    places = list(index) if isinstance(index, tuple) else [index]
    if any(isinstance(place, bool) or not _simple(place) for place in places):
        return []
    if places.count(...) > 1:
        return []
    dots = places.index(...) if ... in places else len(places)
    front = [(i, place) for i, place in enumerate(places[:dots]) if isinstance(place, int)]
    back = places[dots + 1 :]
    steps = [("select", (i - gone, place)) for gone, (i, place) in enumerate(front)]
    # From the right: a dimension that is gone does not move those before it when counted so.
    left = [(i - len(back), place) for i, place in enumerate(back) if isinstance(place, int)]
    return steps + [("select", (i + gone, place)) for gone, (i, place) in enumerate(reversed(left))]


def _flatten(tensor: Any, given: list[Any]) -> list[Step]:
    """x.view(n, c, -1), with n, c, h, w = x.shape, flattens from dimension 2 on."""
    sizes = list(given[0]) if len(given) == 1 and isinstance(given[0], tuple | list) else given
    *kept, last = sizes or [None]
    in_place = all(size == Size(tensor, dim) for dim, size in enumerate(kept))
    rest = last == -1 or isinstance(last, Unknown)
    return [("flatten", (len(kept),))] if kept and in_place and rest else []


def _simple(place: Any) -> bool:
    return place is ... or isinstance(place, int) or (isinstance(place, slice) and place == EVERYTHING)


def _permute(given: list[Any], rank: int | None) -> list[Step]:
    whole = len(given) == 2 and all(type(dim) is int for dim in given)
    if not whole or rank is None or not all(-rank <= dim < rank for dim in given):
        return []
    order = list(range(rank))
    one, other = given
    order[one], order[other] = order[other], order[one]
    return [("permute", tuple(order))]
