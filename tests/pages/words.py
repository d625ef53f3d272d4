"""What stands on a page that was run without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

import session
from builder.templates import template

REPORTS: dict[str, Callable[[dict], Any]] = {}  # what hears of the events of a component, by its key


def labelled(widgets: Any, label: str) -> Any:
    """The one widget of that label, without the marks of Markdown."""
    (found,) = [widget for widget in widgets if widget.label.replace("\\", "") == label]
    return found


def says(app: AppTest) -> str:
    """All that the page says, messages included, without the marks of Markdown."""
    parts = [*app.markdown, *app.caption, *app.toast, *app.info, *app.warning]
    return "\n".join(part.value for part in parts).replace("\\", "").replace("\u2060", "")


def open_template(app: AppTest, name: str) -> AppTest:
    """The page after a card of the gallery was clicked, which only a browser can do."""
    app.session_state["visit"].start(template(name))
    return app.run()


def component(app: AppTest, name: str) -> dict[str, Any]:
    """What a JavaScript component is given: the palette, the layers, the canvas."""
    for element in app.main:
        if element.type == "bidi_component" and element.proto.component_name.endswith(name):
            return json.loads(element.proto.json)
    raise AssertionError(f"the page has no component {name}")


def field(app: AppTest, label: str) -> dict[str, Any]:
    """A field of the layer's form, as the browser gets it."""
    parts = component(app, "form")["parts"]
    (found,) = [each for part in parts for each in part.get("fields", ()) if each["label"] == label]
    return found


def enter(app: AppTest, label: str, value: Any) -> AppTest:
    """The page after something was entered in the layer's form."""
    key, of = field(app, label)["key"], component(app, "form")["of"]
    before = session._current.set(app.session_state["visit"])  # a browser's event comes within a run
    try:
        REPORTS["layer"]({"type": "set", "form": of, "key": key, "value": value})
    finally:
        session._current.reset(before)
    return app.run()
