"""Experiments: the same network with one thing changed, each trained on the same data from the
same seed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from builder import replacing
from builder.catalogue import CATALOGUE
from builder.custom.trust import Trust
from builder.document import Document
from builder.replacing import Specs
from trainer import launch
from trainer.errors import TrainerError, unknown
from trainer.settings import Settings


@dataclass(frozen=True)
class Variation:
    """A document under the name by which a comparison shows it."""

    name: str
    document: Document


def vary(document: Document, old: str, kinds: Iterable[str], specs: Specs | None = None) -> list[Variation]:
    """The drawn network first, then one per kind in place of `old`: vary(net, "BatchNorm2d",
    ["GroupNorm"]).

    specs is what flows in the drawn network, for params that must suit it (GroupNorm's num_groups).
    Raises TrainerError for kinds that are not in the catalogue or not in the network.
    """
    graphs = [document.main, *(block.graph for block in document.blocks.values())]
    drawn = sorted({node.kind for graph in graphs for node in graph.nodes})
    if old not in drawn:
        raise unknown("layer in this network that is a", old, drawn)
    others = [
        Variation(kind, swap(document, {old: kind}, specs)) for kind in dict.fromkeys(kinds) if kind != old
    ]
    return [Variation(old, document), *others]


def swap(document: Document, kinds: Mapping[str, str], specs: Specs | None = None) -> Document:
    """The document with every node of some kinds made another, in blocks too: swap(net, {"ReLU":
    "GELU"}).
    """
    for kind in kinds.values():
        if kind not in CATALOGUE:
            raise unknown("layer", kind, CATALOGUE)

    return replacing.swapped(document, kinds, specs)


def compare(
    variations: Sequence[Variation],
    settings: Settings,
    data: str,
    printed: Callable[[Document], str],
    name: str = "",
    trust: Trust = False,
) -> dict[str, str]:
    """Start one run per variation with the same settings and data; name -> run id.

    printed turns a document into its checked source; every one is printed before the first run
    starts, so a variation that cannot be built starts nothing. The runs share a group:
    index.runs(group=...) lists them.
    """
    if not variations:
        raise TrainerError("There is nothing to compare. Choose at least one variation.")
    sources = [printed(each.document) for each in variations]
    group = secrets.token_hex(8)
    return {
        each.name: launch.start(
            each.document,
            text,
            settings,
            data,
            name=name or each.document.name,
            group=group,
            variant=each.name,
            trust=trust,
        )
        for each, text in zip(variations, sources, strict=True)
    }
