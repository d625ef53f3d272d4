"""A visitor's open document: how it is opened, changed, kept in the store and undone.

Plain Python without Streamlit. The document is the truth: edits go through `apply`, which records
them for undo and keeps them in the store under the id in the address.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from builder import Document, DocumentError, block_edits, edits, paths, shelf, store
from builder.difference import differences
from builder.fixes import Fix
from builder.repairs import apply_fix
from builder.templates import FIRST, template
from look import Look

MOST_BEFORE = 20  # documents that undo goes back to


class Keeping(Look):
    """What one visitor has open. Mutable, and changed by its own methods alone.

    address  parts of the page's address (doc, run, runs, compare); `moved` are those that were changed
             here and must be written into it.
    settings what was chosen on the pages.
    kept     the document as it is and as it lies in the store; newer: another tab has changed it since.
    """

    def __init__(self) -> None:
        super().__init__()
        self.document_id = ""
        self.kept = store.Kept(template(FIRST), 0)
        self.newer = False
        self.copied = (0, "")  # how often something was copied, and its text until the page has it
        self.clip = ""  # what was copied last
        self.messages: list[str] = []
        self.settings: dict[str, Any] = {}
        self.address: dict[str, str] = {}
        self.moved: set[str] = set()
        self.before: list[str] = []  # ids of what was open when another was opened from it
        self.lock = threading.RLock()  # held while something is done

    def say(self, message: str) -> None:
        """A message that the page shows once."""
        self.messages.append(message)

    def go(self, name: str, value: str) -> None:
        """Puts something into the address, so that a reload or a link finds it again."""
        self.address[name] = value
        self.moved.add(name)

    # --- the document

    @property
    def document(self) -> Document:
        return self.kept.document

    def open_document(self, document_id: str) -> None:
        """Opens the document of an id, or a new one where there is none."""
        kept = self._load(document_id, then="A new one was opened.")
        if kept is None:
            self.start(template(FIRST), listed=False)
        else:
            self._hold(document_id, kept)
        self.before = []

    def start(self, document: Document, listed: bool = True) -> None:
        """Opens a document as a new one, under an id of its own. Undo goes back to the one before."""
        self._go_on_to(store.create(document, listed), store.Kept(document, 0))

    def go_on_to(self, document_id: str) -> None:
        """Opens another document that is kept here. Undo goes back to the one before."""
        kept = self._load(document_id)
        if kept is not None:
            self._go_on_to(document_id, kept)

    def _go_on_to(self, document_id: str, kept: store.Kept) -> None:
        earlier = self.document_id
        self._hold(document_id, kept)
        if earlier:
            self.before = [*self.before, earlier][-MOST_BEFORE:]

    def _load(self, document_id: str, then: str = "") -> store.Kept | None:
        """What is kept under an id; None, said with what was done `then`, where that cannot be read."""
        try:
            kept = store.load(document_id)
        except DocumentError as error:
            self.say(" ".join(filter(None, ("The document cannot be read.", str(error), then))))
            return None
        if kept is None and document_id:
            self.say(" ".join(filter(None, ("That document is not here any more.", then))))
        if kept and shelf.bring_back(document_id):
            self.say(f"{kept.document.name} had been deleted. It was opened, so it is in the list again.")
        return kept

    def _hold(self, document_id: str, kept: store.Kept) -> None:
        self.document_id, self.kept, self.newer = document_id, kept, False
        self.look_from_the_start()
        self.go("doc", document_id)

    # --- changing it

    def apply(self, edit: Callable[..., Document], *arguments: Any) -> bool:
        """Changes what is shown, the network or the open block; whether that could be done."""
        return self.apply_in(self.path, edit, *arguments)

    def apply_in(self, way: tuple[str, ...], edit: Callable[..., Document], *arguments: Any) -> bool:
        """Changes the graph that a way from the network leads to: a block, in all its uses, or for ()
        the network."""
        block = self.block_at(way)
        if block is None:
            self.say("That block is not there any more.")
            return False
        if block:
            return self.apply_whole(block_edits.inside, block, edit, *arguments)
        return self.apply_whole(edit, *arguments)

    def apply_whole(self, edit: Callable[..., Document], *arguments: Any) -> bool:
        """As `apply`, for edits of the whole document, whatever block is open."""
        try:
            self._keep(edit(self.document, *arguments))
        except (edits.EditError, DocumentError) as error:
            self.say(str(error))
            return False
        return True

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to undo, or a document that was open before."""
        return bool(self.kept.undoable or self.before)

    @property
    def can_redo(self) -> bool:
        return self.kept.redoable > 0

    def undo(self) -> None:
        """Undoes the last edit; where there is none, goes back to the document that was open before."""
        if self.kept.undoable:
            self._walk(-1)
        elif self.before:
            document_id = self.before.pop()
            kept = self._load(document_id)
            if kept is not None:
                self._hold(document_id, kept)

    def redo(self) -> None:
        if self.kept.redoable:
            self._walk(1)

    def _walk(self, by: int) -> None:
        try:
            kept = store.walk(self.document_id, self.kept.revision, by)
        except DocumentError as error:
            self.say(f"That step cannot be read any more ({error}). The network stays as it is.")
            return
        if kept is None:
            self.newer = True  # the page says so, and asks
            return
        before, self.kept = self.document, kept
        self.reselect(before)

    def repair(self, fix: Fix, place: str) -> None:
        """Makes a repair of a problem where it stands, as the check names the place: stage1[0]/conv."""
        self.apply_in(paths.split(paths.drawn(place))[0], apply_fix, fix)

    def preview(self, fix: Fix, place: str) -> tuple[str, ...]:
        """What that repair would change, in sentences; or why it cannot be made."""
        block = self.block_at(paths.split(paths.drawn(place))[0])
        try:
            held = self.document
            changed = block_edits.inside(held, block, apply_fix, fix) if block else apply_fix(held, fix)
        except (edits.EditError, DocumentError) as error:
            return (str(error),)
        return tuple(change.words for change in differences(self.document, changed))

    def _keep(self, document: Document) -> None:
        if document == self.document:
            return
        kept = store.save(self.document_id, document, self.kept.revision)
        if kept is None:
            self._keep_apart(document)
            return
        before, self.kept = self.document, kept
        self.reselect(before)

    def _keep_apart(self, document: Document) -> None:
        """Keeps an edit of what another tab has changed since, in a copy: nothing is lost or overwritten."""
        if store.newest(self.document_id) is None:
            self.start(document)
            self.say("The document was gone from the store; it was kept again under a new address.")
            return
        self.start(shelf.copy_of(document))
        self.say(
            f"{document.name} was changed in another tab. Your edit was made in a copy, which is open now; "
            "Undo goes back to the other."
        )
