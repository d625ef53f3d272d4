"""Check, summary and code for the web process, which never loads torch.

One warm worker process does the work. It has a time limit: a runaway check is cut off by ending
the process and starting another. The worker ends by itself when the web process is gone.
"""

from __future__ import annotations

import atexit
import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from builder.answers import Answer, read_answer
from builder.custom import trust
from builder.document import Document

GONE = "The checker stopped and was started again. Try again."
ROOT = Path(__file__).parent.parent
LIMIT = 15.0  # seconds for one answer; the largest networks take about one
REMEMBERED = 200  # answers: undo and a change of page ask again for what was asked before
OPENED = 16  # of these as objects: a page asks some ten times for the same one
MOST_FAILED = 3  # workers that died before they could answer
BEGUN = 8  # questions that were asked ahead
START_LIMIT = 120.0  # seconds until the worker has loaded torch, on a slow disk


class ServiceError(RuntimeError):
    """The worker could not answer; the message says why and what to do."""


class Worker:
    """One process that answers, and the questions that wait for it. `module` ends in answers.serve."""

    def __init__(self, module: str = "builder.answers") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            start_new_session=True,  # Ctrl-C is for the server, which then ends it
        )
        self._numbers = itertools.count()
        self._waiting: dict[int, Future] = {}
        self._lock = threading.Lock()
        self._ended = False
        self.ready = threading.Event()
        self.stillborn = False
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return not self._ended and self._process.poll() is None

    def ask(self, task: str, given: dict[str, Any]) -> Future:
        """The answer to come. Raises OSError where the process is gone."""
        number, future = next(self._numbers), Future()
        line = json.dumps({"number": number, "task": task, **given}) + "\n"
        with self._lock:
            if self._ended:  # it has closed its output, and may still seem to be alive
                raise BrokenPipeError
            self._waiting[number] = future
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
        return future

    def _listen(self) -> None:
        with self._process.stdout as answers:
            for line in answers:
                self._deliver(json.loads(line))
        with self._lock:
            self._ended = True
            for future in self._waiting.values():
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
        self._answers: dict[tuple, str] = {}  # as text: Python's garbage collector would walk through objects
        self._begun: dict[tuple, Future] = {}
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

    def check(self, document: Document, loss: str = "") -> Answer:
        """The document's report and figures; its warnings are for this loss, as check has it. Raises
        ServiceError.

        Code of custom layers that were trusted here is run; while it runs, its nodes are `checking`.
        """
        return self._remembered("check", document, read_answer, loss=loss)

    def check_soon(self, document: Document, loss: str = "") -> None:
        """Has the worker begin with what `check` will be asked, while this process does something else."""
        key = _key("check", document, loss=loss)
        if key in self._answers or key in self._begun or not self.ready:
            return
        while len(self._begun) >= BEGUN:
            self._begun.pop(next(iter(self._begun)), None)
        with suppress(OSError):  # the worker is gone: `check` starts another
            self._begun[key] = self._running().ask("check", _question(key, loss=loss))

    def code(self, document: Document, sequential: bool = False) -> str:
        """The printed source. Raises ServiceError with the problems where there are some.

        sequential: a plain chain as an nn.Sequential, not as a class.
        """
        return self._remembered("sequential" if sequential else "code", document, str)

    def _remembered(self, task: str, document: Document, read: Callable[[Any], Any], **more: str) -> Any:
        """The answer for a document that was asked for before, or else for the first time."""
        key = _key(task, document, **more)
        text = self._answers.get(key)
        if text is not None:
            return _opened(read, text)
        text = json.dumps(self._waited_for(task, _question(key, **more), self._begun.pop(key, None)))
        answer = _opened(read, text)
        if not (isinstance(answer, Answer) and answer.report.checking):
            while len(self._answers) >= REMEMBERED:
                self._answers.pop(next(iter(self._answers)), None)
            self._answers[key] = text
        return answer

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
        return self._waited_for(task, given)

    def _waited_for(self, task: str, given: dict[str, Any], begun: Future | None = None) -> Any:
        worker = self._running()
        if not worker.ready.wait(START_LIMIT):
            worker.end()
            raise ServiceError("The checker did not start. Look at the server's log and try again.")
        try:
            return (begun or worker.ask(task, given)).result(LIMIT)
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


def _key(task: str, document: Document, **more: str) -> tuple[Any, ...]:
    """What an answer is remembered by."""
    return task, document.to_json(), trust.kept(document), *more.values()


def _question(key: tuple[Any, ...], **more: str) -> dict[str, Any]:
    return {"document": key[1], "trusted": sorted(key[2]), **more}


@lru_cache(OPENED)
def _opened(read: Callable[[Any], Any], text: str) -> Any:
    return read(json.loads(text))


@lru_cache(1)
def service() -> Service:
    """The one service of this process."""
    return Service()
