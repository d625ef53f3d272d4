"""Choosing a file of the visitor's own, a document or PyTorch source, which the browser reads.

Streamlit's uploader would carry a large file to the server before anybody could say that it is too large,
or refuse it in words of its own.
"""

from __future__ import annotations

from builder.files import LARGEST
from components import assets, events
from components.language import t
from components.words import memory

EVENTS: events.Fields = {
    "file": {"name": str, "text": str},
    "refused": {"name": str, "size": int, "why": str},
}

_component = assets.component(
    "layerloom_file_opener",
    html='<div class="opener"></div>',
    css=assets.style("file_opener.css"),
    js="file_opener.js",
)


def file_opener(*, key: str, on_event: events.OnEvent) -> None:
    """Draws the place to choose a file, or to drop one on.

    on_event  called with {"type": "file", "name", "text"}, or with {"type": "refused", "name", "size", "why"}
              of one that was not read: `large`, more than builder.files.LARGEST bytes; `binary`, not text in
              UTF-8; or `unreadable`, for example a folder.
    """
    data = {
        "label": t("Open a file"),
        "hint": t(f"A document (.loom.json) or PyTorch source (.py), up to {memory(LARGEST)}."),
        "types": ".json,.py",
        "largest": LARGEST,
    }
    events.mount(_component, data, key=key, fields=EVENTS, on_event=on_event)
