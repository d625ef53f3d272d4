"""The small pictures in the boxes of the canvas: brought by a component of their own, which shows nothing.

They are large beside what else the canvas is sent, and change with an edit, not with a click: so they
are a message apart, which Streamlit does not send twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components import assets

_component = assets.component(
    "layerloom_thumbnails",
    html='<div class="thumbnails"></div>',
    css=".thumbnails { height: 0; }",
    js="thumbnails.js",
)


def thumbnails(pictures: Mapping[str, Mapping[str, Any]], *, stale: bool, key: str) -> None:
    """Brings the pictures to the canvas.

    pictures  by what a box is called, as trainer.preview.thumbnail makes them.
    stale     they are of the network before the last edit.
    """
    _component(key=key, data={"nodes": dict(pictures), "stale": stale}, height="content")
