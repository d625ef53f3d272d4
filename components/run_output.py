"""What a run's process printed, for whoever wants to know why it failed."""

from __future__ import annotations

import streamlit as st

from components.language import t

LINES = 60  # the last of them, in which a traceback ends


def run_output(text: str) -> None:
    """Folded away, as plain text; nothing where nothing was printed."""
    lines = text.rstrip().splitlines()
    if not lines:
        return
    with st.expander(t("What the process printed"), icon=":material/terminal:"):
        if len(lines) > LINES:
            st.caption(t(f"The last {LINES} lines."))
        st.code("\n".join(lines[-LINES:]), language=None, wrap_lines=True)
