"""Convolutions: small filters slid over signals, images and volumes."""

from collections.abc import Mapping
from math import prod
from typing import Any

from builder import formulas
from builder.catalogue.derive import CHANNELS, SPACES, a, each, layer, shortest
from builder.kinds import Kind, Misfit, Spec

FAMILY = "Convolution"
GROUPS = (("groups", "in_channels"), ("groups", "out_channels"))


def _convolution(rank: int) -> Kind:
    takes, example, space = SPACES[rank]
    return layer(
        f"Conv{rank}d",
        FAMILY,
        f"Slides small filters over {a(space)}, looking for patterns.",
        start={"out_channels": 16, "kernel_size": 3},
        say={"padding": {"choices": ("same", "valid"), "low": 0}},
        reads={"in_channels": CHANNELS},
        weight=("out_channels", "in_channels", "kernel_size"),
        formula=formulas.convolution,
        takes=(takes,),
        divides=GROUPS,
        example=example,
    )


def _output_padding_is_small(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    count = len(inputs[0].shape) - 2
    given, strides, dilations = (
        each(values[name], count) for name in ("output_padding", "stride", "dilation")
    )
    most = tuple(max(s, d) - 1 for s, d in zip(strides, dilations, strict=True))
    if all(g <= m for g, m in zip(given, most, strict=True)):
        return None
    fitting = shortest(tuple(map(min, given, most)))
    return Misfit(
        f"has output_padding={values['output_padding']}, which must be smaller than stride or "
        f"dilation. Set output_padding to {fitting}, or use a larger stride.",
        {"output_padding": fitting},
    )


def _transposed(rank: int) -> Kind:
    takes, example, space = SPACES[rank]
    return layer(
        f"ConvTranspose{rank}d",
        FAMILY,
        f"The way back from a convolution: spreads each number over a patch, so {a(space)} grows.",
        start={"out_channels": 16, "kernel_size": 2},
        say={"padding_mode": {"choices": ("zeros",), "help": "Only zeros is possible here."}},
        reads={"in_channels": CHANNELS},
        weight=("in_channels", "out_channels", "kernel_size"),
        formula=formulas.transposed,
        ties=(f"Conv{rank}d",),
        takes=(takes,),
        divides=GROUPS,
        rule=_output_padding_is_small,
        example=example,
    )


def _blocks_match(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    """Fold's two sums, from torch.nn.Fold: one column for each place of the window."""
    channels, columns = inputs[0].shape[1:]
    kernel = each(values["kernel_size"], 2)
    if channels % prod(kernel):
        return Misfit(
            f"takes {prod(kernel)} numbers for each window of {kernel[0]} x {kernel[1]} and gets "
            f"{channels} channels, which {prod(kernel)} does not divide. Use the kernel_size of the "
            "Unfold before it."
        )
    names = ("output_size", "padding", "dilation", "stride")
    sizes, paddings, dilations, strides = (each(values[name], 2) for name in names)
    places = [
        (size + 2 * p - d * (k - 1) - 1) // s + 1
        for size, p, d, k, s in zip(sizes, paddings, dilations, kernel, strides, strict=True)
    ]
    if min(places) > 0 and prod(places) == columns:
        return None
    return Misfit(
        f"folds {columns} columns, and a window of {kernel[0]} x {kernel[1]} has {max(0, places[0])} x "
        f"{max(0, places[1])} places in an image of {sizes[0]} x {sizes[1]}. Set output_size, "
        "kernel_size and stride to those of the image that was unfolded."
    )


KINDS = (
    *map(_convolution, SPACES),
    *map(_transposed, SPACES),
    layer(
        "Unfold",
        FAMILY,
        "Lays out each small window of an image as a column: what a convolution multiplies with.",
        rank=2,
        start={"kernel_size": 2},
        takes=("CHW",),
        formula=formulas.unfolding,
    ),
    layer(
        "Fold",
        FAMILY,
        "The way back from Unfold: adds up columns, each a small window, to an image.",
        rank=2,
        start={"output_size": 6, "kernel_size": 2},
        takes=("CL",),
        rule=_blocks_match,
        formula=formulas.folding,
        example=(8, 25),
    ),
)
