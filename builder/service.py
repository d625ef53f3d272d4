"""Check, summary and code for the web process, which never loads torch.

One warm worker process does the work. It has a time limit: a runaway check is cut off by ending
the process and starting another. The worker ends by itself when the web process is gone.
"""

from __future__ import annotations

import atexit
import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from builder.checks import Report
from builder.document import Document
from builder.fixes import Fix
from builder.kinds import Spec
from builder.rules import Problem

ROOT = Path(__file__).parent.parent
LIMIT = 15.0  # seconds for one answer; the largest networks take about one
REMEMBERED = 200  # answers: undo and a change of page ask again for what was asked before
START_LIMIT = 120.0  # seconds until the worker has loaded torch, on a slow disk


class ServiceError(RuntimeError):
    """The worker could not answer; the message says why and what to do."""


@dataclass(frozen=True)
class Figures:
    """What a node costs per example: parameters, multiply-adds, numbers it gives."""

    parameters: int
    multiply_adds: int
    outputs: int


@dataclass(frozen=True)
class Answer:
    """A check's report and, for each node that works, its figures."""

    report: Report
    figures: dict[str, Figures]


class Service:
    """The web process's end: asks the worker, one question after the other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._waiting: dict[int, Future] = {}
        self._process: subprocess.Popen | None = None
        self._ready = threading.Event()
        self._answers: dict[str, Answer] = {}

    @property
    def ready(self) -> bool:
        """Whether the worker has loaded torch and answers at once. Starts it where none runs."""
        self._running()
        return self._ready.is_set()

    def check(self, document: Document) -> Answer:
        """The document's report and figures. Raises ServiceError."""
        text = document.to_json()
        if text not in self._answers:
            while len(self._answers) >= REMEMBERED:
                self._answers.pop(next(iter(self._answers)), None)
            self._answers[text] = _answer(self.ask("check", document=text))
        return self._answers[text]

    def code(self, document: Document) -> str:
        """The printed source. Raises ServiceError with the problems where there are some."""
        return self.ask("code", document=document.to_json())

    def summary(self, document: Document, batch: int) -> str:
        """torchinfo's table as text."""
        return self.ask("summary", document=document.to_json(), batch=batch)

    def read(self, source: str) -> tuple[Document, list[tuple[int, str]]]:
        """PyTorch source as a document, and (line, message) for what could not be read."""
        text, notes = self.ask("read", source=source)
        return Document.from_json(text), [(line, message) for line, message in notes]

    def devices(self) -> list[str]:
        """What there is to train on: cpu, and cuda where there is one."""
        return self.ask("devices")

    def ask(self, task: str, **given: Any) -> Any:
        """The worker's answer. Raises ServiceError when it fails, dies or takes too long."""
        process = self._running()
        if not self._ready.wait(START_LIMIT):
            self._end(process)
            raise ServiceError("The checker did not start. Look at the server's log and try again.")
        number, future = next(self._numbers), Future()
        with self._lock:
            self._waiting[number] = future
            process = self._process
        try:
            line = json.dumps({"number": number, "task": task, **given}) + "\n"
            process.stdin.write(line.encode())
            process.stdin.flush()
            return future.result(LIMIT)
        except NotInTime:
            self._end(process)
            raise ServiceError(
                f"This took over {LIMIT:g} s and was stopped. Make the network smaller, or undo."
            ) from None
        except OSError:
            self._end(process)
            raise ServiceError("The checker stopped and was started again. Try again.") from None
        finally:
            self._waiting.pop(number, None)

    def _running(self) -> subprocess.Popen:
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._ready.clear()
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "builder.service"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    cwd=ROOT,
                    start_new_session=True,
                )
                atexit.register(self._end, self._process)
                listener = threading.Thread(target=self._listen, args=(self._process,), daemon=True)
                listener.start()
            return self._process

    def _listen(self, process: subprocess.Popen) -> None:
        for line in process.stdout:
            message = json.loads(line)
            if message["number"] is None:
                self._ready.set()
            elif future := self._waiting.get(message["number"]):
                if "error" in message:
                    future.set_exception(ServiceError(message["error"]))
                else:
                    future.set_result(message["answer"])
        for future in list(self._waiting.values()):
            if not future.done():
                future.set_exception(
                    ServiceError("The checker stopped and was started again. Try again.")
                )

    def _end(self, process: subprocess.Popen) -> None:
        if process.poll() is None:
            process.kill()
        process.wait()


@lru_cache(1)
def service() -> Service:
    """The one service of this process."""
    return Service()


# --- reports as JSON


def _report_dict(report: Report) -> dict[str, Any]:
    return {
        "problems": [asdict(problem) for problem in report.problems],
        "specs": {
            name: {port: asdict(spec) for port, spec in ports.items()}
            for name, ports in report.specs.items()
        },
        "waits": report.waits,
    }


def _answer(raw: dict[str, Any]) -> Answer:
    report = raw["report"]
    problems = (
        Problem(
            p["node"],
            p["message"],
            tuple(Fix(f["label"], f["edit"], tuple(f["arguments"])) for f in p["fixes"]),
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


# --- the worker's end


def _check(document: str) -> dict[str, Any]:
    from builder import shapes
    from builder.checks import check

    drawn = Document.from_json(document)
    report = check(drawn)
    figures = shapes.figures(drawn, report.specs)
    numbers = {n: (f.parameters, f.multiply_adds, f.outputs) for n, f in figures.items()}
    return {"report": _report_dict(report), "figures": numbers}


def _code(document: str) -> str:
    from builder.source.write import to_python

    return to_python(Document.from_json(document))


def _summary(document: str, batch: int) -> str:
    from builder.summarize import summarize

    return str(summarize(Document.from_json(document), batch))


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
    "summary": _summary,
    "read": _read,
    "devices": _devices,
}


def main() -> None:
    """Answers questions, one JSON object a line, until the asker is gone."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints goes to the log, not between the answers
    from builder.templates import FIRST, template

    _check(template(FIRST).to_json())  # loads torch and warms its meta device
    print(json.dumps({"number": None}), file=answers, flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        number, task = question.pop("number"), question.pop("task")
        try:
            message = {"number": number, "answer": TASKS[task](**question)}
        except ValueError as error:  # documents and sources that cannot be: a sentence for a person
            message = {"number": number, "error": str(error)}
        except Exception as error:  # ours: told to the page, and the worker lives on
            message = {"number": number, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(message), file=answers, flush=True)


if __name__ == "__main__":
    main()
