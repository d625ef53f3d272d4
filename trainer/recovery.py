"""Resumes lost runs by themselves, when a page or a command looks."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable

from trainer import launch, policy
from trainer.store import Run

ATTEMPTS = (
    3  # by itself since the last checkpoint: a run that its computer always kills must not come for ever
)
RECENT = 7 * 86_400.0  # seconds; an older one waits for a click


def resume_lost(runs: Iterable[Run]) -> list[str]:
    """Resume those that were lost lately, unless policy says no; the ids of those that go on."""
    if not policy.resumes_lost():
        return []
    return [run.id for run in runs if _may_come_back(run) and _resumed(run)]


def _may_come_back(run: Run) -> bool:
    if run.state != "lost" or run.deleted or run.wanted == "stop" or run.attempts >= ATTEMPTS:
        return False
    files = (run.folder / "run.db", run.folder / "run.db-wal")
    return time.time() - max((each.stat().st_mtime for each in files if each.exists()), default=0.0) < RECENT


def _resumed(run: Run) -> bool:
    try:
        launch.resume(run.id, run.attempts + 1)
    except (ValueError, KeyError, OSError, sqlite3.Error):  # someone else was first, or the disk is full
        return False
    return True
