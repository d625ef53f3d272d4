"""Finds what an expression stands for, without running it.

An expression that cannot be followed is Unknown, with the reason; nothing here raises for it. What
is done with layers and tensors is left to `perform` and `call`, which a reader fills in.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from builder import arithmetic
from builder.source import terms
from builder.source.parse import SourceError
from builder.source.values import (
    Hole,
    Instance,
    Operation,
    Outside,
    Size,
    Sizes,
    Unknown,
    is_tensor,
    listed,
)

MOST_STEPS = 200_000
LONGEST_LIST = 2_000
BUILTINS = frozenset("range len list tuple super print enumerate zip isinstance dict".split())
OPERATIONS = {  # what Python's signs for tensors are called in torch
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.MatMult: "matmul",
    ast.Pow: "pow",
    ast.USub: "neg",
}
Scope = dict[str, Any]


class Evaluator:
    """Evaluates expressions in a scope: names and what they stand for.

    frame: the object whose function is followed, where it is one of a class of the source.
    """

    def __init__(self, scope: Scope):
        self.scope = scope
        self.steps = 0
        self.frame: Instance | None = None

    def decide(self, *values: Any) -> None:
        """Keeps in mind that it depends on these values what the object makes and calls."""
        if self.frame is not None:
            self.frame.decided.update(terms.names_in(values, self.frame))

    # --- what a reader fills in

    def perform(self, expression: ast.expr, operation: Operation) -> Any:
        """What comes of an operation on tensors."""
        return operation

    def call(self, expression: ast.Call) -> Any:
        """What comes of a call."""
        return Unknown(expression)

    def look_up(self, name: ast.Name) -> Any:
        """What a name stands for that is not in the scope."""
        return Unknown(name, f"the source does not say what {name.id} is")

    def attribute(self, expression: ast.Attribute, owner: Any) -> Any:
        """An attribute of something that is no tensor."""
        return Outside(f"{owner.path}.{expression.attr}") if _outside(owner) else Unknown(expression)

    # --- expressions

    def evaluate(self, expression: ast.expr) -> Any:
        """What the expression stands for. Raises SourceError where there is too much to follow."""
        self.count(1)
        handler = HANDLERS.get(type(expression))
        return handler(self, expression) if handler else Unknown(expression)

    def count(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise SourceError(
                "The source does too much to be followed step by step. "
                "Write the network with fewer and shorter loops."
            )

    def _constant(self, expression: ast.Constant) -> Any:
        value = expression.value
        plain = value is Ellipsis or isinstance(value, str) or arithmetic.is_scalar(value)
        return value if plain else Unknown(expression, "the number is too large")

    def _name(self, expression: ast.Name) -> Any:
        name = expression.id
        if name in self.scope:
            return self.scope[name]
        found = self.look_up(expression)
        if isinstance(found, Unknown) and (name in BUILTINS or name in arithmetic.FUNCTIONS):
            return Outside(f"builtins.{name}")
        return found

    def _items(self, expressions: list[ast.expr]) -> list[Any]:
        found: list[Any] = []
        for expression in expressions:
            if isinstance(expression, ast.Starred):
                found.extend(self._starred(expression))
            else:
                found.append(self.evaluate(expression))
        if len(found) > LONGEST_LIST:
            raise SourceError(f"A list has more than {LONGEST_LIST:,} items. Write a shorter one.")
        return found

    def _starred(self, expression: ast.Starred) -> list[Any]:
        value = self.evaluate(expression.value)
        if isinstance(value, Hole):
            return [Hole(value.name, star=True)]
        if isinstance(value, Sizes):
            return [value]
        items = listed(value)
        return [Unknown(expression)] if items is None else items

    def _list(self, expression: ast.List) -> list[Any]:
        return self._items(expression.elts)

    def _tuple(self, expression: ast.Tuple) -> tuple[Any, ...]:
        return tuple(self._items(expression.elts))

    def _dict(self, expression: ast.Dict) -> Any:
        keys = [key and self.evaluate(key) for key in expression.keys]
        if not all(isinstance(key, str | int) for key in keys):
            return Unknown(expression)
        return dict(zip(keys, self._items(expression.values), strict=False))

    def _slice(self, expression: ast.Slice) -> slice:
        parts = (expression.lower, expression.upper, expression.step)
        return slice(*(part and self.evaluate(part) for part in parts))

    def _unary(self, expression: ast.UnaryOp) -> Any:
        value = self.evaluate(expression.operand)
        if is_tensor(value) and type(expression.op) in OPERATIONS:
            return self.perform(expression, Operation(OPERATIONS[type(expression.op)], (value,)))
        return self._worked_out(expression, expression.op, value)

    def _binary(self, expression: ast.BinOp) -> Any:
        """a + b + c is one operation on three tensors, where its first two are tensors."""
        spine, parts = expression, [expression.right]
        while isinstance(spine.left, ast.BinOp) and type(spine.left.op) is type(spine.op):
            spine = spine.left
            parts.append(spine.right)
        operands = [self.evaluate(part) for part in (spine.left, *reversed(parts))]
        name = OPERATIONS.get(type(expression.op))
        if any(map(is_tensor, operands)):
            if name is None:
                return self.perform(expression, Operation("", tuple(operands)))
            return self.perform(expression, Operation(name, tuple(operands)))
        if name and any(isinstance(operand, Operation) for operand in operands):
            return Operation(name, tuple(operands))
        result = operands[0]
        for operand in operands[1:]:
            result = self._worked_out(expression, expression.op, result, operand)
        return result

    def _worked_out(self, expression: ast.expr, op: ast.AST, *operands: Any) -> Any:
        for operand in operands:
            if isinstance(operand, Unknown | Size):
                return operand if isinstance(operand, Unknown) else Unknown(expression, "a size")
        try:
            result = arithmetic.apply(op, *map(terms.plain, operands))
        except ValueError as error:
            return Unknown(expression, str(error))
        if isinstance(op, ast.cmpop | ast.Not):
            self.decide(*operands)
            return result
        return self.combined(lambda trees: _sum(op, trees), result, operands)

    def combined(self, make: Callable, result: Any, operands: tuple[Any, ...]) -> Any:
        """The result as a sum of the object's arguments, where it can be one."""
        found = terms.combined(make, result, operands, self.frame)
        if not isinstance(found, terms.Term):
            self.decide(*operands)
        return found

    def _compare(self, expression: ast.Compare) -> Any:
        if len(expression.ops) != 1:
            return Unknown(expression)
        sides = self.evaluate(expression.left), self.evaluate(expression.comparators[0])
        if sides[1] is None and not isinstance(sides[0], Unknown):
            self.decide(sides[0])
            return (sides[0] is None) is isinstance(expression.ops[0], ast.Is | ast.Eq)
        return self._worked_out(expression, expression.ops[0], *sides)

    def _boolean(self, expression: ast.BoolOp) -> Any:
        stops = isinstance(expression.op, ast.Or)
        value: Any = None
        for part in expression.values:
            value = self.evaluate(part)
            self.decide(value)
            if not arithmetic.is_scalar(value):
                return Unknown(expression)
            if bool(value) is stops:
                break
        return value

    def test(self, expression: ast.expr) -> Any:
        """What a condition is, as far as it can be said beforehand."""
        return self.evaluate(expression)

    def _either(self, expression: ast.IfExp) -> Any:
        test = self.test(expression.test)
        self.decide(test)
        if not arithmetic.is_scalar(test):
            return Unknown(expression, "which of the two it is depends on what flows")
        return self.evaluate(expression.body if test else expression.orelse)

    def _attribute(self, expression: ast.Attribute) -> Any:
        owner = self.evaluate(expression.value)
        if is_tensor(owner):
            return Sizes(owner) if expression.attr == "shape" else Unknown(expression)
        return self.attribute(expression, owner)

    def _subscript(self, expression: ast.Subscript) -> Any:
        owner, index = self.evaluate(expression.value), self.evaluate(expression.slice)
        if is_tensor(owner):
            return self.perform(expression, Operation("getitem", (owner, index)))
        self.decide(index)
        if isinstance(owner, Sizes) and isinstance(index, int):
            return Size(owner.of, owner.start + index) if index >= 0 else Size(owner.of, index)
        if isinstance(owner, Sizes) and index == slice(1, None, None):
            return Sizes(owner.of, owner.start + 1)
        if isinstance(owner, dict) and isinstance(index, str | int):
            return owner.get(index, Unknown(expression, "there is no such key"))
        items = listed(owner)
        if items is None or not isinstance(index, int | slice) or not _whole_slice(index):
            return Unknown(expression)
        try:
            found = items[index]
        except (IndexError, ValueError):
            return Unknown(expression, "the index is out of range")
        self.count(len(found) if isinstance(index, slice) else 0)
        return found

    def _comprehension(self, expression: ast.ListComp | ast.GeneratorExp) -> Any:
        generator = expression.generators[0]
        simple = len(expression.generators) == 1 and not generator.ifs
        items = listed(self.evaluate(generator.iter)) if simple else None
        if items is None or not isinstance(generator.target, ast.Name):
            return Unknown(expression, "such a loop cannot be followed")
        outer, found = self.scope, []
        for item in items:
            self.scope = {**outer, generator.target.id: item}
            found.append(self.evaluate(expression.elt))
            self.count(len(outer) // 10)
        self.scope = outer
        return found


def _sum(op: ast.AST, trees: list[ast.expr]) -> ast.expr:
    """The expression that an operator makes of its operands."""
    return ast.UnaryOp(op, *trees) if len(trees) == 1 else ast.BinOp(trees[0], op, trees[1])


def grow(owner: list[Any], items: list[Any]) -> None:
    """Adds to a list, within limits."""
    if len(owner) + len(items) > LONGEST_LIST:
        raise SourceError(f"A list has more than {LONGEST_LIST:,} items. Write a shorter one.")
    owner.extend(items)


def _whole_slice(index: int | slice) -> bool:
    parts = (index.start, index.stop, index.step) if isinstance(index, slice) else (index,)
    return all(part is None or isinstance(part, int) for part in parts)


def _outside(value: Any) -> bool:
    return isinstance(value, Outside)


HANDLERS: dict[type[ast.AST], Callable[[Evaluator, Any], Any]] = {
    ast.Constant: Evaluator._constant,
    ast.Name: Evaluator._name,
    ast.List: Evaluator._list,
    ast.Tuple: Evaluator._tuple,
    ast.Dict: Evaluator._dict,
    ast.Slice: Evaluator._slice,
    ast.UnaryOp: Evaluator._unary,
    ast.BinOp: Evaluator._binary,
    ast.Compare: Evaluator._compare,
    ast.BoolOp: Evaluator._boolean,
    ast.IfExp: Evaluator._either,
    ast.Attribute: Evaluator._attribute,
    ast.Subscript: Evaluator._subscript,
    ast.ListComp: Evaluator._comprehension,
    ast.GeneratorExp: Evaluator._comprehension,
    ast.Call: lambda self, expression: self.call(expression),
}
