"""Answers of runs for the web process, which never loads torch: one process for each run, a few at most.

A process is ended when nobody asked for a minute, and started again when it dies or takes too long.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Mapping
from concurrent.futures import TimeoutError as NotInTime
from functools import lru_cache
from typing import Any

from builder import Document
from builder.custom import trust
from builder.service import ServiceError, Worker
from trainer import store
from trainer.answering.sources import newest_weights

MOST = 3  # processes; each holds 250 MB and more
IDLE = 60.0  # seconds without a question until a process is ended
LIMIT = 10.0  # seconds for one answer
START_LIMIT = 120.0  # seconds until torch, the data and the network are loaded
MODULE = "trainer.answering.process"
GONE = "The process that answers stopped. Try again."


class Responder:
    """One run's process, which answers one question after the other."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._turn = threading.Lock()
        self._worker: Worker | None = None
        self._form: dict[str, Any] = {}
        self.used = time.monotonic()

    @property
    def pid(self) -> int | None:
        """The process, where one runs."""
        return self._worker.pid if self._worker is not None and self._worker.alive else None

    def form(self, trusted: list[str]) -> dict[str, Any]:
        """How an input is given; starts the process where none runs. Raises ServiceError."""
        with self._turn:
            return self._ready(trusted)

    def answer(self, given: Mapping[str, Any], trusted: list[str]) -> dict[str, Any]:
        """What the run says. Raises ServiceError with a sentence about the input, or about the process."""
        if not self._turn.acquire(timeout=START_LIMIT):
            raise ServiceError("Too many questions wait for this run. Try again in a moment.")
        try:
            self._ready(trusted)
            return self._asked("answer", LIMIT, given=dict(given), trusted=trusted)
        finally:
            self._turn.release()

    def _ready(self, trusted: list[str]) -> dict[str, Any]:
        self.used = time.monotonic()
        if self.pid is None:
            self._worker, self._form = Worker(MODULE), {}
        if not self._worker.ready.wait(START_LIMIT):
            self.end()
            raise ServiceError("What answers did not start. Look at the server's log and try again.")
        if not self._form:
            self._form = self._asked("form", START_LIMIT, trusted=trusted)
        return self._form

    def _asked(self, task: str, limit: float, **given: Any) -> dict[str, Any]:
        try:
            return self._worker.ask(task, {"run": self._run_id, **given}).result(limit)
        except NotInTime:
            self.end()
            raise ServiceError(
                f"The answer took over {limit:g} s and was stopped. Give a smaller input."
            ) from None
        except (OSError, ServiceError) as error:
            if isinstance(error, ServiceError) and self._worker.alive:
                raise  # a sentence about the input
            self.end()
            raise ServiceError(GONE) from None
        finally:
            self.used = time.monotonic()

    def end_if_idle(self, since: float) -> None:
        """Ends the process where nobody asked since then, and none is being answered."""
        if self.used < since and self._turn.acquire(blocking=False):
            try:
                self.end()
            finally:
                self._turn.release()

    def end(self) -> None:
        """Ends the process; the next question starts another."""
        if self._worker is not None:
            self._worker.end()


class Responders:
    """The runs that are asked."""

    def __init__(self, idle: float = IDLE) -> None:
        self._idle = idle
        self._lock = threading.Lock()
        self._of: dict[str, Responder] = {}
        self._watch: threading.Timer | None = None
        atexit.register(self.close)

    def form(self, run_id: str) -> dict[str, Any]:
        """How an input for a run is given; see process.form. Raises as answer does."""
        trusted = _trusted(run_id)
        return self._responder(run_id).form(trusted)

    def answer(self, run_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What a run says to an input; see process.answer.

        Raises KeyError for an unknown run, NoWeightsYetError where it has no weights yet, TrainerError where
        it never will, and ServiceError with a sentence about the input, or code that is not trusted.
        """
        trusted = _trusted(run_id)
        return self._responder(run_id).answer(given, trusted)

    def pid(self, run_id: str) -> int | None:
        """The process that answers for a run, where one runs."""
        return self._of[run_id].pid if run_id in self._of else None

    def close(self) -> None:
        """Ends all processes; the next question starts one again."""
        with self._lock:
            if self._watch is not None:
                self._watch.cancel()
            for each in self._of.values():
                each.end()
            self._of.clear()

    def _responder(self, run_id: str) -> Responder:
        """The run's; the one that was not asked for longest makes room."""
        with self._lock:
            if run_id not in self._of:
                while len(self._of) >= MOST:
                    self._of.pop(min(self._of, key=lambda each: self._of[each].used)).end()
                self._of[run_id] = Responder(run_id)
                if self._watch is None:
                    self._look_later()
            self._of[run_id].used = time.monotonic()
            return self._of[run_id]

    def _look_later(self) -> None:
        self._watch = threading.Timer(self._idle / 4, self._look)
        self._watch.daemon = True
        self._watch.start()

    def _look(self) -> None:
        """Ends what nobody has asked for long; looks again later while there is one left."""
        with self._lock:
            for run_id, each in list(self._of.items()):
                each.end_if_idle(time.monotonic() - self._idle)
                if each.pid is None and each.used < time.monotonic() - self._idle:
                    del self._of[run_id]
            self._watch = None
            if self._of:
                self._look_later()


def _trusted(run_id: str) -> list[str]:
    """The digests of the run's code that are trusted here. Raises where the run cannot answer at all."""
    document = _document(store.read(run_id).id)
    newest_weights(run_id)
    kept = trust.kept(document)
    if refusal := trust.refusal(document, kept):
        raise ServiceError(refusal)
    return sorted(kept)


@lru_cache(16)
def _document(run_id: str) -> Document:
    return Document.from_json(store.document(run_id))


@lru_cache(1)
def responders() -> Responders:
    """The runs that this process lets answer."""
    return Responders()
