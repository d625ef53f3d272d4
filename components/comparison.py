"""What differs between two documents: as a list, and drawn in one picture."""

from __future__ import annotations

import streamlit as st

from builder.compared import Compared, compared, in_short
from builder.document import Document
from builder.drawing import scene
from builder.picture import svg
from components.canvas import in_language
from components.language import t
from components.words import escaped

MOST_LINES = 100
FEW = 10  # need no scroll bar
HEIGHT = 420  # pixels; what is higher is scrolled
ICONS = {
    "added": ":green[:material/add_circle:]",
    "removed": ":red[:material/cancel:]",
}
CHANGED = ":orange[:material/change_circle:]"


def comparison(before: Document, after: Document, *, steps: str) -> None:
    """Draws the difference.

    steps  a sentence on which is which: "From yesterday's version to the network as it is now."
    """
    found = compared(before, after)
    short = t(in_short(found.changes))
    st.markdown(f"**{short[:1].upper()}{short[1:]}**")
    st.caption(escaped(t(steps)))
    if not found.changes:
        return
    listed, drawn = st.columns([1, 1.1])
    height = HEIGHT if len(found.changes) > FEW else "content"
    with listed, st.container(height=height, border=False, key="differences"):
        st.markdown("\n".join(_lines(found)))
    with drawn, st.container(height=HEIGHT, border=True):
        dark = st.context.theme.type == "dark"
        title = t("The difference, drawn")
        st.image(svg(in_language(scene(found.together)), dark, title, found.marks), alt=title)


def _lines(found: Compared) -> list[str]:
    lines = [f"- {ICONS.get(each.kind, CHANGED)} {escaped(t(each.words))}" for each in found.changes]
    more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], t(f"- and {more} more")] if more > 0 else lines
