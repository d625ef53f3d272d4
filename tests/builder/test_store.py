"""Documents on disk: kept, found, and never overwritten unseen."""

import pytest

from builder import edits, store
from builder.templates import template

DOCUMENT = template("digits_cnn")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))


def test_what_is_kept_is_found_again():
    assert store.load(store.create(DOCUMENT)) == store.Kept(DOCUMENT, 0)


def test_a_save_counts_the_revision_up():
    document_id = store.create(DOCUMENT)
    smaller = edits.remove(DOCUMENT, "relu1")
    assert store.save(document_id, smaller, 0)
    assert store.load(document_id) == store.Kept(smaller, 1)


def test_a_save_over_a_newer_revision_is_refused():
    document_id = store.create(DOCUMENT)
    first, second = edits.remove(DOCUMENT, "relu1"), edits.remove(DOCUMENT, "relu2")
    assert store.save(document_id, first, 0)
    assert not store.save(document_id, second, 0)
    assert store.load(document_id).document == first


@pytest.mark.parametrize("document_id", ["", "x", "../../etc/passwd", "a" * 22, None])
def test_an_id_that_is_none_finds_nothing(document_id):
    assert store.load(document_id) is None


def test_ids_cannot_be_guessed_from_each_other():
    ids = {store.create(DOCUMENT) for _ in range(20)}
    assert len(ids) == 20
    assert all(store.DOCUMENT_ID.fullmatch(document_id) for document_id in ids)
