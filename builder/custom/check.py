"""What a custom layer gives and costs, found by running it in the process for that, once trusted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass
from typing import Any

from builder import lines, rules
from builder.custom import trust
from builder.custom.process import Answer, runner
from builder.custom.written import Custom, kind
from builder.document import Node
from builder.kinds import Figures, Spec
from builder.rules import Case, Problem
from builder.shapes import BATCH, Result, wires_misfit

CHECKING = "checking"  # the severity of a Problem that is none yet: the code still runs
GRACE = 0.4  # seconds that a page waits for answers before it says that they are to come
SECONDS = 5  # for one layer
MEMORY = 2 * 2**30  # bytes beyond what PyTorch itself takes
BATCHES = (3, 5)  # two, so that a dimension that grows with the batch is seen; no multiple of each other
MOST_DIMENSIONS = 32
REASONS = {
    "time": "takes longer than {seconds} s on {gets}. Look for a loop that does not end.",
    "memory": "needs more memory than the 2 GB that a check gives it, in {where}. Make it smaller.",
    "raised": "gets {gets} and fails in {where}: {message}",
    "output": "{message}. Look at its returns: return x, or return a, b for two outputs.",
    "ended": "ended the process that runs it. Look for what leaves Python or crashes it.",
    "gone": "could not be run: the process for it does not start. The server's log has the reason.",
}


@dataclass(frozen=True)
class Checker:
    """How the custom layers of one check are treated.

    trust     what may be run.
    deadline  until when answers are waited for (time.monotonic); None: until they are there.
    """

    trust: trust.Trust = False
    deadline: float | None = None

    @classmethod
    def hurried(cls, given: trust.Trust) -> Checker:
        """One for a page, which shows what is there and asks again."""
        return cls(given, time.monotonic() + GRACE)

    def examine(self, node: Node, custom: Custom, inputs: tuple[Spec | None, ...]) -> Result:
        """What the node gives; or the problem that it has, or that is not known yet."""
        drawn = kind(custom)
        if not trust.covers(self.trust, custom):
            if self.deadline is not None and trust.allowed():
                runner().warm()  # the code will be read now, and may be trusted in a moment
            return Result(problem=_problem(node, trust.words(custom.name)))
        if None in inputs:
            missing = node.inputs[inputs.index(None)]
            return Result(
                problem=_problem(node, f"takes {missing}, and there is no such output. Choose another.")
            )
        case = Case(node, drawn, inputs)
        if problem := wires_misfit(case) or rules.first_problem((rules.values_are_accepted,), case):
            return Result(problem=problem)
        future = runner().ask(_question(node, custom, inputs))
        left = None if self.deadline is None else max(0.0, self.deadline - time.monotonic())
        try:
            answer = future.result(left)
        except NotInTime:
            message = "is being checked: its code is run in a process of its own."
            return Result(problem=_problem(node, message, severity=CHECKING))
        return _read(answer, case)


def figures(node: Node, custom: Custom, inputs: tuple[Spec, ...], outputs: Sequence[Spec]) -> Figures:
    """What it costs, as found when it was run; per example."""
    answer = runner().recall(_question(node, custom, inputs))
    size = 1
    for length in outputs[0].example:
        size *= length
    return Figures(_count(answer.get("parameters")), _count(answer.get("multiply_adds")), size)


def _count(given: Any) -> int:
    return given if isinstance(given, int) and 0 <= given < 2**63 else 0


def _problem(node: Node, message: str, severity: str = "error") -> Problem:
    return Problem(node.id, f"{node.id} ({node.kind}) {message}", severity=severity)


def _question(node: Node, custom: Custom, inputs: Sequence[Spec]) -> dict[str, Any]:
    drawn = kind(custom)
    return {
        "imports": custom.read.imports,
        "source": custom.source,
        "new": lines.new_line(drawn, lines.arguments(node, drawn, inputs)),
        "ports": len(drawn.ports),
        **{"seconds": SECONDS, "memory": MEMORY, "batches": BATCHES},
        "inputs": [
            {"shape": [_in_batches(n) for n in spec.shape], "dtype": spec.dtype, "high": spec.high}
            for spec in inputs
        ],
    }


def _in_batches(size: int) -> tuple[int, int]:
    """How many times the batch's size it is, or 0 and the size itself."""
    times, rest = divmod(size, BATCH)
    return (0, size) if rest else (times, 0)


# --- reading the answer


def _read(answer: Answer, case: Case) -> Result:
    gets = case.gets or "nothing"
    if reason := REASONS.get(str(answer.get("error", ""))):
        message = "".join(filter(str.isprintable, str(answer.get("message", ""))))[:400]
        told = reason.format(gets=gets, where=_where(answer), message=message, seconds=SECONDS)
        return Result(problem=case.problem(told.strip()))
    try:
        runs = [[_shape(output) for output in run] for run in answer["runs"]]
        small, large, *after = runs
        if [small, large] != after:
            raise _UnsteadyError(f"gives {_words(small)} in training and {_words(after[0])} after it")
        high = max((spec.high or 0 for spec in case.inputs), default=0) or None
        specs = [_spec(*pair, high) for pair in zip(small, large, strict=True)]
    except _UnsteadyError as error:
        return Result(problem=case.problem(f"{error}. A layer's output has one shape."))
    except (KeyError, TypeError, ValueError):
        return Result(problem=case.problem("answered what no layer does. Look at what its code changes."))
    return Result(dict(zip(case.kind.ports, specs, strict=True)))


class _UnsteadyError(Exception):
    """Shapes that are not the same each time."""


def _where(answer: Answer) -> str:
    line = answer.get("line")
    where = {"forward": "forward", "__init__": "__init__"}.get(str(answer.get("where")), "its class")
    return f"line {line} of its code" if isinstance(line, int) and line > 0 else where


def _shape(output: Any) -> tuple[tuple[int, ...], str]:
    """An output's shape and dtype, if that is what it is. Raises ValueError or TypeError."""
    shape, dtype = output
    sizes = tuple(shape)
    if len(sizes) > MOST_DIMENSIONS or not all(type(n) is int and 0 <= n < 2**40 for n in sizes):
        raise ValueError
    if not isinstance(dtype, str) or not dtype.isidentifier() or len(dtype) > 20:
        raise ValueError
    return sizes, dtype


def _words(run: list[tuple[tuple[int, ...], str]]) -> str:
    return " and ".join(f"{shape}" for shape, _ in run)


def _spec(small: tuple, large: tuple, high: int | None) -> Spec:
    """What flows out, from the same output for both sizes of the batch."""
    (one, dtype), (other, _) = small, large
    unlike = len(one) != len(other) or small[1] != large[1]
    if unlike or not all(a == b or a * BATCHES[1] == b * BATCHES[0] for a, b in zip(one, other, strict=True)):
        words = f"gives {one} for a batch of {BATCHES[0]} and {other} for one of {BATCHES[1]}"
        raise _UnsteadyError(words)
    shape = tuple(a if a == b else a // BATCHES[0] * BATCH for a, b in zip(one, other, strict=True))
    return Spec(shape, dtype, high if dtype.startswith("int") else None, BATCH)
