"""What stands beside the drawing on the Build page: the selected layer's form, the code, or the preview."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

import code_reading
import session
from builder.service import ServiceError, service
from builder.source.chain import is_chain
from builder.source.marks import marks
from components.code_panel import code_panel
from components.language import message, t
from pages.previews import chosen_data, preview_beside, preview_in_form

VIEWS = (message("Layer"), message("Code"), message("Preview"))
CHOICE = 52  # pixels of the choice above a view
COLUMNS = {"Code": [0.95, 2, 1.95], "Preview": [1.05, 2.3, 1.55]}  # these need more room


def view() -> str:
    """What was chosen to stand beside the drawing."""
    found = session.recall("beside", VIEWS[0])
    return found if found in VIEWS else VIEWS[0]


def columns() -> list:
    """Where to put what to add, the drawing, and what stands beside it."""
    return st.columns(COLUMNS.get(view(), [1.05, 2.6, 1.25]), gap="small")


def beside(form: Callable[[], None], answer, height: int) -> None:
    st.segmented_control(
        t("Beside the drawing"),
        VIEWS,
        required=True,
        format_func=t,
        label_visibility="collapsed",
        **session.field("beside", view(), show),
    )
    if view() == "Code":
        code_beside(answer, height - CHOICE)
        return
    if view() == "Preview":
        preview_beside(session.visit().document, answer, height - CHOICE)
        return
    with st.container(height=height - CHOICE, border=True):
        form()
        preview_in_form(session.visit().document, answer)


def show(chosen: str) -> None:
    session.remember("beside", chosen)
    if chosen == "Preview":  # who has looked at it sees it below the form too
        session.remember("preview data", chosen_data(session.visit().document))


def code_beside(answer, height: int) -> None:
    visit = session.visit()
    sequential = is_chain(visit.document)
    if sequential:
        height -= CHOICE
        sequential = st.toggle(
            t("As nn.Sequential"),
            help=t("This network is a plain chain, so it can be written without a class."),
            **session.field("sequential", session.recall("sequential", False), show_sequential),
        )
    text, why = printed(visit.document, answer, sequential)
    code_panel(
        text,
        marks(text, visit.document) if text else (),
        document=visit.document_id,
        selected=code_reading.selected(visit),
        reading=session.recall(code_reading.READING, None),
        on_event=session.on_code,
        key="code",
        height=height,
        why=why,
    )


def show_sequential(chosen: bool) -> None:
    session.remember("sequential", chosen)


def printed(document, answer, sequential: bool) -> tuple[str, str]:
    """The document's code, or why there is none."""
    if answer is None:
        return "", message("The checker is starting.")
    if answer.report.checking:
        return "", message(f"Waits for {answer.report.checking[0]}, whose code is being checked.")
    if not answer.report.ok:
        return "", message("There is no code while something is wrong: solve the problems first.")
    try:
        return service().code(document, sequential), ""
    except ServiceError as error:
        return "", str(error)
