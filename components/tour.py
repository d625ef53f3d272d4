"""The tour of the Build page: five short steps that point at the real things, shown once to every browser."""

from __future__ import annotations

from dataclasses import dataclass

from components import assets
from components.language import message, t

SEEN = "layerloom:tour"  # what the browser keeps, in localStorage, once it has shown the tour

_component = assets.component(
    "layerloom_tour",
    html='<div class="tour"></div>',
    css=assets.style("tour.css"),
    js="tour.js",
)


@dataclass(frozen=True)
class Step:
    """What is said, and of what.

    text  a word between two backticks is a key, or what is typed.
    at    CSS selectors on the page; the first one that is in sight is pointed at.
    """

    title: str
    text: str
    at: tuple[str, ...]


STEPS = (
    Step(
        message("This is your network"),
        message(
            "Every box is a layer. What flows from one to the next is written on the wire: C16 H8 W8 is an "
            "example of 16 channels, each 8 high and 8 wide."
        ),
        (".st-key-canvas",),
    ),
    Step(
        message("Add a layer"),
        message(
            "A click here puts a layer behind the selected one. Or press `a` in the drawing and type what"
            " you want: `conv 32 k5`."
        ),
        (".st-key-palette",),
    ),
    Step(
        message("Change a layer"),
        message(
            "Click a layer in the drawing. This form has its arguments, as PyTorch calls them, and says "
            "how its sizes come about."
        ),
        (".st-key-side",),
    ),
    Step(
        message("See what is wrong, and repair it"),
        message(
            "What does not fit, or would not learn, is said here. A button beside it makes the repair, "
            "and tells you first what it changes. Undo takes any edit back."
        ),
        (".st-key-problems",),
    ),
    Step(
        message("Train it"),
        message(
            "When everything fits, train the network and look inside while it learns. To see this tour "
            "again, press `?` in the drawing."
        ),
        (
            '[data-testid="stTopNavLink"][href$="/train"]',
            '[data-testid="stSidebarNavLink"][href$="/train"]',
            '[data-testid="stExpandSidebarButton"]',  # on a small screen the pages stand behind it
        ),
    ),
)
WORDS = {
    "skip": message("Skip the tour"),
    "back": message("Back"),
    "next": message("Next"),
    "done": message("Done"),
}


def tour() -> None:
    """Shows the tour to who has not seen it, and to who asks for it. Takes no room on the page."""
    steps = [
        {
            "place": t(f"Tour, {place} of {len(STEPS)}"),
            "title": t(step.title),
            "text": t(step.text),
            "at": list(step.at),
        }
        for place, step in enumerate(STEPS, 1)
    ]
    words = {name: t(word) for name, word in WORDS.items()}
    _component(key="tour", data={"steps": steps, "words": words, "seen": SEEN})
