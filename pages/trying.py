"""The way to the page where a run answers, for the pages that list runs."""

from __future__ import annotations

import streamlit as st

import session
from components.language import t
from trainer import store


def try_it(run: store.Run) -> None:
    """A button that leads to the page where the run answers."""
    if st.button(t("Try it"), key=f"try-{run.id}", icon=":material/touch_app:"):
        go_to(run)


def go_to(run: store.Run) -> None:
    """Leaves for the page where the run answers."""
    session.go("run", run.id)
    st.switch_page("pages/try_it.py")
