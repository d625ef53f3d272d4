"""The palette: every kind of layer, by family, with a search box; one click adds a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import assets, events
from components.language import t

EVENTS: events.Fields = {"add": {"kind": str}}

_component = assets.component(
    "layerloom_palette",
    html='<div class="palette"></div>',
    css=assets.style("palette.css"),
    js="palette.js",
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
    data = {"families": [_in_language(family) for family in families], "height": height}
    events.mount(_component, data, key=key, fields=EVENTS, on_event=on_event)


def _in_language(family: dict[str, Any]) -> dict[str, Any]:
    """A family and its kinds; `name` is what the colours go by, `title` what is read."""
    kinds = [{**kind, "doc": t(kind["doc"])} for kind in family["kinds"]]
    for kind in kinds:
        if not kind["name"].isidentifier():  # no kind, but a way to make one
            kind["title"] = t(kind["name"])
    return {**family, "title": t(family["name"]), "note": t(family.get("note", "")), "kinds": kinds}
