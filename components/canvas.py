"""The canvas: the network as boxes and arrows, to look at, walk through and edit."""

from __future__ import annotations

import zlib
from typing import Any

import streamlit as st

from builder.drawing import Arrow, Box, Scene
from components import assets, events

EVENTS: events.Fields = {
    "select": {"id": str},
    "delete": {"id": str},
    "duplicate": {"id": str},
    "move": {"id": str, "by": int},
    "open": {"id": str},
    "undo": {},
    "redo": {},
}

_component = st.components.v2.component(
    "layerloom_canvas",
    html='<div class="canvas"></div>',
    css=assets.style("canvas.css"),
    js=assets.script("canvas.js"),
)


def canvas(
    scene: Scene,
    *,
    selected: str,
    key: str,
    on_event: events.OnEvent,
    height: int = 640,
    rev: str | int | None = None,
    label: str = "Network",
) -> None:
    """Paints a scene and reports what the visitor does on it.

    on_event  called with {"type": "select" | "delete" | "duplicate", "id"}, {"type": "move", "id",
              "by"} (by places in the list), {"type": "open", "id"} (a block), {"type": "undo"} or
              {"type": "redo"}.
    rev       stands in the canvas's data-rev attribute once this scene is painted; None: a checksum
              of what is painted.
    label     what a screen reader calls it.
    """
    data = canvas_data(scene, selected) | {"height": height, "label": label}
    data["rev"] = f"{zlib.crc32(repr(data).encode()):x}" if rev is None else str(rev)
    events.mount(_component, data, key=key, fields=EVENTS, on_event=on_event)


def canvas_data(scene: Scene, selected: str) -> dict[str, Any]:
    """What goes to the browser: plain words and whole pixels, defaults left out."""
    return {
        "boxes": [_box(box) for box in scene.boxes],
        "arrows": [_arrow(arrow) for arrow in scene.arrows],
        "width": round(scene.width),
        "height_of_scene": round(scene.height),
        "selected": selected,
    }


def _box(box: Box) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": box.id,
        "kind": box.kind,
        "family": box.family,
        "subtitle": box.subtitle,
        "state": box.state,
        "at": [round(box.x), round(box.y), round(box.width), round(box.height)],
    }
    extra = {"message": box.message, "brief": box.brief, "output": box.output}
    if box.parameters:
        extra["parameters"] = box.parameters
    return data | {name: value for name, value in extra.items() if value}


def _arrow(arrow: Arrow) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": arrow.id,
        "from": arrow.source,
        "to": arrow.target,
        "points": [[round(x), round(y)] for x, y in arrow.points],
    }
    if arrow.label_at:
        data |= {"label": arrow.label, "at": [round(place) for place in arrow.label_at]}
    return data
