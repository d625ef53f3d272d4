"""A network small enough for a card: its boxes and arrows without words, from left to right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from builder.captions import family_of
from builder.document import Document, Node
from builder.drawing import scene
from builder.scenes import Arrow, Box

WIDTH, HEIGHT = 240.0, 68.0  # pixels
MARGIN = 4.0
MOST_ALONG, MOST_ACROSS = 0.22, 0.17  # how much of the drawing's size is kept at most
STACKED = 2.5  # pixels from one copy of a repeated layer to the next
MOST_BANDS = 8  # in a block; more are too thin to see
COPIES = 3  # drawn of a repeated layer, however often it is repeated


@dataclass(frozen=True)
class Patch:
    """A layer: its left top corner, its size, its family for the colour, and how many stand in a row.

    A block has the families of all that is in it, for a band of each.
    """

    x: float
    y: float
    width: float
    height: float
    families: tuple[str, ...]
    copies: int = 1


@dataclass(frozen=True)
class Silhouette:
    """What to draw on WIDTH by HEIGHT pixels; a line is its points x1, y1, x2, y2, ..."""

    patches: tuple[Patch, ...]
    lines: tuple[tuple[float, ...], ...]


def _families(node: Node, document: Document) -> Iterator[str]:
    block = document.blocks.get(node.kind)
    if block is None:
        yield family_of(node)
        return
    for inner in block.graph.nodes:
        if inner.kind not in ("Input", "Output"):
            yield from _families(inner, document)


def silhouette(document: Document) -> Silhouette:
    """The network's main graph, turned so that it runs from left to right, and scaled to fit."""
    drawn = scene(document)
    room_along, room_across = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN - STACKED * (COPIES - 1)
    along = min(room_along / max(drawn.height, 1), MOST_ALONG)
    across = min(room_across / max(drawn.width, 1), MOST_ACROSS)
    left = (WIDTH - drawn.height * along) / 2
    top = (HEIGHT - drawn.width * across) / 2

    def placed(x: float, y: float) -> tuple[float, float]:
        return round(left + y * along, 1), round(top + x * across, 1)

    def patch(box: Box) -> Patch:
        x, y = placed(box.x, box.y)
        node = document.main[box.id]
        size = round(box.height * along, 1), round(box.width * across, 1)
        return Patch(x, y, *size, tuple(_families(node, document))[:MOST_BANDS], min(node.repeat, COPIES))

    def line(arrow: Arrow) -> tuple[float, ...]:
        return tuple(number for x, y in arrow.points for number in placed(x, y))

    return Silhouette(tuple(map(patch, drawn.boxes)), tuple(map(line, drawn.arrows)))
