"""Dropout: zeroes at random while training, so that no unit is relied on alone."""

from builder.catalogue.derive import layer

FAMILY = "Dropout"

KINDS = (
    layer("Dropout", FAMILY, "While training, zeroes numbers with chance p and scales up the rest."),
    layer(
        "Dropout2d",
        FAMILY,
        "While training, zeroes whole channels with chance p and scales up the rest.",
        takes=("CHW",),
    ),
)
