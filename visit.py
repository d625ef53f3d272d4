"""One visitor's open document: what is shown of it, what is selected, and every way to change it.

Plain Python without Streamlit. The document is the truth: edits go through `apply`, which records
them for undo and keeps them in the store under the id in the address.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from builder import (
    Document,
    DocumentError,
    block_edits,
    blocks,
    custom_edits,
    edits,
    formulas,
    paths,
    shelf,
    store,
)
from builder.answers import Answer
from builder.difference import differences
from builder.document import Node
from builder.fixes import Fix
from builder.kinds import Kind, Spec
from builder.order import port, source
from builder.repairs import apply_fix
from builder.service import ServiceError, service
from builder.templates import FIRST, template
from look import Look

MOST_BEFORE = 20  # documents that undo goes back to


class Visit(Look):
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
        kept = self._load(document_id)
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

    def _load(self, document_id: str) -> store.Kept | None:
        try:
            kept = store.load(document_id)
        except DocumentError as error:
            self.say(f"The document in the address cannot be read ({error}). A new one was opened.")
            return None
        if kept is None and document_id:
            self.say("The address names a document that is not here. A new one was opened.")
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

    def apply_at(self, path: str, edit: Callable[..., Document], *arguments: Any) -> bool:
        """Makes an edit of a node of the drawing, wherever it stands."""
        way, name = self.at(path)
        return self.apply_in(way, edit, name, *arguments)

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
        self.kept = kept
        self.reselect()

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
        self.kept = kept
        self.reselect()

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

    # --- layers

    def add(self, kind: str, params: Mapping[str, Any] | None = None) -> None:
        """A new layer behind the selected one; it becomes the selected one."""
        nodes = self.shown.main.nodes
        if not self.selected and nodes:
            self.selected = nodes[-1].id
        way, after = self.at(self.selected)
        spec = self.flowing(way, after)
        if kind == custom_edits.ENTRY:
            self.add_by(way, custom_edits.add_custom, after, spec)
        else:
            self.add_by(way, edits.add_after, after, kind, spec, params)

    def duplicate(self, path: str) -> None:
        way, name = self.at(path)
        self.add_by(way, edits.duplicate, name)

    def add_by(self, way: tuple[str, ...], edit: Callable[..., Document], *given: Any) -> None:
        """Makes an edit that adds layers to the graph at a way; the first new one becomes selected."""
        known = {node.id for node in block_edits.at(self.document, way).main.nodes}
        if self.apply_in(way, edit, *given):
            nodes = block_edits.at(self.document, way).main.nodes
            new = next((node.id for node in nodes if node.id not in known), "")
            self.select(paths.joined(way[len(self.path) :], new) if new else self.selected)

    def flowing(self, way: tuple[str, ...], wire: str) -> Spec | None:
        """What flows along a wire of the graph at a way, where that is known."""
        known = self.answer()
        place = paths.in_report(self.document, way) + source(wire)
        ports = known.report.specs.get(place, {}) if known else {}
        return ports.get(port(wire)) or next(iter(ports.values()), None)

    def formulas(self, way: tuple[str, ...], node: Node, kind: Kind, inputs: Sequence[Spec | None]):
        """How the sizes of a node in the graph at a way follow from what flows in, if that is known."""
        try:
            node = blocks.resolved(node, blocks.values_at(self.document, way))
        except ValueError:  # said as a problem of the node
            return ()
        return () if None in inputs else formulas.of_node(node, kind, inputs)

    def remove(self, path: str) -> None:
        """Takes a layer out and selects what stood before it."""
        if not self.knows(path):
            return
        way, name = self.at(path)
        place = paths.graph_at(self.document, way).place(name)
        if self.apply_in(way, edits.remove, name):
            nodes = paths.graph_at(self.document, way).nodes
            self.select(paths.joined(way[len(self.path) :], nodes[max(0, place - 1)].id) if nodes else "")

    def replace_kind(self, path: str, kind: str) -> None:
        """Puts another kind in a layer's place."""
        way, name = self.at(path)
        node = paths.graph_at(self.document, way)[name] if self.knows(path) else None
        spec = self.flowing(way, node.inputs[0]) if node and node.inputs else None
        self.apply_in(way, edits.replace_kind, name, kind, spec)

    def replace_all(self, old: str, kind: str) -> None:
        """Puts another kind in the place of every layer of one, wherever it stands."""
        known = self.answer()
        self.apply_whole(edits.replace_all, old, kind, known.report.specs if known else None)

    def rename(self, way: tuple[str, ...], node_id: str, new_id: str) -> None:
        """Gives a node in the graph at a way another name; what is open and selected goes along."""
        new, block = new_id.strip(), self.block_at(way)
        frames = {self.renamed_path(path, block, node_id, new) for path in self.open_frames}
        chosen = self.renamed_path(paths.joined(*self.at(self.selected)), block, node_id, new)
        if self.apply_in(way, edits.rename, node_id, new):
            self.open_frames = frames
            self.selected = "/".join(chosen.split("/")[len(self.path) :])

    # --- what the checker says

    def answer(self) -> Answer | None:
        """The report and figures of the whole document; None while the checker is still starting."""
        try:
            return service().check(self.document) if service().ready else None
        except ServiceError as error:
            self.say(str(error))
            return None

    def shown_answer(self) -> Answer | None:
        """The answer for what is shown; of a block, for the use it was opened at."""
        return self.answer_at(self.path)

    def answer_at(self, way: tuple[str, ...]) -> Answer | None:
        """The answer for the graph that a way leads to."""
        found, place = self.answer(), paths.in_report(self.document, way)
        return found.inside(place) if found and place else found

    def code(self) -> str | None:
        """The printed source of the document as it is; None where the checker cannot say."""
        try:
            return service().code(self.document)
        except ServiceError as error:
            self.say(str(error))
            return None
