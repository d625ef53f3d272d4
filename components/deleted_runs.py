"""What was deleted and can be brought back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from components.language import t
from components.words import escaped

MOST_NAMES = 3


def deleted_runs(
    deleted: Sequence[Any],
    *,
    on_undo: Callable[[Sequence[Any]], Any],
    on_forget: Callable[[Sequence[Any]], Any],
) -> None:
    """Draws the line, in a place that is always there; both are called with all deleted entries."""
    with st.container(key="deleted-runs"):
        if not deleted:
            return
        newest = sorted(deleted, key=lambda each: -each.run.deleted)
        names = ", ".join(each.run.name for each in newest[:MOST_NAMES])
        more = len(deleted) - MOST_NAMES
        words = t("{0} and {1} more", names, more) if more > 0 else names
        st.caption(escaped(t("Deleted, and kept for a day: {0}.", words)))
        with st.container(horizontal=True):
            st.button(t("Undo the deletion"), icon=":material/undo:", on_click=on_undo, args=(deleted,))
            with st.popover(t("Delete for good")):
                st.caption(t("Their figures, checkpoints and weights go, and nothing brings them back."))
                st.button(
                    t(f"Delete {len(deleted)} for good"),
                    icon=":material/delete_forever:",
                    on_click=on_forget,
                    args=(deleted,),
                )
