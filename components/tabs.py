"""Another tab on the same document: the browser notices a newer revision, and the page asks what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from components import assets, events
from components.language import message, t

REVISION_ROUTE = "api/documents/{document}/revision"
EVENTS: events.Fields = {"newer": {"document": str}}
TOLD = message(
    "This document was changed in another tab. Nothing of it is lost: choose which network to go on with. "
    "An edit here, without choosing, is made in a copy."
)

_component = assets.component(
    "layerloom_tabs", html='<div class="tabs"></div>', css=".tabs { height: 0; }", js="tabs.js"
)


def watch(document_id: str, revision: int, *, on_newer: events.OnEvent) -> None:
    """Asks for the document's revision, every few seconds while the page is seen, without running the script.

    on_newer  called with {"document"} when the store has another revision than the page.
    """
    data = {"document": document_id, "revision": revision, "address": REVISION_ROUTE}
    events.mount(_component, data, key="tabs", fields=EVENTS, on_event=on_newer)


def newer_elsewhere(
    newer: bool,
    *,
    on_show: Callable[[], Any],
    on_copy: Callable[[], Any],
    on_take_over: Callable[[], Any],
) -> None:
    """The question, in a place that is always there."""
    with st.container(key="newer-elsewhere"):
        if not newer:
            return
        st.warning(t(TOLD), icon=":material/tab_unselected:")
        with st.container(horizontal=True):
            st.button(t("Show the newer network"), type="primary", on_click=on_show)
            st.button(t("Keep this one as a copy"), on_click=on_copy)
            st.button(
                t("Take over with this one"),
                on_click=on_take_over,
                help=t("Puts this tab's network in the other's place. Undo brings the other's back."),
            )
