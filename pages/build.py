"""Build: draw the network, see what flows through it and what is wrong with it."""

import streamlit as st

import custom_code
import dialogs
import gestures
import session
from builder import block_edits, blocks, custom_edits, edits, paths, replacing
from builder.catalogue import FAMILIES, KINDS
from builder.custom import trust
from builder.custom.written import FAMILY as CUSTOM_FAMILY
from builder.drawing import dot, scene
from builder.export import PARTS
from builder.exporter import exporter, too_large
from builder.names import file_name
from builder.picture import svg
from builder.service import ServiceError, service
from builder.sharing import possible_shares
from builder.source.uses import all_uses
from builder.templates import template, template_names
from components import report
from components.block_panel import block_maker, block_settings, breadcrumbs, read_params
from components.canvas import canvas
from components.code_form import code_form
from components.documents import document_menu
from components.export_panel import Take, export_panel
from components.gallery import gallery, template_cards
from components.language import dialog, message, t
from components.layer_list import layer_list
from components.node_form import NodeActions, node_form
from components.palette import palette
from components.waiting import rerun_when
from components.words import escaped
from pages.beside import beside, columns

CANVAS_HEIGHT = 640
BATCH = 32  # in torchinfo's table


def actions(way: tuple[str, ...]) -> NodeActions:
    """What the form of a node in the graph at a way does."""

    def edit(how):
        return lambda *given: session.apply_in(way, how, *given)

    def path(node_id: str) -> str:
        return paths.joined(way[len(session.visit().path) :], node_id)

    return NodeActions(
        rename=lambda *given: session.rename(way, *given),
        set_param=lambda *given: session.apply_in(way, edits.set_param, *given, bool(way)),
        set_field=edit(edits.set_field),
        unset_param=edit(edits.unset_param),
        set_inputs=edit(edits.set_inputs),
        set_note=edit(edits.set_note),
        duplicate=lambda node_id: session.duplicate(path(node_id)),
        move=edit(edits.move),
        remove=lambda node_id: session.remove(path(node_id)),
        replace=lambda node_id, kind: session.replace_kind(path(node_id), kind),
        replace_all=session.replace_all,
    )


FAMILY_LIST = [
    {
        "name": family,
        "kinds": [{"name": k.name, "doc": k.doc} for k in KINDS if k.family == family],
    }
    for family in FAMILIES
]


def families(document) -> list[dict]:
    """The palette: the network's own blocks first, all kinds of layers, those written in Python."""
    own = [{"name": name, "doc": message("A block of this network.")} for name in document.blocks]
    written = [{"name": name, "doc": each.read.doc} for name, each in document.custom.items()]
    new = {
        "name": custom_edits.ENTRY,
        "doc": message("A layer that you write in Python, with loops and ifs."),
    }
    first = [{"name": blocks.FAMILY, "kinds": own}] if own else []
    return [*first, *FAMILY_LIST, {"name": CUSTOM_FAMILY, "kinds": [*written, new]}]


def toolbar(document, answer) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        document_menu(
            document,
            field=session.field,
            on_rename=lambda name: session.apply_whole(edits.rename_document, name),
            on_open=session.open_file,
            code=session.visit().code() if answer and answer.report.ok else None,
            opened=session.recall("menu", False),
            on_opened=lambda opened: session.remember("menu", opened),
            on_dialog=dialogs.ask,
        )
        dialogs.open_asked()
        if st.button(t("Templates"), icon=":material/grid_view:") or session.visit().wishes("templates"):
            show_gallery(session.visit().document_id)
        st.button(
            t("Undo"),
            icon=":material/undo:",
            on_click=session.undo,
            disabled=not session.visit().can_undo,
        )
        st.button(
            t("Redo"),
            icon=":material/redo:",
            on_click=session.redo,
            disabled=not session.visit().can_redo,
        )
        block_maker(
            [node.id for node in session.visit().shown.main.nodes if node.kind not in ("Input", "Output")],
            session.visit().chosen or (session.visit().selected,),
            on_make=lambda chosen, name: session.apply(block_edits.make_block, chosen, name),
        )
        export_button(document, answer)
        report.totals(answer, panel=True)


@dialog("Templates", width="large")
def show_gallery(opened_from: str) -> None:
    """The gallery over the page, until another document than `opened_from` is open."""
    if session.visit().document_id != opened_from:
        st.rerun()  # what was chosen is open now
    st.caption(
        t("A click opens a network as a new document. The one that is open is kept: Undo goes back to it.")
    )
    gallery(template_cards(), key="gallery", on_event=open_template)


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


