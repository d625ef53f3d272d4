"""What the canvas, the list and the palette report: events, and what each changes of the Visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from builder import block_edits, clipboard, closed, custom_edits, moving, paths, phrases, replacing, wires
from builder.blocks import kind_named
from builder.catalogue import CATALOGUE
from builder.edits import EditError
from builder.files import LARGEST
from builder.kinds import Spec, shown
from visit import Visit

Event = Mapping[str, Any]
FORM = "Layer"  # what stands beside the drawing, as pages/beside.py calls it


def handle(visit: Visit, event: Event) -> None:
    """Does what an event stands for; one that is not known stands for nothing."""
    kind = event.get("type", "")
    if kind != "wire":
        visit.wiring = None
    if kind != "kinds":
        visit.replacing = ""
    if kind != "closed":
        visit.finding = False
    visit.copied = (visit.copied[0], "")  # it was sent with the page that was drawn since
    if act := ACTS.get(kind):
        act(visit, event)


def _ids(event: Event) -> list[str]:
    return [path for path in event["ids"] if isinstance(path, str)]


def _move(visit: Visit, event: Event) -> None:
    way, names = visit.together(_ids(event))
    if names:
        visit.apply_in(way, moving.move_together, names, event["by"])


def _add(visit: Visit, kind: str, params: Mapping[str, Any] | None = None) -> None:
    target = visit.inserting
    spec = _incoming(visit)
    visit.inserting = None
    if target is None:
        visit.add(kind, params)
        return
    path, slot = target
    way, name = visit.at(path)
    if kind == custom_edits.ENTRY:
        visit.add_by(way, custom_edits.insert_custom, name, slot, spec)
    else:
        visit.add_by(way, wires.insert_on, name, slot, kind, spec, params)


def _phrase(visit: Visit, event: Event) -> None:
    """Adds the layer that typed words mean: of the suggestions the one that was chosen, else the first."""
    found = phrases.understood(event["text"], phrases.kinds_of(visit.document), _incoming(visit))
    chosen = [each for each in found if each.kind == event["kind"]] or found
    if chosen:
        _add(visit, chosen[0].kind, chosen[0].params)
    else:
        visit.say(
            f"{shown(event['text'])} is no layer's name. Type a name or its beginning and then its numbers, "
            "as in conv 32 k5."
        )


def _incoming(visit: Visit) -> Spec | None:
    """What flows where the next layer goes: along a wire, or out of the selected layer."""
    if visit.inserting is None:
        return visit.flowing(*visit.at(visit.selected)) if visit.selected else None
    path, slot = visit.inserting
    way, name = visit.at(path)
    inputs = paths.graph_at(visit.document, way)[name].inputs if visit.knows(path) else ()
    return visit.flowing(way, inputs[slot]) if slot < len(inputs) else None


def _insert(visit: Visit, event: Event) -> None:
    wanted = (event["target"], event["slot"])
    visit.inserting = None if visit.inserting == wanted else wanted


def _wire(visit: Visit, event: Event) -> None:
    visit.wiring = (event["id"], event["port"], event["side"])


def _edit(visit: Visit, event: Event) -> None:
    """Selects a layer, with its form beside the drawing."""
    visit.select(event["id"])
    visit.settings["beside"] = FORM


def _kinds(visit: Visit, event: Event) -> None:
    visit.replacing = event["id"]


def _closed(visit: Visit, event: Event) -> None:
    visit.finding = True


def _replace(visit: Visit, event: Event) -> None:
    if not visit.knows(event["id"]):
        return
    way, name = visit.at(event["id"])
    if event["all"]:
        visit.replace_all(paths.graph_at(visit.document, way)[name].kind, event["kind"])
    else:
        visit.replace_kind(event["id"], event["kind"])


def _pictures(visit: Visit, event: Event) -> None:
    visit.pictures = not visit.pictures


def _connect(visit: Visit, event: Event) -> None:
    (way, target), (other, wire) = visit.at(event["target"]), visit.at(event["source"])
    if way != other:
        visit.say(
            f"{wire} and {target} do not stand in the same frame: a wire does not cross its edge. "
            "Lead it to the block itself, and give the block an Input for it."
        )
    elif visit.apply_in(way, wires.connect, target, wire, event["slot"]):
        visit.select(event["target"])


def _disconnect(visit: Visit, event: Event) -> None:
    way, target = visit.at(event["target"])
    visit.apply_in(way, wires.disconnect, target, event["slot"])


def _copy(visit: Visit, event: Event) -> None:
    way, names = visit.together(_ids(event))
    if not names:
        return
    try:
        text = clipboard.copied(block_edits.at(visit.document, way), names)
    except EditError as error:
        visit.say(str(error))
        return
    visit.copied, visit.clip = (visit.copied[0] + 1, text), text
    if event["cut"]:
        visit.remove(_ids(event))


def _paste(visit: Visit, event: Event) -> None:
    way, after = visit.at(visit.selected) if visit.selected else (visit.path, "")
    text = visit.clip if event["own"] else event["text"]  # the browser may have no clipboard
    if event["own"] and not text:
        visit.say("The browser does not show what its clipboard holds. Press Ctrl+V instead.")
        return
    if len(text) > LARGEST:
        visit.say(
            f"The clipboard holds more than {LARGEST:,} letters, which is the limit, so nothing was pasted. "
            "Copy layers with Ctrl+C, then paste them."
        )
        return
    visit.add_by(way, clipboard.pasted, text, after)


def _block(visit: Visit, event: Event) -> None:
    way, names = visit.together(_ids(event))
    if names:
        visit.add_by(way, block_edits.make_block, names, event["name"])


ACTS: Mapping[str, Callable[[Visit, Event], Any]] = {
    "select": lambda visit, event: visit.select(event["id"]),
    "select_several": lambda visit, event: visit.choose(_ids(event)),
    "add": lambda visit, event: _add(visit, event["kind"]),
    "phrase": _phrase,
    "insert": _insert,
    "remove": lambda visit, event: visit.remove(_ids(event)),
    "duplicate": lambda visit, event: visit.duplicate(_ids(event)),
    "move": _move,
    "open": lambda visit, event: visit.open_node(event["id"]),
    "toggle": lambda visit, event: visit.toggle_frame(event["id"]),
    "wire": _wire,
    "connect": _connect,
    "disconnect": _disconnect,
    "block": _block,
    "copy": _copy,
    "paste": _paste,
    "edit": _edit,
    "kinds": _kinds,
    "closed": _closed,
    "reach": lambda visit, event: visit.reach(event["id"]),
    "replace": _replace,
    "pictures": _pictures,
    "ask": lambda visit, event: visit.ask_for(event["what"]),
    "undo": lambda visit, event: visit.undo(),
    "redo": lambda visit, event: visit.redo(),
}


def hand(visit: Visit) -> dict[str, Any]:
    """What the visitor has in hand on the canvas: several layers, a wire, the place of the next layer; and
    whether a block is open (`inside`)."""
    found = {
        "chosen": visit.chosen,
        "wiring": _wiring(visit),
        "kinds": _replaceable(visit),
        "closed": _in_closed_blocks(visit),
        "inserting": visit.inserting,
        "copied": visit.copied if visit.copied[1] else None,
        "called": visit.shown_problems,
        "inside": bool(visit.path),
    }
    return {name: value for name, value in found.items() if value}


def _wiring(visit: Visit) -> dict[str, Any] | None:
    """The wire that is being laid and where it may go: the canvas itself knows no rules."""
    if visit.wiring is None:
        return None
    path, port, side = visit.wiring
    if not visit.knows(path):
        return None
    way, name = visit.at(path)
    document = block_edits.at(visit.document, way)
    frame = path.rpartition("/")[0]
    said = {"id": path, "port": port, "side": side}
    if side == "out":
        return said | {"allowed": [_path(frame, each) for each in wires.possible_targets(document, name)]}
    allowed = wires.possible_sources(document, name)
    slots = [[slot.name, slot.wire] for slot in wires.slots(document, name)]
    return said | {
        "allowed": [_path(frame, wire) for wire in allowed],
        "slots": slots,
        "many": kind_named(document.main[name].kind, document).variadic,
    }


def _replaceable(visit: Visit) -> dict[str, Any] | None:
    """What may stand in the place of the layer that is to be replaced, and how many are of its kind."""
    if not visit.replacing or not visit.knows(visit.replacing):
        return None
    way, name = visit.at(visit.replacing)
    document = block_edits.at(visit.document, way)
    kind = kind_named(document.main[name].kind, document)
    found = [[each, CATALOGUE[each].doc] for each in replacing.relatives(kind)] if kind else []
    return {
        "id": visit.replacing,
        "kind": document.main[name].kind,
        "kinds": found,
        "fellows": replacing.count(visit.document, document.main[name].kind),
    }


def _in_closed_blocks(visit: Visit) -> dict[str, Any] | None:
    """The layers that are not drawn, where one is looked for; `cut` where there are more of them."""
    if not visit.finding:
        return None
    found = closed.hidden(visit.shown, visit.frames)
    layers = [[each.path, each.subtitle, each.family] for each in found]
    return {"layers": layers, "cut": len(layers) == closed.MOST}


def _path(frame: str, name: str) -> str:
    return f"{frame}/{name}" if frame else name
