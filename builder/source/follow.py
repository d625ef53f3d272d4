"""Follows a class's __init__ and forward, or an nn.Sequential, and draws what they do.

Each statement is looked at, none is run. What cannot be followed is noted with its line; what used
it takes its first tensor instead, so that the rest stays in place.
"""

from __future__ import annotations

import ast
from typing import Any

from builder.source import layers, match, spellings
from builder.source.canvas import Canvas
from builder.source.evaluate import Evaluator, listed
from builder.source.parse import Source
from builder.source.values import (
    Chain,
    Instance,
    Made,
    Method,
    Operation,
    Outside,
    Unknown,
    is_tensor,
    tensors,
)

DEEPEST_CALLS = 12
HARMLESS = frozenset({"print", "super", "len", "isinstance"})


class Returned:
    """A value on its way out of a function."""

    def __init__(self, value: Any):
        self.value = value


class Reader(Evaluator):
    """Evaluates a network's source and draws its layers on the canvas as they are called."""

    def __init__(self, source: Source, canvas: Canvas):
        super().__init__({})
        self.source, self.canvas = source, canvas
        self.looking_up: set[str] = set()
        self.calls = 0
        self.goal: tuple[ast.expr | None, str, int] = (None, "", 0)

    def say(self, node: ast.AST, message: str) -> None:
        self.canvas.say(getattr(node, "lineno", 0), message)

    def why(self, unknown: Unknown) -> str:
        reason = f" ({unknown.why})" if unknown.why else ""
        return f"`{self.source.text(unknown.expression)}`{reason} cannot be followed"

    # --- names

    def look_up(self, name: ast.Name) -> Any:
        key = name.id
        if key in self.source.classes:
            return self.source.classes[key]
        if key in self.source.values and key not in self.looking_up:
            return self._global(key)
        if key in self.source.imports:
            return Outside(self.source.imports[key])
        return super().look_up(name)

    def _global(self, key: str) -> Any:
        outer, self.scope = self.scope, {}
        self.looking_up.add(key)
        value = self.evaluate(self.source.values[key])
        self.looking_up.discard(key)
        self.scope = outer
        return value

    def attribute(self, expression: ast.Attribute, owner: Any) -> Any:
        name = expression.attr
        if isinstance(owner, Instance):
            return self._own(expression, owner, name)
        if isinstance(owner, Chain):
            found = dict(owner.items).get(name)
            return Unknown(expression) if found is None else found
        if isinstance(owner, dict) and name in ("values", "items", "keys"):
            views = {"values": owner.values(), "items": owner.items(), "keys": owner.keys()}
            return Outside("builtins.list") if False else _View(list(views[name]))
        return super().attribute(expression, owner)

    def _own(self, expression: ast.Attribute, owner: Instance, name: str) -> Any:
        if name in owner.attributes:
            value = owner.attributes[name]
            if isinstance(value, Made) and match.stands_for_itself(value.kind):
                return self.call_layer(expression, value, [], {})
            return value
        function = self.function(owner.definition, name)
        return Method(owner, function) if function else Unknown(expression)

    def function(self, definition: ast.ClassDef, name: str) -> ast.FunctionDef | None:
        """A class's function, also one it has from another class of the source."""
        seen: set[str] = set()
        todo = [definition]
        while todo:
            current = todo.pop(0)
            for item in current.body:
                if isinstance(item, ast.FunctionDef) and item.name == name:
                    return item
            seen.add(current.name)
            bases = [base.id for base in current.bases if isinstance(base, ast.Name)]
            todo += [self.source.classes[b] for b in bases if b in self.source.classes and b not in seen]
        return None

    # --- calls

    def apply(self, expression: ast.expr, function: Any, positional: list, keywords: dict) -> Any:
        if isinstance(function, Made):
            return self.call_layer(expression, function, positional, keywords)
        if isinstance(function, Chain):
            return self._call_chain(expression, function, positional)
        if isinstance(function, Method):
            return self.run(expression, function.owner, function.function, positional, keywords)
        if isinstance(function, Instance):
            forward = self.function(function.definition, "forward")
            if forward:
                return self.run(expression, function, forward, positional, keywords)
        if isinstance(function, ast.ClassDef):
            return self.make(expression, function, positional, keywords)
        if isinstance(function, _View):
            return function.items
        if isinstance(function, Outside):
            return self._call_outside(expression, function, positional, keywords)
        return self.passed_by(expression, [positional, list(keywords.values())])

    def _call_outside(
        self, expression: ast.expr, function: Outside, positional: list, keywords: dict
    ) -> Any:
        if kind := match.layers().get(function.path):
            line = expression.lineno
            params = layers.params_of(kind, positional, keywords, line, self.canvas)
            return Made(kind, params, line, self.comment(line))
        if found := self._container(expression, function, positional):
            return found
        given = [*positional, *keywords.values()]
        if function.path.startswith("torch.") and any(map(is_tensor, tensors(given))):
            return self.perform(expression, Operation(function.last, tuple(positional), keywords))
        return self.passed_by(expression, given)

    def _container(self, expression: ast.expr, function: Outside, positional: list) -> Any:
        items = listed(positional[0]) if positional else []
        if function.path == "torch.nn.Sequential":
            one = positional[0] if len(positional) == 1 else None
            named = list(one.items()) if isinstance(one, dict) else None
            return Chain(named or [("", item) for item in positional])
        if function.path == "torch.nn.ModuleList":
            return items
        if function.path in ("collections.OrderedDict", "torch.nn.ModuleDict"):
            given = positional[0] if positional else {}
            if isinstance(given, dict):
                return given
            pairs = [p for p in items or [] if isinstance(p, tuple) and len(p) == 2]
            return {str(name): item for name, item in pairs if isinstance(name, str)}
        return None

    def comment(self, line: int) -> str:
        """The comment above a line, for the first layer that stands there."""
        note = self.source.comments.pop(line, "")
        if len(note) > 500:
            self.canvas.say(line, "The comment above is long; its first 500 letters are kept.")
        return note[:500]

    def call_layer(self, expression: ast.expr, made: Made, positional: list, keywords: dict) -> Any:
        """Draws a layer behind the tensors it is called with."""
        made.uses += 1
        if made.uses > 1 and layers.has_weights(made.kind):
            title = made.path or made.kind.name
            self.say(
                expression,
                f"{title} is called a second time, with the same weights, which cannot be drawn yet; "
                "only its first call is drawn.",
            )
            return next(tensors(positional), Unknown(expression))
        found = match.match_call(made.kind, _first_of_results(positional), keywords)
        if found is None:
            return self.passed_by(expression, [positional, list(keywords.values())])
        if found.left_over:
            self.say(
                expression,
                f"{', '.join(found.left_over)} of `{self.source.text(expression)}` was left out: "
                f"{made.kind.name} is drawn with its tensors alone.",
            )
        name = self._layer_name(made)
        return self.canvas.draw(made.kind, found.inputs, made.params, name, made.note)

    def _layer_name(self, made: Made) -> str:
        if made.path and made.uses == 1:
            return self.canvas.named(made.path, made.kind, made.line)
        return self.canvas.fresh(made.kind)

    def _call_chain(self, expression: ast.expr, chain: Chain, positional: list) -> Any:
        value = positional[0] if positional else Unknown(expression)
        for _, item in chain.items:
            self.count(1)
            value = self.apply(expression, item, [value], {})
        return value

    def make(
        self, expression: ast.expr, definition: ast.ClassDef, positional: list, keywords: dict
    ) -> Instance:
        """An object of a class of the source, as its __init__ makes it."""
        instance = Instance(definition)
        init = self.function(definition, "__init__")
        if init:
            self.run(expression, instance, init, positional, keywords)
        return instance

    def run(
        self, expression: ast.AST, owner: Instance, function: ast.FunctionDef, positional: list, keywords: dict
    ) -> Any:
        """What a function of a class returns, its statements followed one by one."""
        if self.calls >= DEEPEST_CALLS:
            return Unknown(expression, "functions call each other too deeply")
        outer, goal = self.scope, self.goal
        self.calls += 1
        self.scope = self.bound(expression, owner, function, positional, keywords)
        result = self.follow(function.body)
        self.scope, self.goal = outer, goal
        self.calls -= 1
        return result.value if result else None

    def bound(
        self, expression: ast.AST, owner: Instance, function: ast.FunctionDef, positional: list, keywords: dict
    ) -> dict[str, Any]:
        """A function's parameters and what they stand for: as given, else their defaults."""
        spec = function.args
        names = [arg.arg for arg in (*spec.posonlyargs, *spec.args)]
        scope: dict[str, Any] = dict.fromkeys(names[:1], owner)
        free = names[1:]
        defaults = dict(zip(names[len(names) - len(spec.defaults) :], spec.defaults, strict=True))
        defaults |= {a.arg: d for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if d}
        given = dict(zip(free, positional, strict=False)) | keywords
        self.scope = {}
        for name in (*free, *(arg.arg for arg in spec.kwonlyargs)):
            if name in given:
                scope[name] = given[name]
            elif name in defaults:
                scope[name] = self.evaluate(defaults[name])
            else:
                scope[name] = Unknown(expression, f"{name} is not given")
        if spec.vararg:
            scope[spec.vararg.arg] = tuple(positional[len(free) :])
        return scope

    # --- operations

    def perform(self, expression: ast.expr, operation: Operation) -> Any:
        if operation.name in spellings.UNCHANGED:
            return operation.positional[0]
        several = match.several(spellings.SYNONYMS.get(operation.name, operation.name))
        if isinstance(expression, ast.BinOp) and len(operation.positional) > 2 and not several:
            return self._in_pairs(expression, operation)
        if several:
            operation = self._tensors_alone(expression, operation)
        if found := match.match(operation):
            return self._draw(expression, found)
        for other in match.rewritten(operation, self.rank):
            if (found := match.match(other)) is None:
                break
            tensor = self._draw(expression, found)
            ...
        return self.passed_by(expression, [list(operation.positional), list(operation.keywords.values())])
