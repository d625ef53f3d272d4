"""The canvas: the network as boxes and arrows, to look at, walk through and edit."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from builder.drawing import Arrow, Box, Link, Scene
from components import assets, events
from components.language import ENGLISH, chosen, message, t

EVENTS: events.Fields = {
    "select": {"id": str},
    "remove": {"ids": list},
    "duplicate": {"ids": list},
    "move": {"ids": list, "by": int},
    "open": {"id": str},
    "toggle": {"id": str},
    "select_several": {"ids": list},
    "wire": {"id": str, "port": str, "side": str},
    "connect": {"source": str, "target": str, "slot": int},
    "disconnect": {"target": str, "slot": int},
    "insert": {"target": str, "slot": int},
    "block": {"ids": list, "name": str},
    "phrase": {"text": str, "kind": str},
    "copy": {"ids": list, "cut": bool},
    "paste": {"text": str, "own": bool},
    "ask": {"what": str},
    "edit": {"id": str},
    "kinds": {"id": str},
    "closed": {},
    "reach": {"id": str},
    "replace": {"id": str, "kind": str, "all": bool},
    "pictures": {},
    "undo": {},
    "redo": {},
}
PORT_STATES = {"wired": "w", "free": "f", "needed": "n"}

_component = assets.component(
    "layerloom_canvas",
    html='<div class="canvas"></div>',
    css=assets.style("canvas.css"),
    js="canvas.js",
)


def canvas(
    scene: Scene,
    *,
    selected: str,
    key: str,
    on_event: events.OnEvent,
    height: int = 640,
    rev: str | int | None = None,
    label: str = message("Network"),
    hand: Mapping[str, Any] | None = None,
) -> None:
    """Paints a scene and reports what the visitor does on it.

    on_event  called with an event of EVENTS: {"type": "select", "id": "conv1"}. A node inside a frame
              stands under its path, stage1/conv; slots count a node's inputs from 0, and -1 is the
              next free one; `connect`'s source is a wire: lstm.h_n.
    rev       stands in the canvas's data-rev attribute once this scene is painted; None: a checksum
              of what is painted.
    label     what a screen reader calls it.
    hand      what the visitor has in hand: `chosen` nodes, a wire of `wiring` with all that it may
              be led to, the wire that the next layer goes on (`inserting`), the `kinds` that may stand
              in a layer's place, the layers inside `closed` blocks where one is looked for, what was
              `copied`, and whether `pictures` are shown.
    """
    data = canvas_data(in_language(scene), selected) | {
        "height": height,
        "label": t(label),
        "hand": hand_in_language(hand or {}),
    }
    data["rev"] = f"{zlib.crc32(repr(data).encode()):x}" if rev is None else str(rev)
    events.mount(_component, data, key=key, fields=EVENTS, on_event=on_event)


def hand_in_language(hand: Mapping[str, Any]) -> dict[str, Any]:
    """What the visitor has in hand, with what is said of the kinds that may stand in a layer's place and
    of the layers inside closed blocks."""
    said = dict(hand)
    if offered := hand.get("kinds"):
        told = [[name, t(about)] for name, about in offered["kinds"]]
        said["kinds"] = {**offered, "kinds": told}
    if within := hand.get("closed"):
        found = [[path, _subtitle_in_language(words), family] for path, words, family in within["layers"]]
        said["closed"] = {**within, "layers": found}
    return said


def in_language(scene: Scene) -> Scene:
    """The scene with its words in the visitor's language."""
    if chosen() == ENGLISH:
        return scene
    return replace(scene, boxes=tuple(map(_box_in_language, scene.boxes)))


def _box_in_language(box: Box) -> Box:
    said = brief = t(box.message)
    for named in (f"{box.title} ({box.kind})", f"{box.title}（{box.kind}）"):
        brief = brief.removeprefix(named).lstrip(" ：，的")
    return replace(box, subtitle=_subtitle_in_language(box.subtitle), message=said, brief=brief)


def _subtitle_in_language(words: str) -> str:
    return ", ".join(t(part) if part.startswith("no ") else part for part in words.split(", "))


def canvas_data(scene: Scene, selected: str) -> dict[str, Any]:
    """What goes to the browser: plain words and whole pixels, defaults left out."""
    return {
        "boxes": [_box(box) for box in scene.boxes],
        "arrows": [_arrow(arrow) for arrow in scene.arrows],
        "links": [_link(link) for link in scene.links],
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
    extra = {
        "message": box.message,
        "brief": box.brief,
        "output": box.output,
        "parameters": box.parameters,
        "parent": box.parent,
        "frame": box.frame,
        "opens": box.opens,
        "marks": tuple(map(t, box.marks)),
        "repeat": box.repeat if box.repeat > 1 else 0,
        "frozen": box.frozen,
        "shares": box.shares,
        "tuned": box.tuned,
        "note": box.note,
        "picture": box.picture,
    }
    return data | _ports(box) | {name: value for name, value in extra.items() if value}


def _ports(box: Box) -> dict[str, Any]:
    """The ports where they are not those of a plain layer: one input and one output in the middle."""
    data = {}
    for name, found in (("in", box.inputs), ("out", box.outputs)):
        plain = len(found) == 1 and found[0].state != "needed" and abs(found[0].x - box.width / 2) < 1
        if not plain:
            data[name] = [[port.name, round(port.x), PORT_STATES[port.state]] for port in found]
    return data


def _arrow(arrow: Arrow) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": arrow.id,
        "from": arrow.source,
        "to": arrow.target,
        "points": [[round(x), round(y)] for x, y in arrow.points],
    }
    if arrow.slot:
        data["slot"] = arrow.slot
    if arrow.label_at:
        data |= {"label": arrow.label, "at": [round(place) for place in arrow.label_at]}
        if arrow.dimensions:
            data["dims"] = arrow.dimensions
    return data


def _link(link: Link) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": link.id,
        "from": link.source,
        "to": link.target,
        "points": [[round(x), round(y)] for x, y in link.points],
    }
    if link.label_at:
        data["at"] = [round(place) for place in link.label_at]
    return data
