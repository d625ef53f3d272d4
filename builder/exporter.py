"""Bundles for the web process, each made by the command line in a process of its own, with a time limit.

The checker is not asked: an export takes seconds, in which it would answer nobody.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from builder.custom import trust
from builder.document import Document
from builder.export import Exported, Part
from builder.home import home
from builder.service import ROOT, ServiceError

LIMIT = 180.0  # seconds; the largest networks made here take about thirty
LARGEST = 64_000_000  # bytes of weights: they stand in three parts, and all of them pass through the server
KEPT = 8  # bundles; the oldest are made anew when they are asked for again


def too_large(parts: Sequence[Part], weights: int, command: str) -> dict[str, str]:
    """The parts the server does not make of so many bytes of weights: part -> why, and what makes it."""
    if weights <= LARGEST:
        return {}
    why = f"The weights are {weights / 1e6:,.0f} MB, and here {LARGEST / 1e6:,.0f} MB are made at most."
    return {part.name: f"{why} {command} makes this part." for part in parts if part.holds_weights}


class Exporter:
    """Makes one bundle at a time and keeps the last ones, until this process ends."""

    def __init__(self) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="layerloom-")
        self._turn = threading.Lock()
        self._made: dict[tuple[str, ...], Exported] = {}
        atexit.register(self.close)

    def close(self) -> None:
        """Deletes all bundles."""
        self._made.clear()
        self._place.cleanup()

    def made(self, *key: str) -> Exported | None:
        """The bundle that `make` was given this key for, if it is still here."""
        return self._made.get(key)

    def make_document(self, document: Document, parts: Sequence[Part]) -> Exported:
        """The bundle of a document, its weights drawn from seed 0. Its key is the document's text.

        Raises ServiceError.
        """
        text = document.to_json()
        with self._turn:
            file = Path(self._place.name) / "network.loom.json"
            file.write_text(text, encoding="utf-8")
            return self._make((text,), ["builder", "export", str(file)], parts, document)

    def make_run(self, run_id: str, document: Document, parts: Sequence[Part]) -> Exported:
        """The bundle of a run that has ended; `document` is its network. Raises ServiceError."""
        with self._turn:
            return self._make((run_id,), ["trainer", "export", run_id], parts, document)

    def _make(
        self, key: tuple[str, ...], words: list[str], parts: Sequence[Part], document: Document
    ) -> Exported:
        if key in self._made:  # somebody else has asked for the same, and waited less
            return self._made[key]
        path = Path(tempfile.mkdtemp(dir=self._place.name)) / "bundle.zip"
        chosen = [word for part in parts for word in ("--part", part.name)]
        if document.custom and not trust.refusal(document, trust.kept(document)):
            chosen.append("--trust")  # a person has read this code and trusted it
        told = run_command([*words, *chosen, "--output", str(path), "--json"], "The bundle was not made.")
        self._made[key] = Exported.from_json(told)
        while len(self._made) > KEPT:
            self._made.pop(next(iter(self._made))).path.unlink(missing_ok=True)
        return self._made[key]


def run_command(words: Sequence[str], failed: str) -> str:
    """What `python -m` with these words prints, in a process of its own with a time limit.

    Raises ServiceError, which begins with `failed`, where it says why it cannot do it or takes too long.
    """
    environment = {
        **os.environ,
        "LAYERLOOM_HOME": str(home().absolute()),
        "OMP_NUM_THREADS": "1",  # the other processors are for who edits and trains
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=LIMIT,
            start_new_session=True,  # Ctrl-C is for the server, which waits for it
        )
    except subprocess.TimeoutExpired:
        raise ServiceError(
            f"{failed} It took over {LIMIT:g} s and was stopped. "
            f"The command line takes its time: python -m {words[0]} {words[1]} --help."
        ) from None
    if done.returncode:
        reason = done.stderr.strip().splitlines() or ["It ended without a word; the memory may have run out."]
        raise ServiceError(f"{failed} {reason[-1]}")
    return done.stdout


@lru_cache(1)
def exporter() -> Exporter:
    """The one exporter of this process."""
    return Exporter()
