"""Where the boxes and arrows of one graph stand: from a layout to a Picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from builder import layout
from builder.boxes import Words
from builder.captions import subtitle, tuned
from builder.document import Graph
from builder.kinds import Kind
from builder.layout import Layout, Wire
from builder.order import port, source
from builder.scenes import Arrow, Box, Picture, Point, Port

LABEL_LETTER = 6.6
LABEL_HEIGHT = 18
LABEL_DROP = 16  # from the bottom of a box to the middle of its output's label
CURVES_BEGIN = LABEL_DROP + LABEL_HEIGHT / 2  # below a row: arrows bend only where no label stands
BETWEEN_PORTS = 26  # pixels, where there is room


@dataclass(frozen=True)
class Frame:
    """The inside of an open block. entries and exits are Points of the inner ends, in their order:
    x from the frame's middle, y from its top."""

    picture: Picture
    width: float
    height: float
    entries: tuple[Point, ...]
    exits: Mapping[str, Point]  # by port
    ends: tuple[str, ...]  # the ports, the first first


@dataclass(frozen=True)
class Drawn:
    """A node that is to be drawn. kind is None where nobody knows it; name is its path."""

    name: str
    words: Words
    kind: Kind | None
    parameters: int | None = None
    opens: bool = False
    frame: Frame | None = None
    dimensions: str = ""  # of the first output


def placed(graph: Graph, drawn: Mapping[str, Drawn], inside: str = "") -> Picture:
    """The picture of a graph, from (0, 0) downwards. inside is the path of the frame around it."""
    wires = [Wire(source(wire), node.id, port(wire)) for node in graph.nodes for wire in node.inputs]
    taken: dict[str, dict[str, None]] = {}
    for wire in wires:
        taken.setdefault(wire.source, {})[wire.port] = None
    outputs = {name: _outputs(each, taken.get(name, {})) for name, each in drawn.items()}
    sizes = {name: _size(each, outputs[name]) for name, each in drawn.items()}
    ends = ("Input", "Output") if inside else ()
    first, last = ([n.id for n in graph.nodes if n.kind == end] for end in ends or (None, None))
    places = layout.layered(sizes, wires, first, last)
    entries = _entries(drawn, sizes, wires, places)
    slots = [(node.id, slot) for node in graph.nodes for slot in range(len(node.inputs))]
    entered: dict[str, list[float]] = {name: [] for name in drawn}
    for entry, (target, _) in zip(entries, slots, strict=True):
        entered[target].append(entry)
    boxes = {
        name: _box(each, inside, sizes[name], places, entered[name], outputs[name])
        for name, each in drawn.items()
    }
    arrows = _arrows(drawn, boxes, wires, slots, outputs, entries, places)
    inner = [_inner(each.frame, boxes[name]) for name, each in drawn.items() if each.frame]
    return _with_inner(boxes, arrows, inner, drawn)


def _with_inner(boxes: Mapping[str, Box], arrows: list[Arrow], inner: list[Picture], drawn) -> Picture:
    """All in one picture, what is in a frame right behind it."""
    of_frame = iter(inner)
    every: list[Box] = []
    for name, box in boxes.items():
        every.append(box)
        if drawn[name].frame:
            every += next(of_frame).boxes
    return Picture(
        tuple(every),
        (*arrows, *(arrow for picture in inner for arrow in picture.arrows)),
        tuple(link for picture in inner for link in picture.links),
    )


def _inner(frame: Frame, box: Box) -> Picture:
    return frame.picture.moved(box.x + box.width / 2, box.y)


# --- outputs and their labels


def _outputs(each: Drawn, taken: Mapping[str, None]) -> tuple[tuple[str, bool], ...]:
    """(output, whether something takes it), '' for a node's first; those that are taken first."""
    if each.frame:
        ends = ("", *each.frame.ends[1:]) if each.frame.ends else ()
        return tuple((name, name in taken) for name in ends)
    used = sorted(taken, key=lambda name: name != "")
    known = each.kind.ports_of(each.words.node.params) if each.kind else ("",)
    free = [name for name in ("", *known[1:]) if name not in taken] if known else []
    free = [name for name in free if name or known[0] not in taken]
    return (*((name, True) for name in used), *((name, False) for name in free))


