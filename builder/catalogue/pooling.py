"""Pooling: one number for each small window, and the way back."""

from collections.abc import Mapping
from math import prod
from typing import Any

from builder import formulas
from builder.catalogue.derive import SPACES, each, layer, shortest
from builder.kinds import Kind, Misfit, Spec, example_text, shown

FAMILY = "Pooling"
INDICES = {"result": "{output}, {indices}", "more_ports": {"return_indices": "indices"}}


def _places(spec: Spec) -> int:
    """How many places the indices of a maximum can point to."""
    return prod(spec.shape[2:])


def _padding_is_half(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    count = len(inputs[0].shape) - 2
    kernel, padding = each(values["kernel_size"], count), each(values["padding"], count)
    if all(p <= k // 2 for p, k in zip(padding, kernel, strict=True)):
        return None
    most = shortest(tuple(min(p, k // 2) for p, k in zip(padding, kernel, strict=True)))
    return Misfit(
        f"has padding={shown(values['padding'])}, more than half of kernel_size="
        f"{shown(values['kernel_size'])}. Set padding to {most}.",
        {"padding": most},
    )


def _strides(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> tuple[int, ...]:
    count = len(inputs[0].shape) - 2
    return each(values["kernel_size"] if values["stride"] is None else values["stride"], count)


def _indices_point_inside(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    """The sizes of torch.nn.MaxUnpool: (size - 1) * stride - 2 * padding + kernel_size."""
    x, indices = inputs
    if x.shape != indices.shape:
        return Misfit(
            f"takes x and indices of one shape and gets {example_text(x)} and {example_text(indices)}. "
            "Take the indices of the pool that made images of x's size."
        )
    count = len(x.shape) - 2
    names = each(values["kernel_size"], count), each(values["padding"], count)
    sizes = [
        (size - 1) * s - 2 * p + k
        for size, s, k, p in zip(x.shape[2:], _strides(values, inputs), *names, strict=True)
    ]
    if indices.high is None or indices.high <= prod(sizes):
        return None
    return Misfit(
        f"gives back {' x '.join(map(str, sizes))}, and its indices point into {indices.high} places. "
        "Use the kernel_size, stride and padding of the pool, and give the pool sizes that its "
        "stride divides."
    )


def _one_size_is_given(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    size, ratio = values["output_size"], values["output_ratio"]
    if size is not None and ratio is not None:
        return Misfit(
            "has an output_size and an output_ratio, and takes one of them. Set output_ratio to None.",
            {"output_ratio": None},
        )
    if size is None and ratio is None:
        return Misfit(
            "has no output_size and no output_ratio, and takes one of them. Set output_ratio to 0.5.",
            {"output_ratio": 0.5},
        )
    sides = inputs[0].shape[2:]
    kernel = each(values["kernel_size"], len(sides))
    if ratio is not None:
        size = tuple(int(s * r) for s, r in zip(sides, each(ratio, len(sides)), strict=True))
    wanted = each(size, len(sides))
    if all(w and w + k - 1 <= s for w, k, s in zip(wanted, kernel, sides, strict=True)):
        return None
    most = tuple(max(1, s - max(1, w) + 1) for s, w in zip(sides, wanted, strict=True))
    kernel = shortest(tuple(map(min, kernel, most)))
    return Misfit(
        f"picks {' x '.join(map(str, wanted))} windows of kernel_size={shown(values['kernel_size'])} "
        f"from {' x '.join(map(str, sides))}, which is too small for them. Use a smaller kernel_size "
        "or another output size.",
        {"kernel_size": kernel} if all(wanted) else {},
    )


def _windows(rank: int, name: str, keeps: str, **more: Any) -> Kind:
    takes, example, space = SPACES[rank]
    return layer(
        f"{name}{rank}d",
        FAMILY,
        f"Keeps {keeps} of each small window, so the {space} shrinks.",
        rank=rank,
        start={"kernel_size": 2},
        takes=(takes,),
        formula=formulas.pooling,
        example=example,
        **more,
    )


def _power(rank: int) -> Kind:
    words = "The p of the p-norm: 1 sums the window up, larger ones come close to the maximum"
    takes, example, space = SPACES[rank]
    return layer(
        f"LPPool{rank}d",
        FAMILY,
        f"Keeps the p-norm of each small window, so the {space} shrinks.",
        rank=rank,
        start={"norm_type": 2.0, "kernel_size": 2},
        say={"norm_type": {"help": words, "low": 0.01, "high": 100.0, "advanced": False}},
        takes=(takes,),
        formula=formulas.pooling,
        example=example,
    )


def _fractional(rank: int) -> Kind:
    ratio = {"default": 0.5, "always": True, "low": 0.001, "high": 0.999}
    takes, example, space = SPACES[rank]
    return layer(
        f"FractionalMaxPool{rank}d",
        FAMILY,
        f"Keeps the largest value of windows at random places, so the {space} shrinks by any ratio.",
        start={"kernel_size": 2},
        say={"output_ratio": ratio},
        takes=(takes,),
        high=_places,
        rule=_one_size_is_given,
        formula=formulas.fractional,
        example=example,
        **INDICES,
    )


def _adaptive(rank: int, name: str, does: str, **more: Any) -> Kind:
    takes, example, space = SPACES[rank]
    return layer(
        f"Adaptive{name}Pool{rank}d",
        FAMILY,
        f"{does} so that the {space} comes out at the size you name, whatever came in.",
        rank=rank,
        start={"output_size": 1},
        takes=(takes,),
        formula=formulas.adaptive,
        example=example,
        **more,
    )


def _unpool(rank: int) -> Kind:
    takes, example, space = SPACES[rank]
    return layer(
        f"MaxUnpool{rank}d",
        FAMILY,
        f"The way back from MaxPool{rank}d: puts each value where the pool found it in the {space}, "
        "zeros elsewhere.",
        start={"kernel_size": 2},
        call="{self}({x}, {indices})",
        inputs=("x", "indices"),
        takes=(takes,),
        dtypes={"indices": "int"},
        rule=_indices_point_inside,
        formula=formulas.unpooling,
        example=example,
    )


MOST = {"high": _places, **INDICES}
KINDS = (
    *(_windows(rank, "MaxPool", "the largest value", rule=_padding_is_half, **MOST) for rank in SPACES),
    *(_windows(rank, "AvgPool", "the mean", rule=_padding_is_half) for rank in SPACES),
    *(_adaptive(rank, "Avg", "Averages") for rank in SPACES),
    *(_adaptive(rank, "Max", "Keeps maxima", **MOST) for rank in SPACES),
    *(_fractional(rank) for rank in (2, 3)),
    *map(_power, SPACES),
    *map(_unpool, SPACES),
)
