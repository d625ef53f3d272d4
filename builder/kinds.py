"""The words of the catalogue: a Kind of layer, the Params it asks for, the Spec of what flows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from builder.params import Param, shown, whole
from builder.specs import NOTHING, Figures, Spec, example_text

__all__ = [
    "NOTHING",
    "Color",
    "Figures",
    "Joint",
    "Kind",
    "Misfit",
    "Param",
    "Read",
    "Spec",
    "example_text",
    "shown",
    "whole",
]

MOST_PORTS = 64


@dataclass(frozen=True)
class Color:
    """A family's colour, as text and stripe, on a light and on a dark page: contrast at least 4.5."""

    light: str
    dark: str


@dataclass(frozen=True)
class Read:
    """An argument that follows from an input, the first unless `input` says which.

    value   what it is, read off the input; raises ValueError with a sentence where it cannot be.
    words   what it is called: "channels".
    fits    whether a value that the person gave suits the input.
    """

    value: Callable[[Spec], Any]
    words: str
    fits: Callable[[Any, Spec], bool] | None = None
    input: int = 0

    def suits(self, given: Any, spec: Spec) -> bool:
        return self.fits(given, spec) if self.fits else given == self.value(spec)


@dataclass(frozen=True)
class Misfit:
    """Why a node's arguments do not go with what flows in, after its name: "has groups=3, ...".

    instead   argument -> a value that repairs it; each is offered as a repair of its own.
    before    a kind, and its arguments, that repairs it when put before the node.
    """

    words: str
    instead: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Joint:
    """A hole of a template that several arguments fill together: the index of x[:, 2:5].

    write   the arguments -> what stands there, as Python.
    read    what stands there, as builder.source evaluates it -> the arguments, or None.
    """

    write: Callable[[Mapping[str, Any]], str]
    read: Callable[[Any], dict[str, Any] | None]


@dataclass(frozen=True)
class Kind:
    """Everything the project knows about one kind of layer.

    new        how PyTorch names the module, or a template that makes it; a kind without one is a
               plain expression.
    buffer     what is made is a tensor that never learns, kept with the network's weights.
    helper     a class of our own that `new` needs: its source, printed above the network.
    call       how its output is written in forward: {self}, an input's name, {args} (the arguments
               as Python writes them), {name} or {*name} (one argument, a tuple without brackets),
               or the name of one of `joints`. A kind that is not called has none: Input.
    inputs     the names of its inputs; `*x` takes two or more. `least` is how many it needs.
    alone      its `call` where the inputs after `least` are not wired; without one, a single input
               serves as all of them.
    ports      the names of its outputs; the first is the default. `result` is the pattern they are
               unpacked with. `more_ports` adds one where an argument is true; `counted` names the
               argument that says how many there are: "0", "1", ...
    reads      arguments that follow from an input.
    high       what a port of whole numbers counts up to, read off the first input.
    takes      what one example may look like: letters for its dimensions, '' for any.
    renames    for what moves dimensions: its arguments and a letter for each dimension that comes in, the
               batch's first, -> the letters of what goes out. May raise IndexError.
    dtype      what the numbers must be: float, int or any. `dtypes` says so of a single input.
    divides    (a, b): argument a must divide argument b.
    rule       what PyTorch would say in poor words or not at all.
    steps      PyTorch runs it once per time step: it is measured on one step and multiplied.
    over_batch it computes over the whole batch while training, and not afterwards.
    probe      arguments replaced when only shapes are asked for, where the meta device needs it.
    weight     the arguments that size its weight's dimensions, in order; the last sizes all that are left.
    ties       kinds whose weight it may use as its own, where both are of one size. See sharing.py.
    formula    how its sizes follow from the input's, one of builder.formulas.
    also       what else people call it, in small letters: "fc" for Linear.
    suits      what a new node's params should be behind a given input, where `start` would not fit.
    example    the shape of an input it works on; every kind is tested on its own example.
               `examples` says so of a single input.
    """

    name: str
    family: str
    doc: str
    params: tuple[Param, ...] = ()
    new: str = ""
    buffer: bool = False
    helper: str = ""
    call: str = "{self}({x})"
    joints: Mapping[str, Joint] = field(default_factory=dict)
    inputs: tuple[str, ...] = ("x",)
    least: int = -1
    alone: str = ""
    joined_by: str = ", "
    ports: tuple[str, ...] = ("output",)
    result: str = ""
    more_ports: Mapping[str, str] = field(default_factory=dict)
    counted: str = ""
    high: Callable[[Spec], int] | None = None
    reads: Mapping[str, Read] = field(default_factory=dict)
    takes: tuple[str, ...] = ("",)
    renames: Callable[[Mapping[str, Any], str], str] | None = None
    dtype: str = "float"
    dtypes: Mapping[str, str] = field(default_factory=dict)
    divides: tuple[tuple[str, str], ...] = ()
    rule: Callable[[Mapping[str, Any], tuple[Spec, ...]], Misfit | None] | None = None
    steps: bool = False
    over_batch: bool = False
    probe: Mapping[str, Any] = field(default_factory=dict)
    weight: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()
    formula: Callable[[Mapping[str, Any], tuple[Spec, ...]], Iterable[Any]] | None = None
    also: tuple[str, ...] = ()
    suits: Callable[[Spec], Mapping[str, Any]] | None = None
    example: tuple[int, ...] = (8, 6, 6)
    examples: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self):
        for name in ("joints", "more_ports", "reads", "dtypes", "probe", "examples"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        object.__setattr__(self, "_params", {param.name: param for param in self.params})
        if self.least < 0:
            object.__setattr__(self, "least", 2 if self.variadic else len(self.inputs))

    @property
    def variadic(self) -> bool:
        return self.inputs[:1] != () and self.inputs[0].startswith("*")

    def input(self, index: int) -> str:
        """The name of an input by its place; all of several have one name."""
        return self.inputs[min(index, len(self.inputs) - 1)]

    def param(self, name: str) -> Param | None:
        return self._params.get(name)

    def ports_of(self, params: Mapping[str, Any]) -> tuple[str, ...]:
        """The outputs' names, given what the node's arguments are."""
        if self.counted:
            value = params.get(self.counted, self.param(self.counted).default)
            count = len(value) if isinstance(value, tuple) else value if whole(value) else 0
            return tuple(map(str, range(min(max(count, 1), MOST_PORTS))))
        extra = (port for name, port in self.more_ports.items() if params.get(name))
        return (*self.ports, *extra)

    def start(self, spec: Spec | None = None) -> dict[str, Any]:
        """The params of a new node: what PyTorch asks for and cannot be read off the input, suited to
        what flows in, where that is known."""
        params = {p.name: p.default for p in self.params if p.required and p.name not in self.reads}
        return params | self.suits(spec) if self.suits and spec is not None else params
