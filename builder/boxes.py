"""What a box says, and how large it must be to say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from builder import paths
from builder.document import Node

if TYPE_CHECKING:
    from builder.checks import Report
    from builder.rules import Problem

WIDTH, PROBLEM_WIDTH = 184, 264  # pixels
HEIGHT, LINE = 48, 15  # a box with a title and a subtitle; each line of a message more
PICTURE = 46  # beside the words, for a small picture of what the node gives; canvas_pictures.js paints it
END_WIDTH, END_HEIGHT = 112, 26  # an Input or Output in a frame: its name alone
MOST_LINES = 3
LETTER = 6.2  # the width of a letter, on the safe side: the browser measures and clips


@dataclass(frozen=True)
class Words:
    """What a box says, before it has a place."""

    node: Node
    state: str
    message: str
    outputs: Mapping[str, str]
    family: str
    is_end: bool = False  # of a frame
    pictured: bool = False  # where pictures are shown, whether or not there is one already

    @property
    def brief(self) -> str:
        own = f"{self.node.id} ({self.node.kind}) "
        if not self.is_problem or not self.message.startswith(own):  # of a layer inside: with its name
            return self.message
        words = self.message.removeprefix(own)
        return words[:1].upper() + words[1:]

    @property
    def is_problem(self) -> bool:
        return self.state in ("error", "warning")

    @property
    def has_picture(self) -> bool:
        """Whether a place is kept for one: before it comes, so that nothing moves when it does."""
        return self.pictured and not self.is_end and self.state != "error"

    @property
    def size(self) -> tuple[float, float]:
        width, height = self._size
        return width + PICTURE * self.has_picture, height

    @property
    def _size(self) -> tuple[float, float]:
        if not self.is_problem:
            return (END_WIDTH, END_HEIGHT) if self.is_end else (WIDTH, HEIGHT)
        lines = -(-len(self.brief) * LETTER // (PROBLEM_WIDTH - 24))
        return PROBLEM_WIDTH, HEIGHT + LINE * min(MOST_LINES, lines) + 4


def state_of(place: str, report: Report | None, problems: list[Problem]) -> tuple[str, str]:
    """The state of the node at a place (as the check names it), and what is wrong or waited for."""
    if report is None:
        return "checking", ""
    errors = [problem for problem in problems if problem.severity == "error"]
    if any(problem.severity == "checking" for problem in problems) and not errors:
        return "checking", " ".join(problem.message for problem in problems)
    if problems:
        return "error" if errors else "warning", " ".join(p.message for p in errors or problems)
    if place in report.waits:
        guilty = paths.drawn(report.waits[place])
        return "waits", f"waits for {guilty}" if guilty != paths.drawn(place) else "stands in a circle"
    return "ok", ""


def by_box(report: Report | None, opened: frozenset[str]) -> dict[str, list[Problem]]:
    """The problems at the box that says them: the node's own, or the closed block that it stands in."""
    found: dict[str, list[Problem]] = {}
    for problem in report.problems if report else ():
        way, name = paths.split(paths.drawn(problem.node))
        shown = next(
            (depth for depth in range(len(way)) if "/".join(way[: depth + 1]) not in opened), len(way)
        )
        said = "/".join((*way, name)[: shown + 1])
        if problem not in found.setdefault(said, []):
            found[said].append(problem)
    return found
