"""Previews for the web process: what every node does to one example, computed in a process of its own.

The checker is not asked, so that a large network does not hold the next click. Of each visitor only
the last question counts: one that is not begun is dropped, one that takes long is cut off.
"""

from __future__ import annotations

import atexit
import threading
import time
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from builder import blocks
from builder.answers import Answer
from builder.document import Document
from builder.service import ServiceError, Worker

MOST_PARAMETERS = 5_000_000
MOST_NODES = 300
LIMIT = 20.0  # seconds for one preview
UNWANTED = 5.0  # seconds that one which nobody waits for may still take: a new process takes as long
START_LIMIT = 120.0  # seconds until the process has loaded torch
LOOK = 0.1  # seconds between two looks whether it is still wanted
IDLE = 300.0  # seconds until the process is ended: it holds 250 MB
KEPT = 60  # previews; undo asks for the same again
TOO_LONG = f"The preview took over {LIMIT:g} s and was stopped. Make the network or its input smaller."


@dataclass(frozen=True)
class Asked:
    """A question, as preview takes it: the document's text, data, the number of an example, a run."""

    document: str
    data: str
    example: int = 0
    run: str = ""


def refusal(document: Document, answer: Answer) -> str:
    """Why there is no preview of a network, as a sentence; '' where there is one."""
    if not answer.report.ok and not blocks.custom_in_use(document):
        return "There is no preview while something is wrong: solve the problems first."
    return not_for(document, answer)


def not_for(document: Document, answer: Answer) -> str:
    """Why a network has no preview even when nothing is wrong with it, as a sentence; '' where it has."""
    if names := blocks.custom_in_use(document):
        return f"{names[0]} is written in Python, and a preview runs no such code."
    if answer.total.parameters > MOST_PARAMETERS:
        return (
            f"The network has {answer.total.parameters:,} parameters. A preview is for up to "
            f"{MOST_PARAMETERS:,}: make it narrower, or train it and look at the run."
        )
    if len(answer.report.specs) > MOST_NODES:
        return f"The network has {len(answer.report.specs)} layers. A preview is for up to {MOST_NODES}."
    return ""


class Previewer:
    """Answers one question after the other, the last of each visitor."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._wanted: dict[str, Asked] = {}
        self._answers: dict[Asked, dict[str, Any] | str] = {}
        self._last: dict[str, Asked] = {}
        self._worker: Worker | None = None
        self._thread: threading.Thread | None = None
        atexit.register(self.close)

    def answer(self, visitor: str, asked: Asked) -> dict[str, Any] | str | None:
        """The preview, a sentence why there is none, or None: it is being computed."""
        with self._change:
            if asked in self._answers:
                self._wanted.pop(visitor, None)
                self._last[visitor] = asked
                return self._answers[asked]
            self._wanted[visitor] = asked
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, daemon=True)
                self._thread.start()
            self._change.notify()
            return None

    def knows(self, asked: Asked) -> bool:
        return asked in self._answers

    def earlier(self, visitor: str) -> dict[str, Any] | str | None:
        """What the visitor saw last, to be shown until what is true now is known."""
        return self._answers.get(self._last.get(visitor))

    def close(self) -> None:
        """Ends the process; the next question starts another."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def _serve(self) -> None:
        while True:
            with self._change:
                while not self._wanted:
                    if not self._change.wait(IDLE):
                        self.close()
                visitor, asked = next(iter(self._wanted.items()))
            found = self._computed(asked)
            with self._change:
                if found is not None:
                    self._answers[asked] = found
                if self._wanted.get(visitor) == asked:
                    del self._wanted[visitor]
                while len(self._answers) > KEPT:
                    self._answers.pop(next(iter(self._answers)))

    def _computed(self, asked: Asked) -> dict[str, Any] | str | None:
        """The answer; None where it was not waited for."""
        try:
            if self._worker is None or not self._worker.alive:
                self._worker = Worker("trainer.preview")
            if not self._worker.ready.wait(START_LIMIT):
                self.close()
                return "The preview did not start. Look at the server's log and try again."
            return self._waited_for(asked, self._worker.ask("preview", asdict(asked)))
        except ServiceError as error:
            return str(error)
        except OSError:
            self.close()
            return "The preview's process stopped. Choose the data again."

    def _waited_for(self, asked: Asked, future: Any) -> dict[str, Any] | str | None:
        begun = time.monotonic()
        while True:
            try:
                return future.result(LOOK)
            except NotInTime:
                took, wanted = time.monotonic() - begun, asked in list(self._wanted.values())
            if took > (LIMIT if wanted else UNWANTED):
                self.close()
                return TOO_LONG if wanted else None


@lru_cache(1)
def previewer() -> Previewer:
    """The one previewer of this process."""
    return Previewer()
