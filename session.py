"""Which visit a page belongs to: the only module that reads or writes st.session_state.

Streamlit may cut a callback off at any touch of st.session_state while another click waits. An act
that is cut off between two of its steps would lose an edit or half of one. So the visit is fetched
once, before an act begins, and everything after that is plain Python.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

import streamlit as st

import code_reading
import custom_code
import desk
import gestures
from builder.links import PARAMETER
from builder.service import ServiceError, service
from patience import patiently
from visit import Visit

state = st.session_state
_current: ContextVar[Visit | None] = ContextVar("visit", default=None)


def visit() -> Visit:
    """The visit of the page that is being drawn, or whose callback acts."""
    if held := _current.get():
        return held
    if "visit" not in state:
        state.visit = Visit()
    return state.visit


def whole(act: Callable[..., Any]) -> Callable[..., Any]:
    """The act as a callback that is done whole or not begun: see the module's first lines."""

    @wraps(act)
    def run(*given: Any) -> Any:
        if _current.get():
            return act(*given)
        held, later = patiently(visit)
        before = _current.set(held)
        try:
            with held.lock:  # whatever Streamlit does, one act at a time
                if not held.document_id:  # the first click after a restart comes before the page
                    held.open_document(st.query_params.get("doc", ""))
                result = act(*given)
        finally:
            _current.reset(before)
        if later:
            raise later  # the click that waits is handed on
        return result

    return run


def acting(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of the visit as a callback."""
    return whole(wraps(method)(lambda *given: method(visit(), *given)))


apply = acting(Visit.apply)
apply_in = acting(Visit.apply_in)
apply_whole = acting(Visit.apply_whole)
close_to = acting(Visit.close_to)
duplicate = acting(Visit.duplicate)
go = acting(Visit.go)
on_code = whole(lambda event: code_reading.handle(visit(), event))
on_event = whole(lambda event: gestures.handle(visit(), event))
open_node = acting(Visit.open_node)
redo = acting(Visit.redo)
remove = acting(Visit.remove)
rename = acting(Visit.rename)
replace_all = acting(Visit.replace_all)
replace_kind = acting(Visit.replace_kind)
repair = acting(Visit.repair)
say = acting(Visit.say)
select = acting(Visit.select)
show_problem = acting(Visit.show_problem)
show_templates = whole(lambda: visit().ask_for("templates"))
start = acting(Visit.start)
trust_code = acting(custom_code.keep_trust)
undo = acting(Visit.undo)
write_code = acting(custom_code.write)

# --- whole documents

bring_back = acting(desk.bring_back)
delete_document = acting(desk.delete)
duplicate_document = acting(desk.duplicate)
keep_apart = acting(desk.keep_apart)
keep_version = acting(desk.keep_version)
look_for_newer = acting(desk.look_for_newer)
open_file = acting(desk.open_file)
open_kept = acting(desk.open_kept)
open_link = acting(desk.open_link)
rename_document = acting(desk.rename)
restore = acting(desk.restore)
show_newer = acting(desk.show_newer)
take_over = acting(desk.take_over)


# --- the address


def open_address() -> None:
    """Opens the document that the address names, or a new one; called at the top of every run."""
    held = visit()
    asked = st.query_params.get("doc", "")
    if asked and asked == held.document_id:
        held.moved.discard("doc")
    elif "doc" not in held.moved and (asked or not held.document_id):
        held.open_document(asked)
    if packed := st.query_params.get(PARAMETER):  # a link with a whole network in it
        del st.query_params[PARAMETER]  # so that a reload opens it no second time
        open_link(packed)
    # What was moved counts as moved until the browser has the new address: a run that it asks for before
    # that still carries the old one, and must not go back there.
    if st.query_params.get("doc") != held.document_id:  # a change of page drops it
        st.query_params["doc"] = held.document_id


def address(name: str) -> str:
    """A part of the address (run, runs, compare), put back where a change of page dropped it."""
    held = visit()
    asked = st.query_params.get(name, "")
    if asked and name not in held.moved:
        held.address[name] = asked
    held.moved.discard(name)
    wanted = held.address.get(name, "")
    if wanted and asked != wanted:
        st.query_params[name] = wanted
    elif asked and not wanted:
        del st.query_params[name]
    return wanted


# --- the checker


def checker_has_answered() -> bool:
    """Whether all is known about the open document: the page waits for no further answer."""
    if not checker_is_ready():
        return False
    answer = visit().answer()
    return answer is None or not answer.report.checking  # without one, a message waits to be shown


def checker_is_ready() -> bool:
    """Whether the checker answers at once."""
    try:
        return service().ready
    except ServiceError:  # said already, by Visit.answer
        return False


# --- widgets, and what was chosen on a page


def field(key: str, value: Any, on_change: Callable[[Any], Any]) -> dict[str, Any]:
    """The keywords of a widget that shows `value`, whatever it showed before, and reports a change."""
    state[key] = value

    def changed() -> None:
        new, later = patiently(lambda: state[key])
        whole(on_change)(new)
        if later:
            raise later

    return {"key": key, "on_change": changed}


def recall(name: str, default: Any) -> Any:
    """A setting of a page, as it was left."""
    return visit().settings.get(name, default)


def remember(name: str, value: Any) -> None:
    whole(lambda: visit().settings.update({name: value}))()


def messages() -> list[str]:
    """The messages not shown yet; they count as shown now."""
    held = visit()
    found, held.messages = held.messages, []
    return found
