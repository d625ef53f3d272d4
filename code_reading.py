"""What a visitor does in the code panel: go to a line's node, change the code and have it read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from builder import DocumentError, edits, paths
from builder.document import Document
from builder.service import ServiceError, service
from builder.source.marks import first_place
from visit import Visit

READING = "code_reading"  # where in the visit's settings
LINE = re.compile(r"^Line (\d+)")
Event = Mapping[str, Any]


def handle(visit: Visit, event: Event) -> None:
    """Does what an event of the code panel stands for."""
    if event["type"] == "line":
        _show(visit, event["block"], event["node"])
    else:
        visit.settings[READING] = {"stamp": event["stamp"], **_read(visit, event["text"])}


def selected(visit: Visit) -> tuple[str, str]:
    """The block and the id of the selected node."""
    way, name = visit.at(visit.selected)
    return visit.block_at(way) or "", name


def _show(visit: Visit, block: str, node_id: str) -> None:
    """Selects a node of a block: where one looks, if that is in the block, else in its first use."""
    way, _ = visit.at(visit.selected)
    if visit.block_at(way) == block:
        visit.select(paths.joined(way[len(visit.path) :], node_id))
        return
    place = first_place(visit.document, block, node_id)
    if place and paths.leads_somewhere(visit.document, paths.drawn(place)):
        visit.show_problem(place)


def _read(visit: Visit, text: str) -> dict[str, Any]:
    """Makes the network that a code describes the open one, as one edit, and says what came of it."""
    try:
        found, notes = service().read(text)
    except (DocumentError, ServiceError) as error:
        line = LINE.match(str(error))
        notes = [(int(line[1]), str(error))] if line else []
        said = "The network stays as it was." if line else f"{error} The network stays as it was."
        return {"read": False, "done": False, "said": said, "notes": notes}
    found = _with_outputs_of(visit.document, found)
    if not visit.apply_whole(lambda _before: found):
        said = "The network stays as it was."
        return {"read": False, "done": False, "said": said, "notes": []}
    return {"read": True, **_said(visit, found, notes)}


def _with_outputs_of(before: Document, found: Document) -> Document:
    """The document with its Outputs called as before: their names do not stand in the code."""
    outputs = [document.main.of_kind("Output") for document in (before, found)]
    if len(outputs[0]) != len(outputs[1]):
        return found
    for old, new in zip(*outputs, strict=True):
        if old.id not in found.main:
            found = edits.rename(found, new.id, old.id)
    return found


def _said(visit: Visit, found: Document, notes: list[tuple[int, str]]) -> dict[str, Any]:
    answer = visit.answer()
    wrong = answer is not None and not answer.report.ok and not answer.report.checking
    said = f"Read back: {len(found.main.nodes)} layers."
    if notes:
        said += " What could not be taken over as it stands is noted here; your text is kept."
    elif wrong:
        said += " Something in it does not fit yet: see the problems above. Your text is kept."
    else:
        said += " Undo brings the network before back."
    return {"done": not notes and not wrong, "said": said, "notes": [list(note) for note in notes]}
