"""Saved presets of settings: take one, save these, rename or delete the one that was taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.language import t
from components.words import escaped


def preset_panel(
    names: Sequence[str],
    taken: str,
    typed: str,
    *,
    field,
    on_take: Callable[[str], None],
    on_type: Callable[[str], None],
    on_save: Callable[[], None],
    on_rename: Callable[[], None],
    on_delete: Callable[[], None],
) -> None:
    """A popover. taken: the preset taken or saved last, or ""; typed: the name to save these settings as."""
    with st.popover(t("Presets"), icon=":material/bookmark:", width="stretch"):
        if names:  # the list chooses nothing that stays: a preset can be taken again after a change
            st.selectbox(
                t("Take a preset"),
                [None, *names],
                format_func=lambda name: name or "Choose one",
                help=t("Its settings take the place of those on this page."),
                **field("preset", None, lambda name: name and on_take(name)),
            )
        st.text_input(
            t("Name"), placeholder=t("Name of a preset"), max_chars=60, **field("preset-name", typed, on_type)
        )
        st.button(t("Save these settings"), icon=":material/save:", on_click=on_save, width="stretch")
        if taken:
            st.button(
                t("Rename {0}", escaped(taken)), icon=":material/edit:", on_click=on_rename, width="stretch"
            )
            st.button(
                t("Delete {0}", escaped(taken)), icon=":material/delete:", on_click=on_delete, width="stretch"
            )
