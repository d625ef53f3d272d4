"""Layers as somebody's __init__ makes them: nn.Conv2d(3, 64, 3) -> a kind and its params."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from builder.kinds import Kind
from builder.source import bind
from builder.source.canvas import Canvas
from builder.source.values import Size, Unknown

# PyTorch's own business: where the numbers lie, not what the layer does.
PLACES = ("device", "dtype")


def params_of(
    kind: Kind, positional: Sequence[Any], keywords: Mapping[str, Any], line: int, canvas: Canvas
) -> dict[str, Any]:
    """The params of a layer made with these arguments. What cannot be one is noted and left out."""
    names = [param.name for param in kind.params]
    given = dict(zip(names, positional, strict=False)) | dict(keywords)
    for extra in range(len(names), len(positional)):
        canvas.say(line, f"argument {extra + 1} of {kind.new} was left out: it takes {len(names)}.")
    params: dict[str, Any] = {}
    for name, value in given.items():
        if kind.param(name) is None:
            canvas.say(line, _unknown_argument(kind, name))
        elif (read := bind.as_param(kind.param(name), value)) is bind.MISFIT:
            canvas.say(line, _misfit(kind, name, value))
        else:
            params[name] = read
    _add_what_is_required(kind, params, given, line, canvas)
    return bind.without_defaults(kind, params)


def _unknown_argument(kind: Kind, name: str) -> str:
    if name in PLACES:
        return f"{name} of {kind.new} was left out: it is chosen when the network is trained."
    return f"{name[:40]} of {kind.new} was left out: the catalogue's {kind.name} has no such argument."


def _misfit(kind: Kind, name: str, value: Any) -> str:
    why = (
        "it cannot be worked out"
        if isinstance(value, Unknown | Size)
        else (f"it takes {kind.param(name).wants()}")
    )
    if isinstance(value, Unknown) and value.why:
        why += f" ({value.why})"
    return f"{name} of {kind.new} was left out: {why}. {_instead(kind, name)}"


def _instead(kind: Kind, name: str) -> str:
    if name in kind.reads:
        return "It is read off the input instead."
    return f"{kind.param(name).default!r} stands there instead."


def _add_what_is_required(
    kind: Kind, params: dict[str, Any], given: Mapping[str, Any], line: int, canvas: Canvas
) -> None:
    """Arguments that a drawing always has, with PyTorch's default where it is not ours."""
    for param in kind.params:
        if param.name in params or param.name in kind.reads:
            continue
        if param.required:
            params[param.name] = param.default
            if param.name not in given:
                canvas.say(
                    line,
                    f"{kind.new} is made without {param.name}, which it needs; "
                    f"{param.default!r} stands there now.",
                )
        elif param.always and param.name not in given:
            default = bind.torch_default(kind, param.name)
            if param.accepts(default):
                params[param.name] = default
            else:
                canvas.say(
                    line,
                    f"{kind.new} is made without {param.name}; {param.default!r} stands there now.",
                )


def has_weights(kind: Kind) -> bool:
    """Whether a layer learns or remembers something, so that calling it twice shares it."""
    return bool(kind.new) and (bool(kind.reads) or kind.name in WEIGHTS_OF_A_FIXED_SIZE)


WEIGHTS_OF_A_FIXED_SIZE = frozenset({"PReLU"})  # the others have an argument read off the input
