"""The Scene: what to draw of a document, in pixels, as plain data that knows no screen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MARGIN = 12

Point = tuple[float, float]


@dataclass(frozen=True)
class Port:
    """Where a wire enters or leaves a box: x from the box's left edge.

    state is wired, free (may be wired) or needed (must be, and is not).
    """

    name: str
    x: float
    state: str


@dataclass(frozen=True)
class Box:
    """A node. x and y are its left top corner; state is ok, error, warning, waits or checking.

    id is the node's path from what is drawn (stage1/conv in an open frame), parent that of the frame
    it stands in. message is what is wrong or waited for, in a sentence; brief is the same as the box
    says it, under its own name. output is the shape of its first output. marks are what is special of
    its weights, in words. A frame is a block drawn open, with its nodes in it; opens: it could be one.
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
    parent: str = ""
    frame: bool = False
    opens: bool = False
    repeat: int = 1
    frozen: bool = False
    shares: str = ""
    tuned: str = ""  # init and parametrize, in words
    note: str = ""
    picture: bool = False  # a place is kept for one, at the right end
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()

    @property
    def marks(self) -> tuple[str, ...]:
        """What the marks on the box say, each in words."""
        told = (
            self.repeat > 1 and f"{self.repeat} in a row",
            self.frozen and "frozen",
            self.shares and f"shares the weights of {self.shares}",
            self.tuned,
        )
        return tuple(words for words in told if words)


@dataclass(frozen=True)
class Arrow:
    """A wire. points lead from the source's bottom to the target's top; label_at is the middle of its label.

    Arrows from one output carry the same label; it is drawn once, on the arrow that has a label_at.
    slot is the place among the target's inputs; dimensions has a letter for each one of the shape, where
    they are known.
    """

    id: str
    source: str
    target: str
    port: str
    label: str
    points: tuple[Point, ...]
    label_at: Point | None = None
    slot: int = 0
    dimensions: str = ""


@dataclass(frozen=True)
class Link:
    """Two nodes with the same weights. points lead round what stands between them, beside their boxes;
    label_at is None where there is no room for words."""

    id: str
    source: str
    target: str
    points: tuple[Point, ...]
    label_at: Point | None


@dataclass(frozen=True)
class Scene:
    """What to draw, in pixels. Boxes stand in the document's order, a frame before what is in it."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float
    links: tuple[Link, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The scene as plain dicts and lists, for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Picture:
    """One graph, drawn: as a Scene, before it has its place. axis is the x its first output hangs on."""

    boxes: tuple[Box, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    links: tuple[Link, ...] = ()

    def moved(self, right: float, down: float) -> Picture:
        """The same somewhere else."""

        def place(point: Point) -> Point:
            return (round(point[0] + right, 1), round(point[1] + down, 1))

        def placed(line):
            points = tuple(map(place, line.points))
            return _changed(line, points=points, label_at=line.label_at and place(line.label_at))

        boxes = (_changed(box, x=round(box.x + right, 1), y=round(box.y + down, 1)) for box in self.boxes)
        return Picture(tuple(boxes), tuple(map(placed, self.arrows)), tuple(map(placed, self.links)))

    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of all there is; an empty picture is a point."""
        lines = (*self.arrows, *self.links)
        xs = [x for line in lines for x, _ in line.points] + [box.x for box in self.boxes]
        xs += [box.x + box.width for box in self.boxes]
        xs += [
            link.label_at[0] + side
            for link in self.links
            if link.label_at
            for side in (-LINK_ROOM, LINK_ROOM)
        ]
        tops = [box.y for box in self.boxes]
        bottoms = [box.y + box.height for box in self.boxes]
        return min(xs, default=0), min(tops, default=0), max(xs, default=0), max(bottoms, default=0)


def _changed(thing: Any, **fields: Any) -> Any:
    """As dataclasses.replace, for dataclasses that check nothing when they are made: a drawing has
    hundreds of boxes and arrows, and a click waits for all of them."""
    made = object.__new__(type(thing))
    made.__dict__.update(thing.__dict__, **fields)
    return made


LINK_ROOM = 52  # from a link's middle to the end of its words
