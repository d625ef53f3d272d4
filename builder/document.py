"""The document: what the user has drawn. Plain frozen data; files.py keeps it as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from builder import names

if TYPE_CHECKING:
    from builder.custom import Custom

FORMAT = "layerloom/1"


class DocumentError(ValueError):
    """A document that cannot be. `path` says where: main.nodes[3].params.stride."""

    def __init__(self, path: str, message: str):
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path


def _frozen(mapping: Mapping) -> Mapping:
    return MappingProxyType(dict(mapping))


@dataclass(frozen=True)
class Node:
    """One layer. Its id is also its name in the code; what the fields mean stands in docs/format.md."""

    id: str
    kind: str
    inputs: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    repeat: int = 1
    shares: str = ""
    frozen: bool = False
    init: Mapping[str, Any] = field(default_factory=dict)
    parametrize: str = ""
    note: str = ""

    def __post_init__(self):
        if misfit := names.id_misfit(self.id):
            raise DocumentError("", misfit)
        object.__setattr__(self, "params", _frozen(self.params))
        object.__setattr__(self, "init", _frozen(self.init))

    def __hash__(self) -> int:
        return hash((self.id, self.kind, self.inputs))

    def __reduce__(self):  # a mappingproxy cannot be copied by itself
        values = (getattr(self, name) for name in self.__dataclass_fields__)
        return (Node, tuple(dict(v) if isinstance(v, MappingProxyType) else v for v in values))


@dataclass(frozen=True)
class Graph:
    """Nodes and, in each node's inputs, the wires between them."""

    nodes: tuple[Node, ...] = ()

    def __post_init__(self):
        if len(self._places) != len(self.nodes):
            seen: set[str] = set()
            twice = next(node.id for node in self.nodes if node.id in seen or seen.add(node.id))
            raise DocumentError("", f"two nodes are named {twice!r}; give each a name of its own.")

    @cached_property
    def _places(self) -> dict[str, int]:
        return {node.id: index for index, node in enumerate(self.nodes)}

    def __getitem__(self, node_id: str) -> Node:
        return self.nodes[self._places[node_id]]

    def __contains__(self, node_id: str) -> bool:
        return node_id in self._places

    def place(self, node_id: str) -> int:
        """Where a node stands in the list."""
        return self._places[node_id]

    def of_kind(self, kind: str) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.kind == kind)


@dataclass(frozen=True)
class Block:
    """A user's own kind: a graph, and the params that stand in it as `=name`."""

    graph: Graph = Graph()
    params: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self):
        object.__setattr__(self, "params", _frozen(self.params))


@dataclass(frozen=True)
class Document:
    """A network, the blocks it is made of, and its layers that are written in Python.

    The file keeps blocks and custom layers together; here they are apart, since a custom layer has
    no graph to look into.
    """

    name: str = "Network"
    main: Graph = Graph()
    blocks: Mapping[str, Block] = field(default_factory=dict)
    custom: Mapping[str, Custom] = field(default_factory=dict)

    def __post_init__(self):
        object.__setattr__(self, "blocks", _frozen(self.blocks))
        object.__setattr__(self, "custom", _frozen(self.custom))

    def __hash__(self) -> int:
        return hash((self.name, self.main))

    @cached_property
    def _json(self) -> str:
        from builder import files  # files needs these classes, so it is imported here

        return files.to_json(self)

    def to_json(self) -> str:
        """The document as canonical text: from_json gives an equal document back."""
        return self._json

    @classmethod
    def from_json(cls, text: str) -> Document:
        """Reads a document. Raises DocumentError with the path to what is wrong; runs nothing."""
        from builder import files

        return files.from_json(text)
