"""What flows where, found by running each node's two lines on PyTorch's meta device.

The meta device computes shapes and allocates nothing, so PyTorch itself is the shape rule and a
network of any size is checked in no memory. What was found is remembered per node and input.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from builder import lines, rules
from builder.catalogue import CATALOGUE, KINDS
from builder.document import Node
from builder.kinds import Figures, Kind, Spec
from builder.rules import Case, Problem

# The batch's size: a large prime, so that a dimension of this size is the batch and one divisible
# by it is the batch mixed with another. On the meta device size costs nothing.
BATCH = 99_991
REMEMBERED = 100_000


@dataclass(frozen=True)
class Result:
    """What a node gives, by port; or the problem that keeps it from giving anything."""

    outputs: dict[str, Spec] = field(default_factory=dict)
    problem: Problem | None = None


@lru_cache(REMEMBERED)
def examine(node: Node, inputs: tuple[Spec | None, ...]) -> Result:
    """Runs a node on what flows into it, after the rules have had their say."""
    kind = CATALOGUE.get(node.kind)
    if problem := _not_ready(node, kind, inputs):
        return Result(problem=problem)
    case = Case(node, kind, inputs)
    if problem := rules.first_problem(rules.BEFORE_ARGUMENTS, case):
        return Result(problem=problem)
    if node.kind == "Input":
        return Result({"output": _input_spec(node)})
    try:
        values = lines.arguments(node, kind, inputs)
    except (ValueError, IndexError) as error:
        return Result(problem=case.problem(f"cannot be made: {error}."))
    case = replace(case, values=values)
    if problem := _beginning(case):
        return Result(problem=problem)
    if problem := rules.first_problem(rules.WITH_ARGUMENTS, case):
        return Result(problem=problem)
    return _run(case)


def _beginning(case: Case) -> Problem | None:
    """Why the layer's weights cannot begin, or be made of others, as the node asks."""
    node = case.node
    if not node.init and not node.parametrize:
        return None
    try:
        weights = weights_of(lines.new_line(case.kind, case.values))
        if node.parametrize and weights.get("weight", torch.empty(0)).ndim < 2:
            return case.problem(f"has no weight matrix for {node.parametrize}. Set parametrize to nothing.")
        for name, given in node.init.items():
            function, *arguments = given if isinstance(given, tuple) else (given,)
            if name not in weights or not hasattr(nn.init, function):
                known = ", ".join(weights) or "none"
                return case.problem(f"cannot begin {name} with {function}. Its weights are: {known}.")
            with torch.no_grad():
                getattr(nn.init, function)(weights[name], *arguments)
    except Exception as error:  # PyTorch raises many kinds; each one is the user's to read
        return case.problem(f"cannot begin as it should: {plain(error)}. Choose another init.")
    return None


def _not_ready(node: Node, kind: Kind | None, inputs: tuple[Spec | None, ...]) -> Problem | None:
    """Why the node cannot even be asked: an unknown kind, or wires that are missing."""
    if kind is None:
        return Problem(node.id, f"{node.id} is a {node.kind}, and there is no such layer or block.")
    if None in inputs:
        missing = node.inputs[inputs.index(None)]
        message = f"takes {missing}, and there is no such output. Choose another input."
        return Case(node, kind, ()).problem(message)
    return wires_misfit(Case(node, kind, inputs))


def wires_misfit(case: Case) -> Problem | None:
    """Why the node has more or fewer inputs than its kind takes."""
    kind, given = case.kind, len(case.inputs)
    if kind.variadic:
        wanted, fits = "two or more inputs", given >= 2
    else:
        names = f" ({', '.join(kind.inputs)})" if len(kind.inputs) > 1 else ""
        wanted = f"{len(kind.inputs)} input{'s' * (len(kind.inputs) != 1)}{names}"
        fits = given in {kind.least, len(kind.inputs)}
    if fits:
        return None
    message = f"takes {wanted} and has {given or 'none'}. Choose its inputs in the form."
    return case.problem(message, *rules.indices_to_take(case))


def _input_spec(node: Node) -> Spec:
    values = lines.arguments(node, CATALOGUE["Input"], ())
    high = values["high"] if values["dtype"] == "int64" else None
    return Spec((BATCH, *values["shape"]), values["dtype"], high, BATCH)


def _run(case: Case) -> Result:
    kind, values, inputs = case.kind, case.values, case.inputs
    try:
        specs = run(*run_key(kind, values, inputs))
    except Exception as error:  # PyTorch raises many kinds; each one is the user's to read
        return Result(problem=case.problem(f"gets {case.gets} and cannot run: {plain(error)}"))
    high = kind.high(inputs[0]) if kind.high else max((spec.high or 0 for spec in inputs), default=0)
    ports = kind.ports_of(values)
    return Result(
        {
            name: replace(spec, high=high or None if spec.dtype.startswith("int") else None)
            for name, spec in zip(ports or ("output",), specs, strict=False)
        }
    )


