"""The list of all documents, over the page: find, open, rename, duplicate, delete, compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from builder.document import Document
from builder.shelf import Entry
from components.comparison import comparison
from components.empty import Offer, empty
from components.language import dialog, message, t
from components.times import when
from components.words import escaped, memory, told_apart

MOST_DELETED = 20  # that are offered to be brought back, beside the last one
MOST = 100  # in the list at once; the search finds the others
HEIGHT = 360  # pixels of the list


@dataclass(frozen=True)
class Shelf:
    """What the list shows, asked anew with every click in it, and what it does.

    opened    the id of the open document.         chosen   the id of the one chosen in the list.
    deleted   those that can be brought back, what was deleted last first.
    document  an id's document, or None where it cannot be read.
    messages  what there is to say; it counts as said then.
    leaves    whether the page is to show something else in place of the list: the templates.
    """

    entries: Callable[[], Sequence[Entry]]
    opened: Callable[[], str]
    chosen: Callable[[], str]
    deleted: Callable[[], Sequence[Entry]]
    document: Callable[[str], Document | None]
    messages: Callable[[], Sequence[str]]
    field: Callable[..., dict[str, Any]]
    choose: Callable[[str], Any]
    open: Callable[[str], Any]
    rename: Callable[[str, str], Any]
    duplicate: Callable[[str], Any]
    delete: Callable[[str, str], Any]
    bring_back: Callable[[str], Any]
    templates: Callable[[], Any]
    leaves: Callable[[], bool]


@dialog("Documents", width="large", on_dismiss="rerun")
def document_list(shelf: Shelf, opened_from: str) -> None:
    """Opens over the page, and closes for another document than `opened_from`, and for the templates."""
    if shelf.opened() != opened_from or shelf.leaves():
        st.rerun()
    words = st.text_input(
        t("Search documents"),
        placeholder=t("Search by name"),
        label_visibility="collapsed",
        key="documents:search",
    )
    entries = shelf.entries()
    found = [each for each in entries if all(word in each.name.lower() for word in words.lower().split())]
    if not found:
        if entries:
            st.caption(
                escaped(t(f"No document matches “{words.strip()}”. Clear the search to see all of them."))
            )
        else:
            _no_other(shelf, message("No document was edited yet: one stands here from its first edit on."))
        _said(shelf)
        return
    ids = [each.id for each in found[:MOST]]
    chosen = shelf.chosen() if shelf.chosen() in ids else ids[0]
    left, right = st.columns([1.25, 1])
    with left:
        _rows(shelf, found, chosen)
    with right, st.container(key="document-actions"):
        _actions(shelf, found[ids.index(chosen)])
    _said(shelf)
    if len(entries) == 1:
        why = message("This is the only document so far. Another one begins with a template or a file.")
        _no_other(shelf, why, quiet=True)
    _compared(shelf, found[ids.index(chosen)])


def _no_other(shelf: Shelf, why: str, quiet: bool = False) -> None:
    """What to do for another document."""
    offer = Offer(message("Choose a template"), "grid_view", shelf.templates)
    empty("", why, offer, key="documents", quiet=quiet)


def _said(shelf: Shelf) -> None:
    """What happened last, in a place that is always there."""
    with st.container():
        for each in shelf.messages():
            st.warning(escaped(t(each)))
        _deleted(shelf)


def _deleted(shelf: Shelf) -> None:
    """The way back of what was deleted last, and folded away that of the others."""
    deleted = shelf.deleted()
    if not deleted:
        return
    last, others = deleted[0], deleted[1 : MOST_DELETED + 1]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(escaped(t("{0} was deleted. For 30 days it can be brought back.", last.name)))
        icon, act = ":material/undo:", shelf.bring_back
        st.button(t("Undo the deletion"), icon=icon, on_click=act, args=(last.id,), key="undo-deletion")
    if others:
        with st.expander(t("Deleted before")):
            for entry in others:
                label = escaped(t("Bring back {0}", entry.name))
                facts = t(f"changed {when(entry.saved)}")
                st.button(
                    label, icon=icon, help=facts, on_click=act, args=(entry.id,), key=f"back-{entry.id}"
                )


def _rows(shelf: Shelf, found: Sequence[Entry], chosen: str) -> None:
    shown = found[:MOST]
    names = told_apart({each.id: each.name for each in shown})
    with st.container(height=HEIGHT, border=True):
        st.radio(
            t("Documents"),
            list(names),
            format_func=names.get,
            captions=[_facts(each, shelf.opened()) for each in shown],
            label_visibility="collapsed",
            **shelf.field("documents:chosen", chosen, shelf.choose),
        )
        if len(found) > MOST:
            st.caption(t(f"and {len(found) - MOST} more: search for them by name."))


def _facts(entry: Entry, opened: str) -> str:
    layers = t("1 layer") if entry.layers == 1 else t(f"{entry.layers:,} layers")
    facts = [t(f"changed {when(entry.saved)}"), layers, memory(entry.size)]
    return escaped(" · ".join([t("open here"), *facts] if entry.id == opened else facts))


def _actions(shelf: Shelf, entry: Entry) -> None:
    is_open = entry.id == shelf.opened()
    st.button(
        t("Open"),
        type="primary",
        icon=":material/folder_open:",
        width="stretch",
        disabled=is_open,
        on_click=shelf.open,
        args=(entry.id,),
    )
    st.text_input(
        t("New name"),
        max_chars=100,
        **shelf.field(f"documents:name:{entry.id}", entry.name, lambda name: shelf.rename(entry.id, name)),
    )
    with st.container(horizontal=True):
        st.button(t("Duplicate"), icon=":material/content_copy:", on_click=shelf.duplicate, args=(entry.id,))
        st.button(
            t("Delete"),
            icon=":material/delete:",
            on_click=shelf.delete,
            args=(entry.id, entry.name),
        )  # never disabled: that would take the focus away, and Escape would not close the list


def _compared(shelf: Shelf, entry: Entry) -> None:
    """The difference between the chosen document and the open one, where it is asked for."""
    if entry.id == shelf.opened():
        return
    if not st.toggle(t("Compare it with the open document"), key="documents:compare"):
        return
    other, mine = shelf.document(entry.id), shelf.document(shelf.opened())
    if other is None or mine is None:
        st.caption(t("It cannot be read, so there is nothing to compare."))
    else:
        comparison(mine, other, steps=t(f"From the open document, {mine.name}, to {other.name}."))
