"""What the dimensions of a shape are called: C channels, H height, W width, T time, F features, and so on.

Kinds say what they take (Conv2d: CHW), or how they turn what flows in (Permute); what has no say (ReLU,
Add) passes the names on. The batch, N, stands before all of them and is left out, as in the shapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from builder.blocks import kind_named
from builder.document import Document, Graph, Node
from builder.kinds import Kind, Spec
from builder.order import port, sorted_nodes, source

MIXING = ("Shape", "Reduction")  # families that change which dimension is which
ROWS = ("features", "dimensions to normalize")  # what kinds read off the last dimension of a table
BATCH = "N"
NONE = Spec(())
Names = dict[str, str]  # node -> a letter for each dimension of its first output
Specs = Mapping[str, Mapping[str, Spec]]


@dataclass(frozen=True)
class _Taker:
    """What a node's kind says of dimensions, and how many its first output has. Of a block: what its own
    graph calls those that come in, and those of what it gives first."""

    node: Node
    kind: Kind
    layouts: tuple[str, ...]
    rank: int
    dtype: str
    is_block: bool = False
    within: tuple[str, ...] = ()
    gives: str = ""

    @property
    def passes(self) -> bool:
        """Whether its output's dimensions are called as its inputs' are."""
        return not self.layouts and not self.is_block and self.kind.family not in MIXING

    def wants(self, slot: int, rank: int) -> str:
        """What it calls the dimensions of an input, where it is particular."""
        if self.is_block:
            return self.within[slot] if slot < len(self.within) else ""
        return _fitting(self.layouts, rank)


class Dimensions:
    """The names in a document that was checked; specs are those of the check. What a block makes of its
    inputs' names is worked out once, however often it is used."""

    def __init__(self, document: Document, specs: Specs) -> None:
        self._document, self._specs = document, specs
        self._of_blocks: dict[tuple, tuple[tuple[str, ...], str]] = {}
        self._sure = False  # whether only what is certain counts

    def named(self, graph: Graph, place: str = "", given: Sequence[str] = ()) -> Names:
        """The names of those nodes of a graph where they are known.

        place is the way to the graph as the check names it, stage1[0]/; given are those of what flows
        into its Inputs, '' where one is not known.
        """
        inputs = (node.id for node in graph.of_kind("Input"))
        found = {name: names for name, names in zip(inputs, given, strict=False) if names}
        takers = {node.id: self._taker(node, place) for node in sorted_nodes(graph)[0]}
        takers = {name: taker for name, taker in takers.items() if taker}
        self._spread(takers, place, found)
        if not self._sure:
            self._take_for_steps(takers, place, found)
        return found

    def _take_for_steps(self, takers: dict[str, _Taker], place: str, found: Names) -> None:
        """Gives tables that nothing else is known of the likeliest names, the first one first: it may
        settle the others."""
        for taker in list(takers.values()):
            for slot, wire in enumerate(taker.node.inputs):
                if wire in found or wire not in takers:
                    continue
                within = self._block(taker, place, found).within if taker.is_block else ()
                if names := within[slot] if slot < len(within) else _steps(taker, takers[wire].rank):
                    found[wire] = names
                    self._spread(takers, place, found)

    def _spread(self, takers: dict[str, _Taker], place: str, found: Names) -> None:
        """Along the wires and against them, until nothing new is found."""
        while True:  # what is behind a layer tells of what is before it, and that of others
            for name, taker in takers.items():
                if taker.is_block:
                    takers[name] = taker = self._surely(taker, place, found)
                if name not in found and (names := _forwards(taker, found)):
                    found[name] = names
            known = len(found)
            if known < len(takers):
                for taker in reversed(takers.values()):
                    _backwards(taker, takers, found)
            if len(found) in (known, len(takers)):
                return

    def into(self, node: Node, found: Names) -> tuple[str, ...]:
        """The names of what flows into a node, '' where they are not known."""
        return tuple("" if port(wire) else found.get(source(wire), "") for wire in node.inputs)

    def at(self, way: Sequence[str]) -> tuple[str, ...]:
        """The names of what flows into the block that a way of nodes leads to."""
        graph, place, given = self._document.main, "", ()
        for node_id in way:
            node = graph[node_id]
            given = self.into(node, self.named(graph, place, given))
            graph, place = self._document.blocks[node.kind].graph, _inside(node, place)
        return given

    def _taker(self, node: Node, place: str) -> _Taker | None:
        ports, kind = self._specs.get(place + node.id), kind_named(node.kind, self._document)
        if not ports or not kind:
            return None
        first, layouts = next(iter(ports.values())), tuple(filter(None, kind.takes))
        is_block = node.kind in self._document.blocks
        return _Taker(node, kind, layouts, len(first.example), first.dtype, is_block)

    def _surely(self, taker: _Taker, place: str, found: Names) -> _Taker:
        """As _block, without the likeliest names: a block must not settle what its neighbours know."""
        before, self._sure = self._sure, True
        try:
            return self._block(taker, place, found)
        finally:
            self._sure = before

    def _block(self, taker: _Taker, place: str, found: Names) -> _Taker:
        """The taker of a block, with what its graph makes of the names that are known."""
        node, given = taker.node, self.into(taker.node, found)
        graph, inside = self._document.blocks[node.kind].graph, _inside(node, place)
        ends = [end.id for end in (*graph.of_kind("Input"), *graph.of_kind("Output"))]
        ranks = tuple(
            len(next(iter(self._specs.get(inside + end, {"": NONE}).values())).shape) for end in ends
        )
        asked = (node.kind, given, ranks, self._sure)
        if asked not in self._of_blocks:
            names = self.named(graph, inside, given)
            outputs = [names.get(end.id, "") for end in graph.of_kind("Output")]
            within = tuple(names.get(end.id, "") for end in graph.of_kind("Input"))
            self._of_blocks[asked] = within, next(iter(outputs), "")
        within, gives = self._of_blocks[asked]
        return replace(taker, within=within, gives=gives)


