"""The list of documents, and their versions."""

import pytest

from builder import database, edits, shelf, store, versions
from builder.templates import template

DOCUMENT = template("digits_cnn")
NOON = 1_700_000_000.0


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> float:
        return self.time


@pytest.fixture(autouse=True)
def clock(tmp_path, monkeypatch) -> Clock:
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    clock = Clock()
    for module in (database, shelf, store, versions):
        monkeypatch.setattr(module, "now", clock)
    return clock


def rename(document_id: str, name: str) -> None:
    assert shelf.rename(document_id, name)


def listed() -> list[str]:
    return [entry.name for entry in shelf.entries()]


def kept_names(document_id: str) -> list[str]:
    return [version.document.name for version in versions.versions(document_id)]


def test_the_list_has_what_was_changed_last_first(clock):
    first = store.create(DOCUMENT)
    clock.time += 1
    store.create(template("iris_mlp"))
    assert listed() == ["Iris MLP", "Digits CNN"]
    clock.time += 1
    rename(first, "Mine")
    assert listed() == ["Mine", "Iris MLP"]
    entry = shelf.entries()[0]
    assert (entry.id, entry.saved, entry.layers) == (first, clock.time, 14)
    assert entry.size == len(store.load(first).document.to_json())


def test_what_nobody_has_edited_or_chosen_is_in_no_list():
    untouched = store.create(DOCUMENT, listed=False)
    assert listed() == []
    rename(untouched, "Touched")
    assert listed() == ["Touched"]


def test_a_copy_is_another_document():
    first = store.create(DOCUMENT)
    second = shelf.duplicate(first)
    assert sorted(listed()) == ["Digits CNN", "Digits CNN (copy)"]
    rename(second, "Mine")
    assert store.load(first).document == DOCUMENT


def test_a_copy_of_the_longest_name_can_be_read():
    named = edits.rename_document(DOCUMENT, "n" * 100)
    copy = shelf.duplicate(store.create(named))
    assert store.load(copy).document.name == "n" * 93 + " (copy)"


def test_a_deleted_document_comes_back_as_it_was():
    first = store.create(DOCUMENT)
    rename(first, "Mine")
    shelf.delete(first)
    assert listed() == []
    assert [entry.name for entry in shelf.entries(deleted=True)] == ["Mine"]
    assert shelf.bring_back(first)
    assert shelf.entries(deleted=True) == ()
    assert listed() == ["Mine"]
    assert store.load(first).undoable == 1
    assert not shelf.bring_back(first)


def test_an_edit_brings_a_deleted_document_back():
    first = store.create(DOCUMENT)
    shelf.delete(first)
    rename(first, "Mine")
    assert listed() == ["Mine"]


def test_what_was_deleted_long_ago_is_gone_for_good(clock):
    old, other = store.create(DOCUMENT), store.create(DOCUMENT)
    shelf.delete(old)
    clock.time += 29 * versions.DAY
    shelf.delete(other)
    assert store.load(old)
    assert [entry.id for entry in shelf.entries(deleted=True)] == [other, old]
    clock.time += 2 * versions.DAY
    assert [entry.id for entry in shelf.entries(deleted=True)] == [other]
    shelf.delete(other)
    assert store.load(old) is None
    assert store.load(other)


def test_a_bad_name_is_refused():
    with pytest.raises(edits.EditError, match="1 to 100 letters"):
        shelf.rename(store.create(DOCUMENT), "  ")


# --- versions


def test_yesterdays_last_network_is_a_version(clock):
    document_id = store.create(DOCUMENT)
    rename(document_id, "Yesterday")
    clock.time += versions.DAY
    rename(document_id, "Today")
    rename(document_id, "Today again")
    (version,) = versions.versions(document_id)
    assert (version.document.name, version.kept, version.number) == ("Yesterday", NOON, 1)


def test_much_work_without_a_pause_has_versions_too():
    document_id = store.create(DOCUMENT)
    for number in range(2 * versions.EVERY + 1):
        rename(document_id, f"Network {number}")
    assert kept_names(document_id) == ["Network 99", "Network 49"]


def test_a_version_can_be_kept_at_once_and_only_once():
    document_id = store.create(DOCUMENT)
    assert versions.keep(document_id)
    assert not versions.keep(document_id)
    assert not versions.keep("a" * 22)
    assert kept_names(document_id) == ["Digits CNN"]


def test_old_versions_are_thinned():
    hours = {number: NOON + number * 3600 for number in range(24 * 60)}  # one an hour for 60 days
    today = max(hours.values())
    left = set(hours) - versions.thinned(hours, today)
    assert max(hours) in left
    fresh = {number for number, kept in hours.items() if today - kept < versions.DAY}
    assert fresh <= left
    assert len(fresh) + 30 <= len(left) <= len(fresh) + 33
    yesterday = today // versions.DAY - 1
    assert max(number for number, kept in hours.items() if kept // versions.DAY == yesterday) in left


def test_thinning_what_was_thinned_changes_nothing():
    hours = {number: NOON + number * 3600 for number in range(24 * 60)}
    today = max(hours.values())
    left = {number: hours[number] for number in set(hours) - versions.thinned(hours, today)}
    assert versions.thinned(left, today) == set()
