"""Calls in somebody's source: arguments, Python's own functions, methods of tensors."""

from __future__ import annotations

import ast
from typing import Any

from builder import arithmetic
from builder.source import spellings, terms
from builder.source.evaluate import BUILTINS, Evaluator, grow
from builder.source.values import Operation, Outside, Size, Sizes, Unknown, is_tensor, listed


class Caller(Evaluator):
    """Evaluates calls; what is done with layers is left to `apply`."""

    def apply(self, expression: ast.expr, function: Any, positional: list, keywords: dict) -> Any:
        """What comes of calling something that is no method of a tensor."""
        return Unknown(expression)

    def call(self, expression: ast.Call) -> Any:
        method = isinstance(expression.func, ast.Attribute)
        owner = self.evaluate(expression.func.value) if method else None
        if is_tensor(owner):
            positional, keywords = self.arguments(expression)
            return self._on_tensor(expression, owner, positional, keywords)
        if isinstance(owner, Operation):
            return self._on_new(expression, owner)
        if isinstance(owner, list) and expression.func.attr in ("append", "extend"):
            return self._grown(expression, owner)
        function = self.attribute(expression.func, owner) if method else self.evaluate(expression.func)
        positional, keywords = self.arguments(expression)
        if isinstance(function, Outside):
            return self._on_outside(expression, function, positional, keywords)
        return self.apply(expression, function, positional, keywords)

    def arguments(self, expression: ast.Call) -> tuple[list[Any], dict[str, Any]]:
        """What a call is given: by position, by name."""
        keywords: dict[str, Any] = {}
        for keyword in expression.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg:
                keywords[keyword.arg] = value
            elif isinstance(value, dict):
                keywords |= {str(name): item for name, item in value.items()}
            else:
                keywords["**"] = Unknown(keyword.value)
        return self._items(expression.args), keywords

    def _on_new(self, expression: ast.Call, owner: Operation) -> Operation:
        """A method of a new tensor: torch.Generator().manual_seed(0), torch.zeros(2).to(device)."""
        name = expression.func.attr
        if name in spellings.UNCHANGED or name in ("to", "requires_grad_"):
            return owner
        positional, keywords = self.arguments(expression)
        return Operation(name, (owner, *positional), keywords)

    def _grown(self, expression: ast.Call, owner: list) -> None:
        items = self._items(expression.args)
        if expression.func.attr == "extend":
            items = listed(items[0]) if items else None
        grow(owner, items if items is not None else [Unknown(expression)])

    def _on_tensor(self, expression: ast.Call, owner: Any, positional: list, keywords: dict) -> Any:
        name = expression.func.attr
        if name == "size":
            which = [*positional, *keywords.values()]
            return Size(owner, which[0]) if which and isinstance(which[0], int) else Sizes(owner)
        return self.perform(expression, Operation(name, (owner, *positional), keywords))

    def _on_outside(self, expression: ast.Call, function: Outside, positional: list, keywords: dict) -> Any:
        name = function.path.removeprefix("builtins.")
        first = positional[0] if positional else None
        if name == "abs" and is_tensor(first):
            return self.perform(expression, Operation(name, (first,)))
        if name in arithmetic.FUNCTIONS or name == "range":
            if isinstance(first, Size | Unknown):
                return Unknown(expression, "a size")
            return self._worked_out_by(expression, name, tuple(positional))
        if name == function.path:
            return self.apply(expression, function, positional, keywords)
        items = [listed(value) for value in positional]
        if name in BUILTINS and items and None not in items:
            return self._gathered(expression, name, items)
        return self.apply(expression, function, positional, keywords)

    def _worked_out_by(self, expression: ast.Call, name: str, given: tuple[Any, ...]) -> Any:
        """max(channels, 8) or range(3) on plain numbers."""
        numbers = tuple(map(terms.plain, given))
        if name in ("int", "round") and type(numbers[0]) is int:
            return given[0]
        try:
            if name == "range":
                self.decide(*given)
                return arithmetic.counted(numbers)
            result = arithmetic.call(name, numbers)
        except ValueError as error:
            return Unknown(expression, str(error))
        function = ast.Name(name, ast.Load())
        return self.combined(lambda trees: ast.Call(function, trees, []), result, given)

    def _gathered(self, expression: ast.Call, name: str, items: list[list[Any]]) -> Any:
        self.count(sum(map(len, items)))
        match name:
            case "len":
                return len(items[0])
            case "list":
                return list(items[0])
            case "tuple":
                return tuple(items[0])
            case "enumerate":
                return list(enumerate(items[0]))
            case "zip":
                return list(zip(*items, strict=False))
        return Unknown(expression)
