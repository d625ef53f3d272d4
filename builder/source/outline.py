"""What depends on the numbers that flow, and no drawing shows, as a layer written in Python.

A loop or a choice in somebody's forward, or an operation that is not in the catalogue, becomes the source
of a small class; nothing of it is run.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from builder.custom import Custom, CustomError, from_source
from builder.custom.written import IMPLIED
from builder.source import terms
from builder.source.parse import Source
from builder.source.values import Instance, Operation, Tensor

NAMES = {ast.While: "Loop", ast.For: "Loop", ast.If: "Choice"}
PLAIN = (bool, int, float, str)
ENDS = (ast.Return, ast.Yield, ast.YieldFrom, ast.Await, ast.FunctionDef, ast.ClassDef, ast.Import)


@dataclass(frozen=True)
class Outline:
    """A layer made of statements: its source, the tensors it takes, and what it gives, by name."""

    layer: Custom
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def outlined(
    statement: ast.stmt, scope: Mapping[str, Any], number_of: Callable[[ast.Attribute], Any], name: str
) -> Outline | None:
    """The statement as a layer; None where it reaches for more than tensors and plain numbers.

    number_of: what an attribute of self is, where it is a plain number.
    """
    parts = list(ast.walk(statement))
    if any(isinstance(part, ENDS) for part in parts):
        return None
    numbers: dict[str, Any] = {}
    for part in parts:
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "self":
            numbers[part.attr] = number_of(part)
    used = [part.id for part in parts if isinstance(part, ast.Name) and part.id != "self"]
    set_here = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    known = [name for name in dict.fromkeys(used) if name in scope]
    inputs = tuple(name for name in known if isinstance(scope[name], Tensor))
    plain = {name: terms.plain(scope[name]) for name in known if name not in inputs}
    outputs = tuple(name for name in inputs if name in set_here)
    if (
        not inputs
        or not outputs
        or not all(isinstance(v, PLAIN) for v in (*numbers.values(), *plain.values()))
    ):
        return None
    if numbers.keys() & plain.keys():
        return None
    text = _class(name, statement, inputs, outputs, numbers | plain, plain)
    try:
        return Outline(from_source(text), inputs, outputs)
    except CustomError:
        return None


def _class(
    name: str, statement: ast.stmt, inputs: tuple, outputs: tuple, numbers: Mapping, local: Mapping
) -> str:
    lines = [f"class {name}(nn.Module):"]
    if numbers:
        arguments = ", ".join(f"{key}={value!r}" for key, value in numbers.items())
        lines += [f"    def __init__(self, {arguments}):", "        super().__init__()"]
        lines += [f"        self.{key} = {key}" for key in numbers] + [""]
    lines.append(f"    def forward(self, {', '.join(inputs)}):")
    lines += [f"        {key} = self.{key}" for key in local]
    lines += textwrap.indent(ast.unparse(statement), "        ").splitlines()
    lines.append(f"        return {', '.join(outputs)}")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Step:
    """A single operation: what the layer may be called, how it is written, and the tensors it takes.

    call: the expression, in which the tensors are `inputs`.
    """

    stem: str
    call: str
    inputs: tuple[str, ...]
    tensors: tuple[Tensor, ...]

    def layer(self, name: str, results: int) -> Custom | None:
        """The operation as a layer that gives so many tensors; None where it cannot be one."""
        several = [f"output{number}" for number in range(1, results + 1)]
        outputs = ", ".join(several) if results > 1 else "output"
        lines = (
            f"class {name}(nn.Module):",
            f"    def forward(self, {', '.join(self.inputs)}):",
            f"        {outputs} = {self.call}",
            f"        return {outputs}",
        )
        try:
            return from_source("\n".join(lines) + "\n")
        except CustomError:
            return None


def step(expression: ast.expr, operation: Operation) -> Step | None:
    """A call of torch's or of a tensor's; None where it is given more than tensors and plain values."""
    if not isinstance(expression, ast.Call):
        return None
    held: dict[str, Tensor] = {}
    texts = [_written(value, held) for value in operation.positional]
    named = {name: _written(value, held) for name, value in operation.keywords.items()}
    if not held or None in texts or None in named.values():
        return None
    given = [*texts, *(f"{name}={text}" for name, text in named.items())]
    if operation.path:
        last, call = operation.path.rpartition(".")[2], f"{operation.path}({', '.join(given)})"
    else:
        last = expression.func.attr
        call = f"{texts[0]}.{last}({', '.join(given[1:])})"
    stem = "".join(part.capitalize() for part in last.split("_")) or "Operation"
    return Step(stem, call, tuple(held), tuple(held.values()))


def _written(value: Any, held: dict[str, Tensor]) -> str | None:
    """A value as Python writes it, tensors by the names they are held under; None for any other."""
    if isinstance(value, Tensor):
        name = next((name for name, tensor in held.items() if tensor.wire == value.wire), "")
        name = name or (f"x{len(held) + 1}" if held else "x")
        held.setdefault(name, value)
        return name
    if isinstance(value, tuple | list):
        items = [_written(item, held) for item in value]
        if None in items:
            return None
        inside = ", ".join(items)
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' * (len(items) == 1)})"
    value = terms.plain(value)
    finite = isinstance(value, float) and isfinite(value)
    return repr(value) if finite or value is None or isinstance(value, bool | int | str) else None


def whole_class(instance: Instance, source: Source) -> Custom | None:
    """An object's class as a layer written in Python, word for word; None where it cannot be one."""
    definition = instance.definition
    text = b"\n".join(source.lines[definition.lineno - 1 : definition.end_lineno]).decode("utf-8", "replace")
    used = {part.id for part in ast.walk(definition) if isinstance(part, ast.Name)}
    imports = "".join(
        _import(name, path)
        for name, path in source.imports.items()
        if name in used and IMPLIED.get(name) != path
    )
    try:
        return from_source(imports + textwrap.dedent(text) + "\n")
    except CustomError:
        return None


def _import(name: str, path: str) -> str:
    module, dot, last = path.rpartition(".")
    renamed = f" as {name}" if name != last else ""
    return f"from {module} import {last}{renamed}\n" if dot else f"import {path}{renamed}\n"
