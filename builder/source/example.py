"""The example input that a source makes at its end: where the shapes of the inputs come from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from builder.source.canvas import Canvas
from builder.source.follow import Follower
from builder.source.parse import Source
from builder.source.values import Outside

DTYPES = {"int64": "int64", "long": "int64", "float32": "float32", "float": "float32"}
CONVERSIONS = frozenset("to cuda cpu float long contiguous requires_grad_ eval train".split())


@dataclass(frozen=True)
class Usage:
    """How a source uses its network.

    examples  the params of each input, in order, or None where the source does not say.
    made_with the call that makes the network, where it is made with arguments.
    names     what the source calls what it gives the network, '' for what has no name.
    """

    examples: list[dict[str, Any] | None] = field(default_factory=list)
    made_with: ast.Call | None = None
    names: tuple[str, ...] = ()


def usage(source: Source, name: str, inputs: list[str], made: bool = True) -> Usage:
    """How `name`, whose inputs are called so, is used in the source: a class that is made, or a variable."""
    statements = [item for item in source.tree.body if not isinstance(item, ast.ClassDef)]
    nodes = [node for statement in statements for node in ast.walk(statement)]
    values = dict(_assigned(nodes))
    makers = _makers(nodes, name) if made else []
    networks = {name} | {key for key, value in values.items() if _stripped(value) in makers}
    calls = [node for node in nodes if isinstance(node, ast.Call) and node.args]
    used = next((c for c in calls if _is_network(c.func, networks, makers)), None)
    reader = Follower(replace(source, values={**values, **source.values}), Canvas())
    given: list[ast.expr | None] = list(used.args) if used else []
    given += [values.get(key) for key in inputs[len(given) :]]
    examples = [_example(reader, item, values) for item in given[: len(inputs)]]
    with_arguments = (call for call in makers if call.args or call.keywords)
    named = tuple(item.id if isinstance(item, ast.Name) else "" for item in used.args) if used else ()
    return Usage(examples, next(with_arguments, None), named)


def _assigned(nodes: list[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value


def _makers(nodes: list[ast.AST], name: str) -> list[ast.Call]:
    """The calls Name(...)."""
    calls = (node for node in nodes if isinstance(node, ast.Call))
    return [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == name]


def _is_network(function: ast.expr, networks: set[str], made: list[ast.Call]) -> bool:
    """Whether what is called is the network itself: network(...), Net()(...)."""
    if isinstance(function, ast.Name):
        return function.id in networks and not any(call.func is function for call in made)
    return function in made


def _stripped(expression: ast.expr) -> ast.expr:
    """An expression without .to(device) and the like."""
    while (
        isinstance(expression, ast.Call)
        and isinstance(expression.func, ast.Attribute)
        and expression.func.attr in CONVERSIONS
    ):
        expression = expression.func.value
    return expression


def _example(
    reader: Follower, expression: ast.expr | None, values: dict[str, ast.expr]
) -> dict[str, Any] | None:
    """The params of an input that is given this: torch.randn(2, 1, 8, 8), or a name for it."""
    if isinstance(expression, ast.Name):
        expression = values.get(expression.id)
    if expression is None:
        return None
    function = expression.func if isinstance(expression, ast.Call) else None
    long = isinstance(function, ast.Attribute) and function.attr == "long"
    expression = _stripped(expression)
    if not isinstance(expression, ast.Call):
        return None
    function = reader.evaluate(expression.func)
    if not isinstance(function, Outside) or not function.path.startswith("torch."):
        return None
    positional, keywords = reader.arguments(expression)
    return _params(function.last, positional, keywords, long)


def _params(name: str, positional: list, keywords: dict, long: bool) -> dict[str, Any] | None:
    high = None
    if name == "randint":
        numbers = [item for item in positional if isinstance(item, int)]
        high = keywords.get("high", numbers[-1] if numbers else None)
        positional = positional[len(numbers) :]
    elif name not in ("randn", "rand", "zeros", "ones", "empty"):
        return None
    sizes = keywords.get("size", positional)
    if len(sizes) == 1 and isinstance(sizes[0], tuple | list):
        sizes = sizes[0]
    if not sizes[1:] or not all(type(size) is int and 0 < size <= 1_000_000 for size in sizes):
        return None
    dtype = keywords.get("dtype")
    whole = name == "randint" or long
    named = DTYPES.get(dtype.last) if isinstance(dtype, Outside) else None
    kind = named or ("int64" if whole else "float32")
    found: dict[str, Any] = {"shape": tuple(sizes[1:]), "dtype": kind}
    if kind == "int64" and type(high) is int and 1 <= high <= 10_000_000:
        found["high"] = high
    return found