def selected_form() -> None:
    visit = session.visit()
    node = visit.node()
    if node is None:
        st.caption(t("Nothing is selected. Click a layer in the drawing, or add one from the left."))
        return
    way = visit.way
    document, answer = block_edits.at(visit.document, way), visit.answer_at(way)
    if len(way) > len(visit.path):
        inside(visit.block_at(way))
    kind = blocks.kind_named(node.kind, document)
    specs = answer.report.specs if answer else {}
    incoming = [visit.flowing(way, wire) for wire in node.inputs]
    node_form(
        node,
        kind,
        prefix="/".join((visit.document_id, *way)),
        specs=incoming,
        sizes=visit.formulas(way, node, kind, incoming) if node.id in specs else (),
        others=replacing.relatives(kind),
        fellows=replacing.count(visit.document, node.kind),
        wires=edits.possible_inputs(document, node.id),
        field=session.field,
        actions=actions(way),
        lenders=possible_shares(document, node.id),
        sums=bool(way),
        on_open=(lambda _: session.open_node(visit.selected)) if node.kind in document.blocks else None,
        on_explode=lambda node_id: session.apply_in(way, block_edits.explode, node_id),
        code=(lambda: code(document.custom[node.kind])) if node.kind in document.custom else None,
    )
    if answer:
        report.layer_figures(answer.figures.get(node.id), specs.get(node.id, {}))


def inside(block: str) -> None:
    """That an edit of a layer in a frame is one of its block."""
    uses = len(all_uses(session.visit().document).get(block, ()))
    name = escaped(block)
    st.caption(
        t(f"In the block **{name}**, used once: an edit shows wherever it is used.")
        if uses == 1
        else t(f"In the block **{name}**, used {uses} times: an edit shows wherever it is used.")
    )


def code(custom) -> None:
    """The editor of a layer that is written in Python."""
    held = session.visit()
    typed = custom_code.draft(held, custom)
    code_form(
        custom,
        key=f"{held.document_id}.{custom.name}",
        field=session.field,
        on_write=session.write_code,
        on_trust=session.trust_code,
        trusted=custom.digest in trust.kept(held.document),
        allowed=trust.allowed(),
        uses=custom_edits.uses(held.document, custom.name),
        typed=typed.text if typed else "",
        error=typed.error if typed else "",
    )


def problems(answer) -> None:
    report.problems(
        answer.report.problems if answer else (),
        preview=session.visit().preview,
        on_fix=session.repair,
        on_show=session.show_problem,
        all_of_them=(
            session.recall("all problems", False),
            lambda shown: session.remember("all problems", shown),
        ),
    )


def details(document, answer) -> None:
    """Below the drawing: the table, or torchinfo's own table, made only when looked at."""
    views = (message("Layers"), "torchinfo")
    view = st.segmented_control(
        t("Details"), views, default="Layers", format_func=t, label_visibility="collapsed"
    )
    if answer is None:
        return
    if view == "Layers":
        report.table(document, answer)
    elif not answer.report.ok:
        st.caption(t("There is no table of torchinfo while something is wrong: solve the problems first."))
    elif view:
        show_summary(document)


def show_summary(document) -> None:
    try:
        st.code(service().summary(document, BATCH), language=None)
    except ServiceError as error:
        st.caption(escaped(t(str(error))))


def main() -> None:
    document, answer = session.visit().document, session.visit().answer()
    shown, shown_answer = session.visit().shown, session.visit().shown_answer()
    known = (shown_answer.report, shown_answer.figures) if shown_answer else (None, None)
    drawn = scene(shown, *known, session.visit().frames)
    dialogs.newer_elsewhere()
    toolbar(document, answer)
    with st.container():  # always there, so that the editor keeps its place on the page
        where(document)
    with st.container(key="editor"):
        editor(shown, drawn, answer)
    with st.container(key="problems"):
        problems(answer)
    details(document, answer)
    dialogs.watch()
    if answer is None or answer.report.checking:
        rerun_when(session.checker_has_answered)


def editor(document, drawn, answer) -> None:
    """What to add and the list of layers, the drawing, and what stands beside it."""
    visit = session.visit()
    left, middle, right = columns()
    with left:
        palette(families(document), key="palette", on_event=session.on_event)
        layer_list(drawn, selected=visit.selected, key="layers", on_event=session.on_event)
    with middle:
        canvas(
            drawn,
            selected=visit.selected,
            key="canvas",
            on_event=session.on_event,
            height=CANVAS_HEIGHT,
            hand=gestures.hand(visit),
        )
    with right:
        beside(selected_form, answer, CANVAS_HEIGHT)


main()
