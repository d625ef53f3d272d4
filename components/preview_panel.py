"""What each node gives for one example: the selected one large, the others as small pictures to go to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components import assets, canvas, events

SMALL = 4  # maps of a small picture
FEW = 16  # numbers of one
Picture = Mapping[str, Any]  # as trainer.preview makes it

_component = assets.component(
    "layerloom_preview",
    html='<div class="preview"></div>',
    css=assets.style("preview.css"),
    js="preview.js",
)


def preview_panel(
    pictures: Mapping[str, Picture],
    *,
    selected: str,
    of: Picture | None,
    stale: bool,
    key: str,
    on_event: events.OnEvent,
    others: bool = True,
) -> None:
    """Draws the panel.

    pictures  by what a node is called in the drawing, in its order.   of: the selected one's, if known.
    stale     they are of the network, or the data, before the last edit; the new ones come.
    others    whether the small pictures are shown too; a click on one is an event `select` of the canvas.
    """
    small = [{"id": name, **_small(each)} for name, each in pictures.items()] if others else []
    data = {"selected": selected, "of": dict(of) if of else None, "stale": stale, "others": small}
    events.mount(_component, data, key=key, fields=canvas.EVENTS, on_event=on_event)


def _small(picture: Picture) -> dict[str, Any]:
    fewer: dict[str, Sequence] = {name: picture[name][:SMALL] for name in ("maps",) if name in picture}
    fewer |= {"numbers": picture["numbers"][:FEW]} if "numbers" in picture else {}
    return {**picture, **fewer}
