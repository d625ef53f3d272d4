"""The check of a whole document: what is wrong, where, and what to do; and what flows where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from builder import blocks
from builder.advice import warnings
from builder.custom.trust import Trust
from builder.document import Document
from builder.fixes import Fix
from builder.kinds import Spec, example_text
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
        return not self.waits and all(p.severity == "warning" for p in self.problems)

    @property
    def checking(self) -> tuple[str, ...]:
        """The nodes whose own code is still being run: ask again."""
        return tuple(problem.node for problem in self.problems if problem.severity == "checking")

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


def accepted(document: Document, trust: Trust = False) -> Report:
    """The report of a document that can be built. Raises ProblemsError."""
    report = check(document, trust)
    if not report.ok:
        raise ProblemsError(tuple(p for p in report.problems if p.severity == "error"))
    return report


def check(document: Document, trust: Trust = False, wait: bool = True, loss: str = "") -> Report:
    """What is wrong with a document and what flows through it. Never raises for a user's mistake.

    trust  whether layers written in Python may be run, in a process of their own; or the digests
           of those that may.
    wait   until they have been run; else some may still be `checking`.
    loss   that was chosen for training, by its name in torch.nn; "" where none was. Warnings depend on it.
    """
    from builder import flow  # loads torch, which the web process must not
    from builder.custom.check import Checker
    from builder.remedies import with_remedies

    found = flow.infer(document, Checker(trust) if wait else Checker.hurried(trust))
    errors = [with_remedies(problem, document, found.of) for problem in found.problems]
    guilty = {problem.node for problem in errors}  # first things first: it may be another layer soon
    warned = (problem for problem in warnings(document, found.of, loss) if problem.node not in guilty)
    problems = [*errors, *_whole(document, found.of, found.waits), *warned]
    problems.sort(key=lambda problem: problem.severity != "error")
    return Report(tuple(problems), found.of, found.waits)


def _whole(document: Document, of: dict, waits: dict[str, str]) -> Iterator[Problem]:
    rules = (
        _ends_are_there,
        _circles_are_named,
        _outputs_carry_the_batch,
        _names_are_free,
    )
    for rule in rules:
        yield from rule(document, of, waits)


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


def _names_are_free(document: Document, _of: dict, _waits: dict) -> Iterator[Problem]:
    """Each name at the top of the printed file stands for one thing."""
    meanings = dict.fromkeys((*document.blocks, *document.custom), "a layer or block of this network")
    meanings |= {"torch": "torch", "nn": "torch.nn"}  # as every printed file has them
    for name in blocks.custom_in_use(document):
        for bound, meaning in document.custom[name].read.bindings.items():
            other = meanings.setdefault(bound, meaning)
            if other != meaning:
                message = f"{name} uses {bound} for {meaning}, and it is {other} elsewhere. Rename one."
                yield Problem("", message)
