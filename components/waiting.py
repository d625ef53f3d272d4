"""Waiting for something without holding the page: a fragment that looks again and again."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

EVERY = 0.3  # seconds


@st.fragment(run_every=EVERY)
def rerun_when(happened: Callable[[], bool]) -> None:
    """Draws the page anew once `happened` is true."""
    if happened():
        st.rerun()