def plain(error: Exception) -> str:
    """PyTorch's message on one line, with N for the batch's size."""
    text = " ".join(str(error).split())[:300]

    def named(number: re.Match) -> str:
        times, rest = divmod(int(number[0]), BATCH)
        return number[0] if rest or not times else "N" if times == 1 else f"N*{times}"

    return re.sub(r"\d+", named, text) or type(error).__name__


def run_key(kind: Kind, values: dict[str, Any], inputs: tuple[Spec, ...]) -> tuple:
    """What `run` and `measure` remember by: the two lines and what flows in."""
    tried = {**values, **{name: kind.probe[name] for name in kind.probe if name in values}}
    names = tuple(f"x{index}" for index in range(len(inputs)))
    new = lines.new_line(kind, tried)
    call = lines.call_line("node", kind, tried, names)
    steps = (1 if values.get("batch_first", True) else 0) if kind.steps else None
    flows = tuple(spec if spec.high is None else replace(spec, high=None) for spec in inputs)
    return new, call, flows, steps


@lru_cache(REMEMBERED)
def run(new: str, call: str, inputs: tuple[Spec, ...], steps: int | None) -> tuple[Spec, ...]:
    """What flows out when the two lines are run on the meta device. Raises what PyTorch raises.

    `steps` is the dimension of time of a layer that PyTorch runs step by step: it is run on one
    step only, since its outputs' sizes do not depend on how many there are.
    """
    long = inputs[0].shape[steps] if steps is not None else 0
    outputs = _call(new, call, _one_step(inputs, steps))
    specs = [Spec(tuple(t.shape), str(t.dtype)[6:], None, BATCH) for t in _tensors(outputs)]
    if steps is not None:
        shape = specs[0].shape
        specs[0] = replace(specs[0], shape=(*shape[:steps], long, *shape[steps + 1 :]))
    return tuple(specs)


def _one_step(inputs: tuple[Spec, ...], steps: int | None) -> tuple[Spec, ...]:
    if steps is None:
        return inputs
    shape = inputs[0].shape
    return (replace(inputs[0], shape=(*shape[:steps], 1, *shape[steps + 1 :])), *inputs[1:])


def _call(new: str, call: str, inputs: tuple[Spec, ...]) -> Any:
    scope: dict[str, Any] = {"torch": torch, "nn": nn, "self": SimpleNamespace(node=_module(new))}
    for index, spec in enumerate(inputs):
        dtype = getattr(torch, spec.dtype)
        scope[f"x{index}"] = torch.empty(spec.shape, dtype=dtype, device="meta")
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(call, scope)  # noqa: S307  printed by lines.py from literals and identifiers


@lru_cache(4096)
def _module(new: str) -> nn.Module | torch.Tensor | None:
    if not new:
        return None
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(new, _names())  # noqa: S307  printed by lines.py from literals and identifiers


@cache
def _names() -> dict[str, Any]:
    """What the lines that make modules may name: torch, nn and the catalogue's own helpers."""
    scope: dict[str, Any] = {"torch": torch, "nn": nn}
    for kind in KINDS:
        exec(kind.helper, scope)  # noqa: S102  the catalogue's own
    return scope


def weights_of(new: str) -> dict[str, torch.Tensor]:
    """The parameters of what a line makes, by name, on the meta device."""
    made = _module(new)
    return dict(made.named_parameters()) if isinstance(made, nn.Module) else {}


def _tensors(outputs: Any) -> list[torch.Tensor]:
    """The tensors of a result, its tuples opened: (output, (h_n, c_n)) -> three."""
    if isinstance(outputs, torch.Tensor):
        return [outputs]
    return [t for item in outputs or () for t in _tensors(item)]


@lru_cache(REMEMBERED)
def measure(new: str, call: str, inputs: tuple[Spec, ...], steps: int | None) -> Figures:
    """Multiply-adds as FlopCounterMode counts them on the meta device, halved; per example."""
    times = inputs[0].shape[steps] if steps is not None else 1
    with FlopCounterMode(display=False) as counter:
        _call(new, call, _one_step(inputs, steps))
    made = _module(new)
    weights = made.parameters() if isinstance(made, nn.Module) else [made]
    given = sum(weight.numel() for weight in weights if isinstance(weight, nn.Parameter))
    first = run(new, call, inputs, steps)[0]
    outputs = _size(first.example)
    return Figures(given, counter.get_total_flops() * times // 2 // BATCH, outputs)


def _size(shape: tuple[int, ...]) -> int:
    total = 1
    for size in shape:
        total *= size
    return total
