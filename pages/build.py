"""Build: draw the network, see what flows through it and what is wrong with it."""

import streamlit as st

import session
from builder import edits
from builder.catalogue import CATALOGUE, KINDS
from builder.drawing import scene
from builder.kinds import FAMILIES
from builder.order import port, source
from builder.service import ServiceError, service
from builder.templates import template, template_names
from components import report
from components.canvas import canvas
from components.documents import document_menu
from components.layer_list import layer_list
from components.node_form import NodeActions, node_form
from components.palette import palette
from components.waiting import rerun_when
from components.words import escaped

CANVAS_HEIGHT = 640
BATCH = 32  # in torchinfo's table

ACTIONS = NodeActions(
    rename=session.rename,
    set_param=lambda *given: session.apply(edits.set_param, *given),
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


def toolbar(document, answer) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        document_menu(
            document,
            field=session.field,
            templates={name: template(name).name for name in template_names()},
            on_rename=lambda name: session.apply(edits.rename_document, name),
            on_template=lambda name: session.start(template(name)),
            on_open=session.open_file,
            code=session.code() if answer and answer.report.ok else None,
        )
        st.button(
            "Undo",
            icon=":material/undo:",
            on_click=session.undo,
            disabled=not session.history().past,
        )
        st.button(
            "Redo",
            icon=":material/redo:",
            on_click=session.redo,
            disabled=not session.history().future,
        )
        report.totals(answer)


def selected_form(document, answer) -> None:
    node = session.selected_node()
    if node is None:
        st.caption("Nothing is selected. Click a layer in the drawing, or add one from the left.")
        return
    specs = answer.report.specs if answer else {}
    feeding = specs.get(source(node.inputs[0]), {}) if node.inputs else {}
    wanted = port(node.inputs[0]) if node.inputs else ""
    node_form(
        node,
        CATALOGUE[node.kind],
        prefix=session.document_id(),
        spec=feeding.get(wanted) or next(iter(feeding.values()), None),
        wires=edits.possible_inputs(document, node.id),
        field=session.field,
        actions=ACTIONS,
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
    document, answer = session.document(), session.answer()
    drawn = scene(document, answer and answer.report, answer and answer.figures)
    toolbar(document, answer)
    with st.container():  # always there, so that the editor keeps its place on the page
        report.problems(answer.report.problems if answer else (), session.repair, session.select)
    with st.container(key="editor"):
        editor(document, answer, drawn)
    details(document, answer)
    if answer is None:
        rerun_when(session.checker_is_ready)


def editor(document, answer, drawn) -> None:
    """What to add and the list of layers, the drawing, and the form of the selected layer."""
    left, middle, right = st.columns([1.05, 2.6, 1.25], gap="small")
    with left:
        palette(FAMILY_LIST, key="palette", on_event=session.on_event)
        layer_list(drawn, selected=session.selected(), key="layers", on_event=session.on_event)
    with middle:
        canvas(
            drawn,
            selected=session.selected(),
            key="canvas",
            on_event=session.on_event,
            height=CANVAS_HEIGHT,
        )
    with right, st.container(height=CANVAS_HEIGHT, border=True):
        selected_form(document, answer)


main()
