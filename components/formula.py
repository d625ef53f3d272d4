"""The sums of the selected layer's sizes, with its numbers put in."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from builder.formulas import Formula
from components.language import message, t
from components.words import escaped

COUNTED = message("parameters")  # the one name of a sum that is a word


def formulas(found: Sequence[Formula], repeat: int = 1) -> None:
    """A line for each: H_out = (28 + 2*1 - 3)/1 + 1 = 28. Of layers in a row, those of the first."""
    if not found:
        return
    with st.container(key="formulas", gap=None):
        if repeat > 1:
            st.caption(t(f"The first of {repeat} in a row:"))
        for each in found:
            st.caption(escaped(f"{t(each.name)}{str(each).removeprefix(each.name)}"))
