"""What the trainer's tests share: a home of their own, and runs that are waited for by their
state.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.trainer.digits import SOURCE, Document
from trainer import index, launch, store
from trainer.settings import Settings

DEADLINE = 120.0  # seconds; reached only when something is broken


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty LAYERLOOM_HOME; runs that a test leaves behind are stopped."""
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    yield tmp_path
    for run in index.runs():
        if run.active and run.pid is not None:
            launch.end(run.id, grace=0.0)


def until(true: Callable[[], object]) -> None:
    """Wait until something is so; fails after the deadline."""
    deadline = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(0.02)


@pytest.fixture
def start():
    """start(source, data="digits", epochs=1, ...) -> run id."""

    def start(source: str = SOURCE, data: str = "digits", **settings) -> str:
        return launch.start(Document(), source, Settings(threads=1, **settings), data)

    return start


@pytest.fixture
def train(start):
    """As start, but the run has ended: train(...) -> Run."""
    return lambda *args, **settings: launch.wait(start(*args, **settings), DEADLINE)


def figures(run_id: str) -> dict[str, list[tuple]]:
    """The figures of a run that follow from its settings alone, as they lie in its store;
    when it was looked inside and how the computer fared do not. Of the results on examples those at the
    end, for when there are others depends on the time too.
    """
    last = "SELECT * FROM results WHERE step = (SELECT max(step) FROM steps) ORDER BY name"
    with store.reading(run_id) as connection:
        tables = {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("steps", "epochs", "measures")
        }
        return {**tables, "results": connection.execute(last).fetchall()}
