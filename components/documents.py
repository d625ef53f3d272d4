"""The menu of the open network: its name, the other documents, its versions, a link, files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from builder import names
from builder.document import Document
from components.copy_link import copy_link
from components.events import OnEvent
from components.file_opener import file_opener
from components.language import t
from components.words import escaped


def document_menu(
    document: Document,
    *,
    field: Callable[..., dict[str, Any]],
    on_rename: Callable[[str], Any],
    on_file: OnEvent,
    code: Callable[[], str | None],
    opened: bool,
    on_opened: Callable[[bool], Any],
    on_dialog: Callable[[str], Any],
) -> None:
    """Draws the menu as a button with the network's name.

    on_file  gets the events of file_opener.
    code     gives the printed source, None while the network cannot be built; asked only while the menu
             is open.
    opened   whether the menu is open: it closes when it opens a dialog, which it would stand before.
    on_dialog  gets which dialog is asked for: list or versions.
    """
    menu = st.popover(
        escaped(document.name), icon=":material/folder_open:", **field("document:menu", opened, on_opened)
    )
    if not menu.open:  # a field that is drawn and not seen keeps its old value, and would send it
        return
    with menu:
        st.text_input(
            t("Name of the network"), max_chars=100, **field("document:name", document.name, on_rename)
        )
        with st.container(horizontal=True):
            st.button(t("All documents"), icon=":material/folder_copy:", on_click=on_dialog, args=("list",))
            st.button(t("Versions"), icon=":material/history:", on_click=on_dialog, args=("versions",))
        copy_link(document)
        file_opener(key="file", on_event=on_file)
        _downloads(document, code())


def _downloads(document: Document, code: str | None) -> None:
    stem = names.file_name(document.name)
    with st.container(horizontal=True):
        st.download_button(
            t("Download document"),
            document.to_json(),
            f"{stem}.loom.json",
            "application/json",
            icon=":material/download:",
        )
        st.download_button(
            t("Download PyTorch code"),
            code or "",
            f"{stem}.py",
            "text/x-python",
            icon=":material/code:",
            disabled=code is None,
            help=None if code else t("There is no code while something is wrong."),
        )
