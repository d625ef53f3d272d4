"""Dropout: zeroes at random while training, so that no unit is relied on alone."""

from builder.catalogue.derive import SPACES, a, layer

FAMILY = "Dropout"
CHANNELS = "While training, zeroes whole channels of {} with chance p and scales up the rest."

KINDS = (
    layer("Dropout", FAMILY, "While training, zeroes numbers with chance p and scales up the rest."),
    *(
        layer(f"Dropout{rank}d", FAMILY, CHANNELS.format(a(space)), takes=(takes,), example=example)
        for rank, (takes, example, space) in SPACES.items()
    ),
    layer(
        "AlphaDropout",
        FAMILY,
        "Dropout for networks of SELU: keeps mean 0 and variance 1.",
    ),
    layer(
        "FeatureAlphaDropout",
        FAMILY,
        "Dropout of whole channels for networks of SELU: keeps mean 0 and variance 1.",
    ),
)
