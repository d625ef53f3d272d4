"""What people do with runs: name, tag, write, delete and undo."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trainer.runs import ended
from trainer import index, launch, recovery, shelf, store
from trainer.errors import TrainerError


def listed() -> list[index.Entry]:
    return index.entries()


def test_a_name_and_a_note_are_kept_without_blanks_around_them():
    run_id = ended()
    shelf.rename(run_id, "  Wide   CNN ")
    shelf.write_note(run_id, "It learns.\n\nSlowly. ")
    run = store.read(run_id)
    assert (run.name, run.note, run.document_name) == ("Wide CNN", "It learns.\n\nSlowly.", "Small")


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_name_that_is_none_is_refused(name):
    run_id = ended()
    with pytest.raises(TrainerError, match="1 to 100 letters"):
        shelf.rename(run_id, name)
    assert store.read(run_id).name == "Small"


@given(st.lists(st.text("ab \t", max_size=6), max_size=20))
def test_tidy_tags_are_tidy_and_stay_as_they_are(tags):
    found = shelf.tidy(tags)
    assert shelf.tidy(found) == found
    assert len(set(found)) == len(found)
    assert {" ".join(each.split()) for each in tags} - {""} == set(found)


@pytest.mark.parametrize("tags", [["a,b"], ["x" * 41], [str(n) for n in range(21)]])
def test_what_is_no_tag_is_refused(tags):
    with pytest.raises(TrainerError):
        shelf.tidy(tags)


# --- deleting


def test_deleting_and_bringing_back_is_as_if_nothing_had_been():
    runs = [ended(name, tags=["a"], note="b") for name in ("One", "Two", "Three")]
    before = listed()
    shelf.delete(runs[:2])
    assert [each.run.id for each in listed()] == [runs[2]]
    shelf.bring_back(shelf.deleted_last(index.entries(deleted=True)))
    assert listed() == before


def test_undo_brings_back_what_was_deleted_together_as_the_last(monkeypatch):
    one, two, three = (ended(name) for name in ("One", "Two", "Three"))
    monkeypatch.setattr(shelf, "now", lambda: 100.0)
    shelf.delete([one])
    monkeypatch.setattr(shelf, "now", lambda: 200.0)
    shelf.delete([two, three])
    assert set(shelf.deleted_last(index.entries(deleted=True))) == {two, three}
    assert shelf.deleted_last([]) == []


def test_a_run_that_has_not_ended_keeps_all_from_being_deleted():
    done, waiting = ended("Done"), store.create("", "{}", "{}", name="Waiting")
    with pytest.raises(TrainerError, match="The run of Waiting is queued. Stop it first"):
        shelf.delete([done, waiting])
    assert len(listed()) == 2


def test_a_deleted_run_goes_after_a_day_and_no_sooner(monkeypatch):
    run_id, kept = ended("One"), ended("Two")
    shelf.delete([run_id])
    shelf.forget_old(index.entries(deleted=True))
    assert store.folder(run_id).exists()
    later = shelf.now() + shelf.KEPT + 1
    monkeypatch.setattr(shelf, "now", lambda: later)
    shelf.forget_old(index.entries(deleted=True))
    assert not store.folder(run_id).exists() and index.entries(deleted=True) == []
    assert [each.run.id for each in listed()] == [kept]


def test_only_what_was_deleted_can_be_removed_for_good(home):
    run_id, other = ended(), ended()
    shelf.delete([other])
    shelf.forget([run_id, other, other])
    assert [path.name for path in (home / "runs").iterdir()] == [run_id]


def test_a_removal_that_was_cut_off_is_ended_later(home):
    rest = home / "runs" / f"{shelf.REMOVED}0123456789abcdef"
    rest.mkdir(parents=True)
    shelf.forget_old([])
    assert not rest.exists()


def test_a_deleted_run_does_not_come_back_by_itself_but_by_resuming(monkeypatch):
    run_id = ended(state="stopped")
    shelf.delete([run_id])
    store.update(run_id, state="running", pid=None, created=0.0)  # lost
    assert store.read(run_id).state == "lost"
    assert recovery.resume_lost([store.read(run_id)]) == []
    monkeypatch.setattr(launch, "_spawn", lambda *given: None)
    launch.resume(run_id)
    assert store.read(run_id).deleted is None
