"""Rules for one node and what flows into it, asked before PyTorch runs it.

PyTorch's own words are often poor, and its meta device accepts what a real device refuses; what
stands here says which layer, what it got, what it needs and what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import gcd, prod
from typing import Any

from builder import fixes
from builder.catalogue import CATALOGUE
from builder.document import Node
from builder.kinds import Kind, Spec, example_text, shown

DIMENSIONS = {
    "C": "channels",
    "D": "depth",
    "H": "height",
    "W": "width",
    "L": "length",
    "T": "steps",
    "F": "features",
}


@dataclass(frozen=True)
class Problem:
    """One thing to fix: which node ('' for the whole), what is wrong and what to do, repairs."""

    node: str
    message: str
    fixes: tuple[fixes.Fix, ...] = ()
    severity: str = "error"


@dataclass(frozen=True)
class Case:
    """A node about to be run: its kind, what flows in, and its arguments (None: not known yet)."""

    node: Node
    kind: Kind
    inputs: tuple[Spec, ...]
    values: Mapping[str, Any] | None = None

    @property
    def title(self) -> str:
        return f"{self.node.id} ({self.kind.name})"

    @property
    def gets(self) -> str:
        return " and ".join(example_text(spec) for spec in self.inputs)

    def problem(self, message: str, *repairs: fixes.Fix, severity: str = "error") -> Problem:
        return Problem(self.node.id, f"{self.title} {message}", repairs, severity)


Rule = Callable[[Case], Iterator[Problem]]


def values_are_accepted(case: Case) -> Iterator[Problem]:
    for name, value in case.node.params.items():
        param = case.kind.param(name)
        if param is None:
            yield case.problem(f"has no argument {name!r}. Remove it.")
        elif not param.accepts(value):
            yield case.problem(f"has {name}={shown(value)}, and takes {param.wants()}.")
        elif param.misfit(value):
            yield case.problem(
                f"cannot be made: {param.misfit(value)}",
                fixes.use(case.node, name, _clamped(param, value)),
            )


def _clamped(param, value: Any) -> Any:
    def clamp(number):
        low = number if param.low is None else max(number, type(number)(param.low))
        return low if param.high is None else min(low, type(number)(param.high))

    return tuple(map(clamp, value)) if isinstance(value, tuple) else clamp(value)


def dtype_fits(case: Case) -> Iterator[Problem]:
    for index, spec in enumerate(case.inputs):
        whole_numbers = spec.dtype.startswith("int")
        name = case.kind.input(index)
        wanted = case.kind.dtypes.get(name, case.kind.dtype)
        if wanted == "float" and whole_numbers:
            repairs = [fixes.insert(case.node, "Embedding")] if spec.high else []
            yield case.problem(
                f"takes decimal numbers and gets whole ones, {example_text(spec)}. "
                "Put an Embedding before it, which turns each token into a vector.",
                *repairs,
            )
        elif wanted == "int" and not whole_numbers and name in case.kind.dtypes:
            yield case.problem(
                f"takes whole numbers as its {name} and gets decimal ones, {example_text(spec)}. "
                f"Choose another input as its {name}.",
                *indices_to_take(case),
            )
        elif wanted == "int" and not whole_numbers:
            yield case.problem(
                f"takes whole numbers (tokens) and gets decimal ones, {example_text(spec)}. "
                "Feed it from an Input whose dtype is int64."
            )


def indices_to_take(case: Case) -> Iterator[fixes.Fix]:
    """The repair of a layer that wants a pool's indices and has an input to look for the pool from."""
    if "indices" in case.kind.inputs and case.inputs:
        yield fixes.take_indices(case.node)


def rank_fits(case: Case) -> Iterator[Problem]:
    wanted = {len(take) for take in case.kind.takes}
    if "" in case.kind.takes or not case.inputs:
        return
    for spec in case.inputs:
        if len(spec.example) in wanted and len(spec.shape) == len(spec.example) + 1:
            continue
        takes = " or ".join(_layout(take) for take in case.kind.takes)
        repairs = [*fixes.reshapes(case.node, case.kind, spec), *_relatives(case, spec)]
        advice = repairs[0].label if repairs else "Put a Reshape or Unflatten before it"
        yield case.problem(f"takes {takes} and gets {example_text(spec)}. {advice}.", *repairs)
        return


def _layout(take: str) -> str:
    return f"({', '.join(DIMENSIONS[letter] for letter in take)})"


def _relatives(case: Case, spec: Spec) -> Iterator[fixes.Fix]:
    """The same layer for another number of dimensions: BatchNorm1d for BatchNorm2d."""
    stem = case.kind.name[:-2]
    for other in (f"{stem}1d", f"{stem}2d", f"{stem}3d"):
        kind = CATALOGUE.get(other)
        if kind and kind is not case.kind and len(spec.example) in {len(t) for t in kind.takes}:
            yield fixes.become(case.node, other)


