"""A node is two lines of PyTorch: one that makes it, one that calls it.

Checking evaluates these lines, code generation prints them, import matches them backwards.
Nothing else in the project knows what a layer does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from builder.document import Node
from builder.kinds import Kind, Param, Spec

HOLE = re.compile(r"\{(\*?)(\w+)\}")


def arguments(node: Node, kind: Kind, inputs: Sequence[Spec]) -> dict[str, Any]:
    """The value of every argument: as given, else read off an input, else the default.

    Raises ValueError or IndexError where an argument cannot be read off the input.
    """
    values = {}
    for param in kind.params:
        if param.name in node.params:
            values[param.name] = node.params[param.name]
        elif param.name in kind.reads:
            read = kind.reads[param.name]
            values[param.name] = read.value(inputs[read.input])
        else:
            values[param.name] = param.default
    return values


def new_line(kind: Kind, values: Mapping[str, Any]) -> str:
    """What makes the module: nn.Conv2d(1, 16, 3, padding=1). '' for a plain expression."""
    return _filled(new_template(kind), kind, values, {})


def new_template(kind: Kind) -> str:
    """The template of what makes the module; a plain class takes all arguments."""
    return kind.new if "{" in kind.new or not kind.new else f"{kind.new}({{args}})"


def kept_line(node_id: str, kind: Kind, new: str) -> str:
    """The line of __init__ that keeps what was made: self.conv1 = nn.Conv2d(1, 16, 3)."""
    return f'self.register_buffer("{node_id}", {new})' if kind.buffer else f"self.{node_id} = {new}"


def written(kind: Kind, values: Mapping[str, Any]) -> str:
    """The arguments as Python writes them.

    A module's required ones come first and without their names; an operation's carry their names;
    what has PyTorch's default is left out.
    """
    parts = []
    positional = bool(kind.new)
    apart = {name for _, name in HOLE.findall(kind.new or kind.call)}
    for param in kind.params:
        if param.name in apart:
            continue
        if param.required and positional:
            parts.append(literal(values[param.name]))
            continue
        positional = False
        if param.required and param.optional and values[param.name] is None:
            continue  # x.sum(): None is what PyTorch takes where nothing is written
        if param.required or param.always or not is_default(param, values[param.name]):
            parts.append(f"{param.name}={literal(values[param.name])}")
    return ", ".join(parts)


def is_default(param: Param, value: Any) -> bool:
    """Whether a value is the default; 1, 1.0 and True are three different values."""
    return type(value) is type(param.default) and value == param.default


def needed(kind: Kind, params: Mapping[str, Any]) -> dict[str, Any]:
    """The params that must be said: those that PyTorch asks for, and what is not the default."""
    return {
        name: value
        for name, value in params.items()
        if (param := kind.param(name)) and (param.required or not is_default(param, value))
    }


class Expression(str):
    """Python source that stands where a value would: a constructor's argument, or a sum of some."""


def literal(value: Any) -> str:
    """A value as Python source: only numbers, texts, True, False, None and tuples of them; an
    Expression as it is.
    """
    if isinstance(value, Expression):
        return str(value)
    if isinstance(value, tuple):
        inner = ", ".join(map(literal, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if isinstance(value, str):
        return '"' + repr("'" + value)[2:-1].replace('"', '\\"') + '"'
    raise TypeError(f"{value!r} cannot be written as a literal.")


def call_line(node_id: str, kind: Kind, values: Mapping[str, Any], sources: Sequence[str]) -> str:
    """What calls it: self.conv1(image). `sources` are the names of its inputs' variables."""
    short = kind.alone and len(sources) < len(kind.inputs)
    named = {"self": f"self.{node_id}", **_named_inputs(kind, sources)}
    return _filled(kind.alone if short else kind.call, kind, values, named)


def _filled(template: str, kind: Kind, values: Mapping[str, Any], named: Mapping[str, str]) -> str:
    """A template with its holes filled; `named` are the texts of those that are no arguments."""
    args = written(kind, values) if "{args}" in template else ""

    def fill(hole: re.Match) -> str:
        star, name = hole.groups()
        if name in named:
            return named[name]
        if name == "args":
            return args
        if name in kind.joints:
            return kind.joints[name].write(values)
        value = values[name]
        if isinstance(value, Expression) and _beside_a_sign(template, hole):
            return f"({value})"
        several = star and isinstance(value, tuple)
        return ", ".join(map(literal, value)) if several else literal(value)

    if not args:
        template = template.replace(", {args}", "")
    return HOLE.sub(fill, template)


def _beside_a_sign(template: str, hole: re.Match) -> bool:
    """Whether a sum in this hole would be torn apart by the sign next to it: x * {number}."""
    before, after = template[: hole.start()].rstrip()[-1:], template[hole.end() :].lstrip()[:1]
    return any(sign and sign in "+-*/" for sign in (before, after))


def _named_inputs(kind: Kind, sources: Sequence[str]) -> dict[str, str]:
    if kind.variadic:
        return {kind.inputs[0][1:]: kind.joined_by.join(sources)}
    if len(sources) == 1 and len(kind.inputs) > 1:  # one input serves as all of them
        return dict.fromkeys(kind.inputs, sources[0])
    return dict(zip(kind.inputs, sources, strict=False))


def targets(kind: Kind, ports: Sequence[str], variables: Mapping[str, str]) -> str:
    """What a call's result is assigned to: `lstm, (lstm_h_n, _)`; ports nobody uses are `_`."""
    if len(ports) == 1:
        return variables.get(ports[0], "_")
    pattern = kind.result or ", ".join(f"{{{port}}}" for port in ports)
    text = HOLE.sub(lambda hole: variables.get(hole[2], "_"), pattern)
    return re.sub(r"\(_(?:, _)*\)", "_", text)
