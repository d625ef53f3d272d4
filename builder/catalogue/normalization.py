"""Normalization: x_hat = (x - mu) / sqrt(var + eps), y = gamma * x_hat + beta.

The kinds differ in which numbers share one mu and var.
"""

from builder.catalogue.derive import CHANNELS, NORMALIZED, largest_divisor, layer

FAMILY = "Normalization"
MEASURED = {"momentum": 0.1}  # momentum=None cannot run on the meta device; shapes do not depend on it

KINDS = (
    layer(
        "BatchNorm1d",
        FAMILY,
        "Evens out each feature over the batch; remembers running statistics for use after training.",
        reads={"num_features": CHANNELS},
        takes=("F", "CL"),
        probe=MEASURED,
        example=(20,),
    ),
    layer(
        "BatchNorm2d",
        FAMILY,
        "Evens out each channel over the batch; remembers running statistics for use after training.",
        reads={"num_features": CHANNELS},
        takes=("CHW",),
        probe=MEASURED,
    ),
    layer(
        "LayerNorm",
        FAMILY,
        "Evens out each example by itself, over its features or over all of (C, H, W).",
        reads={"normalized_shape": NORMALIZED},
    ),
    layer(
        "GroupNorm",
        FAMILY,
        "Evens out each example by itself, a group of channels at a time.",
        start={"num_groups": 4},
        reads={"num_channels": CHANNELS},
        divides=(("num_groups", "num_channels"),),
        suits=lambda spec: {"num_groups": largest_divisor(spec.shape[1], 4)},
    ),
    layer(
        "InstanceNorm2d",
        FAMILY,
        "Evens out each channel of each image by itself; used for style transfer.",
        reads={"num_features": CHANNELS},
        takes=("CHW",),
        probe=MEASURED,
    ),
    layer(
        "RMSNorm",
        FAMILY,
        "Divides each example by its root mean square; no mean is taken away.",
        reads={"normalized_shape": NORMALIZED},
        say={"eps": {"type": "float"}},
    ),
)
