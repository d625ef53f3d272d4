"""What stands on a page that was run without a browser."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from builder.templates import template


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
