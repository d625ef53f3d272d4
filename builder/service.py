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
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from builder.checks import Report
from builder.document import Document
from builder.fixes import Fix
from builder.kinds import Spec
from builder.rules import Problem

GONE = "The checker stopped and was started again. Try again."
ROOT = Path(__file__).parent.parent
LIMIT = 15.0  # seconds for one answer; the largest networks take about one
REMEMBERED = 200  # answers: undo and a change of page ask again for what was asked before
MOST_FAILED = 3  # workers that died before they could answer
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


class Worker:
    """One process that answers, and the questions that wait for it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "builder.service"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            start_new_session=True,  # Ctrl-C is for the server, which then ends it
        )
        self._numbers = itertools.count()
        self._waiting: dict[int, Future] = {}
        self._writing = threading.Lock()
        self.ready = threading.Event()
        self.stillborn = False
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, task: str, given: dict[str, Any]) -> Future:
        """The answer to come. Raises OSError where the process is gone."""
        number, future = next(self._numbers), Future()
        self._waiting[number] = future
        line = json.dumps({"number": number, "task": task, **given}) + "\n"
        with self._writing:
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
        return future

    def _listen(self) -> None:
        with self._process.stdout as answers:
            for line in answers:
                self._deliver(json.loads(line))
        for future in list(self._waiting.values()):
            future.set_exception(ServiceError(GONE))
        self.stillborn = not self.ready.is_set()
        self.ready.set()  # whoever waits for it to start finds it gone

    def _deliver(self, message: dict[str, Any]) -> None:
        if message["number"] is None:
            self.ready.set()
            return
        future = self._waiting.pop(message["number"])
        if "error" in message:
            future.set_exception(ServiceError(message["error"]))
        else:
            future.set_result(message["answer"])

    def end(self) -> None:
        """Ends the process; whoever waits for it is told."""
        self._process.kill()
        self._process.wait()
        with suppress(OSError):  # what was still to be written to it is lost with it
            self._process.stdin.close()


class Service:
    """The web process's end: keeps a worker and starts another when it dies or takes too long."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._answers: dict[str, Answer] = {}
        self._failed = 0
        atexit.register(self.close)

    @property
    def ready(self) -> bool:
        """Whether the worker has loaded torch and answers at once. Starts it where none runs.

        Raises ServiceError where it cannot be started.
        """
        worker = self._running()
        return worker.ready.is_set() and worker.alive

    @property
    def pid(self) -> int:
        """The worker's process."""
        return self._running().pid

    def close(self) -> None:
        """Ends the worker; the next question starts another."""
        if self._worker is not None:
            self._worker.end()

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
        worker = self._running()
        if not worker.ready.wait(START_LIMIT):
            worker.end()
            raise ServiceError("The checker did not start. Look at the server's log and try again.")
        try:
            return worker.ask(task, given).result(LIMIT)
        except NotInTime:
            worker.end()
            raise ServiceError(
                f"This took over {LIMIT:g} s and was stopped. Make the network smaller, or undo."
            ) from None
        except OSError:
            worker.end()
            raise ServiceError(GONE) from None

    def _running(self) -> Worker:
        with self._lock:
            if self._worker is None or not self._worker.alive:
                self._failed += self._worker is not None and self._worker.stillborn
                if self._failed >= MOST_FAILED:
                    raise ServiceError(
                        "The checker cannot start: is PyTorch installed as requirements.txt says? "
                        "The server's log has the reason. Restart the server when it is mended."
                    )
                self.close()
                self._worker = Worker()
            return self._worker


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
