"""The learning-rate finder for the web process: the command line's search, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from builder.custom import trust
from builder.document import Document
from builder.home import home
from builder.service import ROOT
from trainer.schedules import SCHEDULES
from trainer.search import Found
from trainer.settings import Settings

LIMIT = 120.0  # seconds
KEPT = 16  # answers
WITHOUT_EFFECT = {"lr", "schedule", "epochs", "early_stopping", "telemetry_every", "compile", "cuda_graphs"}
Key = tuple[str, str, str]


class Finder:
    """Searches rates one after the other, and keeps the last answers until this process ends.

    An answer is what was found, or the sentence that says why nothing was.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._answers: dict[Key, Found | str | None] = {}

    def answer(self, key: Key) -> Found | str | None:
        """The answer to a search, None while it goes on or where nobody has asked."""
        return self._answers.get(key)

    def asked(self, key: Key) -> bool:
        """Whether the search was begun."""
        return key in self._answers

    def ask(self, document: Document, values: Mapping[str, Any], data: str) -> None:
        """Begin a search, whose `key` is that of the same three."""
        asked = key(document, values, data)
        if self._answers.get(asked) is None and asked in self._answers:
            return
        self._answers[asked] = None
        while len(self._answers) > KEPT:
            self._answers.pop(next(iter(self._answers)))
        threading.Thread(target=self._search, args=(asked, document, dict(values), data), daemon=True).start()

    def _search(self, asked: Key, document: Document, values: Mapping[str, Any], data: str) -> None:
        with self._turn:
            try:
                self._answers[asked] = _searched(document, values, data)
            except Exception as error:  # the page waits for an answer, whatever happened
                self._answers[asked] = (
                    f"The search did not work: {error}. Try it with python -m trainer find-lr."
                )


def key(document: Document, values: Mapping[str, Any], data: str) -> Key:
    """What an answer depends on."""
    return document.to_json(), Settings.from_values(values).to_json(), data


def deciding(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a form's values that change what a search finds: not the rate, nor how long and by which
    schedule the run goes on, so that its answer stays while these are set.
    """
    schedule = SCHEDULES[values.get("schedule", "none")]
    without = {*WITHOUT_EFFECT, *(param.name for param in schedule.params)}
    return {name: value for name, value in values.items() if name not in without}


def _searched(document: Document, values: Mapping[str, Any], data: str) -> Found | str:
    with tempfile.TemporaryDirectory(prefix="layerloom-") as folder:
        file = Path(folder) / "network.loom.json"
        file.write_text(document.to_json(), encoding="utf-8")
        words = [sys.executable, "-m", "trainer", "find-lr", str(file), "--data", data, "--json"]
        words += [word for name, value in values.items() for word in ("--set", f"{name}={_word(value)}")]
        if document.custom and not trust.refusal(document, trust.kept(document)):
            words.append("--trust")  # a person has read this code and trusted it
        try:
            done = subprocess.run(
                words,
                cwd=ROOT,
                env={**os.environ, "LAYERLOOM_HOME": str(home().absolute())},
                capture_output=True,
                encoding="utf-8",
                timeout=LIMIT,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            return f"The search took over {LIMIT:g} s and was stopped. Make batch_size smaller."
    if done.returncode:
        sentences = done.stderr.strip().splitlines() or ["The search ended without a word. Try it again."]
        return sentences[-1] if "Traceback" in done.stderr else " ".join(sentences)
    return Found.from_json(done.stdout)


def _word(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@lru_cache(1)
def finder() -> Finder:
    """The one finder of this process."""
    return Finder()
