"""Pooling: one number for each small window."""

from builder.catalogue.derive import layer

FAMILY = "Pooling"

KINDS = (
    layer(
        "MaxPool2d",
        FAMILY,
        "Keeps the largest value of each small window, so the image shrinks.",
        rank=2,
        start={"kernel_size": 2},
        takes=("CHW",),
        result="{output}, {indices}",
        more_ports={"return_indices": "indices"},
    ),
    layer(
        "AvgPool2d",
        FAMILY,
        "Keeps the mean of each small window, so the image shrinks.",
        rank=2,
        start={"kernel_size": 2},
        takes=("CHW",),
    ),
    layer(
        "AdaptiveAvgPool2d",
        FAMILY,
        "Averages so that the image comes out at the size you name, whatever came in.",
        rank=2,
        start={"output_size": 1},
        takes=("CHW",),
    ),
)
