"""Build: draw the network, see what flows through it and what is wrong with it."""

import streamlit as st

import gestures
import session
from builder import block_edits, blocks, custom_edits, edits
from builder.catalogue import FAMILIES, KINDS
from builder.custom.written import FAMILY as CUSTOM_FAMILY
from builder.dimensions import Dimensions
from builder.drawing import scene
from builder.service import ServiceError, service
from builder.source.uses import all_uses
from components import report
from components.block_panel import block_settings, breadcrumbs, read_params
from components.canvas import canvas
from components.language import message, t
from components.layer_list import layer_list
from components.palette import palette
from components.tour import tour
from components.waiting import rerun_when
from components.words import escaped
from pages.beside import beside, columns
from pages.layer import form_name, selected_form
from pages.previews import bring, has_pictures, in_drawing
from pages.toolbar import toolbar

CANVAS_HEIGHT = 616  # pixels: the first problem still stands in sight below it on a small notebook
PALETTE_HEIGHT = 300
GAP = 10  # between the palette and the list of layers
BATCH = 32  # in torchinfo's table


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
    note = (
        ""
        if written
        else message("This network has none yet. Begin with an example that works, and change it.")
    )
    first = [{"name": blocks.FAMILY, "kinds": own}] if own else []
    return [*first, *FAMILY_LIST, {"name": CUSTOM_FAMILY, "kinds": [*written, new], "note": note}]


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
    given = Dimensions(document, answer.report.specs).at(session.visit().path) if answer else ()
    pictured = has_pictures(document, answer)
    drawn = scene(shown, *known, session.visit().frames, given, pictured)
    # The drawing is sent first, as it is what the eye waits for; so places are kept for what stands above.
    above, way_back, below = st.container(), st.container(), st.container(key="editor")
    seen = in_drawing(drawn, document, answer)
    with below:
        editor(shown, drawn, answer, seen.why)
    with above:
        toolbar(document, answer)
    with way_back:
        where(document)
    with st.container(key="problems"):
        problems(answer)
    details(document, answer)
    tour()
    bring(seen)
    if answer is None or answer.report.checking:
        rerun_when(session.checker_has_answered)


def editor(document, drawn, answer, why_no_pictures: str) -> None:
    """The drawing, what to add and the list of layers on its left, and what stands on its right."""
    visit = session.visit()
    left, middle, right = columns()
    with middle:
        canvas(
            drawn,
            selected=visit.selected,
            key="canvas",
            on_event=session.on_event,
            height=CANVAS_HEIGHT,
            hand={
                **gestures.hand(visit),
                "form": form_name(visit),
                "pictures": {"on": visit.pictures, "why": why_no_pictures},
            },
        )
    with left:
        palette(families(document), key="palette", on_event=session.on_event, height=PALETTE_HEIGHT)
        layer_list(
            drawn,
            selected=visit.selected,
            chosen=visit.chosen,
            key="layers",
            on_event=session.on_event,
            height=CANVAS_HEIGHT - PALETTE_HEIGHT - GAP,
        )
    with right, st.container(key="side"):
        beside(selected_form, answer, CANVAS_HEIGHT)


main()
