"""The index of runs says what their own files say, whatever happens to it."""

from __future__ import annotations

import math
import os

import pytest

from tests.trainer.runs import ended
from trainer import index, shelf, store


@pytest.fixture(autouse=True)
def _never_fresh(monkeypatch):
    """A file may count as settled at once: no test writes twice within the clock's tick without looking."""
    monkeypatch.setattr(index, "FRESH", 0.0)


def from_their_files() -> list[index.Entry]:
    """What a list has to say: every run's own file, read one by one."""
    found = [index.read(run_id) for run_id in store.ids()]
    return sorted(found, key=lambda each: each.run.created, reverse=True)


def test_an_entry_has_the_last_and_the_best_of_what_was_measured():
    entry = index.read(ended(losses=[0.5, 0.2, 0.4], layers=[{"parameters": 40}, {"parameters": 2}]))
    assert (entry.last["loss"], entry.best["loss"]) == (0.4, 0.2)
    assert (entry.last["accuracy"], entry.best["f1"]) == (0.3, 0.15)
    assert entry.parameters == 42
    assert entry.run.layers == []  # only its charts need them


def test_a_loss_that_is_no_number_is_the_last_and_never_the_best():
    entry = index.read(ended(losses=[0.5, math.nan]))
    assert math.isnan(entry.last["loss"]) and entry.best["loss"] == 0.5
    assert "loss" not in index.read(ended(losses=[math.nan])).best


def test_the_list_is_what_the_runs_own_files_say_and_is_not_read_from_them_again(monkeypatch):
    for name in ("One", "Two", "Three"):
        ended(name, tags=[name.lower()])
    wanted = from_their_files()
    assert index.entries() == wanted
    monkeypatch.setattr(index, "read", lambda run_id: pytest.fail(f"{run_id} was opened again"))
    assert index.entries() == wanted


def test_a_change_of_a_run_is_seen_at_once():
    run_id = ended()
    index.entries()
    store.update(run_id, name="Renamed")
    assert [run.name for run in index.runs()] == ["Renamed"]


def test_a_run_that_has_not_ended_is_read_anew_each_time():
    run_id = ended(state="running", pid=os.getpid())
    index.entries()
    stamp = index._stamp(run_id)
    assert [run.state for run in index.runs()] == ["lost"]  # the process is not that of the run
    assert index._stamp(run_id) == stamp  # nothing was written, and yet


@pytest.mark.parametrize("damage", ["removed", "text", "another layout", "a strange entry"])
def test_a_damaged_index_is_made_again_with_names_tags_and_notes(home, damage):
    run_id = ended("One")
    shelf.rename(run_id, "Mine")
    shelf.tag(run_id, ["keep"])
    shelf.write_note(run_id, "Worth it.")
    ended("Two")
    wanted, path = index.entries(), home / "runs.db"
    if damage == "removed":
        for each in home.glob("runs.db*"):
            each.unlink()
    elif damage == "text":
        path.write_text("this is no database " * 500)
    else:
        with index.sqlite3.connect(path) as connection:
            if damage == "another layout":
                connection.executescript("DROP TABLE entries; PRAGMA user_version = 99")
            else:
                connection.execute("""UPDATE entries SET facts = '{"run": 3}'""")
    assert index.entries() == wanted
    assert index.entries() == wanted  # and stays right
    assert {(run.name, tuple(run.tags), run.note) for run in index.runs()} == {
        ("Mine", ("keep",), "Worth it."),
        ("Two", (), ""),
    }


def test_a_file_that_was_written_just_now_is_not_relied_on(monkeypatch):
    run_id = ended()
    monkeypatch.setattr(index, "FRESH", 1e6)
    index.entries()
    assert index._stamp(run_id) == ""
    opened = []
    monkeypatch.setattr(index, "_read_each", lambda ids: opened.extend(ids) or [])
    index.entries()
    assert opened == [run_id]


def test_a_folder_of_something_else_and_a_broken_run_are_passed_over(home):
    run_id = ended()
    for name in ("notes", "0123456789abcdef"):
        (home / "runs" / name).mkdir()
    (home / "runs" / "0123456789abcdef" / "run.db").write_text("nothing")
    assert [run.id for run in index.runs()] == [run_id]


def test_the_runs_of_one_comparison_are_found_by_its_group():
    mine = ended(group="abc")
    ended(group="other")
    assert [run.id for run in index.runs(group="abc")] == [mine]
