"""Asks the process that runs custom layers, starts it and ends it.

What comes back was made beside a stranger's code, so it is taken for nothing but what it is checked
to be.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

RUNNER = Path(__file__).with_name("runner.py")
START_LIMIT = 60.0  # seconds until it has loaded torch, on a slow disk
LIMIT = 10.0  # seconds for an answer: twice what it gives a layer itself, should it fail to keep to that
LONGEST = 2**19  # bytes of an answer
KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # of the environment: to find libraries
SET = {
    "OMP_NUM_THREADS": "1",
    "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",
}  # for macOS, which else ends copies
REMEMBERED = 2_000  # answers

Answer = dict[str, Any]
GONE: Answer = {"error": "gone"}


def _text_and_key(question: dict[str, Any]) -> tuple[bytes, bytes]:
    text = json.dumps(question, sort_keys=True).encode()
    return text, hashlib.sha256(text).digest()


class Runner:
    """The one process, and what it was asked before. Questions are answered one after the other."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None
        self._lock = threading.Lock()
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="custom")
        self._answers: dict[bytes, Future] = {}
        atexit.register(self.close)

    def ask(self, question: dict[str, Any]) -> Future:
        """The answer to come, or the one that was given before."""
        text, key = _text_and_key(question)
        with self._lock:
            known = self._answers.get(key)
            if known is None or (known.done() and known.result() == GONE):
                while len(self._answers) >= REMEMBERED:
                    self._answers.pop(next(iter(self._answers)))
                known = self._answers[key] = self._asking.submit(self._answer, text)
            return known

    def recall(self, question: dict[str, Any]) -> Answer:
        """The answer that was given before; GONE where there is none. Runs nothing."""
        known = self._answers.get(_text_and_key(question)[1])
        return known.result() if known is not None and known.done() else GONE

    def warm(self) -> None:
        """Starts the process, so that the first answer need not wait for it. Runs no layer."""
        if self._process is None:
            self._asking.submit(self._started)

    def close(self) -> None:
        """Ends the process; the next question starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    pipe.close()

    def _answer(self, text: bytes) -> Answer:
        for _ in range(2):  # a process that was idle for long has ended: once more, with another
            try:
                process = self._started()
                process.stdin.write(text + b"\n")
                process.stdin.flush()
                line, late = self._line(process, LIMIT)
            except OSError:
                line, late = b"", False
            if late:
                self.close()
                return {"error": "time"}
            with suppress(ValueError, RecursionError):
                answer = json.loads(line)
                if isinstance(answer, dict):
                    return answer
            self.close()
        return GONE

    def _started(self) -> subprocess.Popen:
        """The process, ready. Raises OSError where it cannot be started."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        torch = Path(importlib.util.find_spec("torch").origin).parent.parent
        self._process = process = subprocess.Popen(
            [sys.executable, "-I", str(RUNNER), str(torch)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=RUNNER.parent,
            env={name: os.environ[name] for name in KEPT if name in os.environ} | SET,
            start_new_session=True,
        )
        if not self._line(process, START_LIMIT)[0]:
            self.close()
            raise OSError
        return process

    @staticmethod
    def _line(process: subprocess.Popen, seconds: float) -> tuple[bytes, bool]:
        """The next line that it says, and whether it was ended because it said none in time."""
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, end)
        timer.start()
        try:
            return process.stdout.readline(LONGEST), late.is_set()
        finally:
            timer.cancel()


@lru_cache(1)
def runner() -> Runner:
    """The one runner of this process."""
    return Runner()
