"""Where data comes in, and what the network answers."""

from builder.kinds import Kind, Param

FAMILY = "Input and output"

KINDS = (
    Kind(
        "Input",
        FAMILY,
        "Where the data comes in: one example's shape, without the batch.",
        params=(
            Param(
                "shape",
                (1, 8, 8),
                "ints",
                "The size of one example, the batch left out: (channels, height, width) for an "
                "image, (steps, features) for a sequence, (features) for a row of a table.",
                required=True,
                low=1,
                high=1_000_000,
            ),
            Param(
                "dtype",
                "float32",
                "choice",
                "float32 for measurements, int64 for tokens (numbers of words or letters).",
                choices=("float32", "int64"),
            ),
            Param(
                "high",
                None,
                "int",
                "How many different tokens there are; the tokens are 0 to high - 1.",
                optional=True,
                low=1,
                high=10_000_000,
            ),
        ),
        call="",
        inputs=(),
        dtype="any",
        example=(1, 8, 8),
    ),
    Kind(
        "Output",
        FAMILY,
        "What the network answers.",
        call="{x}",
        ports=(),
        dtype="any",
    ),
)
