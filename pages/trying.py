"""The way to the page where a run answers, for the pages that list runs."""

from __future__ import annotations

import streamlit as st

import session
from trainer import store


def go_to(run: store.Run) -> None:
    """Leaves for the page where the run answers."""
    session.go("run", run.id)
    st.switch_page("pages/try_it.py")
