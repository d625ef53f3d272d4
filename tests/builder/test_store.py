"""Documents on disk: kept, found, walked through, and never overwritten unseen."""

import sqlite3

import pytest

from builder import database, edits, store
from builder.templates import template

DOCUMENT = template("digits_cnn")
WITHOUT = [edits.remove(DOCUMENT, name) for name in ("relu1", "relu2", "relu3")]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    return tmp_path


def edited(times: int) -> tuple[str, store.Kept]:
    """A document after so many edits, each of which gives it another name."""
    document_id, kept = store.create(DOCUMENT), store.Kept(DOCUMENT, 0)
    for number in range(times):
        named = edits.rename_document(DOCUMENT, f"Network {number}")
        kept = store.save(document_id, named, kept.revision)
    return document_id, kept


def test_what_is_kept_is_found_again():
    assert store.load(store.create(DOCUMENT)) == store.Kept(DOCUMENT, 0)


def test_a_save_counts_the_revision_up():
    document_id = store.create(DOCUMENT)
    assert store.save(document_id, WITHOUT[0], 0) == store.Kept(WITHOUT[0], 1, undoable=1)
    assert store.load(document_id) == store.Kept(WITHOUT[0], 1, undoable=1)
    assert store.newest(document_id) == 1


def test_a_save_over_a_newer_revision_is_refused():
    document_id = store.create(DOCUMENT)
    assert store.save(document_id, WITHOUT[0], 0)
    assert store.save(document_id, WITHOUT[1], 0) is None
    assert store.walk(document_id, 0, -1) is None
    assert store.load(document_id) == store.Kept(WITHOUT[0], 1, undoable=1)


def test_undo_and_redo_go_through_all_that_was_kept():
    document_id, kept = store.create(DOCUMENT), store.Kept(DOCUMENT, 0)
    for document in WITHOUT:
        kept = store.save(document_id, document, kept.revision)
    seen = []
    while kept.undoable:
        kept = store.walk(document_id, kept.revision, -1)
        seen.append(kept.document)
        assert store.load(document_id) == kept
    assert seen == [WITHOUT[1], WITHOUT[0], DOCUMENT]
    assert kept.redoable == 3
    assert store.walk(document_id, kept.revision, -1) is None
    kept = store.walk(document_id, kept.revision, 1)
    assert (kept.document, kept.undoable, kept.redoable) == (WITHOUT[0], 1, 2)


def test_an_edit_after_undo_ends_what_could_be_redone():
    document_id, kept = edited(3)
    for _ in range(2):
        kept = store.walk(document_id, kept.revision, -1)
    kept = store.save(document_id, WITHOUT[0], kept.revision)
    assert (kept.undoable, kept.redoable) == (2, 0)
    assert store.load(document_id) == kept
    assert store.walk(document_id, kept.revision, 1) is None


def test_the_oldest_steps_go_where_there_are_too_many(monkeypatch):
    monkeypatch.setattr(store, "LONGEST", 5)
    document_id, kept = edited(12)
    assert kept.undoable == 5
    assert store.load(document_id).undoable == 5


def test_the_oldest_steps_go_where_they_are_too_large(monkeypatch):
    body = len(database.pack(DOCUMENT.to_json()))
    monkeypatch.setattr(store, "MOST_BYTES", 4 * body)
    assert 2 <= edited(12)[1].undoable <= 5


def test_a_save_writes_one_step_however_long_the_history_is(home):
    def written(document_id: str, kept: store.Kept) -> int:
        with database.database() as connection:
            before = connection.execute("SELECT max(rowid) FROM steps").fetchone()[0]
        store.save(document_id, WITHOUT[0], kept.revision)
        with database.database() as connection:
            return connection.execute("SELECT count(*) FROM steps WHERE rowid > ?", (before,)).fetchone()[0]

    assert written(*edited(2)) == written(*edited(300)) == 1


def test_documents_from_before_there_were_steps_are_taken_over(home):
    old = sqlite3.connect(home / "documents.db")
    old.execute("CREATE TABLE documents (id TEXT PRIMARY KEY, revision INTEGER, body TEXT, saved REAL)")
    old.execute("INSERT INTO documents VALUES (?, 7, ?, 1.0)", ("a" * 22, DOCUMENT.to_json()))
    old.commit()
    old.close()
    assert store.load("a" * 22) == store.Kept(DOCUMENT, 7)
    kept = store.save("a" * 22, WITHOUT[0], 7)
    assert store.walk("a" * 22, kept.revision, -1).document == DOCUMENT


@pytest.mark.parametrize("document_id", ["", "x", "../../etc/passwd", "a" * 22, None])
def test_an_id_that_is_none_finds_nothing(document_id):
    assert store.load(document_id) is None
    assert store.newest(document_id) is None


def test_ids_cannot_be_guessed_from_each_other():
    ids = {store.create(DOCUMENT) for _ in range(20)}
    assert len(ids) == 20
    assert all(store.DOCUMENT_ID.fullmatch(document_id) for document_id in ids)
