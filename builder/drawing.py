"""What to draw of a document: boxes and arrows with their places and words, as plain data; and as DOT."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import graphviz

from builder import layout
from builder.captions import BLOCK_FAMILY, COLORS, family_of, shape_label, subtitle
from builder.document import Document, Node
from builder.layout import Layout, Wire
from builder.order import port, source

if TYPE_CHECKING:
    from builder.checks import Report

WIDTH, PROBLEM_WIDTH = 184, 264  # pixels
HEIGHT, LINE = 48, 15  # a box with a title and a subtitle; each line of a message more
MOST_LINES = 3
LETTER, LABEL_LETTER = (
    6.2,
    6.6,
)  # the width of a letter, on the safe side: the browser measures and clips
LABEL_HEIGHT = 18
LABEL_DROP = 16  # from the bottom of a box to the middle of its output's label
CURVES_BEGIN = LABEL_DROP + LABEL_HEIGHT / 2  # below a row: arrows bend only where no label stands
MARGIN = 12

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A node. x and y are its left top corner; state is ok, error, warning, waits or checking.

    message is what is wrong or waited for, in a sentence; brief is the same as the box says it, under
    its own name. output is the shape of its first output.
    """

    id: str
    kind: str
    family: str
    title: str
    subtitle: str
    state: str
    message: str
    brief: str
    output: str
    parameters: int | None
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Arrow:
    """A wire. points lead from the source's bottom to the target's top; label_at is the middle of its label.

    Arrows from one output carry the same label; it is drawn once, on the arrow that has a label_at.
    """

    id: str
    source: str
    target: str
    port: str
    label: str
    points: tuple[tuple[float, float], ...]
    label_at: tuple[float, float] | None = None


