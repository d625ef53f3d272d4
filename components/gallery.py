"""The gallery: a card for each template, by group, with a search box; one click opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cache, cached_property
from typing import Any

from builder.document import Document, Graph, Node
from builder.silhouette import HEIGHT, STACKED, WIDTH, Silhouette, silhouette
from builder.templates import TEMPLATES, Template, template
from components import assets, events, words
from components.language import message, t

EVENTS: events.Fields = {"open": {"name": str}}
SHOWN = ("group", "title", "purpose", "takes", "source")  # what a card says in words

_component = assets.component(
    "layerloom_gallery",
    html='<div class="gallery"></div>',
    css=assets.style("gallery.css"),
    js="gallery.js",
)


@dataclass(frozen=True)
class Card:
    """What a card says. kinds are what the search looks through beside the words: LSTM, Conv2d, ..."""

    name: str
    group: str
    title: str
    purpose: str
    parameters: str
    takes: str
    source: str
    kinds: str
    picture: Silhouette

    def data(self) -> dict[str, Any]:
        """What goes to the browser."""
        said = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "picture"}
        said |= {name: t(said[name]) for name in SHOWN}
        return said | {"patches": self.patches, "lines": self.picture.lines}

    @cached_property
    def patches(self) -> list[tuple]:
        return [astuple(patch) for patch in self.picture.patches]


def gallery(cards: Sequence[Card], *, key: str, on_event: events.OnEvent, height: int = 680) -> None:
    """Shows the cards; groups stand in the order of their first card.

    on_event  called with {"type": "open", "name"}.
    """
    size = {"width": WIDTH, "height": HEIGHT, "stacked": STACKED}
    data = {"cards": [card.data() for card in cards], "size": size, "height": height}
    events.mount(_component, data, key=key, fields=EVENTS, on_event=on_event)


@cache
def template_cards() -> tuple[Card, ...]:
    """A card for each template. Made once: the templates are the same as long as the server runs."""
    return tuple(_card_of(entry, template(entry.name)) for entry in TEMPLATES)


def _card_of(entry: Template, document: Document) -> Card:
    graphs: list[Graph] = [document.main, *(block.graph for block in document.blocks.values())]
    kinds = {node.kind for graph in graphs for node in graph.nodes} - {"Input", "Output"}
    return Card(
        entry.name,
        entry.group,
        document.name,
        entry.purpose,
        f"{entry.parameters:,}",
        " and ".join(_takes(node) for node in document.main.of_kind("Input")),
        entry.source,
        " ".join(sorted(kinds)),
        silhouette(document),
    )


def _takes(node: Node) -> str:
    sizes = words.shape(node.params["shape"])
    if node.params.get("dtype") == "int64":
        return message(f"{sizes} tokens")
    return sizes if len(node.params["shape"]) > 1 else message(f"{sizes} numbers")
