"""The palette: every kind of layer, by family, with a search box; one click adds a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import assets, events

EVENTS: events.Fields = {"add": {"kind": str}}

_component = st.components.v2.component(
    "layerloom_palette",
    html='<div class="palette"></div>',
    css=assets.style("palette.css"),
    js=assets.script("palette.js"),
)


def palette(
    families: Sequence[dict[str, Any]],
    *,
    key: str,
    on_event: events.OnEvent,
    height: int = 310,
) -> None:
    """Shows kinds of layers to add.

    families  {"name", "kinds": [{"name", "doc"}]}, in the order to show them; with a "note", a sentence below
              the name.
    on_event  called with {"type": "add", "kind"}.
    """
    data = {"families": list(families), "height": height}
    events.mount(_component, data, key=key, fields=EVENTS, on_event=on_event)
