"""The switch between the languages of the interface, in the frame of every page."""

from __future__ import annotations

import streamlit as st

from components import assets
from components.language import COOKIE, LANGUAGES, chosen

_component = assets.component(
    "layerloom_language",
    html='<div class="language"></div>',
    css=assets.style("language.css"),
    js="language.js",
)


def language_switch() -> None:
    """Draws it. The browser keeps the choice as a cookie and asks for the page again."""
    data = {"chosen": chosen(), "languages": list(LANGUAGES.items()), "cookie": COOKIE}
    with st.container(key="language", width="content"):
        _component(key="language-switch", data=data)
