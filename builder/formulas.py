"""How a layer's sizes follow from its input's, as sums with the numbers put in.

Each function takes a layer's arguments and what flows in, and is named by the kinds it is true of.
The sums are those of PyTorch's pages; a test holds each against the shapes that PyTorch gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from builder.kinds import Spec
from builder.lines import arguments

if TYPE_CHECKING:
    from builder.document import Node
    from builder.kinds import Kind

LETTERS = {1: "L", 2: "HW", 3: "DHW"}  # what PyTorch calls the dimensions of a signal, image, volume


@dataclass(frozen=True)
class Formula:
    """One sum: H_out = (28 + 2*1 - 3)/1 + 1 = 28."""

    name: str
    sum: str
    value: int

    def __str__(self) -> str:
        plain = self.sum == str(self.value)
        return f"{self.name} = {self.sum}" + ("" if plain else f" = {self.value}")


Values = Mapping[str, Any]
Inputs = Sequence[Spec]


def of_node(node: Node, kind: Kind, inputs: Inputs) -> tuple[Formula, ...]:
    """The sums of a node that works, its arguments numbers; none where they are not all known."""
    if kind.formula is None or len(inputs) < kind.least:
        return ()
    try:
        return tuple(kind.formula(arguments(node, kind, inputs), inputs))
    except (ValueError, IndexError, TypeError, ZeroDivisionError):  # said as a problem of the node
        return ()


def convolution(values: Values, inputs: Inputs) -> Iterator[Formula]:
    """torch.nn.Conv2d: floor((H + 2p - d(k - 1) - 1)/s + 1)."""
    yield from _slides(values, inputs)
    yield _filters(values, values["out_channels"], values["in_channels"], len(inputs[0].shape) - 2)


def transposed(values: Values, inputs: Inputs) -> Iterator[Formula]:
    """torch.nn.ConvTranspose2d: (H - 1)s - 2p + d(k - 1) + output_padding + 1."""
    for letter, size, at in _dimensions(values, inputs):
        k, s, p, d, more = (at(n) for n in ("kernel_size", "stride", "padding", "dilation", "output_padding"))
        words = f"({size} - 1)*{s} - 2*{p} + {d}*({k} - 1) + {more} + 1"
        yield Formula(f"{letter}_out", words, (size - 1) * s - 2 * p + d * (k - 1) + more + 1)
    yield _filters(values, values["out_channels"], values["in_channels"], len(inputs[0].shape) - 2)


def pooling(values: Values, inputs: Inputs) -> Iterator[Formula]:
    """torch.nn.MaxPool2d: as a convolution; with ceil_mode no window begins behind the input's end."""
    yield from _slides(values, inputs)


def unpooling(values: Values, inputs: Inputs) -> Iterator[Formula]:
    """torch.nn.MaxUnpool2d: (H - 1)s - 2p + k."""
    for letter, size, at in _dimensions(values, inputs):
        k, p = at("kernel_size"), at("padding")
        s = k if values["stride"] is None else at("stride")
        yield Formula(f"{letter}_out", f"({size} - 1)*{s} - 2*{p} + {k}", (size - 1) * s - 2 * p + k)


def adaptive(values: Values, inputs: Inputs) -> Iterator[Formula]:
    """torch.nn.AdaptiveAvgPool2d: output_size; None keeps what comes in."""
    for letter, size, at in _dimensions(values, inputs):
        wanted = at("output_size")
        name = f"{letter}_in" if wanted is None else "output_size"
        yield Formula(f"{letter}_out", name, size if wanted is None else wanted)


def fractional(values: Values, inputs: Inputs) -> Iterator[Formula]:
    """torch.nn.FractionalMaxPool2d: output_size, or floor(H * output_ratio)."""
    if values["output_size"] is not None:
        yield from adaptive(values, inputs)
        return
    for letter, size, at in _dimensions(values, inputs):
        ratio = at("output_ratio")
        yield Formula(f"{letter}_out", f"⌊{size}*{ratio:g}⌋", int(size * ratio))


