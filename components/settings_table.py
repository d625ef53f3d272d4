"""The settings of runs as tables: one run's, and those in which several differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components.language import t
from components.words import escaped


def written(value: Any) -> str:
    """A setting's value as a cell."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return escaped(f"{value:g}")
    if isinstance(value, list | tuple):
        return escaped(", ".join(map(str, value)))
    return escaped(str(value))


def settings_table(
    titles: Sequence[str], differing: Mapping[str, Sequence[Any]], same: Mapping[str, Any]
) -> None:
    """A row for each setting that differs and a column for each run; what is other than the first run's is
    bold. The settings that are the same are folded away.
    """
    if differing:
        head = ["", *map(escaped, titles)]
        lines = [head, ["---"] * len(head)]
        for name, values in differing.items():
            cells = [_against(value, values[0]) for value in values]
            lines.append([escaped(name), *cells])
        with st.container(key="differing-settings"):
            st.markdown("\n".join(f"| {' | '.join(cells)} |" for cells in lines))
    else:
        st.caption(t("All settings are the same."))
    if same:
        with st.expander(t(f"{len(same)} settings that are the same")):
            st.table({name: written(value) for name, value in same.items()}, border="horizontal")


def _against(value: Any, first: Any) -> str:
    return written(value) if value == first else f"**{written(value)}**"
