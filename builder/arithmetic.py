"""Sums in somebody's source, worked out with limits: 64 * 16 * 16 is 16384, 10**10**10 is refused."""

from __future__ import annotations

import ast
import math
import operator
from typing import Any

LARGEST = 2**53
LONGEST_RANGE = 1_000

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
FUNCTIONS = {
    "int": int,
    "float": float,
    "bool": bool,
    "abs": abs,
    "min": min,
    "max": max,
    "round": round,
    "math.sqrt": math.sqrt,
    "math.floor": math.floor,
    "math.ceil": math.ceil,
    "math.log": math.log,
    "math.log2": math.log2,
    "math.prod": lambda *values: math.prod(values),
}


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) <= LARGEST


def is_scalar(value: Any) -> bool:
    return value is None or is_number(value) or (isinstance(value, str) and len(value) <= 1_000)


def is_plain(value: Any) -> bool:
    """Whether a value is one that a layer's argument can be: a scalar or a few of them."""
    if isinstance(value, tuple | list):
        return len(value) <= 100 and all(map(is_scalar, value))
    return is_scalar(value)


def apply(op: ast.AST, *operands: Any) -> Any:
    """The result on plain numbers (and comparisons of texts). Raises ValueError with the reason."""
    function = OPERATORS.get(type(op))
    compares = isinstance(op, ast.cmpop | ast.Not)
    allowed = is_scalar if compares else is_number
    if function is None or not all(map(allowed, operands)):
        raise ValueError("it is no arithmetic on plain numbers")
    if isinstance(op, ast.Pow) and abs(operands[1]) > 64:
        raise ValueError("the power is too large")
    return _checked(function, *operands)


def call(name: str, values: tuple[Any, ...]) -> Any:
    """int(...), max(...) and the like on plain numbers. Raises ValueError with the reason."""
    if not values or not all(map(is_number, values)):
        raise ValueError(f"{name} is given something else than plain numbers")
    return _checked(FUNCTIONS[name], *values)


def counted(values: tuple[Any, ...]) -> range:
    """range(*values), if it is short. Raises ValueError with the reason."""
    if not 1 <= len(values) <= 3 or not all(isinstance(v, int) and is_number(v) for v in values):
        raise ValueError("the range is not given in whole numbers")
    if values[2:] == (0,):
        raise ValueError("the range has a step of 0")
    found = range(*values)
    if len(found) > LONGEST_RANGE:
        raise ValueError(f"the range is longer than {LONGEST_RANGE:,}")
    return found


def _checked(function: Any, *operands: Any) -> Any:
    try:
        result = function(*operands)
    except (ArithmeticError, TypeError) as error:
        raise ValueError(f"it cannot be worked out ({error})") from None
    if isinstance(result, float) and not math.isfinite(result):
        raise ValueError("the result is not finite")
    if not is_number(result):
        raise ValueError("the number is too large")
    return result
