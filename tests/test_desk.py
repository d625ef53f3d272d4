"""What a visitor does with whole documents: without a browser, and without a checker."""

import pytest

import desk
from builder import edits, links, shelf, store, versions
from builder.files import LARGEST
from builder.templates import template
from visit import Visit


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))


def visitor(document_id: str = "") -> Visit:
    visit = Visit()
    visit.open_document(document_id)
    visit.messages.clear()
    return visit


def rename(visit: Visit, name: str) -> None:
    assert visit.apply_whole(edits.rename_document, name)


def names() -> list[str]:
    return sorted(entry.name for entry in shelf.entries())


def test_undo_and_redo_are_there_after_a_reload():
    first = visitor()
    for name in ("A", "B", "C"):
        rename(first, name)
    first.undo()
    again = visitor(first.document_id)
    assert (again.document.name, again.can_undo, again.can_redo) == ("B", True, True)
    again.redo()
    assert again.document.name == "C"
    for name in ("B", "A", "Digits CNN", "Digits CNN"):
        again.undo()
        assert again.document.name == name
    assert not again.can_undo


def test_undo_goes_back_to_the_document_before_with_its_own_steps():
    visit = visitor()
    rename(visit, "A")
    first = visit.document_id
    visit.start(template("iris_mlp"))
    visit.undo()
    assert (visit.document_id, visit.document.name) == (first, "A")
    visit.undo()
    assert visit.document.name == "Digits CNN"


def test_the_open_document_is_renamed_by_an_edit_and_never_deleted():
    visit = visitor()
    desk.rename(visit, visit.document_id, "A")
    desk.delete(visit, visit.document_id, "A")
    assert names() == ["A"]
    visit.undo()
    assert visit.document.name == "Digits CNN"


def test_another_document_is_renamed_duplicated_deleted_and_brought_back():
    visit, other = visitor(), store.create(template("iris_mlp"))
    desk.rename(visit, other, "Flowers")
    desk.duplicate(visit, other)
    assert names() == ["Flowers", "Flowers (copy)"]
    desk.delete(visit, other, "Flowers")
    assert names() == ["Flowers (copy)"]
    desk.bring_back(visitor(), other)  # somebody else, or the same person after a reload
    assert names() == ["Flowers", "Flowers (copy)"]
    desk.rename(visit, other, " ")
    assert visit.messages == ["A network's name has 1 to 100 letters."]


def test_opening_a_deleted_document_brings_it_back_and_says_so():
    visit, other = visitor(), store.create(template("iris_mlp"))
    desk.delete(visit, other, "Iris MLP")
    desk.open_kept(visit, other)
    assert visit.document == template("iris_mlp")
    assert visit.messages == ["Iris MLP had been deleted. It was opened, so it is in the list again."]
    assert names() == ["Iris MLP"]


def test_restoring_a_version_is_an_edit():
    visit = visitor()
    desk.keep_version(visit)
    rename(visit, "A")
    (version,) = versions.versions(visit.document_id)
    desk.restore(visit, version.document)
    assert visit.document.name == "Digits CNN"
    visit.undo()
    assert visit.document.name == "A"


def test_a_link_opens_as_a_new_document():
    visit = visitor()
    rename(visit, "A")
    first = visit.document_id
    desk.open_link(visit, links.packed(template("iris_mlp")))
    assert visit.document == template("iris_mlp")
    assert names() == ["A", "Iris MLP"]
    visit.undo()
    assert (visit.document_id, visit.document.name) == (first, "A")


def test_a_broken_link_changes_nothing():
    visit = visitor()
    before = visit.document_id
    desk.open_link(visit, links.packed(template("iris_mlp"))[:-9])
    assert visit.document_id == before
    assert visit.messages == [links.CUT]


# --- two tabs


@pytest.fixture
def tabs() -> tuple[Visit, Visit]:
    """Two tabs on one document; the first one has just renamed it."""
    first = visitor()
    second = visitor(first.document_id)
    rename(first, "First")
    return first, second


def told(tab: Visit) -> bool:
    desk.look_for_newer(tab, {"document": tab.document_id})
    return tab.newer


