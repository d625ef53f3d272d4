"""Where branches meet: skips, gates, joins."""

from collections.abc import Mapping
from typing import Any

from builder.catalogue.derive import DIM, layer
from builder.kinds import Kind, Misfit, Param, Spec, example_text

FAMILY = "Merge"


def _operator(name: str, sign: str, doc: str) -> Kind:
    return Kind(name, FAMILY, doc, call="{x}", inputs=("*x",), joined_by=f" {sign} ", dtype="any")


def _others_agree(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    dim, first = values["dim"], inputs[0]
    if any(len(spec.shape) != len(first.shape) for spec in inputs):
        shapes = " and ".join(example_text(spec) for spec in inputs)
        return Misfit(
            f"joins tensors of as many dimensions and gets {shapes}. Give them the same number of "
            "dimensions, or choose other inputs."
        )
    if not -len(first.shape) <= dim < len(first.shape):
        return None
    axes = [i for i in range(len(first.shape)) if len({spec.shape[i] for spec in inputs}) > 1]
    if axes in ([], [dim % len(first.shape)]):
        return None
    shapes = " and ".join(example_text(spec) for spec in inputs)
    return Misfit(
        f"joins tensors along dimension {dim} and gets {shapes}, which differ in others too. Give both "
        "branches the same sizes, or choose another dim.",
        {"dim": axes[0]} if len(axes) == 1 else {},
    )


def _all_agree(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    if len({spec.shape for spec in inputs}) == 1:
        return None
    shapes = " and ".join(example_text(spec) for spec in inputs)
    return Misfit(
        f"stacks tensors of one shape and gets {shapes}. Give both branches the same sizes, or choose "
        "other inputs."
    )


def _rows_meet_columns(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    x, y = inputs
    if not x.shape or not y.shape:
        return None
    rows = y.shape[-2] if len(y.shape) > 1 else y.shape[0]
    if x.shape[-1] == rows:
        return None
    transpose = "; a Transpose of y would make them meet" if y.shape[-1] == x.shape[-1] else ""
    return Misfit(
        f"multiplies the last dimension of x, {x.shape[-1]} of {example_text(x)}, with the last but one of "
        f"y, {'the batch' if rows == y.batch else rows} of {example_text(y)}: they must be equal{transpose}. "
        "Change the sizes before it, or choose other inputs."
    )


KINDS = (
    _operator("Add", "+", "Adds tensors of one shape: the end of a skip connection."),
    _operator("Subtract", "-", "Takes the other tensors away from the first, number by number."),
    _operator("Multiply", "*", "Multiplies tensors of one shape, number by number: a gate."),
    _operator("Divide", "/", "Divides the first tensor by the others, number by number."),
    Kind(
        "MatMul",
        FAMILY,
        "Multiplies matrices: (a, b) with (b, c) is (a, c), for each example.",
        call="{x} @ {y}",
        inputs=("x", "y"),
        dtype="any",
        rule=_rows_meet_columns,
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
                **DIM,
            ),
        ),
        call="torch.cat([{x}], {args})",
        inputs=("*x",),
        dtype="any",
        rule=_others_agree,
    ),
    Kind(
        "Stack",
        FAMILY,
        "Lays tensors of one shape side by side along a new dimension.",
        params=(
            Param(
                "dim",
                1,
                "int",
                "Where the new dimension stands; the batch is dimension 0.",
                required=True,
                **DIM,
            ),
        ),
        call="torch.stack([{x}], {args})",
        inputs=("*x",),
        dtype="any",
        rule=_all_agree,
    ),
    layer(
        "CosineSimilarity",
        FAMILY,
        "How much two tensors point the same way along a dimension: 1 for the same, -1 for opposite.",
        say={"dim": DIM},
        call="{self}({x1}, {x2})",
        inputs=("x1", "x2"),
        example=(20,),
    ),
    layer(
        "PairwiseDistance",
        FAMILY,
        "How far two tensors are apart, over their last dimension.",
        say={"p": {"low": -1e6, "high": 1e6}},
        call="{self}({x1}, {x2})",
        inputs=("x1", "x2"),
        example=(20,),
    ),
)
