"""Images made larger and smaller, and channels moved into space and back."""

from collections.abc import Mapping
from typing import Any

from builder.catalogue.derive import SPACES, largest_divisor, layer
from builder.kinds import Kind, Misfit, Param, Spec

FAMILY = "Vision"
ANY_SPACE = tuple(takes for takes, _, _ in SPACES.values())
# How numbers between two others are found -> how many dimensions it works for.
MODES = {
    "nearest": (1, 2, 3),
    "linear": (1,),
    "bilinear": (2,),
    "bicubic": (2,),
    "trilinear": (3,),
    "area": (1, 2, 3),
    "nearest-exact": (1, 2, 3),
}
SMOOTH = ("linear", "bilinear", "bicubic", "trilinear")
FACTOR = {"default": 2.0, "always": True, "low": 0.001, "high": 1000.0, "rank": -1}
SIZE = {"low": 1, "high": 100_000, "rank": -1}
CORNERS = {"type": "choice", "choices": (True, False)}


def _one_size_is_given(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    size, factor = values["size"], values["scale_factor"]
    if (size is None) is not (factor is None):
        return None
    if size is None:
        words = "has no size and no scale_factor, and takes one of them. Set scale_factor to 2.0."
        return Misfit(words, {"scale_factor": 2.0})
    words = "has a size and a scale_factor, and takes one of them. Set scale_factor to None."
    return Misfit(words, {"scale_factor": None, "size": None})


def _can_resize(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    mode, dimensions = values["mode"], len(inputs[0].shape) - 2
    if dimensions not in MODES[mode]:
        fitting = {1: "linear", 2: "bilinear", 3: "trilinear"}[dimensions]
        return Misfit(
            f"has mode={mode!r}, which is for {MODES[mode][0]} dimensions, and gets {dimensions} beside "
            f"the channels. Set mode to {fitting!r}.",
            {"mode": fitting},
        )
    if values["align_corners"] is not None and mode not in SMOOTH:
        return Misfit(
            f"has align_corners={values['align_corners']}, which mode={mode!r} does not know. "
            "Set align_corners to None.",
            {"align_corners": None},
        )
    if values.get("antialias") and mode not in ("bilinear", "bicubic"):
        return Misfit(
            f"has antialias=True, which mode={mode!r} does not know. Set antialias to False.",
            {"antialias": False},
        )
    return _one_size_is_given(values, inputs) or _as_many_as_dimensions(values, dimensions)


def _as_many_as_dimensions(values: Mapping[str, Any], dimensions: int) -> Misfit | None:
    for name in ("size", "scale_factor"):
        if isinstance(values[name], tuple) and len(values[name]) != dimensions:
            one = values[name][0]
            return Misfit(
                f"has {len(values[name])} numbers in {name} and gets {dimensions} dimensions beside "
                f"the channels. Set {name} to {one} for all of them.",
                {name: one},
            )
    return None


def _channels_make_squares(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    channels, factor = inputs[0].shape[1], values["upscale_factor"]
    if channels % factor**2 == 0:
        return None
    fitting = next(r for r in range(min(factor, channels), 0, -1) if channels % r**2 == 0)
    more = max(1, round(channels / factor**2)) * factor**2
    return Misfit(
        f"makes squares of {factor} x {factor} out of channels and gets {channels} channels, which "
        f"{factor**2} does not divide. Set upscale_factor to {fitting}, or make the layer before it "
        f"give {more} channels.",
        {"upscale_factor": fitting},
    )


def _squares_fill_the_image(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    sides, factor = inputs[0].shape[2:], values["downscale_factor"]
    if all(side % factor == 0 for side in sides):
        return None
    fitting = next(r for r in range(min(factor, *sides), 0, -1) if all(s % r == 0 for s in sides))
    return Misfit(
        f"takes squares of {factor} x {factor} out of an image of {' x '.join(map(str, sides))}, which "
        f"they do not fill. Set downscale_factor to {fitting}.",
        {"downscale_factor": fitting},
    )


def _groups_share_the_channels(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    channels, groups = inputs[0].shape[1], values["groups"]
    if channels % groups == 0:
        return None
    fitting = largest_divisor(channels, groups)
    return Misfit(
        f"has groups={groups}, which does not divide {channels} channels. Set groups to {fitting}.",
        {"groups": fitting},
    )


def _upsampling(name: str, how: str) -> Kind:
    return layer(
        name,
        FAMILY,
        f"Makes an image larger or smaller; what lies between two numbers is {how}.",
        say={"size": SIZE | {"rank": 2}, "scale_factor": FACTOR | {"rank": 2}},
        takes=("CHW",),
        rule=_one_size_is_given,
    )


def _interpolate_params() -> tuple[Param, ...]:
    """torch.nn.functional.interpolate's arguments, with the words that Upsample has for them."""
    theirs = {param.name: param for param in UPSAMPLE.params}
    names = ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor")
    antialias = "Whether to smooth an image before it is made smaller; for bilinear and bicubic."
    return (*(theirs[name] for name in names), Param("antialias", False, "bool", antialias, advanced=True))


UPSAMPLE = layer(
    "Upsample",
    FAMILY,
    "Makes signals, images and volumes larger or smaller, by a factor or to a size.",
    rank=-1,
    say={
        "size": SIZE,
        "scale_factor": FACTOR,
        "mode": {"choices": tuple(MODES)},
        "align_corners": CORNERS,
        "recompute_scale_factor": {**CORNERS, "advanced": True},
    },
    takes=ANY_SPACE,
    rule=_can_resize,
)
KINDS = (
    UPSAMPLE,
    _upsampling("UpsamplingNearest2d", "a copy of the nearest"),
    _upsampling("UpsamplingBilinear2d", "a straight line between them"),
    Kind(
        "Interpolate",
        FAMILY,
        "Upsample written as a function: larger or smaller, by a factor or to a size.",
        params=_interpolate_params(),
        call="nn.functional.interpolate({x}, {args})",
        takes=ANY_SPACE,
        rule=_can_resize,
    ),
    layer(
        "PixelShuffle",
        FAMILY,
        "Makes an image larger by laying groups of channels out as small squares.",
        start={"upscale_factor": 2},
        takes=("CHW",),
        dtype="any",
        rule=_channels_make_squares,
    ),
    layer(
        "PixelUnshuffle",
        FAMILY,
        "Makes an image smaller by laying small squares out as channels.",
        start={"downscale_factor": 2},
        takes=("CHW",),
        dtype="any",
        rule=_squares_fill_the_image,
    ),
    layer(
        "ChannelShuffle",
        FAMILY,
        "Deals the channels of several groups out in turn, so that grouped convolutions mix.",
        start={"groups": 2},
        takes=ANY_SPACE,
        dtype="any",
        rule=_groups_share_the_channels,
    ),
)
