"""Where a visitor looks: the block that was entered, the frames that are open, what is selected."""

from __future__ import annotations

from collections.abc import Sequence

from builder import Document, block_edits, paths
from builder.document import Node


class Look:
    """What is seen of a document. View state: it is kept with the visitor, not in the document."""

    document: Document

    def __init__(self) -> None:
        self.opened: tuple[str, ...] = ()
        self.open_frames: set[str] = set()  # paths from the network
        self.selected = ""
        self.chosen: tuple[str, ...] = ()  # where several are selected
        self.names: dict[tuple[str, str], str] = {}  # block, a node's earlier name -> the next one
        self.wiring: tuple[str, str, str] | None = None  # a wire being laid: node, port, in or out
        self.inserting: tuple[str, int] | None = None  # the wire that the next layer goes on
        self.replacing = ""  # the layer in whose place another kind is to be put
        self.finding = False  # whether the layers inside closed blocks are asked for
        self.pictures = False  # whether each box shows what it gives for an example
        self.shown_problems = 0  # how often a problem was gone to: the page brings the drawing into sight
        self.wish = ""  # a part of the page that is asked for by its name

    def look_from_the_start(self) -> None:
        """At the network itself, with its blocks closed."""
        self.open_frames, self.names = set(), {}
        self.close_to(())

    @property
    def path(self) -> tuple[str, ...]:
        """The nodes that were opened to get to what is shown, as far as they are still there."""
        there = [n for n in range(len(self.opened) + 1) if self.block_at(self.opened[:n]) is not None]
        return self.opened[: there[-1]]

    def block_at(self, way: tuple[str, ...]) -> str | None:
        """The block that a way leads into, '' for the network itself, None for nowhere."""
        return paths.block_at(self.document, way)

    @property
    def block(self) -> str:
        """The block that is open, '' for the network itself."""
        return self.block_at(self.path) or ""

    @property
    def shown(self) -> Document:
        """What is shown and edited: the network, or the open block as a document of its own."""
        return block_edits.at(self.document, self.path)

    def open_node(self, path: str) -> None:
        """Opens a block to see and edit what is in it."""
        self.select(path)  # the code of a layer written in Python is in its form
        way, name = self.at(path)
        if self.block_at((*way, name)):
            self.close_to((*way, name))

    def close_to(self, path: tuple[str, ...]) -> None:
        """Goes to another level of the opened blocks; () is the network."""
        self.opened = path
        self.chosen, self.wiring, self.inserting = (), None, None
        self.selected = _first_layer(self.shown)

    def ask_for(self, what: str) -> None:
        """Wishes for a part of the page to be opened: templates or export."""
        self.wish = what

    def wishes(self, what: str) -> bool:
        """Whether that is asked for; it is, once."""
        asked, self.wish = self.wish == what, "" if self.wish == what else self.wish
        return asked

    # --- frames: blocks that are drawn open, in the picture around them

    @property
    def frames(self) -> tuple[str, ...]:
        """The open ones, as paths from what is shown."""
        around = "".join(f"{name}/" for name in self.path)
        return tuple(way.removeprefix(around) for way in self.open_frames if way.startswith(around))

    def toggle_frame(self, path: str) -> None:
        """Draws a block open as a frame, or closed again, and selects it."""
        way, name = self.at(path)
        inside = paths.graph_at(self.document, (*way, name))
        if inside and inside.nodes:
            self.open_frames ^= {paths.joined(way, name)}
            self.select(path)

    def reach(self, path: str) -> None:
        """Draws the blocks around a node open, and selects it."""
        if not self.knows(path):
            return
        way, _ = self.at(path)
        around = range(len(self.path) + 1, len(way) + 1)
        self.open_frames |= {"/".join(way[:depth]) for depth in around}
        self.select(path)

    # --- selecting: `selected` and `chosen` are paths from what is shown, stage1/conv in a frame

    def at(self, path: str) -> tuple[tuple[str, ...], str]:
        """The way from the network to the graph where a node of the drawing stands, and its id there."""
        way, name = paths.split(path)
        return (*self.path, *way), name

    def knows(self, path: str) -> bool:
        return paths.leads_somewhere(self.document, paths.joined(*self.at(path)))

    @property
    def way(self) -> tuple[str, ...]:
        """The way to the graph where the selected node stands."""
        return self.at(self.selected)[0]

    def node(self) -> Node | None:
        """The selected node."""
        way, name = self.at(self.selected)
        return paths.graph_at(self.document, way)[name] if self.knows(self.selected) else None

    def select(self, path: str) -> None:
        if self.knows(path):
            self.selected, self.chosen, self.inserting = path, (), None

    def choose(self, chosen: Sequence[str]) -> None:
        """Selects several at once, of which the form shows the first; what is not there is passed over."""
        known = tuple(path for path in chosen if self.knows(path))
        if known:
            self.select(known[0])
        self.chosen = known if len(known) > 1 else ()

    def together(self, chosen: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
        """The way to the graph where the first of them stands, and the ids of all that stand in it; none
        where nothing is there any more."""
        places = [self.at(path) for path in chosen if self.knows(path)]
        if not places:
            return (), []
        return places[0][0], [name for way, name in places if way == places[0][0]]

    def show_problem(self, path: str) -> None:
        """Goes to the node with a problem, into the block where it stands: stage1[0]/conv."""
        way, name = paths.split(paths.drawn(path))
        seen = all("/".join(way[: depth + 1]) in self.open_frames for depth in range(len(way)))
        if self.path != way and (self.path or not seen):
            self.close_to(() if seen else way)
        self.select(name if self.path == way else paths.joined(way, name))
        self.shown_problems += 1

    def reselect(self, before: Document) -> None:
        """Lets go of what is not there any more; selected is then what stands in its place, or before it.

        before: the document as it was, where all of it was there.
        """
        self.open_frames = {way for way in self.open_frames if self.block_at(tuple(way.split("/")))}
        self.chosen = tuple(path for path in self.chosen if self.knows(path))
        if not self.knows(self.selected):
            self.selected = self._in_its_place(before) or _first_layer(self.shown)

    def _in_its_place(self, before: Document) -> str:
        """Of a selected node that is gone: what came to its place, as after a step back from a new name; else
        the nearest that stood before it, so that the view stays where it was. '' where there is neither."""
        way, name = self.at(self.selected)
        old, new = (paths.graph_at(document, way) for document in (before, self.document))
        if old is None or new is None or name not in old:
            return ""
        place = old.place(name)
        came = [node.id for node in new.nodes[place : place + 1] if node.id not in old]
        stayed = [node.id for node in reversed(old.nodes[:place]) if node.id in new]
        frame = paths.split(self.selected)[0]
        return next((paths.joined(frame, each) for each in (*came, *stayed)), "")

    def renamed_path(self, path: str, block: str | None, old: str, new: str) -> str:
        """A path from the network after a node of a block is renamed, in whatever use of it."""
        parts = path.split("/")
        here = [self.block_at(tuple(parts[:depth])) for depth in range(len(parts))]
        return "/".join(
            new if part == old and at == block else part for part, at in zip(parts, here, strict=True)
        )


def _first_layer(document: Document) -> str:
    nodes = document.main.nodes
    return nodes[min(1, len(nodes) - 1)].id if nodes else ""
