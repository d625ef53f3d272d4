"""The words of the catalogue: a Kind of layer, the Params it asks for, the Spec of what flows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

MOST_PORTS = 64
FAMILIES = (
    "Input and output",
    "Linear",
    "Convolution",
    "Pooling",
    "Padding",
    "Normalization",
    "Activation",
    "Recurrent",
    "Transformer",
    "Dropout",
    "Embedding",
    "Vision",
    "Shape",
    "Reduction",
    "Merge",
    "Arithmetic",
    "Constant",
)


@dataclass(frozen=True)
class Spec:
    """What flows along an arrow: its shape with the batch, its dtype, how many tokens if it counts.

    `batch` is the number that stands for the batch's size; a dimension of that size is the batch.
    """

    shape: tuple[int, ...]
    dtype: str = "float32"
    high: int | None = None
    batch: int = 0

    @property
    def example(self) -> tuple[int, ...]:
        """The shape of one example: the batch left out, wherever it stands."""
        if self.batch not in self.shape:
            return self.shape
        where = self.shape.index(self.batch)
        return self.shape[:where] + self.shape[where + 1 :]


def example_text(spec: Spec) -> str:
    """The shape of one example: (16, 8, 8), (784), or int64 (16)."""
    text = f"({', '.join(_of_size(size, spec.batch) for size in spec.example)})"
    return text if spec.dtype == "float32" else f"{spec.dtype} {text}"


def _of_size(size: int, batch: int) -> str:
    """A size as a message shows it: N is the batch's, 288N the batch mixed with others."""
    times, rest = divmod(size, batch) if batch else (0, 1)
    return str(size) if rest or not times else "N" if times == 1 else f"{times}N"


@dataclass(frozen=True)
class Figures:
    """What a node costs: parameters, multiply-adds per example, numbers it gives per example."""

    parameters: int
    multiply_adds: int
    outputs: int

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.parameters + other.parameters,
            self.multiply_adds + other.multiply_adds,
            self.outputs + other.outputs,
        )


NOTHING = Figures(0, 0, 0)


@dataclass(frozen=True)
class Param:
    """One argument of a layer, under PyTorch's own name for it.

    type      int, float, bool, choice, text, ints, floats or any. `ints` is one whole number or a
              tuple of `rank` of them; with rank -1 the tuple is of any length, with rank 0 it must
              be a tuple. `floats` is the same of decimal numbers; `any` is any of all these.
    required  PyTorch has no default: `default` is what a new layer starts with.
    optional  None is a value too.
    advanced  folded away in the form.
    always    written into the code even where it has its default, which is not PyTorch's.
    """

    name: str
    default: Any = None
    type: str = "int"
    help: str = ""
    required: bool = False
    optional: bool = False
    low: float | None = None
    high: float | None = None
    rank: int = 0
    choices: tuple[Any, ...] = ()
    advanced: bool = False
    always: bool = False

    def read(self, value: Any) -> Any:
        """The value as the document keeps it (lists as tuples). Raises ValueError with a sentence."""
        if isinstance(value, list):
            value = tuple(value)
        if not self.accepts(value):
            raise ValueError(f"{self.name} takes {self.wants()} and gets {shown(value)}.")
        if self.type == "float" and value is not None:
            return float(value)
        if self.type == "floats" and value is not None:
            return tuple(map(float, value)) if isinstance(value, tuple) else float(value)
        return value

    def accepts(self, value: Any) -> bool:
        """Whether the value is of the right type; `misfit` says whether it is in range."""
        if value is None or value in self.choices:
            return value in self.choices or self.optional or self.type == "any"
        match self.type:
            case "bool":
                return isinstance(value, bool)
            case "int":
                return whole(value)
            case "float":
                return _decimal(value)
            case "text":
                return isinstance(value, str) and len(value) <= 200
            case "ints":
                return self._accepts_several(value, whole, 12)
            case "floats":
                return self._accepts_several(value, _decimal, 100)
            case "any":
                items = value if isinstance(value, tuple) else (value,)
                return len(items) <= 100 and all(map(_plain, items))
        return False

    def _accepts_several(self, value: Any, single: Callable[[Any], bool], most: int) -> bool:
        if single(value):
            return bool(self.rank)
        if not isinstance(value, tuple):
            return False
        right_length = len(value) == self.rank if self.rank > 0 else 0 < len(value) <= most
        return right_length and all(single(item) or (item is None and self.optional) for item in value)

    def misfit(self, value: Any) -> str:
        """Why a value of the right type is out of range, or ''."""
        if value is None or isinstance(value, str | bool):
            return ""
        numbers = value if isinstance(value, tuple) else (value,)
        numbers = [number for number in numbers if isinstance(number, int | float)]
        too_low = self.low is not None and any(number < self.low for number in numbers)
        too_high = self.high is not None and any(number > self.high for number in numbers)
        return f"{self.name} is {shown(value)}; it takes {self.wants()}." if too_low or too_high else ""

    def wants(self) -> str:
        """What the argument takes, in words."""
        words = {
            "bool": "True or False",
            "int": "a whole number",
            "float": "a number",
            "text": "a short text",
            "ints": f"a whole number or {self.rank} of them" if self.rank > 0 else "whole numbers",
            "floats": f"a number or {self.rank} of them" if self.rank > 0 else "numbers",
            "choice": "",
            "any": "a number, a text, True, False, None or a row of them",
        }[self.type]
        if self.low is not None and self.high is not None:
            words += f" from {self.low:g} to {self.high:g}"
        elif self.low is not None:
            words += f" of at least {self.low:g}"
        options = [words] if words else []
        options += [repr(choice) for choice in self.choices]
        options += ["None"] if self.optional else []
        return " or ".join(options)


def whole(value: Any) -> bool:
    """Whether a value is a whole number that PyTorch can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def _decimal(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _plain(value: Any) -> bool:
    text = isinstance(value, str) and len(value) <= 200
    return text or value is None or isinstance(value, bool) or whole(value) or _decimal(value)


def shown(value: Any) -> str:
    """A value as a message shows it: short, and on one line."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


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