@dataclass(frozen=True)
class Scene:
    """What to draw, in pixels. Boxes stand in the document's order."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float

    def to_dict(self) -> dict[str, Any]:
        """The scene as plain dicts and lists, for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class _Words:
    """What a box says, before it has a place."""

    node: Node
    state: str
    message: str
    outputs: Mapping[str, str]
    family: str

    @property
    def brief(self) -> str:
        words = self.message.removeprefix(f"{self.node.id} ({self.node.kind}) ")
        return words[:1].upper() + words[1:] if self.is_problem else words

    @property
    def is_problem(self) -> bool:
        return self.state in ("error", "warning")

    @property
    def size(self) -> tuple[float, float]:
        if not self.is_problem:
            return WIDTH, HEIGHT
        lines = -(-len(self.brief) * LETTER // (PROBLEM_WIDTH - 24))
        return PROBLEM_WIDTH, HEIGHT + LINE * min(MOST_LINES, lines) + 4


def scene(
    document: Document, report: Report | None = None, figures: Mapping[str, Any] | None = None
) -> Scene:
    """The drawing of a document.

    report   what check() found; without it every box is still being checked.
    figures  node -> what it costs, with `parameters`; for the boxes' corners.
    """
    words = {node.id: words_of for node, words_of in _all_words(document, report)}
    wires = [Wire(source(wire), node.id, port(wire)) for node in document.main.nodes for wire in node.inputs]
    ports = _used_ports(wires)
    sizes = {
        name: (max(said.size[0], _ports_width(said, ports.get(name, ()))), said.size[1])
        for name, said in words.items()
    }
    places = layout.layered(sizes, wires)
    boxes = _boxes(words, sizes, places, figures or {})
    arrows = _arrows(document, words, {box.id: box for box in boxes}, wires, ports, places)
    return _framed(boxes, arrows)


def _all_words(document: Document, report: Report | None):
    problems: dict[str, list] = {}
    for problem in report.problems if report else ():
        problems.setdefault(top(problem.node), []).append(problem)
    for node in document.main.nodes:
        specs = report.specs.get(node.id, {}) if report else {}
        outputs = {name: shape_label(spec) for name, spec in specs.items()}
        state = _state(node.id, report, problems.get(node.id, []))
        yield node, _Words(node, *state, outputs, family_of(node, document.custom))


def top(path: str) -> str:
    """The node of the drawing that a path leads into: stage1[0]/conv -> stage1."""
    return path.partition("/")[0].partition("[")[0]


def _state(name: str, report: Report | None, problems: list) -> tuple[str, str]:
    if report is None:
        return "checking", ""
    errors = [problem for problem in problems if problem.severity == "error"]
    if any(problem.severity == "checking" for problem in problems) and not errors:
        return "checking", " ".join(problem.message for problem in problems)
    if problems:
        return "error" if errors else "warning", " ".join(p.message for p in errors or problems)
    if name in report.waits:
        guilty = report.waits[name]
        return "waits", f"waits for {guilty}" if guilty != name else "stands in a circle"
    return "ok", ""


# --- places


def _used_ports(wires: list[Wire]) -> dict[str, tuple[str, ...]]:
    """Node -> the outputs that something takes, the first output first."""
    used: dict[str, dict[str, None]] = {}
    for wire in wires:
        used.setdefault(wire.source, {})[wire.port] = None
    return {name: tuple(sorted(ports, key=lambda port: port != "")) for name, ports in used.items()}


def _ports_width(said: _Words, ports: tuple[str, ...]) -> float:
    """How wide a box must be for the labels of its outputs to stand under it, the first in the middle."""
    widest = max((_label_width(_port_label(said, port)) for port in ports), default=0)
    beside = len(ports) // 2 * 2
    return (widest + 8) * (1 + beside) if ports else 0


def _label_width(label: str) -> float:
    return len(label) * LABEL_LETTER + 16


def _port_label(said: _Words, port: str) -> str:
    """'16 × 8 × 8', or 'h_n: 32' for another output than the first."""
    first = next(iter(said.outputs), "")
    shape = said.outputs.get(port or first, "")
    return f"{port}: {shape}" if port and port != first and shape else shape


def _boxes(words, sizes, places: Layout, figures: Mapping[str, Any]) -> list[Box]:
    boxes = []
    for name, said in words.items():
        width, height = sizes[name]
        row, costs = places.rows[places.ranks[name]], figures.get(name)
        boxes.append(
            Box(
                name,
                said.node.kind,
                said.family,
                name,
                subtitle(said.node),
                said.state,
                said.message,
                said.brief,
                next(iter(said.outputs.values()), ""),
                costs.parameters if costs else None,
                places.centres[name] - width / 2,
                (row.top + row.bottom - height) / 2,
                width,
                height,
            )
        )
    return boxes


def _arrows(document, words, boxes, wires: list[Wire], ports, places: Layout) -> list[Arrow]:
    targets = [(node.id, slot) for node in document.main.nodes for slot in range(len(node.inputs))]
    entries = _entries(boxes, wires, places)
    arrows, labelled = [], set()
    for wire, lane, (target, slot), entry in zip(wires, places.lanes, targets, entries, strict=True):
        if wire.source not in boxes:
            continue
        start = _exit(boxes[wire.source], ports[wire.source], wire.port)
        label = _port_label(words[wire.source], wire.port)
        points, label_at = [start], None
        if label and (wire.source, wire.port) not in labelled:
            labelled.add((wire.source, wire.port))
            label_at = (start[0], start[1] + LABEL_DROP)
        points += [(start[0], places.rows[places.ranks[wire.source]].bottom + CURVES_BEGIN)]
        for rank, x in lane:
            points += [(x, places.rows[rank].top), (x, places.rows[rank].bottom + CURVES_BEGIN)]
        row_begins = places.rows[places.ranks[target]].top
        points += [(entry, row_begins), (entry, boxes[target].y)]
        name = f"{wire.source}.{wire.port}>{target}.{slot}"
        arrows.append(Arrow(name, wire.source, target, wire.port, label, _simple(points), label_at))
    return arrows


def _exit(box: Box, ports: tuple[str, ...], port: str) -> tuple[float, float]:
    """Where an output leaves its box: the first in the middle, others right and left of it."""
    place = ports.index(port)
    step = box.width / (1 + len(ports) // 2 * 2)
    away = (place + 1) // 2 * step * (1 if place % 2 else -1)
    return (box.x + box.width / 2 + away, box.y + box.height)


def _entries(boxes: Mapping[str, Box], wires: list[Wire], places: Layout) -> list[float]:
    """x where each wire enters its target: what comes straight from above in the middle, others beside."""
    coming: dict[str, list[tuple[float, int]]] = {}
    for index, (wire, lane) in enumerate(zip(wires, places.lanes, strict=True)):
        before = lane[-1][1] if lane else places.centres.get(wire.source, 0.0)
        coming.setdefault(wire.target, []).append((before, index))
    entries = [0.0] * len(wires)
    for target, found in coming.items():
        middle = places.centres[target]
        step = min(26.0, boxes[target].width / (len(found) + 1))
        left = sorted(item for item in found if item[0] < middle - 1)
        right = sorted(item for item in found if item[0] > middle + 1)
        straight = [item for item in found if abs(item[0] - middle) <= 1]
        first = -(len(left) + (len(straight) - 1) / 2) if straight else -(len(found) - 1) / 2
        for place, (_, index) in enumerate((*left, *straight, *right)):
            entries[index] = middle + (first + place) * step
    return entries


def _simple(points: list[Point]) -> tuple[Point, ...]:
    """Without the points in the middle of a vertical line."""
    kept = [
        here
        for before, here, after in zip(points, points[1:], points[2:], strict=False)
        if not before[0] == here[0] == after[0]
    ]
    return (points[0], *kept, points[-1])


def _framed(boxes: list[Box], arrows: list[Arrow]) -> Scene:
    """Moves everything so that the drawing begins at (0, 0) with a margin."""
    if not boxes:
        return Scene((), (), 0, 0)
    xs = [x for arrow in arrows for x, _ in arrow.points]
    left = min([box.x for box in boxes] + xs) - MARGIN
    right = max([box.x + box.width for box in boxes] + xs) + MARGIN
    bottom = max(box.y + box.height for box in boxes) + MARGIN

    def moved(point: Point) -> Point:
        return (round(point[0] - left, 1), round(point[1] + MARGIN, 1))

    placed = []
    for box in boxes:
        x, y = moved((box.x, box.y))
        placed.append(replace(box, x=x, y=y))
    drawn = [
        replace(
            arrow,
            points=tuple(map(moved, arrow.points)),
            label_at=arrow.label_at and moved(arrow.label_at),
        )
        for arrow in arrows
    ]
    return Scene(tuple(placed), tuple(drawn), round(right - left, 1), round(bottom + MARGIN, 1))


# --- the same as DOT


FONT = "Helvetica"
DOT_STATES = {"error": "#b3261e", "warning": "#9a6700"}


def dot(document: Document, report: Report | None = None) -> graphviz.Digraph:
    """The drawing for Graphviz. Every word goes through graphviz.escape: none is read as markup."""
    picture = graphviz.Digraph(
        graph_attr={"label": graphviz.escape(document.name), "labelloc": "t", "fontname": FONT},
        node_attr={"shape": "box", "style": "rounded,filled", "fontname": FONT},
        edge_attr={"fontname": FONT, "fontsize": "10", "color": "#5b6472"},
    )
    drawn = scene(document, report)
    for box in drawn.boxes:
        words = "\n".join(filter(None, (box.title, box.subtitle, box.message)))
        picture.node(box.id, graphviz.escape(words), **_dot_style(box, document.main[box.id].note))
    for arrow in drawn.arrows:
        picture.edge(arrow.source, arrow.target, graphviz.escape(arrow.label))
    return picture


def _dot_style(box: Box, note: str) -> dict[str, str]:
    color = COLORS.get(box.family, COLORS[BLOCK_FAMILY]).light
    return {
        "color": DOT_STATES.get(box.state, color),
        "fontcolor": color,
        "fillcolor": f"{color}14",
        "tooltip": graphviz.escape(note or box.subtitle),
        "style": "rounded,filled,dashed" if box.state == "waits" else "rounded,filled",
    }
