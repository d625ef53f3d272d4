"""A button that copies a link with the whole document in it."""

from __future__ import annotations

import streamlit as st

from builder.document import Document
from builder.links import PARAMETER, LinkError, packed
from components import assets
from components.language import t
from components.words import escaped

_component = assets.component(
    "layerloom_copy_link",
    html='<div class="copy"></div>',
    css=assets.style("copy_link.css"),
    js="copy_link.js",
)


def copy_link(document: Document) -> None:
    """Draws the button, or says why the document fits in no link."""
    try:
        value = packed(document)
    except LinkError as error:
        st.caption(escaped(t(str(error))))
        return
    _component(key="copy-link", data={"parameter": PARAMETER, "value": value})
