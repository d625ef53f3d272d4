"""How far to the right everything stands: straight runs are columns, packed side by side."""

from __future__ import annotations

from builder.layering import Layers

BETWEEN = 28  # pixels between two boxes of a row, or a box and a lane
SWEEPS = 4


def columns(layers: Layers) -> list[float]:
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


def _straight_runs(layers: Layers) -> list[int]:
    """Point -> its column: at most one link up and one down per point is straight, and none cross."""
    up: list[int] = [-1] * len(layers.rank)
    down: list[int] = [-1] * len(layers.rank)
    for row in layers.rows:
        accepted: list[tuple[int, int]] = []
        for one, other in sorted(layers.links(row), key=lambda link: _worth(layers, link)):
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


def _worth(layers: Layers, link: tuple[int, int]) -> tuple:
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
    for sweep in range(SWEEPS):
        for here in reversed(order) if sweep % 2 == 0 else order:
            if not wired[here]:
                continue
            lowest = max((x[c] + apart for c, apart in left[here].items()), default=float("-inf"))
            highest = min((x[c] - apart for c, apart in right[here].items()), default=float("inf"))
            wanted = sorted(x[c] for c in wired[here])
            x[here] = max(lowest, min(highest, wanted[(len(wanted) - 1) // 2]))
