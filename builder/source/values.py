"""What an expression of somebody's source stands for, as far as it can be said without running it.

Numbers, texts, None, tuples, lists and dicts stand for themselves; the rest has a class here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from builder.kinds import Kind

MOST_ITEMS = 5_000  # looked at in one value: lists of lists of lists can stand for billions


@dataclass(frozen=True)
class Tensor:
    """What flows out of a node: the node's id, and the port where it is not the first."""

    node: str
    port: str = ""

    @property
    def wire(self) -> str:
        return f"{self.node}.{self.port}" if self.port else self.node


@dataclass(frozen=True)
class Hole:
    """A place in a pattern that stands for anything; with a star, for all that is left."""

    name: str
    star: bool = False


@dataclass(frozen=True)
class Sizes:
    """x.shape, or x.shape[1:]: the sizes from dimension `start` on."""

    of: Any
    start: int = 0


@dataclass(frozen=True)
class Size:
    """x.shape[dim]; dimension 0 is the batch, whichever tensor is asked."""

    of: Any
    dim: int


@dataclass(frozen=True)
class Outside:
    """Something that is not in the source, by its full name: torch.nn.Conv2d."""

    path: str

    @property
    def last(self) -> str:
        return self.path.rpartition(".")[2]


@dataclass(frozen=True)
class Unknown:
    """What cannot be said: the expression, and why."""

    expression: ast.AST
    why: str = ""


@dataclass(frozen=True)
class Operation:
    """Something done to tensors: x.mean(dim=1) and torch.mean(x, dim=1) are the same one.

    Without a tensor it is a new one, made of numbers: torch.zeros(1, 16).
    path: the function's full name, torch.mean, where it is no method.
    """

    name: str
    positional: tuple[Any, ...]
    keywords: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""


@dataclass(eq=False)
class Group:
    """A list of things of one kind that __init__ keeps under one name: perhaps a repeated layer."""

    name: str
    size: int


@dataclass(eq=False)
class Instance:
    """An object of a class of the source: its attributes, and its name in the object that holds it.

    frame      the object whose functions made it.
    given      its constructor's arguments, for those that are plain values.
    decided    the arguments on which it depends what is made or called, and not only with which numbers.
    chain      what it calls one after the other, where its class extends nn.Sequential.
    opened     whether its layers are drawn one by one, in the graph of the object `opened_in`.
    traced     what its forward was called with, and the block that came of it.
    """

    definition: ast.ClassDef
    attributes: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    owner: Instance | None = None
    frame: Instance | None = None
    given: dict[str, Any] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)
    chain: Chain | None = None
    opened: bool = False
    opened_in: Instance | None = None
    traced: tuple[Any, Any] | None = None
    line: int = 0
    note: str = ""
    frozen: bool = False
    group: tuple[Group, int] | None = None


@dataclass(eq=False)
class Made:
    """A layer of the catalogue as __init__ made it; `uses` counts how often forward calls it.

    frame  the object whose functions made it; sums in its params are of that object's arguments.
    tied   the layer whose weight it takes for its own.
    """

    kind: Kind
    params: Mapping[str, Any]
    line: int
    note: str = ""
    name: str = ""
    owner: Instance | None = None
    uses: int = 0
    frame: Instance | None = None
    init: dict[str, Any] = field(default_factory=dict)
    frozen: bool = False
    parametrize: str = ""
    tied: Made | None = None
    group: tuple[Group, int] | None = None


def path_in(item: Made | Instance, frame: Instance | None) -> str:
    """The name of a layer in a graph: the attributes that lead to it from the graph's object."""
    parts, current = [], item if item.name else None
    while current is not None and current is not frame:
        parts.append(current.name)
        current = current.owner
    return "_".join(part for part in reversed(parts) if part)


@dataclass(frozen=True)
class Weight:
    """A layer's own tensor, by its name: self.conv.weight."""

    of: Made
    name: str


@dataclass(frozen=True)
class Weights:
    """All that some layers learn: self.features.parameters()."""

    of: tuple[Any, ...]


@dataclass(frozen=True)
class Doing:
    """A function of something, about to be called: self.conv.requires_grad_."""

    of: Any
    name: str


@dataclass(eq=False)
class Chain:
    """An nn.Sequential: names and what bears them, called one after the other."""

    items: list[tuple[str, Any]]


@dataclass(frozen=True)
class Method:
    """A function of a class of the source, bound to an object."""

    owner: Instance
    function: ast.FunctionDef


def is_tensor(value: Any) -> bool:
    return isinstance(value, Tensor | Hole)


def tensors(value: Any) -> Iterator[Tensor]:
    """The tensors in a value, brackets opened; of a value made of very many, those near its front."""
    todo = [value]
    for _ in range(MOST_ITEMS):
        if not todo:
            return
        item = todo.pop()
        if isinstance(item, Tensor):
            yield item
        elif isinstance(item, tuple | list):
            todo.extend(reversed(item))


def listed(value: Any) -> list[Any] | None:
    """The items of what can be gone through; None for anything else."""
    if isinstance(value, Chain):
        return [item for _, item in value.items]
    if isinstance(value, dict):
        return list(value)
    return list(value) if isinstance(value, list | tuple | range) else None
