"""What to draw of a document: boxes and arrows with their places and words, as plain data; and as DOT."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import graphviz

from builder import blocks, paths
from builder.boxes import Words, by_box, state_of
from builder.captions import BLOCK_FAMILY, COLORS, family_of, shape_label
from builder.dimensions import Dimensions, Names
from builder.document import Block, Document, Graph, Node
from builder.frames import framed, linked
from builder.placing import Drawn, Frame, placed
from builder.scenes import MARGIN, Arrow, Box, Link, Picture, Port, Scene

if TYPE_CHECKING:
    from builder.checks import Report
    from builder.rules import Problem

__all__ = ["Arrow", "Box", "Link", "Port", "Scene", "dot", "scene", "top"]


@dataclass(frozen=True)
class _Subject:
    """All that a drawing is made of."""

    document: Document
    report: Report | None
    figures: Mapping[str, Any]
    opened: frozenset[str]
    problems: Mapping[str, list[Problem]]
    dimensions: Dimensions
    pictures: bool


@dataclass(frozen=True)
class _Use:
    """A graph as it is used somewhere: its path in the drawing and in the check, its block's params."""

    graph: Graph
    path: str = ""
    place: str = ""
    values: Mapping[str, Any] | None = None
    given: tuple[str, ...] = ()  # the names of the dimensions that come in


def scene(
    document: Document,
    report: Report | None = None,
    figures: Mapping[str, Any] | None = None,
    opened: Collection[str] = (),
    given: tuple[str, ...] = (),
    pictures: bool = False,
) -> Scene:
    """The drawing of a document.

    report   what check() found; without it every box is still being checked.
    figures  node -> what it costs, with `parameters`; for the boxes' corners.
    opened   the paths of the blocks that are drawn as frames, with their nodes in them.
    given    of a block that is drawn by itself: what the dimensions are called that flow into it.
    pictures whether each box keeps a place for a small picture of what it gives.
    """
    shown = frozenset(opened)
    names = Dimensions(document, report.specs if report else {})
    subject = _Subject(document, report, figures or {}, shown, by_box(report, shown), names, pictures)
    picture = _picture(subject, _Use(document.main, given=given))
    if not picture.boxes:
        return Scene((), (), 0, 0)
    left, top_edge, right, bottom = picture.edges()
    picture = picture.moved(MARGIN - left, MARGIN - top_edge)
    width, height = right - left + 2 * MARGIN, bottom - top_edge + 2 * MARGIN
    return Scene(picture.boxes, picture.arrows, round(width, 1), round(height, 1), picture.links)


def _picture(subject: _Subject, use: _Use) -> Picture:
    letters = subject.dimensions.named(use.graph, use.place, use.given)
    drawn = {node.id: _drawn(subject, use, node, letters) for node in use.graph.nodes}
    return linked(placed(use.graph, drawn, use.path.removesuffix("/")), drawn)


def _drawn(subject: _Subject, use: _Use, node: Node, letters: Names) -> Drawn:
    path, place = use.path + node.id, use.place + node.id
    specs = subject.report.specs.get(place, {}) if subject.report else {}
    outputs = {name: shape_label(spec) for name, spec in specs.items()}
    state = state_of(place, subject.report, subject.problems.get(path, []))
    is_end = use.values is not None and node.kind in ("Input", "Output")
    node = node if use.values is None else blocks.worked_out(node, use.values)
    block = subject.document.blocks.get(node.kind)
    opens = block is not None and bool(block.graph.nodes)
    costs = subject.figures.get(place)
    given = subject.dimensions.into(node, letters)
    return Drawn(
        path,
        Words(node, *state, outputs, family_of(node, subject.document.custom), is_end, subject.pictures),
        blocks.kind_named(node.kind, subject.document),
        costs.parameters if costs else None,
        opens,
        _frame(subject, node, block, path, place, given) if opens and path in subject.opened else None,
        letters.get(node.id, ""),
    )


def _frame(subject: _Subject, node: Node, block: Block, path: str, place: str, given) -> Frame:
    copy = f"{place}[0]/" if node.repeat > 1 else f"{place}/"
    inside = _Use(block.graph, f"{path}/", copy, blocks.params_in_use(block, node), given)
    return framed(_picture(subject, inside), block.graph, path, blocks.ports_of(block))


def top(path: str) -> str:
    """The node of the drawing that a path leads into: stage1[0]/conv -> stage1."""
    return paths.drawn(path).partition("/")[0]


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
        words = "\n".join(filter(None, (box.title, box.subtitle, ", ".join(box.marks), box.message)))
        picture.node(box.id, graphviz.escape(words), **_dot_style(box, box.note))
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
