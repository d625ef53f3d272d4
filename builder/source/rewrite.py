"""Operations that other operations say: x[:, -1] selects, x.t() transposes."""

from __future__ import annotations

from typing import Any

from builder.source.values import Operation, Size, Unknown

Step = tuple[str, tuple[Any, ...]]  # an operation's name, and what it takes after the tensor
EVERYTHING = slice(None, None, None)


def rewritten(operation: Operation) -> list[Step]:
    """The steps that do the same, to be done one after the other; none where there are none."""
    tensor, *given = operation.positional
    if operation.name == "getitem":
        return _selects(given[0])
    if operation.name == "reshape":
        return _regrouped(given)
    return [("transpose", (0, 1))] if operation.name == "t" else []


def _selects(index: Any) -> list[Step]:
    """x[:, -1, 2:] takes one of dimension 1 and a part of the next; `...` is all up to the last ones."""
    places = list(index) if isinstance(index, tuple) else [index]
    dots = places.index(...) if ... in places else len(places)
    front, back = places[:dots], places[dots + 1 :]
    cuts = all(isinstance(place, slice | int) for place in front)
    if not cuts or not all(isinstance(place, int) or _whole(place) for place in back):
        return []
    steps: list[Step] = []
    gone = 0
    for i, place in enumerate(front):
        if isinstance(place, int):
            steps.append(("select", (i - gone, place)))
            gone += 1
        elif not _whole(place):
            steps.append(("getitem", ((*[EVERYTHING] * (i - gone), place),)))
    # From the right: a dimension that is gone does not move those before it when counted so.
    left = [(i - len(back), place) for i, place in enumerate(back) if isinstance(place, int)]
    return steps + [("select", (i + gone, place)) for gone, (i, place) in enumerate(reversed(left))]


def _regrouped(given: list[Any]) -> list[Step]:
    """x.view(n, c, -1) flattens from dimension 2 on; x.view(n, t, 4, c // 4) splits dimension 2."""
    sizes = list(given[0]) if len(given) == 1 and isinstance(given[0], tuple | list) else given
    kept = 0
    while kept < len(sizes) and isinstance(sizes[kept], Size) and sizes[kept].dim == kept:
        kept += 1
    rest = [-1 if isinstance(size, Size | Unknown) else size for size in sizes[kept:]]
    if kept and len(rest) < 2 and rest in ([], [-1]):
        return [("flatten", (kept if rest else kept - 1,))]
    splits = kept and rest.count(-1) < 2 and all(isinstance(size, int) for size in rest)
    return [("unflatten", (kept, tuple(rest)))] if splits else []


def taken_for_its_own(operation: Operation) -> bool:
    """Whether a reshape is given sizes of another tensor, which are taken for this one's."""
    tensor, *given = operation.positional
    sizes = given[0] if len(given) == 1 and isinstance(given[0], tuple | list) else given
    return operation.name == "reshape" and any(
        isinstance(size, Size) and size.dim > 0 and size.of != tensor for size in sizes
    )


def _whole(place: Any) -> bool:
    return isinstance(place, slice) and place == EVERYTHING