def _size(each: Drawn, outputs: Sequence[tuple[str, bool]]) -> tuple[float, float]:
    """How large a box must be for its words, and for the labels of its outputs to stand under it."""
    width, height = (each.frame.width, each.frame.height) if each.frame else each.words.size
    widest = max((label_width(_port_label(each.words, name)) for name, taken in outputs if taken), default=0)
    if each.frame or sum(taken for _, taken in outputs) < 2:
        return max(width, widest + 8), height
    return max(width, (widest + 8) * (1 + len(outputs) // 2 * 2)), height


def label_width(label: str) -> float:
    return len(label) * LABEL_LETTER + 16


def _port_label(said: Words, name: str) -> str:
    """'16 × 8 × 8', or 'h_n: 32' for another output than the first."""
    first = next(iter(said.outputs), "")
    shape = said.outputs.get(name or first, "")
    return f"{name}: {shape}" if name and name != first and shape else shape


# --- boxes


def _box(
    each: Drawn,
    inside: str,
    size: tuple[float, float],
    places: Layout,
    entered: list[float],
    outputs: Sequence[tuple[str, bool]],
) -> Box:
    said, node = each.words, each.words.node
    width, height = size
    row, left = places.rows[places.ranks[node.id]], places.centres[node.id] - width / 2
    exits = {name: _exit(each, width, outputs, name)[0] for name, _ in outputs}
    return Box(
        each.name,
        node.kind,
        said.family,
        node.id,
        subtitle(node),
        said.state,
        said.message,
        said.brief,
        next(iter(said.outputs.values()), ""),
        each.parameters,
        left,
        (row.top + row.bottom - height) / 2,
        width,
        height,
        parent=inside,
        frame=each.frame is not None,
        opens=each.opens,
        repeat=node.repeat,
        frozen=node.frozen,
        shares=node.shares,
        tuned=tuned(node),
        note=node.note,
        picture=said.has_picture and each.frame is None,
        inputs=() if said.is_end and node.kind == "Input" else _inputs(each, width, left, entered),
        outputs=tuple(
            Port(name, round(exits[name], 1), "wired" if taken else "free") for name, taken in outputs
        ),
    )


def _inputs(each: Drawn, width: float, left: float, entered: list[float]) -> tuple[Port, ...]:
    """The ports on top: those that are wired, and the next one that may be."""
    kind = each.kind
    if kind is None or not kind.inputs:
        return ()
    wired = [Port(kind.input(slot), round(x - left, 1), "wired") for slot, x in enumerate(entered)]
    if not kind.variadic and len(wired) >= len(kind.inputs):
        return tuple(wired)
    x = max((port.x for port in wired), default=width / 2 - BETWEEN_PORTS) + BETWEEN_PORTS
    if each.frame:
        x = width / 2 + each.frame.entries[len(wired)][0]
    state = "needed" if len(wired) < kind.least else "free"
    return (*wired, Port(kind.input(len(wired)), round(min(x, width - 8), 1), state))


def _exit(each: Drawn, width: float, outputs: Sequence[tuple[str, bool]], name: str) -> Point:
    """Where an output leaves its box, from the box's left and bottom: the first in the middle, others
    right and left of it; in a frame at the inner Output."""
    if each.frame:
        x, y = each.frame.exits.get(name) or next(iter(each.frame.exits.values()), (0, 0))
        return (width / 2 + x, y - each.frame.height)
    place = next(index for index, (each_name, _) in enumerate(outputs) if each_name == name)
    step = width / (1 + len(outputs) // 2 * 2)
    return (width / 2 + (place + 1) // 2 * step * (1 if place % 2 else -1), 0)


# --- arrows


def _arrows(drawn, boxes: Mapping[str, Box], wires, slots, outputs, entries, places: Layout) -> list[Arrow]:
    arrows, labelled = [], set()
    for wire, lane, (target, slot), entry in zip(wires, places.lanes, slots, entries, strict=True):
        if wire.source not in boxes:
            continue
        giver, taker, box = drawn[wire.source], drawn[target], boxes[wire.source]
        leaves = _exit(giver, box.width, outputs[wire.source], wire.port)
        bottom = box.y + box.height
        start = (box.x + leaves[0], bottom + leaves[1])
        label = _port_label(giver.words, wire.port)
        points, label_at = [start], None
        if label and (wire.source, wire.port) not in labelled:
            labelled.add((wire.source, wire.port))
            label_at = (start[0], bottom + LABEL_DROP)
        points += [(start[0], places.rows[places.ranks[wire.source]].bottom + CURVES_BEGIN)]
        for rank, x in lane:
            points += [(x, places.rows[rank].top), (x, places.rows[rank].bottom + CURVES_BEGIN)]
        row_begins = places.rows[places.ranks[target]].top
        points += [(entry, row_begins), (entry, boxes[target].y + _depth(taker, slot))]
        arrows.append(
            Arrow(
                f"{giver.name}.{wire.port}>{taker.name}.{slot}",
                giver.name,
                taker.name,
                wire.port,
                label,
                _simple(points),
                label_at,
                slot,
                "" if wire.port else giver.dimensions,
            )
        )
    return arrows


def _depth(taker: Drawn, slot: int) -> float:
    """How far into a box a wire goes: to the inner Input of a frame."""
    entries = taker.frame.entries if taker.frame else ()
    return entries[slot][1] if slot < len(entries) else 0


def _entries(drawn, sizes, wires: list[Wire], places: Layout) -> list[float]:
    """x where each wire enters its target: what comes straight from above in the middle, others beside."""
    coming: dict[str, list[tuple[float, int]]] = {}
    for index, (wire, lane) in enumerate(zip(wires, places.lanes, strict=True)):
        before = lane[-1][1] if lane else places.centres.get(wire.source, 0.0)
        coming.setdefault(wire.target, []).append((before, index))
    entries = [0.0] * len(wires)
    for target, found in coming.items():
        middle = places.centres[target]
        frame = drawn[target].frame
        step = min(float(BETWEEN_PORTS), sizes[target][0] / (len(found) + 1))
        left = sorted(item for item in found if item[0] < middle - 1)
        right = sorted(item for item in found if item[0] > middle + 1)
        straight = [item for item in found if abs(item[0] - middle) <= 1]
        first = -(len(left) + (len(straight) - 1) / 2) if straight else -(len(found) - 1) / 2
        for place, (_, index) in enumerate((*left, *straight, *right)):
            entries[index] = middle + (first + place) * step
        for (_, index), (x, _) in zip(found, frame.entries if frame else (), strict=False):
            entries[index] = middle + x
    return entries


def _simple(points: list[Point]) -> tuple[Point, ...]:
    """Without the points in the middle of a vertical line."""
    kept = [
        here
        for before, here, after in zip(points, points[1:], points[2:], strict=False)
        if not before[0] == here[0] == after[0]
    ]
    return (points[0], *kept, points[-1])
