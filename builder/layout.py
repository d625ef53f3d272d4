"""A layered layout of a directed graph, top to bottom, in pure Python: no `dot` binary is needed.

Longest-path ranks; a wire that spans several ranks runs in a lane of its own beside the boxes, shared
by all wires from one output; barycentre sweeps order each rank; and straight runs become columns,
which are packed side by side, so that a chain is one straight column and stays one as it grows.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

SWEEPS = 4
BETWEEN = 28  # pixels between two boxes of a row, or a box and a lane
LANE = 14  # what a lane takes up
STRAIGHT_GAP = 40  # below a row whose wires all run straight down
CURVED_GAP = 58  # room for wires to cross over


@dataclass(frozen=True)
class Wire:
    """From a node's output to a node: wires with the same source and port share a lane."""

    source: str
    target: str
    port: str = ""


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


@dataclass
class _Layers:
    """The graph while it is laid out. Points are numbered: boxes first, then the bends of lanes."""

    rank: list[int]
    widths: list[float]
    above: list[list[int]] = field(default_factory=list)
    below: list[list[int]] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    place: list[int] = field(default_factory=list)
    boxes: int = 0

    def add(self, rank: int, width: float) -> int:
        self.rank.append(rank)
        self.widths.append(width)
        self.above.append([])
        self.below.append([])
        self.rows[rank].append(len(self.rank) - 1)
        return len(self.rank) - 1

    def link(self, upper: int, lower: int) -> None:
        self.below[upper].append(lower)
        self.above[lower].append(upper)


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
    downward = _without_circles(len(number), [(number[w.source], number[w.target]) for w in known])
    ranks = _ranks(len(number), downward, {number[name] for name in first})
    lowest = max(ranks, default=0)
    fed = {upper for upper, _ in downward}
    for name in last:
        ranks[number[name]] = ranks[number[name]] if number[name] in fed else lowest
    layers = _Layers([], [], rows=[[] for _ in range(max(ranks, default=-1) + 1)])
    for rank, (width, _) in zip(ranks, sizes.values(), strict=True):
        layers.add(rank, width)
    layers.boxes = len(number)
    chains = _lanes(layers, known, downward)
    _order(layers)
    x = _columns(layers)
    found = {wire: tuple((layers.rank[p], x[p]) for p in c) for wire, c in zip(known, chains, strict=True)}
    return Layout(
        {name: x[index] for name, index in number.items()},
        {name: ranks[index] for name, index in number.items()},
        _rows(layers, x, [height for _, height in sizes.values()]),
        tuple(found.get(wire, ()) for wire in wires),
    )