def unfolding(values: Values, inputs: Inputs) -> Iterator[Formula]:
    """torch.nn.Unfold: a column of C*k*k numbers for each place of the window."""
    places = list(_slides(values, inputs))
    kernel = [at("kernel_size") for _, _, at in _dimensions(values, inputs)]
    channels = inputs[0].shape[1]
    yield Formula("C_out", "*".join(map(str, (channels, *kernel))), channels * prod(kernel))
    yield Formula("L_out", " * ".join(f"({each.sum})" for each in places), prod(p.value for p in places))


def folding(values: Values, inputs: Inputs) -> Iterator[Formula]:
    """torch.nn.Fold: the way back from Unfold."""
    (channels, _), (high, wide) = inputs[0].shape[1:], _each(values["kernel_size"], 2)
    yield Formula("C_out", f"{channels}/({high}*{wide})", channels // (high * wide))
    for letter, size in zip("HW", _each(values["output_size"], 2), strict=True):
        yield Formula(f"{letter}_out", "output_size", size)


def linear(values: Values, inputs: Inputs) -> Iterator[Formula]:
    """torch.nn.Linear: a weight for every pair of an input and an output, and a bias for each output."""
    given, made = values["in_features"], values["out_features"]
    yield Formula("features_out", "out_features", made)
    yield _parameters(values, f"{given}*{made}", given * made, made)


def bilinear(values: Values, inputs: Inputs) -> Iterator[Formula]:
    """torch.nn.Bilinear: a weight for every pair of inputs and every output."""
    one, other, made = values["in1_features"], values["in2_features"], values["out_features"]
    yield Formula("features_out", "out_features", made)
    yield _parameters(values, f"{one}*{other}*{made}", one * other * made, made)


# --- what they have in common


def _slides(values: Values, inputs: Inputs) -> Iterator[Formula]:
    for letter, size, at in _dimensions(values, inputs):
        k, d = at("kernel_size"), at("dilation", 1)
        s = k if values["stride"] is None else at("stride")
        window = f"{d}*({k} - 1) - 1" if d > 1 else f"{k}"
        padding = 0 if values.get("padding") == "valid" else at("padding", 0)
        same = padding == "same"
        padded = d * (k - 1) if same else 2 * padding
        room = size + padded - d * (k - 1) - 1
        words = f"({size} + {padded if same else f'2*{padding}'} - {window})/{s}"
        count, words = _rounded(room, s, words, bool(values.get("ceil_mode")))
        if values.get("ceil_mode") and count * s >= size + padding:
            count, words = count - 1, f"{words} - 1"  # no window begins behind the input's end
        yield Formula(f"{letter}_out", f"{words} + 1", count + 1)


def _rounded(above: int, below: int, words: str, up: bool) -> tuple[int, str]:
    """A division rounded, and its words with brackets where there is something to round."""
    if above % below == 0:
        return above // below, words
    return (-(-above // below), f"⌈{words}⌉") if up else (above // below, f"⌊{words}⌋")


def _dimensions(values: Values, inputs: Inputs):
    """For each dimension behind the channels: its letter, its size, and its share of an argument."""
    sizes = inputs[0].shape[2:]

    def share(place: int):
        def at(name: str, default: Any = None) -> Any:
            return _each(values.get(name, default), len(sizes))[place]

        return at

    for place, (letter, size) in enumerate(zip(LETTERS[len(sizes)], sizes, strict=True)):
        yield letter, size, share(place)


def _each(value: Any, count: int) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,) * count


def _filters(values: Values, made: int, given: int, rank: int) -> Formula:
    groups, kernel = values["groups"], _each(values["kernel_size"], rank)
    shared = f"({given}/{groups})" if groups > 1 else str(given)
    words = "*".join((str(made), shared, *map(str, kernel)))
    return _parameters(values, words, made * (given // groups) * prod(kernel), made)


def _parameters(values: Values, words: str, weights: int, made: int) -> Formula:
    biases = made if values["bias"] else 0
    return Formula("parameters", words + (f" + {made}" if biases else ""), weights + biases)
