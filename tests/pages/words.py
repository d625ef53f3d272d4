"""What stands on a page that was run without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
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


def components(app: AppTest, name: str) -> list[dict[str, Any]]:
    """What the JavaScript components of that name are given: the palette, the layers, the canvas."""
    found = (each.proto for each in app.main if each.type == "bidi_component")
    return [json.loads(proto.json) for proto in found if proto.component_name.endswith(name)]


def component(app: AppTest, name: str) -> dict[str, Any]:
    """What the first of them is given."""
    return components(app, name)[0]


def _fields(app: AppTest) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The fields of all forms, each with its form, as the browser gets them."""
    for form in components(app, "form"):
        for part in form["parts"]:
            for each in part.get("fields", ()):
                yield form, each


def field(app: AppTest, label: str) -> dict[str, Any]:
    """The one field of that label in the forms of the page."""
    (found,) = [each for _, each in _fields(app) if each["label"] == label]
    return found


def labels(app: AppTest) -> set[str]:
    """Of all fields in the forms of the page."""
    return {each["label"] for _, each in _fields(app)}


def enter(app: AppTest, label: str, value: Any) -> AppTest:
    """The page after something was entered in a field: text, also of a number; a tick; an option's label."""
    ((form, each),) = [(form, each) for form, each in _fields(app) if each["label"] == label]
    before = session._current.set(app.session_state["visit"])  # a browser's event comes within a run
    try:
        report = REPORTS[form["name"].removeprefix("form ")]
        report({"type": "set", "form": form["of"], "key": each["key"], "value": value})
    finally:
        session._current.reset(before)
    return app.run()
