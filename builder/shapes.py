"""What flows where, found by running each node's two lines on PyTorch's meta device.

The meta device computes shapes and allocates nothing, so PyTorch itself is the shape rule and a
network of any size is checked in no memory. What was found is remembered per node and input.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from builder import blocks, lines, rules
from builder.blocks import resolved
from builder.catalogue import CATALOGUE
from builder.document import Document, Graph, Node
from builder.kinds import NOTHING, Figures, Kind, Spec
from builder.order import port, sorted_nodes, source
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


@dataclass(frozen=True)
class Shapes:
    """`of`: node -> port -> Spec. `problems`: what is wrong. `waits`: node -> the guilty one."""

    of: dict[str, dict[str, Spec]]
    problems: tuple[Problem, ...]
    waits: dict[str, str]


def infer(document: Document) -> Shapes:
    """What flows out of each node that works, and why the others do not.

    A node inside a block stands under its path, stage1/conv, or stage1[0]/conv in a repeat.
    """
    walk = Walk(document)
    walk.graph(document.main, "", {}, ())
    return Shapes(walk.of, tuple(walk.problems), walk.waits)


class Walk:
    """One pass through a document, into its blocks: what was found on the way."""

    def __init__(self, document: Document):
        self._document = document
        self.of: dict[str, dict[str, Spec]] = {}
        self.problems: list[Problem] = []
        self.waits: dict[str, str] = {}

    def graph(self, graph: Graph, path: str, values: dict[str, Any], given: tuple[Spec, ...]) -> None:
        """Everything in a graph. values: its block's params; given: what flows into its Inputs."""
        fed = iter(given)
        nodes, looped = sorted_nodes(graph)
        for node in nodes:
            name = path + node.id
            sources = [path + source(wire) for wire in node.inputs]
            if guilty := next((self.waits.get(s) or s for s in sources if s not in self.of), ""):
                self.waits[name] = guilty
            elif path and node.kind == "Input":
                self.of[name] = {"output": next(fed)}
            else:
                self._node(node, name, values, inputs_of(node, self.of, path))
        self.waits |= {path + name: path + name for name in looped}

    def _node(self, node: Node, name: str, values: dict[str, Any], inputs: tuple) -> None:
        try:
            node = resolved(node, values)
        except ValueError as error:
            self._refuse(Problem(name, f"{node.id} ({node.kind}) cannot be made: {error}."))
            return
        if problem := self._misused(node):
            self._refuse(replace(problem, node=name))
            return
        for index in range(node.repeat):
            place = f"{name}[{index}]" if node.repeat > 1 else name
            outputs = self._once(node, place, inputs)
            if outputs is None:
                guilty = self._guilty_in(place)
                if guilty != place:  # inside the block: what follows waits for that node
                    self.waits[name] = guilty
                return
            self.of[place] = self.of[name] = outputs
            inputs = (next(iter(outputs.values()), None),)

    def _once(self, node: Node, place: str, inputs: tuple) -> dict[str, Spec] | None:
        """What one copy of the node gives; None where it does not work, which is then said."""
        block = self._document.blocks.get(node.kind)
        if block is None:
            result = examine(node, inputs)
            if result.problem:
                self._refuse(replace(result.problem, node=place))
                return None
            return result.outputs
        wanted = blocks.inputs_of(block)
        if None in inputs or len(inputs) != len(wanted):
            message = (
                f"{node.id} ({node.kind}) takes {len(wanted)} inputs ({', '.join(wanted)}) and has "
                f"{len(inputs)}. Choose its inputs in the form."
            )
            self._refuse(Problem(place, message))
            return None
        self.graph(block.graph, f"{place}/", blocks.params_in_use(block, node), inputs)
        outputs = [f"{place}/{end.id}" for end in block.graph.of_kind("Output")]
        if not outputs or any(end not in self.of for end in outputs):
            if self._guilty_in(place) == place:
                message = f"{node.id} uses the block {node.kind}, which has no Output. Give it one."
                self._refuse(Problem(place, message))
            return None
        found = [next(iter(self.of[end].values())) for end in outputs]
        return dict(zip(blocks.ports_of(block), found, strict=True))

    def _misused(self, node: Node) -> Problem | None:
        """What the node asks for beside its kind's arguments, and cannot have."""
        shared = self._document.main[node.shares] if node.shares in self._document.main else None
        if node.repeat > 1 and len(node.inputs) != 1:
            return Problem("", f"{node.id} is repeated, so it takes one input and has {len(node.inputs)}.")
        if node.shares and (shared is None or shared.kind != node.kind or shared.shares):
            return Problem(
                "", f"{node.id} shares the weights of {node.shares}, which is no {node.kind} of its own."
            )
        return None

    def _refuse(self, problem: Problem) -> None:
        self.problems.append(problem)

    def _guilty_in(self, place: str) -> str:
        """The node with a problem in or at a place."""
        names = (p.node for p in self.problems if p.node == place or p.node.startswith(f"{place}/"))
        return next(names, place)


