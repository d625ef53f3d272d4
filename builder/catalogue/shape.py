"""Layers and tensor operations that move numbers around and compute nothing."""

from builder.catalogue.derive import layer
from builder.kinds import Kind, Param

FAMILY = "Shape"
DIM = {"low": -8, "high": 8}


def _pairs(spec) -> dict:
    return {"dim": 1, "unflattened_size": (spec.shape[1], 1, 1)} if len(spec.shape) == 2 else {}


def _last_two_swapped(spec) -> dict:
    rest = list(range(len(spec.shape)))
    return {"dims": (*rest[:-2], rest[-1], rest[-2])} if len(rest) > 2 else {"dims": tuple(rest)}


KINDS = (
    layer(
        "Flatten",
        FAMILY,
        "Lays each example out as one long row, as Linear needs it after an image.",
        say={"start_dim": DIM, "end_dim": DIM},
        dtype="any",
    ),
    layer(
        "Unflatten",
        FAMILY,
        "Folds one dimension into several: a row of 64 numbers into an image of (1, 8, 8).",
        start={"dim": 1, "unflattened_size": (1, 4, 5)},
        say={"dim": DIM, "unflattened_size": {"low": -1, "high": 10_000_000}},
        suits=_pairs,
        dtype="any",
        example=(20,),
    ),
    Kind(
        "Reshape",
        FAMILY,
        "Gives each example another shape with as many numbers; the batch stays.",
        params=(
            Param(
                "shape",
                (-1,),
                "ints",
                "The new shape of one example, the batch left out; one -1 is worked out.",
                required=True,
                low=-1,
                high=10_000_000,
            ),
        ),
        call="{x}.reshape({x}.size(0), {*shape})",
        suits=lambda spec: {"shape": spec.example},
        dtype="any",
    ),
    Kind(
        "Permute",
        FAMILY,
        "Changes the order of the dimensions; the batch is dimension 0.",
        params=(Param("dims", (0, 2, 1), "ints", "The new order, the batch (0) included.", True, **DIM),),
        call="{x}.permute({*dims})",
        suits=_last_two_swapped,
        dtype="any",
        example=(7, 12),
    ),
    Kind(
        "Select",
        FAMILY,
        "Takes one slice along a dimension: dim 1, index -1 is the last step of a sequence.",
        params=(
            Param("dim", 1, "int", "The dimension to cut; the batch is dimension 0.", True, **DIM),
            Param(
                "index",
                -1,
                "int",
                "Which slice, counted from 0; -1 is the last.",
                True,
                low=-1_000_000,
                high=1_000_000,
            ),
        ),
        call="{x}.select({dim}, {index})",
        dtype="any",
        example=(7, 12),
    ),
    Kind(
        "Mean",
        FAMILY,
        "The mean along one or more dimensions, which vanish: dim 1 pools a sequence over time.",
        params=(
            Param(
                "dim",
                1,
                "ints",
                "Which dimensions; the batch is dimension 0.",
                True,
                rank=-1,
                **DIM,
            ),
            Param("keepdim", False, "bool", "Whether to keep the dimensions, with size 1."),
        ),
        call="{x}.mean({args})",
        suits=lambda spec: {"dim": (2, 3)} if len(spec.shape) == 4 else {"dim": 1},
        example=(7, 12),
    ),
)
