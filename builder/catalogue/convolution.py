"""Convolutions: small filters slid over signals and images."""

from builder.catalogue.derive import CHANNELS, layer

FAMILY = "Convolution"
SAME = {"padding": {"choices": ("same", "valid"), "low": 0}}
GROUPS = (("groups", "in_channels"), ("groups", "out_channels"))

KINDS = (
    layer(
        "Conv1d",
        FAMILY,
        "Slides small filters along a signal, looking for patterns.",
        start={"out_channels": 16, "kernel_size": 3},
        say=SAME,
        reads={"in_channels": CHANNELS},
        takes=("CL",),
        divides=GROUPS,
        example=(8, 20),
    ),
    layer(
        "Conv2d",
        FAMILY,
        "Slides small filters over an image, looking for patterns.",
        start={"out_channels": 16, "kernel_size": 3},
        say=SAME,
        reads={"in_channels": CHANNELS},
        takes=("CHW",),
        divides=GROUPS,
    ),
    layer(
        "ConvTranspose2d",
        FAMILY,
        "The way back from a convolution: spreads each number over a patch, so images grow.",
        start={"out_channels": 16, "kernel_size": 2},
        say={"padding_mode": {"choices": ("zeros",), "help": "Only zeros is possible here."}},
        reads={"in_channels": CHANNELS},
        takes=("CHW",),
        divides=GROUPS,
    ),
)
