"""Open blocks: a picture put into the frame of its block; and the links between shared weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from builder.document import Graph
from builder.placing import Drawn, Frame
from builder.scenes import Box, Link, Picture

HEAD = 46  # pixels above what is in a frame: its name and what it is
BESIDE, BELOW = 18, 20
SMALLEST = 300  # the name stands left of the wire that goes in
BOW = 18  # how far a link swings past what it goes round
ARROWS = 120  # lanes of arrows that a link goes round without going far
CLOSE = 14  # half of what is between two boxes


def framed(picture: Picture, graph: Graph, inside: str, ports: tuple[str, ...]) -> Frame:
    """A block's picture as the inside of its frame: below the head, its first Input in the middle."""
    boxes = {box.id: box for box in picture.boxes}
    starts = [boxes[f"{inside}/{node.id}"] for node in graph.of_kind("Input")]
    stops = [boxes[f"{inside}/{node.id}"] for node in graph.of_kind("Output")]
    left, top, right, bottom = picture.edges()
    middle = _middle(starts[0]) if starts else (left + right) / 2
    half = max(middle - left, right - middle, SMALLEST / 2 - BESIDE)
    down = HEAD - top
    exits = {
        "" if place == 0 else name: (_middle(box) - middle, box.y + box.height + down)
        for place, (name, box) in enumerate(zip(ports, stops, strict=True))
    }
    return Frame(
        picture.moved(-middle, down),
        2 * (half + BESIDE),
        bottom - top + HEAD + BELOW,
        tuple((_middle(box) - middle, box.y + down) for box in starts),
        exits,
        ports,
    )


def _middle(box: Box) -> float:
    return box.x + box.width / 2


def linked(picture: Picture, drawn: Mapping[str, Drawn]) -> Picture:
    """The picture with a link between each node and the next one, downwards, that has its weights."""
    boxes = {box.id: box for box in picture.boxes}
    groups: dict[str, list[Box]] = {}
    for each in drawn.values():
        if (shared := each.words.node.shares) in drawn:
            group = groups.setdefault(shared, [boxes[drawn[shared].name]])
            group.append(boxes[each.name])
    links = tuple(link for group in groups.values() for link in _links(group, picture))
    return replace(picture, links=(*picture.links, *links))


def _links(group: list[Box], picture: Picture) -> Iterator[Link]:
    down = sorted(group, key=lambda box: (box.y, box.x))
    for one, other in zip(down, down[1:], strict=False):
        x, named = _lane(one, other, picture)
        right = x > one.x
        begin, end = ((box.x + box.width if right else box.x, box.y + box.height / 2) for box in (one, other))
        label_at = (x, (begin[1] + end[1]) / 2) if named else None
        points = (begin, (x, begin[1]), (x, end[1]), end)
        yield Link(f"{one.id}={other.id}", one.id, other.id, points, label_at)


def _lane(one: Box, other: Box, picture: Picture) -> tuple[float, bool]:
    """x where a link runs down, and whether there is room for its words: outside of all that stands
    between the two heights; where both sides are taken, close to the two."""
    top, bottom = one.y, other.y + other.height
    left, right = zip(*_reaches(picture, top, bottom), strict=True)
    furthest = max(one.x + one.width, other.x + other.width)
    nearest = min(one.x, other.x)
    if max(right) <= furthest + ARROWS:
        return max(right) + BOW, True
    if min(left) >= nearest - ARROWS:
        return min(left) - BOW, True
    return furthest + CLOSE, False


def _reaches(picture: Picture, top: float, bottom: float) -> Iterator[tuple[float, float]]:
    """How far to the left and right each thing reaches that stands between two heights."""
    for box in picture.boxes:
        if box.y < bottom and top < box.y + box.height:
            yield box.x, box.x + box.width
    for arrow in picture.arrows:
        for (x, y), (next_x, next_y) in zip(arrow.points, arrow.points[1:], strict=False):
            if y < bottom and top < next_y:
                yield min(x, next_x), max(x, next_x)
