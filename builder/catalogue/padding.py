"""Padding: a margin around signals, images and volumes."""

from collections.abc import Mapping
from typing import Any

from builder.catalogue.derive import SPACES, a, each, layer
from builder.kinds import Kind, Misfit, Param, Spec

FAMILY = "Padding"
MODES = ("constant", "reflect", "replicate", "circular")
MARGIN = {"low": -100_000, "high": 100_000}  # a negative margin cuts off


def _margin_fits(values: Mapping[str, Any], inputs: tuple[Spec, ...], spare: int) -> Misfit | None:
    sizes = inputs[0].shape[2:]
    given = each(values["padding"], 2 * len(sizes))
    most = [size - spare for size in reversed(sizes) for _ in range(2)]  # the last dimension comes first
    if all(g <= m for g, m in zip(given, most, strict=True)):
        return None
    fitting = tuple(map(min, given, most)) if isinstance(values["padding"], tuple) else min(most)
    return Misfit(
        f"has padding={values['padding']}, more than {' x '.join(map(str, sizes))} can give: a margin "
        f"is made of at most {'all but one' if spare else 'all'} of a side. Set padding to {fitting}.",
        {"padding": fitting},
    )


def _mirrored(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    return _margin_fits(values, inputs, 1)


def _wrapped(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    return _margin_fits(values, inputs, 0)


# Name -> what the margin is made of, and how large it may be.
MARGINS = {
    "Zero": ("zeros", None),
    "Constant": ("one value", None),
    "Reflection": ("what lies inside, mirrored at the edge", _mirrored),
    "Replication": ("copies of the edge", None),
    "Circular": ("what lies at the other side", _wrapped),
}


def _padding(name: str, rank: int) -> Kind:
    made_of, rule = MARGINS[name]
    takes, example, space = SPACES[rank]
    value = {"low": -1e30, "high": 1e30, "help": "The number that fills the margin"}
    return layer(
        f"{name}Pad{rank}d",
        FAMILY,
        f"Adds a margin around {a(space)}, made of {made_of}.",
        start={"padding": 1, "value": 0.0},
        say={"padding": MARGIN if rule is None else {}, "value": value},
        takes=(takes,),
        dtype="any",
        rule=rule,
        example=example,
    )


def _comes_in_pairs(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    count, dimensions = len(values["pad"]), len(inputs[0].shape)
    if count % 2 == 0 and count <= 2 * dimensions:
        return None
    return Misfit(
        f"has {count} numbers in pad, and takes two for each dimension, the last dimension first, for "
        f"at most {dimensions} dimensions. Give it (1, 1) to pad the last one.",
        {"pad": (1, 1)},
    )


KINDS = (
    *(_padding(name, rank) for name in MARGINS for rank in SPACES),
    Kind(
        "Pad",
        FAMILY,
        "Adds a margin to the last dimensions of any tensor, on either side as much as you say.",
        params=(
            Param(
                "pad",
                (1, 1),
                "ints",
                "Two numbers for each dimension, the last dimension first: how much to add before and "
                "after; a negative number cuts off.",
                required=True,
                **MARGIN,
            ),
            Param("mode", "constant", "choice", "What the margin is made of.", choices=MODES),
            Param(
                "value",
                None,
                "float",
                "The number that fills a constant margin; None is 0.",
                optional=True,
                low=-1e30,
                high=1e30,
            ),
        ),
        call="nn.functional.pad({x}, {args})",
        rule=_comes_in_pairs,
        dtype="any",
    ),
)
