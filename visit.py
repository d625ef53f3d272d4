"""One visitor's open document: what is shown of it, what is selected, and every way to change it.

Plain Python without Streamlit. The document is the truth: edits go through `apply`, which records
them for undo and keeps them in the store under the id in the address.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from builder import Document, DocumentError, block_edits, custom_edits, edits, store
from builder.answers import Answer
from builder.document import Node
from builder.fixes import Fix
from builder.history import History
from builder.kinds import Spec
from builder.service import ServiceError, service
from builder.templates import FIRST, template

MOST_BEFORE = 20  # documents that undo goes back to


class Visit:
    """What one visitor has open. Mutable, and changed by its own methods alone.

    address  parts of the page's address (doc, run, compare); `moved` are those that were changed
             here and must be written into it.
    settings what was chosen on the pages.
    """

    def __init__(self) -> None:
        self.document_id = ""
        self.revision = 0
        self.history = History(template(FIRST))
        self.opened: tuple[str, ...] = ()
        self.selected = ""
        self.messages: list[str] = []
        self.settings: dict[str, Any] = {}
        self.address: dict[str, str] = {}
        self.moved: set[str] = set()
        self.before: list[tuple[str, History]] = []  # what was open when another was opened from it
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
        return self.history.present

    def open_document(self, document_id: str) -> None:
        """Opens the document of an id, or a new one where there is none."""
        kept = self._load(document_id)
        if kept is None:
            self.start(template(FIRST))
        else:
            self._hold(document_id, kept)
        self.before = []

    def start(self, document: Document) -> None:
        """Opens a document as a new one, under an id of its own. Undo goes back to the one before."""
        earlier = self.document_id, self.history
        self._hold(store.create(document), store.Kept(document, 0))
        if earlier[0]:
            self.before = [*self.before, earlier][-MOST_BEFORE:]

    def open_file(self, name: str, content: bytes) -> None:
        """Opens a document or PyTorch source as a new document. What cannot be read is said."""
        try:
            text = content.decode("utf-8")
            if name.endswith(".py"):
                found, notes = service().read(text)
            else:
                found, notes = Document.from_json(text), []
        except UnicodeDecodeError:
            self.say(f"{name} is not text in UTF-8, so it is neither a document nor Python source.")
        except (DocumentError, ServiceError) as error:
            self.say(f"{name} was not opened. {error}")
        else:
            self.start(found)
            self.say(f"Opened {found.name}: {len(found.main.nodes)} layers.")
            for line, message in notes:
                self.say(f"Line {line}: {message}")

    def _load(self, document_id: str) -> store.Kept | None:
        try:
            kept = store.load(document_id)
        except DocumentError as error:
            self.say(f"The document in the address cannot be read ({error}). A new one was opened.")
            return None
        if kept is None and document_id:
            self.say("The address names a document that is not here. A new one was opened.")
        return kept

    def _hold(self, document_id: str, kept: store.Kept) -> None:
        self.document_id, self.revision = document_id, kept.revision
        self.history = History(kept.document)
        self.opened = ()
        self.selected = _first_layer(self.shown)
        self.go("doc", document_id)

    # --- changing it

    def apply(self, edit: Callable[..., Document], *arguments: Any) -> bool:
        """Changes what is shown, the network or the open block; whether that could be done."""
        if self.block:
            return self.apply_whole(block_edits.inside, self.block, edit, *arguments)
        return self.apply_whole(edit, *arguments)

    def apply_whole(self, edit: Callable[..., Document], *arguments: Any) -> bool:
        """As `apply`, for edits of the whole document, whatever block is open."""
        try:
            self._keep(self.history.record(edit(self.document, *arguments)))
        except (edits.EditError, DocumentError) as error:
            self.say(str(error))
            return False
        return True

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to undo, or a document that was open before."""
        return bool(self.history.past or self.before)

    def undo(self) -> None:
        """Undoes the last edit; where there is none, goes back to the document that was open before."""
        if self.history.past or not self.before:
            self._keep(self.history.undo())
            return
        document_id, history = self.before.pop()
        kept = self._load(document_id)
        if kept is not None:
            self._hold(document_id, kept)
            if kept.document == history.present:
                self.history = history

    def redo(self) -> None:
        self._keep(self.history.redo())

    def repair(self, fix: Fix) -> None:
        self.apply(edits.apply_fix, fix)

    def _keep(self, changed: History) -> None:
        if changed.present == self.document:
            return
        if not store.save(self.document_id, changed.present, self.revision):
            self._take_newer()
            return
        self.revision += 1
        self.history = changed
        self._reselect()

    def _take_newer(self) -> None:
        kept = store.load(self.document_id)
        if kept is None:
            self.start(self.document)
            self.say("The document was gone from the store; it was kept again under a new address.")
            return
        self.history, self.revision = History(kept.document), kept.revision
        self._reselect()
        self.say("This network was changed in another tab; the newer version was loaded. Do the edit again.")

    # --- blocks

    @property
    def path(self) -> tuple[str, ...]:
        """The nodes that were opened to get to what is shown, as far as they are still there."""
        found, graph = [], self.document.main
        for node_id in self.opened:
            block = self.document.blocks.get(graph[node_id].kind) if node_id in graph else None
            if block is None:
                break
            found.append(node_id)
            graph = block.graph
        return tuple(found)

    def block_at(self, path: tuple[str, ...]) -> str:
        """The block that a path leads into, '' for the network itself."""
        graph, name = self.document.main, ""
        for node_id in path:
            name = graph[node_id].kind
            graph = self.document.blocks[name].graph
        return name

    @property
    def block(self) -> str:
        """The block that is open, '' for the network itself."""
        return self.block_at(self.path)

    @property
    def shown(self) -> Document:
        """What is shown and edited: the network, or the open block as a document of its own."""
        return block_edits.view(self.document, self.block) if self.block else self.document

    def open_node(self, node_id: str) -> None:
        """Opens a block to see and edit what is in it; the code of other layers is in their form."""
        self.select(node_id)
        if node_id in self.shown.main and self.shown.main[node_id].kind in self.document.blocks:
            self.close_to((*self.path, node_id))

    def close_to(self, path: tuple[str, ...]) -> None:
        """Goes to another level of the opened blocks; () is the network."""
        self.opened = path
        self.selected = _first_layer(self.shown)

    # --- selecting

    def node(self) -> Node | None:
        """The selected node."""
        graph = self.shown.main
        return graph[self.selected] if self.selected in graph else None  # noqa: SIM401  no dict

    def select(self, node_id: str) -> None:
        if node_id in self.shown.main:
            self.selected = node_id

    def show_problem(self, path: str) -> None:
        """Goes to the node with a problem, into the block where it stands: stage1[0]/conv."""
        *way, node_id = (part.partition("[")[0] for part in path.split("/"))
        self.close_to(tuple(way))
        self.select(node_id)

    def _reselect(self) -> None:
        if self.selected not in self.shown.main:
            self.selected = _first_layer(self.shown)

    # --- layers

    def add(self, kind: str) -> None:
        """A new layer behind the selected one; it becomes the selected one."""
        nodes = self.shown.main.nodes
        after = self.selected or (nodes[-1].id if nodes else "")
        spec = self._flowing_out_of(after)
        if kind == custom_edits.ENTRY:
            self._select_new(self.shown, custom_edits.add_custom, after, spec)
        else:
            self._select_new(self.shown, edits.add_after, after, kind, spec)

    def duplicate(self, node_id: str) -> None:
        self._select_new(self.shown, edits.duplicate, node_id)

    def _select_new(self, before: Document, edit: Callable[..., Document], *given: Any) -> None:
        known = {node.id for node in before.main.nodes}
        if self.apply(edit, *given):
            new = [node.id for node in self.shown.main.nodes if node.id not in known]
            self.selected = new[0] if new else self.selected

    def _flowing_out_of(self, node_id: str) -> Spec | None:
        known = self.shown_answer()
        ports = known.report.specs.get(node_id, {}) if known else {}
        return next(iter(ports.values()), None)

    def remove(self, node_id: str) -> None:
        """Takes a layer out and selects what stood before it."""
        if node_id not in self.shown.main:
            return
        place = self.shown.main.place(node_id)
        if self.apply(edits.remove, node_id) and self.shown.main.nodes:
            self.selected = self.shown.main.nodes[max(0, place - 1)].id

    def rename(self, node_id: str, new_id: str) -> None:
        chosen = self.selected == node_id
        if self.apply(edits.rename, node_id, new_id.strip()) and chosen:
            self.selected = new_id.strip()

    def on_event(self, event: Mapping[str, Any]) -> None:
        """What the canvas, the list and the palette report."""
        handlers: dict[str, Callable[[], Any]] = {
            "select": lambda: self.select(event["id"]),
            "add": lambda: self.add(event["kind"]),
            "delete": lambda: self.remove(event["id"]),
            "duplicate": lambda: self.duplicate(event["id"]),
            "move": lambda: self.apply(edits.move, event["id"], event["by"]),
            "open": lambda: self.open_node(event["id"]),
            "undo": self.undo,
            "redo": self.redo,
        }
        if handler := handlers.get(event.get("type", "")):
            handler()

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
        found, graph, path = self.answer(), self.document.main, ""
        for node_id in self.path:
            node = graph[node_id]
            path += f"{node_id}[0]/" if node.repeat > 1 else f"{node_id}/"
            graph = self.document.blocks[node.kind].graph
        return found.inside(path) if found and path else found

    def code(self) -> str | None:
        """The printed source of the document as it is; None where the checker cannot say."""
        try:
            return service().code(self.document)
        except ServiceError as error:
            self.say(str(error))
            return None


def _first_layer(document: Document) -> str:
    nodes = document.main.nodes
    return nodes[min(1, len(nodes) - 1)].id if nodes else ""
