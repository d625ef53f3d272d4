"""A layered layout of a directed graph, top to bottom, in pure Python: no `dot` binary is needed.

Longest-path ranks; a wire that spans several ranks runs in a lane of its own beside the boxes, shared
by all wires from one output; barycentre sweeps order each rank; and straight runs become columns,
which are packed side by side, so that a chain is one straight column and stays one as it grows.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from builder.columns import columns
from builder.layering import Layers, Wire, ranked, with_lanes, without_circles

SWEEPS = 4
STRAIGHT_GAP = 40  # below a row whose wires all run straight down
CURVED_GAP = 58  # room for wires to cross over


@dataclass(frozen=True)
class Row:
    """Where a rank begins and ends, in pixels."""

    top: float
    bottom: float


@dataclass(frozen=True)
class Layout:
    """centres: node -> x of its middle. rows: by rank. lanes: per wire, (rank, x) of the ranks it passes."""

    centres: Mapping[str, float]
    ranks: Mapping[str, int]
    rows: tuple[Row, ...]
    lanes: tuple[tuple[tuple[int, float], ...], ...]


def layered(
    sizes: Mapping[str, tuple[float, float]],
    wires: Sequence[Wire],
    first: Collection[str] = (),
    last: Collection[str] = (),
) -> Layout:
    """Places nodes of the given (width, height), in pixels, and the lanes of their wires.

    first and last name sources and ends that stand in the first and in the last row.

    The nodes' order decides ties, so the same drawing comes out the same. A wire that would close a
    circle is laid out the other way round; one to or from a node that is not there has no lane.
    """
    number = {name: index for index, name in enumerate(sizes)}
    known = [w for w in wires if w.source in number and w.target in number]
    downward = without_circles(len(number), [(number[w.source], number[w.target]) for w in known])
    ranks = ranked(len(number), downward, {number[name] for name in first})
    lowest = max(ranks, default=0)
    fed = {upper for upper, _ in downward}
    for name in last:
        ranks[number[name]] = ranks[number[name]] if number[name] in fed else lowest
    layers = Layers([], [], rows=[[] for _ in range(max(ranks, default=-1) + 1)])
    for rank, (width, _) in zip(ranks, sizes.values(), strict=True):
        layers.add(rank, width)
    layers.boxes = len(number)
    chains = with_lanes(layers, known, downward)
    _order(layers)
    x = columns(layers)
    found = {wire: tuple((layers.rank[p], x[p]) for p in c) for wire, c in zip(known, chains, strict=True)}
    return Layout(
        {name: x[index] for name, index in number.items()},
        {name: ranks[index] for name, index in number.items()},
        _rows(layers, x, [height for _, height in sizes.values()]),
        tuple(found.get(wire, ()) for wire in wires),
    )


def _order(layers: Layers) -> None:
    """Sorts each row by the mean place of what it is wired to, and keeps the order with fewest crossings."""
    layers.place = [0] * len(layers.rank)
    _number(layers)
    best, fewest = [list(row) for row in layers.rows], _crossings(layers)
    for sweep in range(SWEEPS if max(map(len, layers.rows), default=0) > 1 else 0):
        down = sweep % 2 == 0
        beside = layers.above if down else layers.below
        for row in layers.rows if down else reversed(layers.rows):
            if len(row) > 1:
                row.sort(key=lambda point: _mean_place(layers, beside[point], point))
                for place, point in enumerate(row):
                    layers.place[point] = place
        crossings = _crossings(layers)
        if crossings < fewest:
            best, fewest = [list(row) for row in layers.rows], crossings
        if not fewest:
            break
    layers.rows = best
    _number(layers)


def _number(layers: Layers) -> None:
    for row in layers.rows:
        for place, point in enumerate(row):
            layers.place[point] = place


def _mean_place(layers: Layers, beside: list[int], point: int) -> float:
    if not beside:
        return layers.place[point]
    return sum(layers.place[other] for other in beside) / len(beside)


def _crossings(layers: Layers) -> int:
    total = 0
    for row in layers.rows:
        if sum(len(layers.below[point]) for point in row) < 2:
            continue
        seen: list[int] = []
        for point in row:
            ends = sorted(layers.place[lower] for lower in layers.below[point])
            total += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _rows(layers: Layers, x: list[float], heights: list[float]) -> tuple[Row, ...]:
    rows, top = [], 0.0
    for row in layers.rows:
        bottom = top + max((heights[p] for p in row if p < layers.boxes), default=0.0)
        rows.append(Row(top, bottom))
        links = layers.links(row)
        straight = all(abs(x[one] - x[other]) < 1 for one, other in links)
        top = bottom + (STRAIGHT_GAP if straight else CURVED_GAP)
    return tuple(rows)