def given_sizes_fit(case: Case) -> Iterator[Problem]:
    """What was typed is never overwritten by what would be read off the input."""
    for name, read in case.kind.reads.items():
        if name not in case.node.params or len(case.inputs) <= read.input:
            continue
        spec, given = case.inputs[read.input], case.node.params[name]
        if read.suits(given, spec):
            continue
        incoming = read.value(spec)
        repairs = [fixes.use_incoming(case.node, name, incoming)]
        if len(spec.example) > 1 and given == prod(spec.example):
            repairs.insert(0, fixes.insert(case.node, "Flatten"))
        yield case.problem(
            f"has {name}={shown(given)} and gets {example_text(spec)}, which has "
            f"{shown(incoming)} {read.words}. {repairs[0].label}.",
            *repairs,
        )


def batch_is_apart(case: Case) -> Iterator[Problem]:
    """No weight can be as large as a batch, which is another one each time."""
    for name, read in case.kind.reads.items():
        sizes = _each(case.values[name], 1)
        batch = case.inputs[read.input].batch
        if any(batch and size and size % batch == 0 for size in sizes):
            yield case.problem(
                f"gets {case.gets}, where the batch is mixed into its {read.words}. Keep the batch a "
                "dimension of its own in the layers before it, the first one."
            )
            return


def divisions_come_out(case: Case) -> Iterator[Problem]:
    for divisor, number in case.kind.divides:
        small, large = case.values[divisor], case.values[number]
        if large % small == 0:
            continue
        everything = gcd(*(case.values[n] for d, n in case.kind.divides if d == divisor))
        repairs = [fixes.use(case.node, divisor, fixes.nearest_divisor(everything, small))]
        if number not in case.kind.reads:
            repairs.append(fixes.use(case.node, number, fixes.nearest_multiple(large, small)))
        yield case.problem(
            f"has {divisor}={small}, which does not divide {number}={large}. {repairs[0].label}.",
            *repairs,
        )
        return


def windows_fit(case: Case) -> Iterator[Problem]:
    """A window must not be larger than the padded image: what is left would have no size."""
    values = case.values
    kernel, padding = values.get("kernel_size"), values.get("padding", 0)
    grows = {"output_padding", "output_size"} & values.keys() or "indices" in case.kind.inputs
    if kernel is None or isinstance(padding, str) or grows:
        return
    sizes = case.inputs[0].example[1:]
    kernels, paddings, dilations = (
        _each(value, len(sizes)) for value in (kernel, padding, values.get("dilation", 1))
    )
    largest = []
    for size, k, p, d in zip(sizes, kernels, paddings, dilations, strict=True):
        largest.append(min(k, (size + 2 * p - 1) // d + 1))
    if largest == list(kernels):
        return
    fitting = largest[0] if len(set(largest)) == 1 else tuple(largest)
    yield case.problem(
        f"slides a window of {' x '.join(map(str, kernels))} over an image of "
        f"{' x '.join(map(str, sizes))}, which is smaller. Use a smaller kernel_size, more padding, "
        "or fewer layers that shrink the image before it.",
        fixes.use(case.node, "kernel_size", fitting),
    )


def _each(value: Any, count: int) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,) * count


def merged_shapes_agree(case: Case) -> Iterator[Problem]:
    if not case.kind.variadic or case.kind.params or len(case.inputs) < 2:
        return  # those with arguments, Concat and Stack, have rules of their own
    shapes = [spec.shape for spec in case.inputs]
    if not _broadcast(shapes):
        sources = " and ".join(
            f"{example_text(spec)} from {wire}"
            for spec, wire in zip(case.inputs, case.node.inputs, strict=True)
        )
        yield case.problem(
            f"takes tensors of one shape and gets {sources}. Give both branches the same sizes, "
            "or choose other inputs."
        )


def _broadcast(shapes: list[tuple[int, ...]]) -> bool:
    longest = max(map(len, shapes))
    padded = [(1,) * (longest - len(shape)) + shape for shape in shapes]
    return all(len({size for size in sizes if size != 1}) < 2 for sizes in zip(*padded, strict=True))


def kinds_own_rule(case: Case) -> Iterator[Problem]:
    misfit = case.kind.rule and case.kind.rule(case.values, case.inputs)
    if misfit:
        repairs = (fixes.use(case.node, name, value) for name, value in misfit.instead.items())
        before = [fixes.insert(case.node, misfit.before[0], **misfit.before[1])] if misfit.before else []
        yield case.problem(misfit.words, *repairs, *before)


BEFORE_ARGUMENTS: tuple[Rule, ...] = (values_are_accepted, dtype_fits, rank_fits, given_sizes_fit)
WITH_ARGUMENTS: tuple[Rule, ...] = (
    batch_is_apart,
    divisions_come_out,
    kinds_own_rule,
    windows_fit,
    merged_shapes_agree,
)


def first_problem(rules: tuple[Rule, ...], case: Case) -> Problem | None:
    """The first thing that is wrong: later rules may rely on what earlier ones have seen to."""
    return next((problem for rule in rules for problem in rule(case)), None)
