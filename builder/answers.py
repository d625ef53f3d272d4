"""The worker's end of the service: a process with torch that answers one JSON object a line."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from builder import blocks
from builder.checks import Report, check
from builder.document import Document
from builder.fixes import Fix
from builder.kinds import NOTHING, Figures, Spec
from builder.rules import Problem
from builder.templates import FIRST, template


@dataclass(frozen=True)
class Answer:
    """A check's report and, for each node that works, its figures."""

    report: Report
    figures: dict[str, Figures]

    @property
    def total(self) -> Figures:
        """What the whole network costs: its own nodes, in which those inside blocks are counted."""
        return sum((f for name, f in self.figures.items() if "/" not in name), NOTHING)

    def inside(self, path: str) -> Answer:
        """The answer as it concerns the nodes under a path, without the path: stage1[0]/."""
        report = Report(
            tuple(
                replace(problem, node=problem.node.removeprefix(path))
                for problem in self.report.problems
                if problem.node.startswith(path)
            ),
            _under(path, self.report.specs),
            {name: guilty.removeprefix(path) for name, guilty in _under(path, self.report.waits).items()},
        )
        return Answer(report, _under(path, self.figures))


def _under(path: str, found: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(path): value for name, value in found.items() if name.startswith(path)}


# vars and not asdict, which copies all that it gives: that took a quarter of an answer's time.
def _report_dict(report: Report) -> dict[str, Any]:
    return {
        "problems": [asdict(problem) for problem in report.problems],
        "specs": {
            name: {port: vars(spec) for port, spec in ports.items()} for name, ports in report.specs.items()
        },
        "waits": report.waits,
    }


def _with_tuples(sent: Any) -> Any:
    """What JSON has made lists of, as it was: repairs hold no lists."""
    if isinstance(sent, dict):
        return {name: _with_tuples(value) for name, value in sent.items()}
    return tuple(map(_with_tuples, sent)) if isinstance(sent, list) else sent


def read_answer(raw: dict[str, Any]) -> Answer:
    """The answer to a check, as it came over the wire."""
    report = raw["report"]
    problems = (
        Problem(
            p["node"],
            p["message"],
            tuple(Fix(f["label"], f["edit"], _with_tuples(f["arguments"])) for f in p["fixes"]),
            p["severity"],
        )
        for p in report["problems"]
    )
    specs = {
        name: {port: Spec(**{**s, "shape": tuple(s["shape"])}) for port, s in ports.items()}
        for name, ports in report["specs"].items()
    }
    figures = {name: Figures(*numbers) for name, numbers in raw["figures"].items()}
    return Answer(Report(tuple(problems), specs, report["waits"]), figures)


# --- tasks


# `trusted` are the digests of the custom layers that the person trusted; the web process looks them up.


def _check(document: str, trusted: Sequence[str] = (), loss: str = "") -> dict[str, Any]:
    from builder import flow  # loads torch

    drawn = Document.from_json(document)
    report = check(drawn, frozenset(trusted), wait=False, loss=loss)
    figures = flow.figures(drawn, report.specs)
    numbers = {name: tuple(vars(costs).values()) for name, costs in figures.items()}
    return {"report": _report_dict(report), "figures": numbers}


def _code(document: str, trusted: Sequence[str] = (), sequential: bool = False) -> str:
    from builder.source.write import to_python

    return to_python(Document.from_json(document), frozenset(trusted), sequential)


def _summary(document: str, batch: int) -> str:
    from builder.summarize import summarize

    drawn = Document.from_json(document)
    if names := blocks.custom_in_use(drawn):  # this process answers everybody: no such code runs in it
        raise ValueError(
            f"torchinfo would run {names[0]}, Python code of its own, which a page does not. Save the "
            "document and use: python -m builder summary --trust FILE.loom.json"
        )
    return str(summarize(drawn, batch))


def _read(source: str) -> tuple[str, list[tuple[int, str]]]:
    from builder.source.read import from_python

    document, notes = from_python(source)
    return document.to_json(), [(note.line, note.message) for note in notes]


def _devices() -> list[str]:
    import torch

    return ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


TASKS: dict[str, Callable[..., Any]] = {
    "check": _check,
    "code": _code,
    "sequential": partial(_code, sequential=True),
    "summary": _summary,
    "read": _read,
    "devices": _devices,
}


def main() -> None:
    serve(TASKS, lambda: _check(template(FIRST).to_json()))  # loads torch and warms its meta device


def serve(tasks: Mapping[str, Callable[..., Any]], warm_up: Callable[[], Any]) -> None:
    """Answers questions, one JSON object a line, until the asker is gone."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints goes to the log, not between the answers
    warm_up()
    gc.collect()
    gc.freeze()  # what is loaded stays: to look through torch at each collection would take 0.2 s
    print(json.dumps({"number": None}), file=answers, flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        number, task = question.pop("number"), question.pop("task")
        try:
            message = {"number": number, "answer": tasks[task](**question)}
        except ValueError as error:  # documents and sources that cannot be: a sentence for a person
            message = {"number": number, "error": str(error)}
        except Exception as error:  # ours: told to the page, and the worker lives on
            message = {"number": number, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(message), file=answers, flush=True)


if __name__ == "__main__":
    main()
