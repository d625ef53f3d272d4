"""Makes a Kind out of what PyTorch says of a layer and the little it does not say."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from builder import signatures
from builder.kinds import Kind, Param, Read, Spec

MOST = 10_000_000  # features or channels; beyond any network, and safe from overflow

# Ranges and choices of arguments that mean the same in every layer.
SIZE = {"low": 1, "high": MOST}
PORTION = {"low": 0.0, "high": 1.0}
KNOWN: Mapping[str, Mapping[str, Any]] = {
    **dict.fromkeys(
        """in_features out_features in_channels out_channels num_features num_channels input_size
        hidden_size embed_dim d_model dim_feedforward num_embeddings embedding_dim num_groups groups
        num_heads nhead normalized_shape in1_features in2_features upscale_factor downscale_factor
        size num_parameters""".split(),
        SIZE,
    ),
    **dict.fromkeys(["kernel_size", "stride", "dilation", "output_size"], {"low": 1, "high": 100_000}),
    **dict.fromkeys(["padding", "output_padding"], {"low": 0, "high": 100_000}),
    **dict.fromkeys(["p", "dropout", "momentum"], PORTION),
    **dict.fromkeys(["eps", "layer_norm_eps"], {"low": 0.0, "high": 1.0, "advanced": True}),
    **dict.fromkeys(["num_layers", "num_encoder_layers", "num_decoder_layers"], {"low": 1, "high": 1_000}),
    "activation": {"choices": ("relu", "gelu")},
    "nonlinearity": {"choices": ("tanh", "relu")},
    "proj_size": {"low": 0, "high": MOST, "advanced": True},
    # PyTorch's default is False; here tensors carry the batch first everywhere.
    "batch_first": {"default": True, "advanced": True, "always": True},
}
NUMBERS = {"size": "ints", "ratio": "floats"}  # PyTorch's _size_2_t and _ratio_2_t
# Rank -> the dimensions of an example, one that layers of that rank work on, what it is called.
SPACES = {
    1: ("CL", (8, 20), "signal"),
    2: ("CHW", (8, 6, 6), "image"),
    3: ("CDHW", (8, 6, 6, 6), "volume"),
}


def a(noun: str) -> str:
    """The noun with its article: an image, a volume."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


DIM = {"low": -8, "high": 8}
ADVANCED = frozenset(
    """bias affine inplace dilation padding_mode ceil_mode count_include_pad divisor_override
    track_running_stats output_padding add_bias_kv add_zero_attn kdim vdim max_norm norm_type
    scale_grad_by_freq sparse norm_first return_indices groups nonlinearity activation
    align_corners""".split()
)


def layer(
    name: str,
    family: str,
    doc: str,
    *,
    start: Mapping[str, Any] | None = None,
    say: Mapping[str, Mapping[str, Any]] | None = None,
    rank: int = 0,
    arguments_of: str = "",
    first: tuple[Param, ...] = (),
    **fields: Any,
) -> Kind:
    """The Kind of torch.nn's layer `name`.

    arguments_of  the layer whose arguments it takes, where they are not its own; `first` are more.
    start   what a new node has for arguments without a default.
    say     argument -> fields of its Param that PyTorch does not tell.
    rank    how many numbers its sizes have, where PyTorch's annotation leaves it open.
    """
    arguments = signatures.arguments(arguments_of or name)
    known = [argument for argument in arguments if argument.name[0] != "_"]
    params = tuple(
        _param(argument, rank, (start or {}).get(argument.name), (say or {}).get(argument.name, {}))
        for argument in known
    )
    return Kind(name, family, doc, (*first, *params), **{"new": f"nn.{name}", **fields})


def _param(argument: signatures.Argument, rank: int, start: Any, said: Mapping[str, Any]) -> Param:
    required = argument.default is signatures.REQUIRED
    kind, size, choices = type_of(argument, rank)
    param = Param(
        argument.name,
        start if required else argument.default,
        kind,
        argument.help,
        required,
        optional="None" in argument.type or argument.default is None or "opt_t" in argument.type,
        rank=size,
        choices=choices,
        advanced=argument.name in ADVANCED,
    )
    return replace(param, **{**KNOWN.get(argument.name, {}), **said})


def type_of(argument: signatures.Argument, rank: int = 0) -> tuple[str, int, tuple[Any, ...]]:
    """The Param type, rank and choices that an annotation, or else a default, stands for."""
    text = argument.type
    if text.startswith("tuple[float"):
        return "floats", len(argument.default), ()
    if match := re.search(r"Literal(\[.*\])", text):
        return "choice", 0, tuple(ast.literal_eval(match[1]))
    if match := re.search(r"_(size|ratio)_(\d|any)_", text):
        return NUMBERS[match[1]], rank if match[2] == "any" else int(match[2]), ()
    if "_shape_t" in text:
        return "ints", -1, ()
    if "_size" in text:
        return "ints", 0, ()
    for word in ("bool", "float", "int"):
        if word in text:
            return word, 0, ()
    if "str" in text:
        return "choice", 0, ()
    guessed = type(argument.default).__name__
    return (guessed if guessed in ("bool", "float") else "int"), 0, ()


# --- arguments that follow from the input


def _normalized(spec: Spec) -> int | tuple[int, ...]:
    return tuple(spec.shape[1:]) if len(spec.shape) > 3 else spec.shape[-1]


def _is_tail(given: int | tuple[int, ...], spec: Spec) -> bool:
    given = given if isinstance(given, tuple) else (given,)
    return tuple(spec.shape[-len(given) :]) == given


def _tokens(spec: Spec) -> int:
    if not spec.high:
        raise ValueError("its input does not say how many tokens there are: set Input's high")
    return spec.high


CHANNELS = Read(lambda spec: spec.shape[1], "channels")
FEATURES = Read(lambda spec: spec.shape[-1], "features in the last dimension")
# The last dimension of vectors and sequences; all of (C, H, W) of images and volumes.
NORMALIZED = Read(_normalized, "dimensions to normalize", _is_tail)
TOKENS = Read(_tokens, "tokens", lambda given, spec: given >= (spec.high or 0))


def each(value: Any, count: int) -> tuple[Any, ...]:
    """A size for each dimension: 3 -> (3, 3)."""
    return value if isinstance(value, tuple) else (value,) * count


def shortest(values: tuple[int, ...]) -> int | tuple[int, ...]:
    """Sizes as one writes them: (3, 3) -> 3."""
    return values[0] if len(set(values)) == 1 else values


def largest_divisor(number: int, most: int) -> int:
    """The largest divisor of `number` that is at most `most`."""
    return next(d for d in range(min(most, number), 0, -1) if number % d == 0)


def without(names: str, *dims: int) -> str:
    """The names of dimensions without some of them. Raises IndexError for one that is not there."""
    gone = {range(len(names))[dim] for dim in dims}
    return "".join(name for place, name in enumerate(names) if place not in gone)
