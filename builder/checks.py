"""The check of a whole document: what is wrong, where, and what to do; and what flows where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from builder.catalogue import CATALOGUE
from builder.document import Document
from builder.fixes import Fix
from builder.kinds import Spec, example_text
from builder.order import source, users
from builder.rules import Problem


@dataclass(frozen=True)
class Report:
    """problems: (node, message, fixes), errors first. specs: node -> port -> Spec.

    waits: a node downstream of a broken one -> the broken one; it has no problem of its own.
    """

    problems: tuple[Problem, ...]
    specs: dict[str, dict[str, Spec]]
    waits: dict[str, str]

    @property
    def ok(self) -> bool:
        """Whether the network can be built: warnings do not stand in the way."""
        return not self.waits and not any(p.severity == "error" for p in self.problems)

    @property
    def shapes(self) -> dict[str, dict[str, tuple[int, ...]]]:
        """Node -> port -> shape, the batch left out."""
        return {
            name: {port: spec.example for port, spec in ports.items()} for name, ports in self.specs.items()
        }


class ProblemsError(ValueError):
    """A network that cannot be built. `problems` says why; the message is their sentences."""

    def __init__(self, problems: tuple[Problem, ...]):
        super().__init__("\n".join(problem.message for problem in problems))
        self.problems = problems


def accepted(document: Document) -> Report:
    """The report of a document that can be built. Raises ProblemsError."""
    report = check(document)
    if not report.ok:
        raise ProblemsError(tuple(p for p in report.problems if p.severity == "error"))
    return report


def check(document: Document) -> Report:
    """What is wrong with a document and what flows through it. Never raises for a user's mistake."""
    from builder import flow  # loads torch, which the web process must not

    found = flow.infer(document)
    problems = [*found.problems, *_whole(document, found.of, found.waits)]
    problems.sort(key=lambda problem: problem.severity != "error")
    return Report(tuple(problems), found.of, found.waits)


def _whole(document: Document, of: dict, waits: dict[str, str]) -> Iterator[Problem]:
    for rule in (_ends_are_there, _circles_are_named, _outputs_carry_the_batch, _nothing_is_unused):
        yield from rule(document, of, waits)
    yield from _linear_over_an_image(document, of)


def _ends_are_there(document: Document, _of: dict, _waits: dict) -> Iterator[Problem]:
    graph = document.main
    if not graph.of_kind("Input"):
        fix = Fix("Add an Input", "add_input", ())
        yield Problem("", "The network has no Input: nothing says what comes in. Add one.", (fix,))
    if not graph.of_kind("Output"):
        last = graph.nodes[-1].id if graph.nodes else ""
        fix = Fix("Add an Output", "add_after", (last, "Output"))
        message = "The network has no Output: nothing says what it answers. Add one at the end."
        yield Problem("", message, (fix,))


def _circles_are_named(_document: Document, _of: dict, waits: dict) -> Iterator[Problem]:
    circle = [name for name, guilty in waits.items() if name == guilty]
    if circle:
        message = f"{', '.join(circle)} feed each other in a circle. Choose another input for one."
        yield Problem(circle[0], message)


def _outputs_carry_the_batch(document: Document, of: dict, _waits: dict) -> Iterator[Problem]:
    for node in document.main.of_kind("Output"):
        spec = next(iter(of.get(node.id, {}).values()), None)
        if spec and spec.shape and spec.shape[:1] != (spec.batch,):  # a single number has no batch
            message = (
                f"{node.id} (Output) gets {example_text(spec)} without the batch as its first "
                "dimension. Put a Permute before it, or change the layer that moved the batch."
            )
            yield Problem(node.id, message)


def _nothing_is_unused(document: Document, _of: dict, _waits: dict) -> Iterator[Problem]:
    for name, after in users(document.main).items():
        node = document.main[name]
        if after or node.kind == "Output":
            continue
        message = f"{name} ({node.kind}) feeds nothing, so it does nothing. Wire it on or remove it."
        fix = Fix(f"Remove {name}", "remove", (name,))
        yield Problem(name, message, (fix,), severity="warning")


def _linear_over_an_image(document: Document, of: dict) -> Iterator[Problem]:
    """Linear takes any shape and works on the last dimension, which is seldom meant for an image.

    Said of the first one only: behind it the shape is wrong for a known reason.
    """
    behind: set[str] = set()
    for node in document.main.nodes:
        kind = CATALOGUE.get(node.kind)
        if behind & {source(wire) for wire in node.inputs}:
            behind.add(node.id)
            continue
        if kind is None or kind.family != "Linear" or not kind.reads or node.id not in of:
            continue
        spec = next(iter(of[source(node.inputs[0])].values()))
        if len(spec.example) == 3:
            behind.add(node.id)
            message = (
                f"{node.id} ({node.kind}) works on the last dimension of {example_text(spec)} "
                "alone, one row of the image at a time. Insert a Flatten to use the whole image."
            )
            fix = Fix(f"Insert a Flatten before {node.id}", "insert_before", (node.id, "Flatten", {}))
            yield Problem(node.id, message, (fix,), severity="warning")
