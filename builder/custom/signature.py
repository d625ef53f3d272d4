"""What the methods of a custom layer's class take and give, read off their parsed text."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from typing import Any

from builder import names
from builder.kinds import MOST_PORTS, Param, whole

TYPES = {"int": "int", "float": "float", "bool": "bool", "str": "text"}
BEGINNINGS = {"int": 1, "float": 1.0, "bool": False, "text": "", "any": 1}  # where Python has no default
NONE = object()  # an argument without a default, or with one that is no plain value
OPTIONAL = re.compile(r"^Optional\[(\w+)\]$|^(\w+) \| None$")


class MisfitError(ValueError):
    """A method that a layer cannot have; `line` says where."""

    def __init__(self, message: str, line: int):
        super().__init__(message)
        self.line = line


def params(constructor: ast.FunctionDef) -> tuple[Param, ...]:
    """The constructor's arguments that are plain values; the others keep their defaults."""
    given = constructor.args
    if given.posonlyargs:
        raise MisfitError("__init__ must take its arguments by name: leave the / out.", constructor.lineno)
    if not given.args:
        raise MisfitError("__init__ must take self: def __init__(self):", constructor.lineno)
    before = [None] * (len(given.args) - len(given.defaults))
    pairs = list(zip(given.args, [*before, *given.defaults], strict=True))[1:]
    found = [_param(argument, default, False) for argument, default in pairs]
    found += [_param(*pair, True) for pair in zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    return tuple(filter(None, found))


def _param(argument: ast.arg, default: ast.expr | None, by_name: bool) -> Param | None:
    """The Param of an argument, or None where its default is no plain value."""
    annotation = ast.unparse(argument.annotation) if argument.annotation else ""
    annotation = annotation.strip("'\"")
    wrapped = OPTIONAL.match(annotation)
    kind = TYPES.get((wrapped[1] or wrapped[2]) if wrapped else annotation, "")
    if default is None:
        beginning = BEGINNINGS[kind or "any"]
        # One without a default that must be given by name is written with its name, so as if it had one.
        return Param(argument.arg, beginning, kind or "any", _help(annotation), not by_name, always=by_name)
    value = _plain(default)
    if value is NONE:
        return None
    kind = kind or TYPES.get(type(value).__name__, "any")
    value = float(value) if kind == "float" and whole(value) else value
    optional = bool(wrapped) or value is None
    found = Param(argument.arg, value, kind, _help(annotation), optional=optional and kind != "any")
    return found if found.accepts(value) else Param(argument.arg, value, "any", _help(annotation))


def _help(annotation: str) -> str:
    return f"An argument of its constructor: {annotation}" if annotation else "An argument of its constructor"


def _plain(expression: ast.expr) -> Any:
    """A default's value, lists as tuples; NONE where it is more than numbers, texts and rows of them."""
    try:
        value = ast.literal_eval(expression)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return NONE
    value = tuple(value) if isinstance(value, list) else value
    items = value if isinstance(value, tuple) else (value,)
    return value if len(items) <= 100 and all(map(_is_scalar, items)) else NONE


def _is_scalar(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 200
    return value is None or isinstance(value, bool) or whole(value) or _is_decimal(value)


def _is_decimal(value: Any) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def inputs(forward: ast.FunctionDef) -> tuple[tuple[str, ...], int]:
    """The names of forward's inputs, and how many of them must be given."""
    given, line = forward.args, forward.lineno
    if any(isinstance(each, ast.Name) and each.id.endswith("method") for each in forward.decorator_list):
        raise MisfitError("forward must be a plain method.", line)
    positional = [argument.arg for argument in (*given.posonlyargs, *given.args)]
    if not positional:
        raise MisfitError("forward must take self and its inputs: def forward(self, x):", line)
    if None in given.kw_defaults:
        raise MisfitError("forward takes its inputs by place: leave the * out, or give a default.", line)
    found = tuple(positional[1:])
    if given.vararg:
        if found:
            raise MisfitError("forward takes single inputs, or *x for two and more; not both.", line)
        return (f"*{given.vararg.arg}",), 2
    if len(found) > MOST_PORTS:
        raise MisfitError(f"forward takes at most {MOST_PORTS} inputs.", line)
    return found, max(0, len(found) - len(given.defaults))


def ports(forward: ast.FunctionDef) -> tuple[str, ...]:
    """The outputs' names: of `return a, b` a and b, where every return gives that many; else output."""
    returned = [each.value for each in _returns(forward) if each.value is not None]
    if not returned:
        raise MisfitError("forward returns nothing. End it with return and a tensor.", forward.lineno)
    lengths = {len(value.elts) if isinstance(value, ast.Tuple) else 1 for value in returned}
    starred = any(isinstance(item, ast.Starred) for value in returned for item in getattr(value, "elts", ()))
    count = lengths.pop()
    if lengths or starred or not 1 < count <= MOST_PORTS:
        return ("output",)
    found = tuple(item.id if isinstance(item, ast.Name) else "" for item in returned[-1].elts)
    named = len(set(found)) == count and not any(map(names.id_misfit, found))
    return found if named else tuple(map(str, range(count)))


def _returns(function: ast.FunctionDef) -> Iterator[ast.Return]:
    """The returns of a function, those of functions inside it left out."""
    todo: list[ast.AST] = list(reversed(function.body))
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Return):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            todo += reversed(list(ast.iter_child_nodes(node)))