def test_only_the_tab_that_is_behind_is_told(tabs):
    first, second = tabs
    assert (told(first), told(second)) == (False, True)


def test_the_other_tabs_network_is_shown_with_its_steps(tabs):
    _, second = tabs
    desk.show_newer(second)
    assert (second.document.name, second.newer) == ("First", False)
    second.undo()
    assert second.document.name == "Digits CNN"


def test_this_tabs_network_goes_on_as_a_copy(tabs):
    first, second = tabs
    desk.keep_apart(second)
    assert second.document_id != first.document_id
    assert names() == ["Digits CNN (copy)", "First"]


def test_taking_over_can_be_undone_and_the_other_tab_is_told(tabs):
    first, second = tabs
    assert told(second)
    desk.take_over(second)
    assert (second.document.name, second.newer) == ("Digits CNN", False)
    assert told(first)
    second.undo()
    assert second.document.name == "First"


def test_an_edit_of_what_another_tab_has_changed_is_made_in_a_copy(tabs):
    first, second = tabs
    rename(second, "Second")
    assert names() == ["First", "Second (copy)"]
    assert second.document.name == "Second (copy)"
    assert store.load(first.document_id).document.name == "First"
    second.undo()
    assert second.document.name == "First"


def test_undo_of_what_another_tab_has_changed_asks_first():
    first = visitor()
    rename(first, "First")
    second = visitor(first.document_id)
    rename(first, "First again")
    second.undo()
    assert (second.document.name, second.newer) == ("First", True)
    assert store.load(first.document_id).document.name == "First again"


# --- files


def opened(visit: Visit, name: str, text: str) -> str:
    """Opens a file as the browser reports it; what was said of it."""
    desk.open_file(visit, {"type": "file", "name": name, "text": text})
    return visit.messages[-1]


def test_a_document_opens_from_its_file_as_a_new_one_and_undo_goes_back():
    visit = visitor()
    rename(visit, "Mine")
    first = visit.document_id
    assert opened(visit, "a.loom.json", template("iris_mlp").to_json()) == "Opened Iris MLP: 6 layers."
    assert (visit.document, visit.document_id == first) == (template("iris_mlp"), False)
    visit.undo()
    assert (visit.document.name, visit.document_id) == ("Mine", first)


@pytest.mark.parametrize(
    ("name", "text", "sentences"),
    [
        ("a.json", "garbage", ["This is not JSON", "a file that Layerloom saved"]),
        ("a.json", "[]", ["A document is an object"]),
        (
            "a.json",
            '{"format": "layerloom/9", "main": {}}',
            ["made by a newer Layerloom", "Update Layerloom"],
        ),
        ("a.json", '{"format": "layerloom/1"}', ['a document has a "main"']),
        ("data.csv", "1,2,3", ["neither a Layerloom document nor PyTorch source", "Open a .loom.json"]),
        ("README", "# Read me", ["neither a Layerloom document nor PyTorch source", "Open a .loom.json"]),
    ],
)
def test_a_file_that_is_no_document_is_said_and_nothing_is_lost(name, text, sentences):
    visit = visitor()
    rename(visit, "Mine")
    before = (visit.document_id, visit.kept, visit.before)
    said = opened(visit, name, text)
    assert said.startswith(f"{name} was not opened. ")
    assert all(sentence in said for sentence in sentences)
    assert (visit.document_id, visit.kept, visit.before) == before
    assert visit.can_undo


@pytest.mark.parametrize(
    ("why", "sentences"),
    [
        ("large", ["It has 52,428,800 bytes", f"{LARGEST:,} is the limit", "Open a Layerloom document"]),
        ("binary", ["It is not text in UTF-8", "Open a .loom.json or a .py file."]),
        ("unreadable", ["The browser could not read it.", "Choose a file"]),
    ],
)
def test_a_file_that_the_browser_did_not_read_is_said(why, sentences):
    visit = visitor()
    desk.open_file(visit, {"type": "refused", "name": "photo.png", "size": 50 * 2**20, "why": why})
    (said,) = visit.messages
    assert said.startswith("photo.png was not opened. ")
    assert all(sentence in said for sentence in sentences)
