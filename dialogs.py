"""The dialogs on whole documents, and the question of two tabs: components, wired to the visit."""

from __future__ import annotations

from functools import partial

import session
from builder import Document, DocumentError, shelf, store, versions
from components import tabs
from components.document_list import Shelf, document_list
from components.version_list import Past, version_list

CHOSEN = "documents:chosen"  # where in the visit's settings


def ask(name: str) -> None:
    """Asks for a dialog, which the page then opens, and closes the menu that would stand before it."""
    session.remember("dialog", name)
    session.remember("menu", False)


def open_asked() -> None:
    """Opens the list of documents, or the versions of the open one, where that was asked for."""
    visit = session.visit()
    name = visit.settings.pop("dialog", "")
    if name == "list":
        document_list(_shelf(), visit.document_id)
    elif name == "versions":
        version_list(_past(visit.document_id), visit.document)


def _shelf() -> Shelf:
    return Shelf(
        entries=shelf.entries,
        opened=lambda: session.visit().document_id,
        chosen=lambda: session.recall(CHOSEN, ""),
        deleted=partial(shelf.entries, deleted=True),
        document=_document,
        messages=session.messages,
        field=session.field,
        choose=lambda document_id: session.remember(CHOSEN, document_id),
        open=session.open_kept,
        rename=session.rename_document,
        duplicate=session.duplicate_document,
        delete=session.delete_document,
        bring_back=session.bring_back,
        templates=session.show_templates,
        leaves=lambda: bool(session.visit().wish),
    )


def _document(document_id: str) -> Document | None:
    try:
        kept = store.load(document_id)
    except DocumentError:  # the list says that it cannot be read
        return None
    return kept.document if kept else None


def _past(document_id: str) -> Past:
    return Past(
        versions=lambda: versions.versions(document_id),
        document=lambda: session.visit().document,
        messages=session.messages,
        keep=session.keep_version,
        restore=session.restore,
    )


def newer_elsewhere() -> None:
    """Above the page: what to do where another tab has changed the document."""
    tabs.newer_elsewhere(
        session.visit().newer,
        on_show=session.show_newer,
        on_copy=session.keep_apart,
        on_take_over=session.take_over,
    )


def watch() -> None:
    """Hears of other tabs."""
    visit = session.visit()
    tabs.watch(visit.document_id, visit.kept.revision, on_newer=session.look_for_newer)
