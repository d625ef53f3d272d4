"""The drawing that grows while a source is followed: its nodes, their names, and the notes."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from builder import lines, names
from builder.document import Graph, Node
from builder.kinds import Kind
from builder.source.parse import Note, SourceError
from builder.source.values import Tensor

MOST_NODES = 5_000
MOST_NOTES = 200


class Canvas:
    """Nodes in the order they are called, and what there is to say about the source."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.notes: list[Note] = []
        self._numbers: dict[str, int] = {}
        self.reserved: set[str] = set()  # the layers' names, which no operation may take

    @property
    def graph(self) -> Graph:
        return Graph(tuple(self.nodes.values()))

    def say(self, line: int, message: str) -> None:
        """Notes something once; of very many notes, the first are enough."""
        note = Note(line, message)
        if len(self.notes) < MOST_NOTES and note not in self.notes[-5:]:
            self.notes.append(note)

    @property
    def mark(self) -> tuple[int, int, dict[str, int]]:
        """How far the drawing has come, to go `back` to."""
        return len(self.nodes), len(self.notes), dict(self._numbers)

    def back(self, mark: tuple[int, int, dict[str, int]]) -> None:
        """Takes away what was drawn and noted since the mark."""
        while len(self.nodes) > mark[0]:
            self.nodes.popitem()
        del self.notes[mark[1] :]
        self._numbers = mark[2]

    def draw(
        self, kind: Kind, inputs: Sequence[Tensor], params: Mapping[str, Any], name: str, note: str = ""
    ) -> Any:
        """A new node; gives its output, or its outputs nested as PyTorch nests them."""
        if len(self.nodes) >= MOST_NODES:
            raise SourceError(f"The network has more than {MOST_NODES:,} layers. Give a smaller part of it.")
        wires = tuple(tensor.wire for tensor in inputs)
        self.nodes[name] = Node(name, kind.name, wires, params, note=note)
        return results(kind, name, params)

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
