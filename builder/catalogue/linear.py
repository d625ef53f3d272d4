"""Fully connected layers."""

from builder.catalogue.derive import FEATURES, layer

FAMILY = "Linear"

KINDS = (
    layer(
        "Linear",
        FAMILY,
        "Every output is a weighted sum of all inputs: y = x W^T + b, over the last dimension.",
        start={"out_features": 64},
        reads={"in_features": FEATURES},
        example=(20,),
    ),
    layer(
        "Identity",
        FAMILY,
        "Gives back what it gets: a place to hang a name on.",
        dtype="any",
    ),
)
