"""Tensor operations that make one number out of many, along one or more dimensions."""

from collections.abc import Mapping
from typing import Any

from builder.catalogue.derive import DIM, without
from builder.kinds import Joint, Kind, Param, Read

FAMILY = "Reduction"
EVERYTHING = slice(None, None, None)


def _left(values: Mapping[str, Any], names: str) -> str:
    """The dimensions that a reduction leaves; all of them where it keeps them with size 1."""
    dim = values["dim"]
    dims = () if dim is None else dim if isinstance(dim, tuple) else (dim,)
    return names if values["keepdim"] else without(names, *dims)


def _reduction(name: str, method: str, what: str, dtype: str) -> Kind:
    return Kind(
        name,
        FAMILY,
        f"The {what} along one or more dimensions, which vanish: dim 1 pools a sequence over time.",
        params=(
            Param(
                "dim",
                1,
                "ints",
                "Which dimensions; the batch is dimension 0. None: all of them, to one number.",
                required=True,
                optional=True,
                rank=-1,
                **DIM,
            ),
            Param("keepdim", False, "bool", "Whether to keep the dimensions, with size 1."),
        ),
        call=f"{{x}}.{method}({{args}})",
        renames=_left,
        suits=lambda spec: {"dim": (2, 3)} if len(spec.shape) == 4 else {"dim": 1},
        dtype=dtype,
        example=(7, 12),
    )


def _last_index(values) -> str:
    if isinstance(values["dim"], str):  # in a block it may be an argument
        return f"(slice(None),) * {values['dim']} + (-1,)"
    return ":, -1, :" if values["dim"] == 1 else "-1, :, :"


def _time_of(index) -> dict | None:
    """The dimension of time in x[:, -1, :] and x[-1, :, :]."""
    places = {1: (EVERYTHING, -1, EVERYTHING), 0: (-1, EVERYTHING, EVERYTHING)}
    return next(({"dim": dim} for dim, place in places.items() if index == place), None)


KINDS = (
    _reduction("Mean", "mean", "mean", "float"),
    _reduction("Sum", "sum", "sum", "any"),
    _reduction("Max", "amax", "largest number", "any"),
    _reduction("Min", "amin", "smallest number", "any"),
    Kind(
        "LastStep",
        FAMILY,
        "The last time step of a sequence: what a recurrent layer says once it has read everything.",
        params=(
            Param(
                "dim",
                1,
                "int",
                "The dimension of time: 1 where the batch comes first, else 0.",
                required=True,
                low=0,
                high=1,
            ),
        ),
        call="{x}[{index}]",
        joints={"index": Joint(_last_index, _time_of)},
        reads={"dim": Read(lambda spec: int(spec.shape[0] == spec.batch), "as the dimension of time")},
        takes=("TF",),
        dtype="any",
        example=(7, 12),
    ),
)
