"""Activations: what makes a stack of layers more than one big linear layer."""

from collections.abc import Mapping
from typing import Any

from builder.catalogue.derive import DIM, layer
from builder.kinds import Misfit, Spec

FAMILY = "Activation"
# PyTorch guesses a dimension where none is said, with a warning; here it is always said.
ALONG = {"dim": {"default": -1, "optional": False, "always": True, **DIM}}
REAL = {"low": -1e6, "high": 1e6}
POSITIVE = {"low": 0.0, "high": 1e6}


def _dimension_is_there(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    """The meta device takes any dimension here; a real one does not."""
    last = len(inputs[0].shape) - 1
    if -last - 1 <= values["dim"] <= last:
        return None
    return Misfit(
        f"has dim={values['dim']}, and its input has the dimensions 0, which is the batch, to {last}. "
        "Set dim to -1, the last one.",
        {"dim": -1},
    )


def _one_slope_or_one_each(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    given, shape = values["num_parameters"], inputs[0].shape
    channels = shape[1] if len(shape) > 1 else 1
    if given in (1, channels):
        return None
    return Misfit(
        f"has num_parameters={given} and gets {channels} channels. It takes 1, one slope for all, or "
        f"{channels}, one for each channel.",
        {"num_parameters": channels},
    )


def _halves(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    shape, dim = inputs[0].shape, values["dim"]
    if not -len(shape) <= dim < len(shape) or shape[dim] % 2 == 0 or shape[dim] == inputs[0].batch:
        return None
    even = [i for i in range(1, len(shape)) if shape[i] % 2 == 0]
    return Misfit(
        f"halves dimension {dim}, which has {shape[dim]} numbers. Choose a dim of even size, or make "
        "the layer before it give an even number.",
        {"dim": even[0]} if even else {},
    )


def _in_order(low: str, high: str):
    def rule(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
        if values[low] < values[high] or (values[low] == values[high] and low == "lower"):
            return None
        return Misfit(
            f"has {low}={values[low]} and {high}={values[high]}; {low} must be the smaller one. "
            f"Set {high} to {values[low] + 1}.",
            {high: values[low] + 1},
        )

    return rule


KINDS = (
    layer("ReLU", FAMILY, "Keeps positive numbers and zeroes the rest.", dtype="any"),
    layer(
        "LeakyReLU",
        FAMILY,
        "Keeps positive numbers and lets a little of the negative ones through.",
        say={"negative_slope": {"low": 0.0, "high": 10.0}},
    ),
    layer(
        "PReLU",
        FAMILY,
        "A LeakyReLU whose slope is learned, one for all channels or one for each.",
        say={"init": REAL},
        rule=_one_slope_or_one_each,
    ),
    layer(
        "RReLU",
        FAMILY,
        "A LeakyReLU whose slope is drawn at random while training, and is the mean afterwards.",
        say={"lower": POSITIVE, "upper": POSITIVE},
        rule=_in_order("lower", "upper"),
    ),
    layer("ReLU6", FAMILY, "A ReLU that stops at 6, for small devices.", dtype="any"),
    layer(
        "ELU",
        FAMILY,
        "Keeps positive numbers and bends negative ones smoothly towards -alpha.",
        say={"alpha": REAL},
    ),
    layer(
        "CELU",
        FAMILY,
        "An ELU without a kink at zero, whatever alpha is.",
        say={"alpha": {"low": 1e-6, "high": 1e6}},
    ),
    layer("SELU", FAMILY, "An ELU scaled so that deep networks keep mean 0 and variance 1 by themselves."),
    layer(
        "GELU",
        FAMILY,
        "A smooth ReLU, as transformers use it.",
        say={"approximate": {"choices": ("none", "tanh")}},
    ),
    layer("SiLU", FAMILY, "A smooth ReLU, x times its sigmoid; also called swish."),
    layer("Mish", FAMILY, "A smooth ReLU, x times tanh(softplus(x))."),
    layer("Sigmoid", FAMILY, "Squeezes every number into 0 to 1; its gradient is at most 0.25."),
    layer("Tanh", FAMILY, "Squeezes every number into -1 to 1."),
    layer("Hardsigmoid", FAMILY, "A Sigmoid made of three straight lines, quick to compute."),
    layer("Hardswish", FAMILY, "A SiLU made of simple pieces, quick to compute."),
    layer(
        "Hardtanh",
        FAMILY,
        "Cuts numbers off below min_val and above max_val.",
        say={"min_val": REAL, "max_val": REAL},
        rule=_in_order("min_val", "max_val"),
    ),
    layer(
        "Hardshrink",
        FAMILY,
        "Zeroes numbers between -lambd and lambd and keeps the rest.",
        say={"lambd": POSITIVE},
    ),
    layer(
        "Softshrink",
        FAMILY,
        "Moves every number towards zero by lambd, and stops there.",
        say={"lambd": POSITIVE},
    ),
    layer("Tanhshrink", FAMILY, "What tanh takes away: x - tanh(x)."),
    layer(
        "Softplus",
        FAMILY,
        "A smooth ReLU that is always positive: log(1 + exp(x)).",
        say={"beta": {"low": 1e-6, "high": 1e6}, "threshold": POSITIVE},
    ),
    layer("Softsign", FAMILY, "Squeezes every number into -1 to 1, more gently than Tanh."),
    layer("LogSigmoid", FAMILY, "The logarithm of the Sigmoid, safe for large numbers."),
    layer(
        "Threshold",
        FAMILY,
        "Keeps numbers above the threshold and puts one value in place of the rest.",
        start={"threshold": 0.0, "value": 0.0},
        say={"threshold": REAL, "value": REAL},
        dtype="any",
    ),
    layer(
        "GLU",
        FAMILY,
        "Halves a dimension: one half, times the sigmoid of the other, is a learned gate.",
        say={"dim": DIM},
        rule=_halves,
    ),
    layer(
        "Softmax",
        FAMILY,
        "Makes numbers positive with a sum of 1 along one dimension: probabilities.",
        say=ALONG,
        rule=_dimension_is_there,
    ),
    layer(
        "LogSoftmax",
        FAMILY,
        "The logarithm of Softmax, safe for small probabilities.",
        say=ALONG,
        rule=_dimension_is_there,
    ),
    layer(
        "Softmin",
        FAMILY,
        "A Softmax that gives the smallest number the largest share.",
        say=ALONG,
        rule=_dimension_is_there,
    ),
    layer(
        "Softmax2d",
        FAMILY,
        "A Softmax over the channels at each place of an image.",
        takes=("CHW",),
    ),
)
