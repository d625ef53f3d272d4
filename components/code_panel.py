"""The code of the network beside its drawing: to look at, to walk through, to change and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from builder.source.marks import Mark
from components import assets, events
from components.language import t

EVENTS: events.Fields = {"line": {"block": str, "node": str}, "read": {"text": str, "stamp": str}}

# Two components, so that a click on a layer does not send the text again: see code_meeting.js.
_text = assets.component(
    "layerloom_code",
    html='<div class="code"></div>',
    css=assets.style("code.css"),
    js="code.js",
)
_link = assets.component(
    "layerloom_code_link",
    html='<div class="link"></div>',
    js="code_link.js",
)


def code_panel(
    text: str,
    marks: Sequence[Mark],
    *,
    document: str,
    selected: tuple[str, str],
    reading: Mapping[str, Any] | None,
    on_event: events.OnEvent,
    key: str,
    height: int = 560,
    why: str = "",
) -> None:
    """Draws the panel.

    text      the printed source; '' while there is none, which `why` explains.
    marks     which of its lines belong to which node.
    document  the id of the open document: what is being typed is kept under it.
    selected  the block, '' for the network, and the id of the selected node.
    reading   what came of the last code that was read back: its `stamp`, whether it was `read` and is
              `done` with, what is `said` of it, and `notes` as (line, message).
    on_event  called with an event of EVENTS.
    """
    link = {"selected": list(selected), "reading": _in_language(reading) if reading else None}
    events.mount(_link, link, key=f"{key}-link", fields=EVENTS, on_event=on_event)
    places = [[mark.block, mark.node, mark.first, mark.last] for mark in marks]
    data = {"text": text, "marks": places, "why": t(why), "document": document, "height": height}
    _text(key=key, data=data, height=height)


def _in_language(reading: Mapping[str, Any]) -> dict[str, Any]:
    notes = [[line, t(message)] for line, message in reading["notes"]]
    return {**reading, "said": t(reading["said"]), "notes": notes}
