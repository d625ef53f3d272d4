"""Activations: what makes a stack of layers more than one big linear layer."""

from builder.catalogue.derive import layer

FAMILY = "Activation"

KINDS = (
    layer("ReLU", FAMILY, "Keeps positive numbers and zeroes the rest.", dtype="any"),
    layer(
        "LeakyReLU",
        FAMILY,
        "Keeps positive numbers and lets a little of the negative ones through.",
        say={"negative_slope": {"low": 0.0, "high": 10.0}},
    ),
    layer(
        "GELU",
        FAMILY,
        "A smooth ReLU, as transformers use it.",
        say={"approximate": {"choices": ("none", "tanh")}},
    ),
    layer("Sigmoid", FAMILY, "Squeezes every number into 0 to 1; its gradient is at most 0.25."),
    layer("Tanh", FAMILY, "Squeezes every number into -1 to 1."),
    layer(
        "Softmax",
        FAMILY,
        "Makes numbers positive with a sum of 1 along one dimension: probabilities.",
        say={"dim": {"default": -1, "optional": False, "always": True, "low": -8, "high": 8}},
    ),
)
