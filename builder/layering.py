"""A graph in layers: the rank of every node, and the lanes of wires that pass ranks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

LANE = 14  # what a lane takes up, in pixels


@dataclass(frozen=True)
class Wire:
    """From a node's output to a node: wires with the same source and port share a lane."""

    source: str
    target: str
    port: str = ""


@dataclass
class Layers:
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

    def links(self, row: list[int]) -> list[tuple[int, int]]:
        """The links from a row to the next, as upper and lower points."""
        return [(point, other) for point in row for other in self.below[point]]


def without_circles(count: int, links: list[tuple[int, int]]) -> list[tuple[int, int]]:
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


def ranked(count: int, links: list[tuple[int, int]], on_top: set[int]) -> list[int]:
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


def with_lanes(layers: Layers, wires: list[Wire], links: list[tuple[int, int]]) -> list[list[int]]:
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
