"""Where branches meet: skips, gates, joins."""

from builder.kinds import Kind, Param

FAMILY = "Merge"

KINDS = (
    Kind(
        "Add",
        FAMILY,
        "Adds tensors of one shape: the end of a skip connection.",
        call="{x}",
        inputs=("*x",),
        joined_by=" + ",
        dtype="any",
    ),
    Kind(
        "Multiply",
        FAMILY,
        "Multiplies tensors of one shape, number by number: a gate.",
        call="{x}",
        inputs=("*x",),
        joined_by=" * ",
        dtype="any",
    ),
    Kind(
        "Concat",
        FAMILY,
        "Joins tensors along one dimension, which grows; the others must agree.",
        params=(
            Param(
                "dim",
                1,
                "int",
                "The dimension that grows; 1 is the channels of an image.",
                required=True,
                low=-8,
                high=8,
            ),
        ),
        call="torch.cat([{x}], {args})",
        inputs=("*x",),
        dtype="any",
    ),
)
