"""The drawing that grows while a source is followed: its nodes, their names, and the notes."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from builder import lines, names
from builder.catalogue import CATALOGUE
from builder.document import Graph, Node
from builder.kinds import Kind
from builder.source.parse import Note, SourceError
from builder.source.values import Chain, Group, Instance, Made, Tensor

MOST_NODES = 5_000
MOST_NOTES = 200


class Canvas:
    """Nodes in the order they are called, and what there is to say about the source.

    drawn    a layer with weights, or an object drawn as a block -> the node of its first call.
    members  a node -> the group it belongs to, its place in it, and the name of the group's node.
    """

    def __init__(self, notes: list[Note] | None = None) -> None:
        self.nodes: dict[str, Node] = {}
        self.notes: list[Note] = [] if notes is None else notes
        self.reserved: set[str] = set()  # the layers' names, which no operation may take
        self.drawn: dict[Made | Instance, str] = {}
        self.members: dict[str, tuple[Group, int, str]] = {}
        self._numbers: dict[str, int] = {}

    @property
    def graph(self) -> Graph:
        return Graph(tuple(self.nodes.values()))

    def say(self, line: int, message: str) -> None:
        """Notes something once; of very many notes, the first are enough."""
        note = Note(line, message)
        if len(self.notes) < MOST_NOTES and note not in self.notes:
            self.notes.append(note)

    @property
    def mark(self) -> tuple[int, int, dict[str, int]]:
        """How far the drawing has come, to go `back` to."""
        return len(self.nodes), len(self.notes), dict(self._numbers)

    def back(self, mark: tuple[int, int, dict[str, int]]) -> None:
        """Takes away what was drawn and noted since the mark."""
        while len(self.nodes) > mark[0]:
            gone, _ = self.nodes.popitem()
            self.members.pop(gone, None)
        self.drawn = {item: name for item, name in self.drawn.items() if name in self.nodes}
        del self.notes[mark[1] :]
        self._numbers = mark[2]

    def draw(self, kind: Kind, node: Node) -> Any:
        """A new node; gives its output, or its outputs nested as PyTorch nests them."""
        if len(self.nodes) >= MOST_NODES:
            raise SourceError(f"The network has more than {MOST_NODES:,} layers. Give a smaller part of it.")
        self.nodes[node.id] = node
        return results(kind, node.id, node.params)

    def named(self, wanted: str, kind: Kind, line: int) -> str:
        """The name of a layer as the source has it, or another one and a note that says so."""
        if not names.id_misfit(wanted) and wanted not in self.nodes:
            return wanted
        name = self.fresh(kind)
        why = "is taken" if wanted in self.nodes else "cannot name a layer here"
        self.say(line, f"{wanted[:40]!r} {why}; the {kind.name} is named {name} instead.")
        return name

    def free(self, name: str) -> bool:
        """Whether an operation may take a name."""
        return not (names.id_misfit(name) or name in self.nodes or name in self.reserved)

    def reserve(self, holder: Instance) -> None:
        """Keeps the names of an object's layers for them: no variable of forward may take one."""
        for name, value in holder.attributes.items():
            if isinstance(value, Made | Instance | Chain | list | dict):
                self.reserved.add(name)
            if isinstance(value, Chain):
                self.reserved.update(own for own, _ in value.items if own)

    def input(self, wanted: str, line: int = 0, params: Mapping[str, Any] | None = None) -> Tensor:
        """A new Input, named as a function's parameter is."""
        kind = CATALOGUE["Input"]
        node = Node(self.named(wanted, kind, line), kind.name, (), params or {})
        return self.draw(kind, node)

    def outputs(self, answers: list[Tensor], said: list[str]) -> None:
        """The Outputs; `said` are the names of several, where the source has them."""
        kind = CATALOGUE["Output"]
        told = len(said) == len(answers) > 1 and all(map(self.free, said)) and len(set(said)) == len(said)
        for index, tensor in enumerate(answers):
            alone = len(answers) == 1 and self.free("output")
            name = said[index] if told else "output" if alone else self.fresh(kind)
            self.draw(kind, Node(name, kind.name, (tensor.wire,)))

    def free_name(self, wanted: str) -> str:
        """The name, with a number behind it where it is taken or cannot be one."""
        name, number = wanted, 0
        stem = "part" if names.id_misfit(wanted) else wanted[: names.LONGEST - 8]
        while not self.free(name):
            number += 1
            name = f"{stem}_{number}"
        return name

    def fresh(self, kind: Kind) -> str:
        """A free name after the kind: conv1, conv2, ... for Conv2d."""
        stem = names.stem(kind.name)
        number = self._numbers.get(stem, 1)
        while not self.free(f"{stem}{number}"):
            number += 1
        self._numbers[stem] = number
        return f"{stem}{number}"


def results(kind: Kind, name: str, params: Mapping[str, Any]) -> Any:
    """A node's output, or its outputs nested as its result pattern says: (output, (h_n, c_n))."""
    ports = kind.ports_of(params)
    if len(ports) < 2:
        return Tensor(name)
    pattern = lines.HOLE.sub(lambda hole: f'"{hole[2]}"', kind.result) or repr(ports)
    first = ports[0]

    def opened(piece: Any) -> Any:
        if isinstance(piece, tuple):
            return tuple(opened(item) for item in piece)
        return Tensor(name, "" if piece == first else piece)

    return opened(ast.literal_eval(pattern))
