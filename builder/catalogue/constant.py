"""Tensors that do not come from the data: constants, and parameters that are learned by themselves."""

from collections.abc import Mapping
from math import prod
from typing import Any

from builder.kinds import Joint, Kind, Misfit, Param, Spec

FAMILY = "Constant"
FILLS = ("randn", "rand", "zeros", "ones", "values")
SHAPE = Param(
    "shape",
    (1, 16),
    "ints",
    "Its whole shape. It has no batch; in a sum it serves every example.",
    required=True,
    low=1,
    high=10_000_000,
)
FILL = Param(
    "fill",
    "randn",
    "choice",
    "What it starts with: normal random numbers, uniform ones from 0 to 1, zeros, ones, or the values "
    "you write.",
    choices=FILLS,
)
VALUES = Param(
    "values",
    None,
    "floats",
    "The numbers themselves, row by row, where fill is values.",
    optional=True,
    low=-1e30,
    high=1e30,
)
SEED = Param(
    "seed",
    0,
    "int",
    "Where the random numbers start, so that they are the same each time; None is different each time.",
    optional=True,
    low=0,
    high=2**31 - 1,
    advanced=True,
)
SCALE = Param(
    "scale",
    1.0,
    "float",
    "What the random numbers, or the ones, are multiplied with: 0.02 is usual for transformers.",
    low=0.0,
    high=1e6,
)


def _sizes(shape: Any) -> str:
    return ", ".join(map(str, shape))


def _written(values: Mapping[str, Any]) -> str:
    """The tensor as Python makes it: torch.randn(1, 16) * 0.02."""
    shape, fill = values["shape"], values["fill"]
    if fill == "values":
        return f"torch.tensor([{_sizes(values['values'])}]).reshape({_sizes(shape)})"
    seed, scale = values.get("seed"), values.get("scale", 1.0)
    scaled = f" * {scale}" * (scale != 1.0 and fill != "zeros")
    if seed is None or fill in ("zeros", "ones"):
        return f"torch.{fill}({_sizes(shape)}){scaled}"
    return f"torch.{fill}({_sizes(shape)}, generator=torch.Generator().manual_seed({seed})){scaled}"


def _read(made: Any) -> dict[str, Any] | None:
    """The arguments of a tensor that is made so, or None."""
    scale = {}
    if made.__class__.__name__ != "Operation":
        return None
    if made.name == "mul" and len(made.positional) == 2:
        first, second = made.positional
        made, factor = (second, first) if isinstance(first, int | float) else (first, second)
        if not isinstance(factor, int | float) or made.__class__.__name__ != "Operation":
            return None
        scale = {"scale": float(factor)}
    if made.name == "reshape" and made.positional[0].__class__.__name__ == "Operation":
        tensor, *shape = made.positional
        listed = tensor.positional[0] if tensor.name == "tensor" and tensor.positional else None
        values = {"values": tuple(listed)} if isinstance(listed, list) else None
        return values and {"shape": _shape(shape), "fill": "values", **values, **scale}
    if made.name not in FILLS or set(made.keywords) - {"generator", "requires_grad", "dtype", "device"}:
        return None
    return {"shape": _shape(made.positional), "fill": made.name, **_seed(made), **scale}


def _shape(sizes: Any) -> Any:
    """Sizes given one by one or together: zeros(1, 2), zeros((1, 2))."""
    together = len(sizes) == 1 and isinstance(sizes[0], tuple | list)
    return tuple(sizes[0] if together else sizes)


def _seed(made: Any) -> dict[str, Any]:
    generator = made.keywords.get("generator")
    return {"seed": generator.positional[-1] if generator is not None else None}


def _read_constant(made: Any) -> dict[str, Any] | None:
    found = _read(made)
    return None if found is None or "scale" in found else found


def _read_parameter(made: Any) -> dict[str, Any] | None:
    found = _read(made)
    return None if found is None or found.pop("seed", None) is not None else found


def _as_many_values(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    given, wanted = values["values"], prod(values["shape"])
    count = len(given) if isinstance(given, tuple) else 0
    if values["fill"] != "values" or count == wanted:
        return None
    sizes = " x ".join(map(str, values["shape"]))
    return Misfit(
        f"is filled with values, of which it has {count} and a shape of {sizes} takes {wanted}. Write "
        f"{wanted} values, or choose another shape or fill.",
        {"shape": (count,)} if count else {"fill": "zeros"},
    )


COMMON = {"call": "{self}", "inputs": (), "rule": _as_many_values, "example": ()}
KINDS = (
    Kind(
        "Constant",
        FAMILY,
        "A tensor that never learns: random, zeros, ones or the values you write. It has no batch.",
        params=(SHAPE, FILL, VALUES, SEED),
        new="{tensor}",
        buffer=True,
        joints={"tensor": Joint(_written, _read_constant)},
        **COMMON,
    ),
    Kind(
        "Parameter",
        FAMILY,
        "A tensor that is learned by itself: a class token, a position. It has no batch.",
        params=(SHAPE, FILL, VALUES, SCALE),
        new="nn.Parameter({tensor})",
        joints={"tensor": Joint(_written, _read_parameter)},
        **COMMON,
    ),
)
