"""The recorder's thread: training goes on while the disk is busy, and is told when it refuses."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from trainer import recorder, store
from trainer.recorder import Recorder, Writer


@pytest.fixture
def run(monkeypatch):
    """The id of a run and its recorder, for which a commit is always due."""
    monkeypatch.setattr(recorder, "COMMIT_EVERY", -1.0)
    run_id = store.create("", "", "{}")
    writing = Recorder(run_id)
    yield run_id, writing
    writing.close()


def losses(run_id: str) -> list[tuple[int, float]]:
    with store.reading(run_id) as connection:
        return connection.execute("SELECT step, loss FROM steps ORDER BY step").fetchall()


def test_training_does_not_wait_while_another_holds_the_file(run):
    run_id, writing = run
    with closing(store.connect(run_id, "rw")) as backup:
        backup.execute("BEGIN IMMEDIATE")
        for step in (1, 2, 3):  # each would wait for the one before, and the first for the backup
            writing.step(step, 1.0, 0.5)
            writing.commit_if_due()
        assert losses(run_id) == []
        backup.execute("ROLLBACK")
    writing.step(2, 7.0, 0.5)  # done again after a resumption
    writing.commit()
    assert losses(run_id) == [(1, 1.0), (2, 7.0), (3, 1.0)]


def test_what_the_disk_refuses_is_raised_in_training_and_waits_for_another_try(run, monkeypatch):
    run_id, writing = run
    write, refused = Writer.write, []

    def full(self, pending, durably):
        if not refused:
            refused.append(pending)
            raise sqlite3.OperationalError("database or disk is full")
        write(self, pending, durably)

    monkeypatch.setattr(Writer, "write", full)
    writing.set(message="first")
    writing.step(1, 1.0, 0.5)
    writing.commit_if_due()
    writing.set(message="second")
    writing.step(2, 2.0, 0.5)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        writing.commit()
    assert losses(run_id) == []
    writing.commit()
    assert losses(run_id) == [(1, 1.0), (2, 2.0)] and store.read(run_id).message == "second"


def test_a_run_that_fails_on_a_full_disk_still_says_so(run, monkeypatch):
    run_id, writing = run
    write = Writer.write

    def full_for_figures(self, pending, durably):
        if pending.rows["steps"]:
            raise sqlite3.OperationalError("database or disk is full")
        write(self, pending, durably)

    monkeypatch.setattr(Writer, "write", full_for_figures)
    writing.step(1, 1.0, 0.5)
    writing.commit_if_due()
    writing.fail("The disk is full.")
    assert (store.read(run_id).state, store.read(run_id).message) == ("failed", "The disk is full.")
