"""The buttons above the drawing: the network's menu, templates, undo, blocks, export."""

from __future__ import annotations

import streamlit as st

import dialogs
import session
from builder import block_edits, edits
from builder.drawing import dot, scene
from builder.export import PARTS
from builder.exporter import exporter, too_large
from builder.names import file_name
from builder.picture import svg
from builder.templates import template, template_names
from components import report
from components.block_panel import block_maker
from components.documents import document_menu
from components.export_panel import Take, export_panel
from components.gallery import gallery, template_cards
from components.language import dialog, message, t


def toolbar(document, answer) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        document_menu(
            document,
            field=session.field,
            on_rename=lambda name: session.apply_whole(edits.rename_document, name),
            on_file=open_file,
            code=lambda: session.visit().code() if answer and answer.report.ok else None,
            opened=session.recall("menu", False),
            on_opened=lambda opened: session.remember("menu", opened),
            on_dialog=dialogs.ask,
        )
        dialogs.open_asked()
        if st.button(t("Templates"), icon=":material/grid_view:") or session.visit().wishes("templates"):
            show_gallery(session.visit().document_id)
        steps_back_and_forth()
        block_maker(
            layers_for_a_block(),
            chosen_for_a_block(),
            session.recall("block name", "Block"),
            field=session.field,
            on_choose=lambda chosen: session.remember("block layers", (selection(), chosen)),
            on_name=lambda name: session.remember("block name", name),
            on_make=make_block,
        )
        export_button(document, answer)
        with st.container(key="totals"):
            report.totals(answer, panel=True)


def layers_for_a_block() -> list[str]:
    return [node.id for node in session.visit().shown.main.nodes if node.kind not in ("Input", "Output")]


def selection() -> tuple[str, ...]:
    return tuple(session.visit().chosen or (session.visit().selected,))


def chosen_for_a_block() -> list[str]:
    """What was chosen while the same layers were selected, else those that are selected."""
    selected, chosen = session.recall("block layers", ((), []))
    layers = layers_for_a_block()
    return [name for name in (chosen if selected == selection() else selection()) if name in layers]


@session.whole
def make_block() -> None:
    """Of what stands in the menu now: a quick click comes before the page is drawn with it."""
    session.apply(block_edits.make_block, chosen_for_a_block(), session.recall("block name", "Block").strip())


def steps_back_and_forth() -> None:
    visit = session.visit()
    st.button(t("Undo"), icon=":material/undo:", on_click=session.undo, disabled=not visit.can_undo)
    st.button(t("Redo"), icon=":material/redo:", on_click=session.redo, disabled=not visit.can_redo)


@dialog("Templates", width="large")
def show_gallery(opened_from: str) -> None:
    """The gallery over the page, until another document than `opened_from` is open."""
    if session.visit().document_id != opened_from:
        st.rerun()  # what was chosen is open now
    st.caption(
        t("A click opens a network as a new document. The one that is open is kept: Undo goes back to it.")
    )
    gallery(template_cards(), key="gallery", on_event=open_template)


@session.whole
def open_file(event) -> None:
    """Opens a file, and closes the menu that would stand before its drawing."""
    before = session.visit().document_id
    session.open_file(event)
    if session.visit().document_id != before:
        session.remember("menu", False)


def open_template(event) -> None:
    if event["name"] in template_names():
        session.start(template(event["name"]))


def export_button(document, answer) -> None:
    works = answer is not None and answer.report.ok
    pressed = st.button(
        t("Export"),
        icon=":material/ios_share:",
        disabled=not works,
        help=None if works else t("There is nothing to export while something is wrong."),
    )
    pressed = session.visit().wishes("export") and works or pressed
    if pressed and (code := session.visit().code()):  # no callback: a dialog is opened by the page itself
        export_panel(taken_home(document, answer, code))


def taken_home(document, answer, code: str) -> Take:
    not_here = too_large(PARTS, 4 * answer.total.parameters, "python -m builder export")
    here = [part for part in PARTS if part.name not in not_here]
    picture = scene(document, answer.report, answer.figures)
    return Take(
        stem=file_name(document.name),
        parts=PARTS,
        at_once={
            "code": code,
            "document": document.to_json(),
            "svg": svg(picture, name=document.name),
            "dot": dot(document, answer.report).source,
        },
        not_here=not_here,
        made=lambda: exporter().made(document.to_json()),
        make=lambda: exporter().make_document(document, here),
        about=message("The weights are drawn at random, by seed 0. The Train page exports trained ones."),
    )