def _inside(node: Node, place: str) -> str:
    """The place of a block's nodes as the check names it: of a repeat, the first."""
    return f"{place}{node.id}[0]/" if node.repeat > 1 else f"{place}{node.id}/"


def _forwards(taker: _Taker, found: Names) -> str:
    """The names of what a node gives, from its kind or from what flows in."""
    if own := taker.gives if taker.is_block else _fitting(taker.layouts, taker.rank):
        return own if len(own) == taker.rank else _alone(taker)
    if taker.kind.family == "Embedding" and taker.rank == 2:
        return "TF"
    before = [found[wire] for wire in taker.node.inputs if wire in found]
    if taker.kind.renames and before and (names := _renamed(taker, before[0])):
        return names
    fitting = [names for names in before if len(names) == taker.rank]
    return fitting[0] if fitting and taker.passes else _alone(taker)


def _renamed(taker: _Taker, before: str) -> str:
    """What an operation makes of the names; '' where it moves the batch or what it does is not known."""
    values = {param.name: taker.node.params.get(param.name, param.default) for param in taker.kind.params}
    if any(isinstance(value, str) for value in values.values()):  # a sum of a block's params
        return ""
    try:
        names = taker.kind.renames(values, BATCH + before)
    except IndexError:  # a dimension that is not there; the check says so
        return ""
    return names[1:] if names.startswith(BATCH) and len(names) == taker.rank + 1 else ""


def _backwards(taker: _Taker, takers: Mapping[str, _Taker], found: Names) -> None:
    """Gives what feeds a node the names that the node knows it by, where nobody else knew any."""
    for slot, wire in enumerate(taker.node.inputs):
        giver = takers.get(source(wire))
        if giver is None or port(wire) or source(wire) in found:
            continue
        passed = found.get(taker.node.id, "") if taker.passes else ""
        wanted = taker.wants(slot, giver.rank) or passed
        if wanted and len(wanted) == giver.rank:
            found[source(wire)] = wanted


def _steps(taker: _Taker, rank: int) -> str:
    """What a table is to a layer that works on each of its rows: steps of features."""
    works_on_rows = any(read.words.startswith(ROWS) for read in taker.kind.reads.values())
    return "TF" if rank == 2 and works_on_rows else ""


def _fitting(layouts: tuple[str, ...], rank: int) -> str:
    """The one layout of that rank; '' where there is none, or more than one."""
    fitting = [layout for layout in layouts if len(layout) == rank]
    return fitting[0] if len(fitting) == 1 else ""


def _alone(taker: _Taker) -> str:
    """What a single dimension is called where nobody says otherwise."""
    return "" if taker.rank != 1 else "T" if taker.dtype == "int64" else "F"
