"""Build: draw the network, see what flows through it and what is wrong with it."""

import streamlit as st

import session
from builder import block_edits, blocks, edits
from builder.catalogue import KINDS
from builder.drawing import dot, scene
from builder.export import PARTS
from builder.exporter import exporter, too_large
from builder.kinds import FAMILIES
from builder.names import file_name
from builder.order import port, source
from builder.picture import svg
from builder.service import ServiceError, service
from builder.source.classes import all_uses
from builder.templates import template, template_names
from components import report
from components.block_panel import block_maker, block_settings, breadcrumbs, read_params
from components.canvas import canvas
from components.documents import document_menu
from components.export_panel import Take, export_panel
from components.layer_list import layer_list
from components.node_form import NodeActions, node_form
from components.palette import palette
from components.waiting import rerun_when
from components.words import escaped

CANVAS_HEIGHT = 640
BATCH = 32  # in torchinfo's table


def set_param(node_id: str, name: str, value) -> None:
    session.apply(edits.set_param, node_id, name, value, bool(session.visit().block))


ACTIONS = NodeActions(
    rename=session.rename,
    set_param=set_param,
    set_field=lambda *given: session.apply(edits.set_field, *given),
    unset_param=lambda *given: session.apply(edits.unset_param, *given),
    set_inputs=lambda *given: session.apply(edits.set_inputs, *given),
    set_note=lambda *given: session.apply(edits.set_note, *given),
    duplicate=session.duplicate,
    move=lambda *given: session.apply(edits.move, *given),
    remove=session.remove,
)
FAMILY_LIST = [
    {
        "name": family,
        "kinds": [{"name": k.name, "doc": k.doc} for k in KINDS if k.family == family],
    }
    for family in FAMILIES
]


def families(document) -> list[dict]:
    """The palette: the network's own blocks first, then all kinds of layers."""
    own = [{"name": name, "doc": "A block of this network."} for name in document.blocks]
    return [{"name": blocks.FAMILY, "kinds": own}, *FAMILY_LIST] if own else FAMILY_LIST


def toolbar(document, answer) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        document_menu(
            document,
            field=session.field,
            templates={name: template(name).name for name in template_names()},
            on_rename=lambda name: session.apply_whole(edits.rename_document, name),
            on_template=lambda name: session.start(template(name)),
            on_open=session.open_file,
            code=session.visit().code() if answer and answer.report.ok else None,
        )
        st.button(
            "Undo",
            icon=":material/undo:",
            on_click=session.undo,
            disabled=not session.visit().history.past,
        )
        st.button(
            "Redo",
            icon=":material/redo:",
            on_click=session.redo,
            disabled=not session.visit().history.future,
        )
        block_maker(
            [node.id for node in session.visit().shown.main.nodes if node.kind not in ("Input", "Output")],
            session.visit().selected,
            on_make=lambda chosen, name: session.apply(block_edits.make_block, chosen, name),
        )
        export_button(document, answer)
        report.totals(answer)


def export_button(document, answer) -> None:
    works = answer is not None and answer.report.ok
    pressed = st.button(
        "Export",
        icon=":material/ios_share:",
        disabled=not works,
        help=None if works else "There is nothing to export while something is wrong.",
    )
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
        about="The weights are drawn at random, by seed 0. The Train page exports trained ones.",
    )


def where(document) -> None:
    """In an open block: the way back, and what the block is called and takes."""
    path = session.visit().path
    if not path:
        return
    kinds = [session.visit().block_at(path[: depth + 1]) for depth in range(len(path))]
    breadcrumbs(document.name, path, kinds, session.close_to)
    block_settings(
        kinds[-1],
        document.blocks[kinds[-1]].params,
        len(all_uses(document).get(kinds[-1], ())),
        field=session.field,
        on_rename=lambda name: session.apply_whole(block_edits.rename_block, kinds[-1], name),
        on_params=lambda text: session.apply_whole(set_block_params, kinds[-1], text),
    )


def set_block_params(document, name: str, text: str):
    try:
        return block_edits.set_block_params(document, name, read_params(text))
    except ValueError as error:
        raise edits.EditError(str(error)) from None


def selected_form(document, answer) -> None:
    node = session.visit().node()
    if node is None:
        st.caption("Nothing is selected. Click a layer in the drawing, or add one from the left.")
        return
    kind = blocks.kind_named(node.kind, document)
    specs = answer.report.specs if answer else {}
    feeding = specs.get(source(node.inputs[0]), {}) if node.inputs else {}
    wanted = port(node.inputs[0]) if node.inputs else ""
    node_form(
        node,
        kind,
        prefix=session.visit().document_id,
        spec=feeding.get(wanted) or next(iter(feeding.values()), None),
        wires=edits.possible_inputs(document, node.id),
        field=session.field,
        actions=ACTIONS,
        same_kind=[n.id for n in document.main.of_kind(node.kind) if n is not node and not n.shares],
        sums=bool(session.visit().block),
        on_open=session.open_node if node.kind in document.blocks else None,
        on_explode=lambda node_id: session.apply(block_edits.explode, node_id),
    )
    if answer:
        report.layer_figures(answer.figures.get(node.id), specs.get(node.id, {}))


def details(document, answer) -> None:
    """Below the drawing: the table, the code, or torchinfo's own table, made only when looked at."""
    views = ("Layers", "Code", "torchinfo")
    view = st.segmented_control("Details", views, default="Layers", label_visibility="collapsed")
    if answer is None:
        return
    if view == "Layers":
        report.table(document, answer)
    elif not answer.report.ok:
        st.caption("There is no code while something is wrong: solve the problems first.")
    elif view:
        show_text(document, view)


def show_text(document, view: str) -> None:
    try:
        if view == "Code":
            st.code(service().code(document), language="python")
        else:
            st.code(service().summary(document, BATCH), language=None)
    except ServiceError as error:
        st.caption(escaped(str(error)))


def main() -> None:
    document, answer = session.visit().document, session.visit().answer()
    shown, shown_answer = session.visit().shown, session.visit().shown_answer()
    drawn = scene(shown, shown_answer and shown_answer.report, shown_answer and shown_answer.figures)
    toolbar(document, answer)
    with st.container():  # always there, so that the editor keeps its place on the page
        where(document)
        report.problems(answer.report.problems if answer else (), session.repair, session.show_problem)
    with st.container(key="editor"):
        editor(shown, shown_answer, drawn)
    details(document, answer)
    if answer is None:
        rerun_when(session.checker_is_ready)


def editor(document, answer, drawn) -> None:
    """What to add and the list of layers, the drawing, and the form of the selected layer."""
    left, middle, right = st.columns([1.05, 2.6, 1.25], gap="small")
    with left:
        palette(families(document), key="palette", on_event=session.on_event)
        layer_list(drawn, selected=session.visit().selected, key="layers", on_event=session.on_event)
    with middle:
        canvas(
            drawn,
            selected=session.visit().selected,
            key="canvas",
            on_event=session.on_event,
            height=CANVAS_HEIGHT,
        )
    with right, st.container(height=CANVAS_HEIGHT, border=True):
        selected_form(document, answer)


main()
