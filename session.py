"""What one visitor has open: the only module that reads or writes st.session_state.

The document is the truth. Edits go through `apply`, which records them for undo and keeps them in
the store under the id in the address, so that a reload finds the document again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from builder import Document, DocumentError, block_edits, edits, store
from builder.answers import Answer
from builder.document import Node
from builder.fixes import Fix
from builder.history import History
from builder.service import ServiceError, service
from builder.templates import FIRST, template

state = st.session_state


# --- the document


def open_address() -> None:
    """Opens the document that the address names, or a new one; called at the top of every run."""
    asked = st.query_params.get("doc") or state.get("document_id")
    if asked and asked == state.get("document_id"):
        st.query_params["doc"] = asked  # a change of page drops it
        return
    kept = _load(asked)
    if kept is None:
        start(template(FIRST))
        return
    _hold(asked, kept)


def _load(document_id: str | None) -> store.Kept | None:
    try:
        kept = store.load(document_id or "")
    except DocumentError as error:
        say(f"The document in the address cannot be read ({error}). A new one was opened.")
        return None
    if kept is None and document_id:
        say("The address names a document that is not here. A new one was opened.")
    return kept


def _hold(document_id: str, kept: store.Kept) -> None:
    state.document_id = st.query_params["doc"] = document_id
    state.revision = kept.revision
    state.history = History(kept.document)
    state.open = ()
    state.selected = _first_layer(kept.document)


def _first_layer(document: Document) -> str:
    nodes = document.main.nodes
    return nodes[min(1, len(nodes) - 1)].id if nodes else ""


def start(document: Document) -> None:
    """Opens a document as a new one, under an id of its own."""
    _hold(store.create(document), store.Kept(document, 0))


def history() -> History:
    if "history" not in state:  # the first click after a restart comes before the page is drawn
        open_address()
    return state.history


def document() -> Document:
    return history().present


def shown() -> Document:
    """What is edited: the network, or the block that is open."""
    name = open_block()
    return block_edits.view(document(), name) if name else document()


def open_path() -> tuple[str, ...]:
    """The nodes that were opened to get where the visitor is: ("stage1", "res"); none of them gone."""
    path, graph = [], document().main
    for node_id in state.get("open", ()):
        block = document().blocks.get(graph[node_id].kind) if node_id in graph else None
        if block is None:
            break
        path.append(node_id)
        graph = block.graph
    return tuple(path)


def open_block(path: tuple[str, ...] | None = None) -> str:
    """The block that a path leads into, '' for the network itself."""
    graph, name = document().main, ""
    for node_id in open_path() if path is None else path:
        name = graph[node_id].kind
        graph = document().blocks[name].graph
    return name


def open_node(node_id: str) -> None:
    """Opens a block to see and edit what is in it."""
    if node_id in shown().main and shown().main[node_id].kind in document().blocks:
        close_to((*open_path(), node_id))


def close_to(path: tuple[str, ...]) -> None:
    """Goes to another level of the opened blocks; () is the network."""
    state.open = path
    state.selected = _first_layer(shown())


def document_id() -> str:
    history()
    return state.document_id


def apply(edit: Callable[..., Document], *arguments: Any) -> bool:
    """Changes the document; whether that could be done. What went wrong is said on the page."""
    try:
        name = open_block()
        if name:
            changed = block_edits.inside(document(), name, edit, *arguments)
        else:
            changed = edit(document(), *arguments)
        _keep(history().record(changed))
    except (edits.EditError, DocumentError) as error:
        say(str(error))
        return False
    return True


def apply_whole(edit: Callable[..., Document], *arguments: Any) -> bool:
    """As `apply`, for edits of the whole document, whatever block is open."""
    try:
        _keep(history().record(edit(document(), *arguments)))
    except (edits.EditError, DocumentError) as error:
        say(str(error))
        return False
    return True


def _keep(changed: History) -> None:
    if changed.present is document() or changed.present == document():
        return
    if not store.save(state.document_id, changed.present, state.revision):
        _take_newer()
        return
    state.revision += 1
    state.history = changed
    if selected() not in shown().main:
        state.selected = _first_layer(shown())


def _take_newer() -> None:
    kept = store.load(state.document_id)
    if kept is None:
        start(document())
        say("The document was gone from the store; it was kept again under a new address.")
        return
    state.history = History(kept.document)
    state.revision = kept.revision
    state.selected = _first_layer(kept.document)
    say("This network was changed in another tab; the newer version was loaded. Do the edit again.")


def undo() -> None:
    _keep(history().undo())


def redo() -> None:
    _keep(history().redo())


def open_file(name: str, content: bytes) -> None:
    """Opens a document or PyTorch source as a new document. What cannot be read is said."""
    try:
        text = content.decode("utf-8")
        if name.endswith(".py"):
            found, notes = service().read(text)
        else:
            found, notes = Document.from_json(text), []
    except UnicodeDecodeError:
        say(f"{name} is not text in UTF-8, so it is neither a document nor Python source.")
    except (DocumentError, ServiceError) as error:
        say(f"{name} was not opened. {error}")
    else:
        start(found)
        say(f"Opened {found.name}: {len(found.main.nodes)} layers.")
        for line, message in notes:
            say(f"Line {line}: {message}")


# --- selecting and editing


def selected() -> str:
    return state.get("selected", "")


def selected_node() -> Node | None:
    graph = shown().main
    return graph[selected()] if selected() in graph else None  # noqa: SIM401  a Graph is no dict


def select(node_id: str) -> None:
    if node_id in shown().main:
        state.selected = node_id


def show_problem(path: str) -> None:
    """Goes to the node with a problem, into the block where it stands: stage1[0]/conv."""
    *blocks_on_the_way, node_id = (part.partition("[")[0] for part in path.split("/"))
    close_to((*open_path(), *blocks_on_the_way))
    select(node_id)


def add(kind: str) -> None:
    """A new layer behind the selected one; it becomes the selected one."""
    before = {node.id for node in shown().main.nodes}
    after = selected() or (shown().main.nodes[-1].id if shown().main.nodes else "")
    if apply(edits.add_after, after, kind, _spec_of(after)):
        _select_new(before)


def _spec_of(node_id: str):
    known = shown_answer()
    ports = known.report.specs.get(node_id, {}) if known else {}
    return next(iter(ports.values()), None)


def duplicate(node_id: str) -> None:
    before = {node.id for node in shown().main.nodes}
    if apply(edits.duplicate, node_id):
        _select_new(before)


def _select_new(before: set[str]) -> None:
    new = [node.id for node in shown().main.nodes if node.id not in before]
    state.selected = new[0] if new else selected()


def remove(node_id: str) -> None:
    """Takes a layer out and selects what stood before it."""
    if node_id not in shown().main:
        return
    place = shown().main.place(node_id)
    if apply(edits.remove, node_id) and shown().main.nodes:
        state.selected = shown().main.nodes[max(0, place - 1)].id


def rename(node_id: str, new_id: str) -> None:
    chosen = selected() == node_id
    if apply(edits.rename, node_id, new_id.strip()) and chosen:
        state.selected = new_id.strip()


def repair(fix: Fix) -> None:
    apply(edits.apply_fix, fix)


def on_event(event: dict[str, Any]) -> None:
    """What the canvas, the list and the palette report."""
    handlers: dict[str, Callable[[], Any]] = {
        "select": lambda: select(event["id"]),
        "add": lambda: add(event["kind"]),
        "delete": lambda: remove(event["id"]),
        "duplicate": lambda: duplicate(event["id"]),
        "move": lambda: apply(edits.move, event["id"], int(event["by"])),
        "undo": undo,
        "redo": redo,
        "open": lambda: open_node(event["id"]),
    }
    if handler := handlers.get(event.get("type", "")):
        handler()


# --- what the checker says


def answer() -> Answer | None:
    """The report and figures of the document as it is; None while the checker is still starting."""
    try:
        return service().check(document()) if service().ready else None
    except ServiceError as error:
        say(str(error))
        return None


def shown_answer() -> Answer | None:
    """The answer for what is edited; of a block that is used several times, for the use it was
    opened at.
    """
    found, graph, path = answer(), document().main, ""
    for node_id in open_path():
        node = graph[node_id]
        path += f"{node_id}[0]/" if node.repeat > 1 else f"{node_id}/"
        graph = document().blocks[node.kind].graph
    return found.inside(path) if found and path else found


def code() -> str | None:
    """The printed source of the document as it is; None where the checker cannot say."""
    try:
        return service().code(document())
    except ServiceError as error:
        say(str(error))
        return None


def checker_is_ready() -> bool:
    """Whether `answer` would have one."""
    try:
        return service().ready
    except ServiceError:  # said already, by `answer`
        return False


# --- words to the visitor


def say(message: str) -> None:
    """A message that the page shows once."""
    state.setdefault("messages", []).append(message)


def messages() -> list[str]:
    """The messages not shown yet; they count as shown now."""
    return state.pop("messages", [])


# --- widgets and the page's own settings


def field(key: str, value: Any, on_change: Callable[[Any], Any]) -> dict[str, Any]:
    """The keywords of a widget that shows `value`, whatever it showed before, and reports a change."""
    state[key] = value
    return {"key": key, "on_change": lambda: on_change(state[key])}


def recall(name: str, default: Any) -> Any:
    """A setting of a page, as it was left."""
    return state.setdefault("settings", {}).get(name, default)


def remember(name: str, value: Any) -> None:
    state.setdefault("settings", {})[name] = value


def address(name: str) -> str:
    """A part of the address (run, compare), put back where a change of page dropped it."""
    found = st.query_params.get(name) or recall(f"address:{name}", "")
    if found:
        go(name, found)
    return found


def go(name: str, value: str) -> None:
    """Puts something into the address, so that a reload or a link finds it again."""
    st.query_params[name] = value
    remember(f"address:{name}", value)
