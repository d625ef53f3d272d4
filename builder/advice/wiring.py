"""Warnings of layers that are wired to nothing, or to what they seldom are meant for."""

from __future__ import annotations

from collections.abc import Iterator

from builder import fixes
from builder.advice.words import warning
from builder.fixes import Fix
from builder.kinds import example_text
from builder.opened import Layer, Opened
from builder.order import source
from builder.rules import Problem
from builder.surroundings import everywhere

KEEPING_PLACES = ("Normalization", "Activation", "Dropout", "Linear")  # families that move no dimension


def nothing_is_unused(network: Opened) -> Iterator[Problem]:
    """Looks at each graph by itself: what a block gives may be of use in one place and of none in another."""
    for place in everywhere(network.document, network.of):
        ends = place.graph.of_kind("Output")
        if not ends or not all(end.inputs for end in ends):
            continue  # what stands last is yet to be wired to it
        for name, after in place.users.items():
            node = place.graph[name]
            if not after and node.kind != "Output" and not (place.path and node.kind == "Input"):
                message = f"{name} ({node.kind}) feeds nothing, so it does nothing. Wire it on or remove it."
                remove = Fix(f"Remove {name}", "remove", (name,))
                yield Problem(place.path + name, message, (remove,), "warning")


def linear_over_an_image(network: Opened) -> Iterator[Problem]:
    """Linear takes any shape and works on the last dimension, which is seldom meant for an image.

    Said of the first one only: behind it the shape is wrong for a known reason.
    """
    wrong = {layer.id for layer in network.of_family("Linear") if _works_on_rows(network, layer)}
    behind: set[str] = set()
    for layer in network.graph.nodes if wrong else ():
        if any(wire in wrong or wire in behind for wire in map(source, layer.inputs)):
            behind.add(layer.id)
    for layer in network.in_every_use(wrong):
        if layer.id not in behind:
            message = (
                f"works on the last dimension of {example_text(network.into(layer))} alone, one row of the "
                "image at a time. Insert a Flatten to use the whole image."
            )
            yield warning(layer, message, fixes.insert(layer.node, "Flatten"))


def _works_on_rows(network: Opened, layer: Layer) -> bool:
    spec = network.into(layer) if network.kind(layer).reads else None
    image = spec is not None and len(spec.example) == 3 and network.spec(layer.id) is not None
    return image and not _was_turned(network, layer)


def _was_turned(network: Opened, layer: Layer) -> bool:
    """Whether the channels were put last on the way, as ConvNeXt does: Linear is meant to mix them."""
    while (layer := network.before(layer)) and layer.kind not in ("Permute", "Transpose"):
        if network.family(layer) not in KEEPING_PLACES:
            return False
    return layer is not None


def channels_come_last(network: Opened) -> Iterator[Problem]:
    """An image as files and matplotlib have it, where PyTorch takes the channels first."""
    found = {}
    for layer in network.of_family("Convolution"):
        before, spec = network.before(layer), network.into(layer)
        if before and before.kind == "Input" and spec and _looks_channels_last(spec.example):
            found[layer.id] = spec
    for layer in network.in_every_use(found):
        height, width, channels = found[layer.id].example
        message = (
            f"takes the channels first and gets {example_text(found[layer.id])}, which looks like {channels} "
            f"channels last, so it would slide over {width} x {channels} numbers. Insert a Permute."
        )
        yield warning(layer, message, fixes.channels_first(layer.node, 3))


def _looks_channels_last(example: tuple[int, ...]) -> bool:
    return len(example) == 3 and example[2] in (1, 3, 4) and min(example[:2]) >= 8
