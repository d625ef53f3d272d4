"""What differs between a graph before and after, change by change, each in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from builder.blocks import kind_named
from builder.document import Document, Graph, Node
from builder.kinds import shown
from builder.order import port, source, users

BESIDE_PARAMS = tuple(
    field.name for field in fields(Node) if field.name not in ("id", "kind", "inputs", "params")
)
READ_OFF = "as it comes in"  # what an argument is that follows from the input


@dataclass(frozen=True)
class Change:
    """One thing that differs.

    kind    added, removed, changed, renamed or wired.
    node    conv1, or Residual/conv of a block, whose name alone stands for the block itself; '' for the
            network as a whole.
    words   what happens, for a person: "conv1: padding 0 → 1".
    before  what was and what is: a Node or Block that was added or removed, an argument's value, a name,
    after   the wires; None where there is none.
    """

    kind: str
    node: str
    words: str
    before: Any = None
    after: Any = None


def values(path: str, old: Mapping, new: Mapping, old_text, new_text) -> Iterator[Change]:
    """A change for each argument that differs; the texts say what one is where it is not given."""
    for name in {**old, **new}:
        before, after = old.get(name), new.get(name)
        if (name in old) != (name in new) or type(before) is not type(after) or before != after:
            words = f"{path}: {name} {old_text(name)} → {new_text(name)}"
            yield Change("changed", path, words, before, after)


def _nature(node: Node, kind: str) -> str:
    """Everything a layer is but its name and its wires."""
    beside = [getattr(node, name) for name in BESIDE_PARAMS if name != "shares"]
    return repr((kind, sorted(node.params.items()), beside))


def _in_its_place(node: Node, other: Node, feeds: tuple[dict, dict], renamed: Mapping[str, str]) -> bool:
    """Whether two layers take from the same ones, or feed the same ones."""
    sources = [renamed.get(source(wire), source(wire)) for wire in node.inputs]
    takes = bool(sources) and sources == [source(wire) for wire in other.inputs]
    fed = feeds[0][node.id]
    return takes or (bool(fed) and fed == feeds[1][other.id])


class Graphs:
    """A graph before and after, in the network ('') or in a block."""

    def __init__(
        self,
        name: str,
        before: Document,
        after: Document,
        old: Graph,
        new: Graph,
        blocks: Mapping[str, str],
    ):
        self._name, self._documents, self._old, self._new = name, (before, after), old, new
        self._blocks = blocks
        self._gone = {node.id for node in old.nodes if node.id not in new}
        self._added = {node.id for node in new.nodes if node.id not in old}
        self._renamed: dict[str, str] = self._pairs() if self._gone and self._added else {}
        self._gone -= self._renamed.keys()
        self._added -= set(self._renamed.values())

    def _path(self, node_id: str) -> str:
        return f"{self._name}/{node_id}" if self._name else node_id

    def changes(self) -> Iterator[Change]:
        if self._old is self._new:
            return
        found = [*self._renames(), *self._removals(), *self._additions()]
        for node in self._old.nodes:
            if node.id not in self._gone:
                found += self._changed(node, self._new[self._now(node.id)])
        yield from found or self._reordered()

    def _now(self, node_id: str) -> str:
        return self._renamed.get(node_id, node_id)

    def _now_wire(self, wire: str) -> str:
        return self._now(source(wire)) + wire[len(source(wire)) :]

    # --- names

    def _pairs(self) -> dict[str, str]:
        """Layers that only have another name, old -> new: they take from the same or feed the same."""
        feeds = users(self._old), users(self._new)
        candidates: dict[str, list[Node]] = {}
        for node in self._new.nodes:
            if node.id in self._added:
                candidates.setdefault(_nature(node, node.kind), []).append(node)
        found: dict[str, str] = {}
        for node in self._old.nodes:
            if node.id in self._gone:
                alike = candidates.get(_nature(node, self._blocks.get(node.kind, node.kind)), [])
                same = next((n for n in alike if _in_its_place(node, n, feeds, found)), None)
                if same:
                    found[node.id] = same.id
                    alike.remove(same)
        return found

    def _renames(self) -> Iterator[Change]:
        for old, new in self._renamed.items():
            yield Change("renamed", self._path(new), f"renames {self._path(old)} to {new}", old, new)

    # --- what comes and goes

    def _removals(self) -> Iterator[Change]:
        for node in self._old.nodes:
            if node.id in self._gone:
                words = f"removes {self._path(node.id)} ({node.kind})"
                yield Change("removed", self._path(node.id), words, before=node)

    def _additions(self) -> Iterator[Change]:
        feeds = users(self._new) if self._added else {}
        for node in self._new.nodes:
            if node.id in self._added:
                given = "".join(f", {name}={shown(value)}" for name, value in node.params.items())
                what = f"{self._path(node.id)} ({node.kind}{given})"
                words = self._standing(what, node, feeds[node.id])
                yield Change("added", self._path(node.id), words, after=node)

    def _standing(self, what: str, node: Node, fed: Sequence[str]) -> str:
        """Where a new layer stands; before one with several inputs, on which."""
        if not fed:
            return f"adds {what} after {source(node.inputs[0])}" if node.inputs else f"adds {what}"
        if len(fed) == 1 and node.inputs and len(self._new[fed[0]].inputs) > 1:
            return f"adds {what} between {source(node.inputs[0])} and {fed[0]}"
        return f"adds {what} before {' and '.join(filter(None, (', '.join(fed[:-1]), fed[-1])))}"

    def _reordered(self) -> Iterator[Change]:
        if [node.id for node in self._old.nodes] != [node.id for node in self._new.nodes]:
            ids = tuple(node.id for node in self._old.nodes), tuple(node.id for node in self._new.nodes)
            words = f"puts the layers of {self._name} in another order"
            yield Change(
                "changed", self._name, words if self._name else "puts the layers in another order", *ids
            )

    # --- what stays and is another

    def _changed(self, old: Node, new: Node) -> Iterator[Change]:
        if old is new and not self._blocks:
            return
        path = self._path(new.id)
        if self._blocks.get(old.kind, old.kind) != new.kind:
            yield Change("changed", path, f"{path}: {old.kind} → {new.kind}", old.kind, new.kind)
        texts = self._text(self._documents[0], old), self._text(self._documents[1], new)
        yield from values(path, old.params, new.params, *texts)
        for name in BESIDE_PARAMS:
            before, after = getattr(old, name), getattr(new, name)
            if name == "shares":
                before = self._now(before)
            if before != after:
                words = f"{path}: {name} {_beside(before)} → {_beside(after)}"
                yield Change("changed", path, words, before, after)
        yield from self._wired(old, new, path)

    @staticmethod
    def _text(document: Document, node: Node):
        """What an argument of the node is, given or not."""

        def text(name: str) -> str:
            if name in node.params:
                return shown(node.params[name])
            kind = kind_named(node.kind, document)
            param = kind.param(name) if kind else None
            if param is None:
                return "nothing"
            return READ_OFF if name in kind.reads else shown(param.default)

        return text

    # --- wires

    def _wired(self, old: Node, new: Node, path: str) -> Iterator[Change]:
        if old.inputs == new.inputs:
            return
        before = tuple(self._now_wire(wire) for wire in old.inputs)
        around = tuple(self._now_wire(self._through(wire, self._old, self._gone)) for wire in old.inputs)
        if around == tuple(self._through(wire, self._new, self._added) for wire in new.inputs):
            return  # it follows from what was added and removed
        yield Change("wired", path, f"{path} {_takes(before, new.inputs)}", before, new.inputs)

    @staticmethod
    def _through(wire: str, graph: Graph, passed: set[str]) -> str:
        """Where a wire comes from if the layers that were added, or removed, are taken out."""
        seen: set[str] = set()
        while source(wire) in passed - seen and graph[source(wire)].inputs:
            seen.add(source(wire))
            wire = graph[source(wire)].inputs[0]
        return wire


def _beside(value: Any) -> str:
    if isinstance(value, Mapping):
        value = dict(value)
    return "nothing" if value in ("", {}) else shown(value)


def _takes(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    """What changes among a layer's wires; only their order may."""
    gone, new = (list((Counter(a) - Counter(b)).elements()) for a, b in ((before, after), (after, before)))
    if not gone and not new:
        return f"takes {' and '.join(map(_said, after))}, in this order"
    if not gone:
        return (
            f"takes {' and '.join(map(_said, new))} too"
            if before
            else f"takes {' and '.join(map(_said, new))}"
        )
    if not new:
        return f"takes {' and '.join(map(_said, gone))} no more"
    return f"takes {' and '.join(map(_said, new))} instead of {' and '.join(map(_said, gone))}"


def _said(wire: str) -> str:
    return f"{port(wire)} of {source(wire)}" if port(wire) else wire
