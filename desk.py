"""What a visitor does with whole documents: open, rename, duplicate, delete, restore, link, and take over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder import Document, DocumentError, edits, links, shelf, store, versions
from builder.files import LARGEST
from builder.service import ServiceError, service
from visit import Visit


def open_kept(visit: Visit, document_id: str) -> None:
    """Opens a document of the list; the open one stays in it."""
    if document_id != visit.document_id:
        visit.go_on_to(document_id)


def duplicate(visit: Visit, document_id: str) -> None:
    """Keeps a copy of a document of the list."""
    try:
        shelf.duplicate(document_id)
    except DocumentError as error:
        visit.say(f"The document cannot be read, so it was not duplicated. {error}")


def rename(visit: Visit, document_id: str, name: str) -> None:
    """Gives a document of the list another name; the open one by an edit."""
    if document_id == visit.document_id:
        visit.apply_whole(edits.rename_document, name)
        return
    try:
        if not shelf.rename(document_id, name):
            visit.say("The document was changed at the same moment, so its name stayed. Rename it again.")
    except (edits.EditError, DocumentError) as error:
        visit.say(str(error))


def delete(visit: Visit, document_id: str, name: str) -> None:
    """Takes a document out of the list, until `bring_back`; never the open one."""
    if document_id == visit.document_id:
        visit.say(f"{name} is open here, so it was not deleted. Open another document first.")
        return
    shelf.delete(document_id)


def bring_back(visit: Visit, document_id: str) -> None:
    """Undoes a `delete`."""
    if not shelf.bring_back(document_id):
        visit.say("The document is in the list already.")


# --- files

Notes = list[tuple[int, str]]  # lines of a source, and what could not be read there


def open_file(visit: Visit, event: Mapping[str, Any]) -> None:
    """Opens a file as a new document. One that cannot be read is said, and nothing is changed.

    event  what components.file_opener reports: the file's text, or why the browser did not read it.
    """
    name = event["name"]
    if event["type"] == "refused":
        visit.say(_refusal(name, event["size"], event["why"]))
        return
    try:
        found, notes = _read_file(name, event["text"])
    except (DocumentError, ServiceError) as error:
        visit.say(f"{name} was not opened. {error}")
        return
    visit.start(found)
    visit.say(f"Opened {found.name}: {len(found.main.nodes)} layers.")
    for line, message in notes:
        visit.say(f"Line {line}: {message}")


def _read_file(name: str, text: str) -> tuple[Document, Notes]:
    if name.lower().endswith(".py"):
        return service().read(text)
    if name.lower().endswith(".json"):
        return Document.from_json(text), []
    raise DocumentError(
        "", "It is neither a Layerloom document nor PyTorch source. Open a .loom.json or a .py file."
    )


def _refusal(name: str, size: int, why: str) -> str:
    if why == "large":
        return (
            f"{name} was not opened. It has {size:,} bytes, and {LARGEST:,} is the limit. Open a Layerloom "
            "document or PyTorch source: weights and data stand in neither."
        )
    if why == "binary":
        return (
            f"{name} was not opened. It is not text in UTF-8, so it is neither a Layerloom document nor "
            "PyTorch source. Open a .loom.json or a .py file."
        )
    return f"{name} was not opened. The browser could not read it. Choose a file, not a folder."


# --- versions


def keep_version(visit: Visit) -> None:
    """Keeps the document as it is now as a version."""
    if not versions.keep(visit.document_id):
        visit.say("The last version is the same, so none was added.")


def restore(visit: Visit, document: Document) -> None:
    """Puts an older version in the document's place: an edit, which Undo takes back."""
    if visit.apply_whole(lambda _: document):
        visit.say("The older version is back. Undo returns to what was there.")


# --- links


def open_link(visit: Visit, text: str) -> None:
    """Opens the network in a link as a new document; what cannot be read is said, and nothing is changed."""
    try:
        document = links.unpacked(text)
    except links.LinkError as error:
        visit.say(str(error))
        return
    visit.start(document)
    visit.say(f"Opened {document.name} out of the link, as a new document.")


# --- two tabs


def look_for_newer(visit: Visit, event: Mapping[str, Any]) -> None:
    """The browser has heard of another revision of a document; whether it is the open one, and newer."""
    if event["document"] == visit.document_id:
        found = store.newest(visit.document_id)
        visit.newer = found is not None and found != visit.kept.revision


def show_newer(visit: Visit) -> None:
    """Shows what the other tab has made of the document."""
    kept = _newest(visit)
    if kept:
        before = visit.document
        visit.kept, visit.newer = kept, False
        visit.reselect(before)


def keep_apart(visit: Visit) -> None:
    """Goes on with this tab's network as a copy."""
    visit.start(shelf.copy_of(visit.document))


def take_over(visit: Visit) -> None:
    """Puts this tab's network in the place of the other's, as an edit of it: Undo brings that back."""
    mine, kept = visit.document, _newest(visit)
    if kept is None:
        return
    visit.kept, visit.newer = kept, False
    if visit.apply_whole(lambda _: mine):
        visit.say("This tab's network is in place. Undo brings the other tab's back.")


def _newest(visit: Visit) -> store.Kept | None:
    try:
        kept = store.load(visit.document_id)
    except DocumentError as error:
        visit.say(f"The other tab's network cannot be read here ({error}). Keep this one as a copy.")
        return None
    if kept is None:
        visit.newer = False
        visit.say("The document is gone from the store. The next edit keeps it again.")
    return kept