def inputs_of(node: Node, of: dict[str, dict[str, Spec]], path: str = "") -> tuple[Spec | None, ...]:
    """What flows into a node; None where a wire comes from an output that is not there."""
    found = []
    for wire in node.inputs:
        ports = of[path + source(wire)]
        found.append(ports.get(port(wire)) if port(wire) else next(iter(ports.values()), None))
    return tuple(found)


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
    if problem := rules.first_problem(rules.WITH_ARGUMENTS, case):
        return Result(problem=problem)
    return _run(case)


def _not_ready(node: Node, kind: Kind | None, inputs: tuple[Spec | None, ...]) -> Problem | None:
    """Why the node cannot even be asked: an unknown kind, or wires that are missing."""
    if kind is None:
        return Problem(node.id, f"{node.id} is a {node.kind}, and there is no such layer or block.")
    if None in inputs:
        missing = node.inputs[inputs.index(None)]
        message = f"takes {missing}, and there is no such output. Choose another input."
        return Case(node, kind, ()).problem(message)
    return _wires(Case(node, kind, inputs))


def _wires(case: Case) -> Problem | None:
    kind, given = case.kind, len(case.inputs)
    if kind.variadic:
        wanted, fits = "two or more inputs", given >= 2
    else:
        wanted = f"{len(kind.inputs)} input{'s' * (len(kind.inputs) != 1)}"
        fits = given in {kind.least, len(kind.inputs)}
    if fits:
        return None
    return case.problem(f"takes {wanted} and has {given or 'none'}. Choose its inputs in the form.")


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
    high = max((spec.high or 0 for spec in inputs), default=0) or None
    ports = kind.ports_of(values)
    return Result(
        {
            name: replace(spec, high=high if spec.dtype.startswith("int") else None)
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
    return new, call, tuple(replace(spec, high=None) for spec in inputs), steps


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
    scope: dict[str, Any] = {"torch": torch, "self": SimpleNamespace(node=_module(new))}
    for index, spec in enumerate(inputs):
        dtype = getattr(torch, spec.dtype)
        scope[f"x{index}"] = torch.empty(spec.shape, dtype=dtype, device="meta")
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(call, scope)  # noqa: S307  printed by lines.py from literals and identifiers


@lru_cache(4096)
def _module(new: str) -> nn.Module | None:
    if not new:
        return None
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(new, {"nn": nn})  # noqa: S307  printed by lines.py from literals and identifiers


def _tensors(outputs: Any) -> list[torch.Tensor]:
    """The tensors of a result, its tuples opened: (output, (h_n, c_n)) -> three."""
    if isinstance(outputs, torch.Tensor):
        return [outputs]
    return [t for item in outputs or () for t in _tensors(item)]


def figures(document: Document, of: dict[str, dict[str, Spec]]) -> dict[str, Figures]:
    """Node -> what it costs, for the nodes that work; per example, the batch left out.

    A block costs what is in it, which stands under its path; what is repeated costs that many times.
    """
    found: dict[str, Figures] = {}
    _costs(document, document.main, of, "", {}, found)
    return found


def _costs(document: Document, graph: Graph, of: dict, path: str, values: dict, found: dict) -> Figures:
    """Adds the costs of a graph's nodes to `found`; their sum."""
    total = NOTHING
    for node in graph.nodes:
        if path + node.id in of and node.kind not in ("Input", "Output"):
            cost = _cost(document, resolved(node, values), of, path, found)
            found[path + node.id] = cost
            total += cost
    return total


def _cost(document: Document, node: Node, of: dict, path: str, found: dict) -> Figures:
    total = NOTHING
    inputs = inputs_of(node, of, path)
    for index in range(node.repeat):
        place = f"{path}{node.id}[{index}]" if node.repeat > 1 else path + node.id
        block = document.blocks.get(node.kind)
        if block is None:
            kind = CATALOGUE[node.kind]
            key = run_key(kind, lines.arguments(node, kind, inputs), inputs)
            once = measure(*key)
            if node.parametrize == "weight_norm":  # learns a length for each output beside the weight
                once = replace(once, parameters=once.parameters + len(_module(key[0]).weight))
        else:
            values = blocks.params_in_use(block, node)
            once = _costs(document, block.graph, of, f"{place}/", values, found)
        total += replace(once, parameters=0) if node.shares else once
        inputs = (next(iter(of[place].values()), None),)
    return total


@lru_cache(REMEMBERED)
def measure(new: str, call: str, inputs: tuple[Spec, ...], steps: int | None) -> Figures:
    """Multiply-adds as FlopCounterMode counts them on the meta device, halved; per example."""
    times = inputs[0].shape[steps] if steps is not None else 1
    with FlopCounterMode(display=False) as counter:
        _call(new, call, _one_step(inputs, steps))
    module = _module(new)
    given = 0 if module is None else sum(p.numel() for p in module.parameters())
    first = run(new, call, inputs, steps)[0]
    outputs = _size(first.example)
    return Figures(given, counter.get_total_flops() * times // 2 // BATCH, outputs)


def _size(shape: tuple[int, ...]) -> int:
    total = 1
    for size in shape:
        total *= size
    return total
