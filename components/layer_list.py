"""The layer list: the same nodes as the canvas shows, one row each, in the document's order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from builder.drawing import Box, Scene
from components import assets, canvas, events
from components.language import message, t

_component = assets.component(
    "layerloom_layer_list",
    html='<div class="layers"></div>',
    css=assets.style("layer_list.css"),
    js="layer_list.js",
)


def layer_list(
    scene: Scene,
    *,
    selected: str,
    chosen: Sequence[str] = (),
    key: str,
    on_event: events.OnEvent,
    height: int = 314,
    label: str = message("Layers"),
) -> None:
    """Lists a scene's boxes; rows can be selected, dragged to another place and removed.

    What stands in a frame is left out: its block stands for it.

    chosen    where several are selected: those that have a row are marked.
    on_event  called with the same events as the canvas's.
    """
    data = {
        "items": [_item(box) for box in canvas.in_language(scene).boxes if not box.parent],
        "selected": selected.partition("/")[0],
        "chosen": list(chosen),
        "height": height,
        "label": t(label),
    }
    events.mount(_component, data, key=key, fields=canvas.EVENTS, on_event=on_event)


def _item(box: Box) -> dict[str, Any]:
    data = {
        "id": box.id,
        "family": box.family,
        "subtitle": box.subtitle,
        "state": box.state,
        "message": box.message,
        "output": box.output,
        "marks": tuple(map(t, box.marks)),
    }
    return {name: value for name, value in data.items() if value}