def _without_circles(count: int, links: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The links, with those that point back on a walk through the graph turned round."""
    if all(upper < lower for upper, lower in links):
        return links
    after: list[list[int]] = [[] for _ in range(count)]
    for upper, lower in links:
        after[upper].append(lower)
    place, state = {}, [0] * count
    for start in range(count):
        todo = [] if state[start] else [start]
        while todo:
            here = todo[-1]
            state[here] = state[here] or 1
            ahead = next((n for n in after[here] if not state[n]), None)
            if ahead is None:
                state[here] = 2
                place[here] = -len(place)
                todo.pop()
            else:
                todo.append(ahead)
    return [(a, b) if place[a] < place[b] else (b, a) for a, b in links]


def _ranks(count: int, links: list[tuple[int, int]], on_top: set[int]) -> list[int]:
    """The longest way from a source; one not on top stands right above the first that uses it."""
    after: list[list[int]] = [[] for _ in range(count)]
    missing = [0] * count
    for upper, lower in links:
        if upper != lower:
            after[upper].append(lower)
            missing[lower] += 1
    sources = [index for index in range(count) if not missing[index]]
    ranks, ready = [0] * count, list(sources)
    for here in ready:  # grows while it is read
        for lower in after[here]:
            ranks[lower] = max(ranks[lower], ranks[here] + 1)
            missing[lower] -= 1
            if not missing[lower]:
                ready.append(lower)
    for source in (each for each in sources if each not in on_top):
        ranks[source] = max(0, min((ranks[n] for n in after[source]), default=1) - 1)
    return ranks


def _lanes(layers: _Layers, wires: list[Wire], links: list[tuple[int, int]]) -> list[list[int]]:
    """Links neighbours, and gives wires over several ranks bends to run through, shared per output."""
    shared: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    linked: set[tuple[int, int]] = set()
    chains = []
    for wire, (upper, lower) in zip(wires, links, strict=True):
        steps = layers.rank[lower] - layers.rank[upper] - 1
        lane = shared[upper, wire.source, wire.port]
        while len(lane) < steps:
            bend = layers.add(layers.rank[upper] + len(lane) + 1, LANE)
            layers.link(lane[-1] if lane else upper, bend)
            lane.append(bend)
        chain = lane[: max(steps, 0)]
        last = (chain[-1] if chain else upper, lower)
        if upper != lower and last not in linked:
            linked.add(last)
            layers.link(*last)
        chains.append(chain)
    return chains


# --- the order within each rank


def _order(layers: _Layers) -> None:
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


def _number(layers: _Layers) -> None:
    for row in layers.rows:
        for place, point in enumerate(row):
            layers.place[point] = place


def _mean_place(layers: _Layers, beside: list[int], point: int) -> float:
    if not beside:
        return layers.place[point]
    return sum(layers.place[other] for other in beside) / len(beside)


def _crossings(layers: _Layers) -> int:
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


# --- columns, and how far apart they stand


def _columns(layers: _Layers) -> list[float]:
    """x of every point. Straight runs are columns; columns stand as close as their rows allow."""
    column = _straight_runs(layers)
    count = max(column, default=-1) + 1
    right: list[dict[int, float]] = [{} for _ in range(count)]  # column -> the next ones, how far
    left: list[dict[int, float]] = [{} for _ in range(count)]
    for row in layers.rows:
        for one, other in zip(row, row[1:], strict=False):
            apart = (layers.widths[one] + layers.widths[other]) / 2 + BETWEEN
            a, b = column[one], column[other]
            right[a][b] = left[b][a] = max(apart, right[a].get(b, 0))
    order = _left_to_right(left, right)
    x = [0.0] * count
    for here in order:
        x[here] = max((x[other] + apart for other, apart in left[here].items()), default=0.0)
    _pull_together(layers, column, order, left, right, x)
    return [x[c] for c in column]


def _straight_runs(layers: _Layers) -> list[int]:
    """Point -> its column: at most one link up and one down per point is straight, and none cross."""
    up: list[int] = [-1] * len(layers.rank)
    down: list[int] = [-1] * len(layers.rank)
    for row in layers.rows:
        accepted: list[tuple[int, int]] = []
        for one, other in sorted(_links(layers, row), key=lambda link: _worth(layers, link)):
            here, there = layers.place[one], layers.place[other]
            if down[one] >= 0 or up[other] >= 0:
                continue
            if all((here < a) == (there < b) and here != a for a, b in accepted):
                accepted.append((here, there))
                down[one], up[other] = other, one
    column, count = [-1] * len(layers.rank), 0
    for row in layers.rows:
        for point in row:
            column[point] = column[up[point]] if up[point] >= 0 else count
            count += up[point] < 0
    return column


def _links(layers: _Layers, row: list[int]) -> list[tuple[int, int]]:
    return [(point, other) for point in row for other in layers.below[point]]


def _worth(layers: _Layers, link: tuple[int, int]) -> tuple:
    """Smaller is better kept straight: box to box, then lanes, then what is in the middle of a fan."""
    one, other = link
    bends = (one >= layers.boxes) + (other >= layers.boxes)
    fan = sorted(layers.place[n] for n in layers.below[one] if n < layers.boxes) or [0]
    gather = sorted(layers.place[n] for n in layers.above[other] if n < layers.boxes) or [0]
    off = abs(layers.place[other] - fan[(len(fan) - 1) // 2])
    off += abs(layers.place[one] - gather[(len(gather) - 1) // 2])
    return ({0: 0, 2: 1, 1: 2}[bends], off, layers.place[one], layers.place[other])


def _left_to_right(left: list[dict[int, float]], right: list[dict[int, float]]) -> list[int]:
    """Columns, each after all to its left. Straight runs never cross, so there is such an order."""
    missing = [len(others) for others in left]
    ready = [index for index, count in enumerate(missing) if not count]
    for here in ready:  # grows while it is read
        for other in right[here]:
            missing[other] -= 1
            if not missing[other]:
                ready.append(other)
    return ready


def _pull_together(layers, column, order, left, right, x) -> None:
    """Moves each column towards what it is wired to, as far as its neighbours let it."""
    wired: list[list[int]] = [[] for _ in x]
    for point, lowers in enumerate(layers.below):
        for lower in lowers:
            if column[point] != column[lower]:
                wired[column[point]].append(column[lower])
                wired[column[lower]].append(column[point])
    for sweep in range(4):
        for here in reversed(order) if sweep % 2 == 0 else order:
            if not wired[here]:
                continue
            lowest = max((x[c] + apart for c, apart in left[here].items()), default=float("-inf"))
            highest = min((x[c] - apart for c, apart in right[here].items()), default=float("inf"))
            wanted = sorted(x[c] for c in wired[here])
            x[here] = max(lowest, min(highest, wanted[(len(wanted) - 1) // 2]))


def _rows(layers: _Layers, x: list[float], heights: list[float]) -> tuple[Row, ...]:
    rows, top = [], 0.0
    for row in layers.rows:
        bottom = top + max((heights[p] for p in row if p < layers.boxes), default=0.0)
        rows.append(Row(top, bottom))
        links = _links(layers, row)
        straight = all(abs(x[one] - x[other]) < 1 for one, other in links)
        top = bottom + (STRAIGHT_GAP if straight else CURVED_GAP)
    return tuple(rows)
