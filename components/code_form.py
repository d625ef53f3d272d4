"""The code of a layer written in Python: an editor, what is wrong with it, and the click that trusts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from builder.custom import Custom
from builder.custom.trust import SWITCH
from builder.custom.written import LARGEST
from components.language import t
from components.words import escaped

LINE = 18  # pixels
WIDTH = 42  # letters
LINES = (10, 24)  # how many the editor shows, at least and at most


def code_form(
    custom: Custom,
    *,
    key: str,
    field: Callable[..., dict[str, Any]],  # see session.field
    on_write: Callable[[str, str], Any],
    on_trust: Callable[[Custom], Any],
    trusted: bool,
    allowed: bool,
    uses: int,
    typed: str = "",
    error: str = "",
) -> None:
    """Draws the editor with what was typed, or else the layer's code.

    typed, error  code that could not be taken, and why.
    trusted       whether this code may be run; `allowed`: whether any may be, on this server.
    uses          how many layers of the network have this code.
    """
    text = typed or custom.source
    wrapped = sum(1 + len(line) // WIDTH for line in text.split("\n"))
    lines = min(max(wrapped, LINES[0]), LINES[1])
    with st.container(key="code-editor"):
        st.text_area(
            t("Code"),
            height=LINE * lines + 24,
            max_chars=LARGEST,
            help=t(
                "One class that derives from nn.Module. torch, nn, F and math are there. Ctrl+Enter, or a "
                "click beside it, takes the code over."
            ),
            **field(f"{key}:code", text, lambda new: on_write(custom.name, new)),
        )
    if error:
        st.error(t(f"{escaped(t(error))} The network keeps the code it had."), icon=":material/error:")
    elif not allowed:
        st.warning(
            t(
                f"This server runs no code of its users ({SWITCH}=off): the layer can be drawn and written "
                "here, and neither checked nor trained."
            ),
            icon=":material/block:",
        )
    elif trusted:
        st.caption(t(":material/verified_user: You trusted this code. A change of it asks again."))
    else:
        _ask(custom, key, on_trust)
    if uses > 1:
        st.caption(t(f"{uses} layers have this code; a change shows in all of them."))


def _ask(custom: Custom, key: str, on_trust: Callable[[Custom], Any]) -> None:
    lines = len(custom.source.splitlines())
    with st.container(border=True, key="trust"):
        st.markdown(
            t(
                f":material/shield: **Not run yet.** Read all its {lines} lines first. Once it runs, it can "
                "do whatever Layerloom can on this computer: read and change files, use the network."
            )
        )
        st.button(
            t("Trust this code"),
            type="primary",
            icon=":material/verified_user:",
            key=f"{key}:trust",
            on_click=on_trust,
            args=(custom,),
        )
