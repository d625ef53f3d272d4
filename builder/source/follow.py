"""Names, functions and classes of somebody's source: what they stand for, found without running them."""

from __future__ import annotations

import ast
from typing import Any

from builder.source import match
from builder.source.evaluate import Scope
from builder.source.statements import Statements
from builder.source.values import Chain, Instance, Made, Method, Outside, Unknown

DEEPEST_CALLS = 10


class Follower(Statements):
    """Evaluates names, functions and classes of the source."""

    looking_up: frozenset[str] = frozenset()
    calls: int = 0

    # --- names

    def look_up(self, name: ast.Name) -> Any:
        key = name.id
        if key in self.source.classes:
            definition = self.source.classes[key]
            ours = match.helpers().get(key) == ast.dump(definition) if key in match.helpers() else False
            return Outside(key) if ours else definition
        if key in self.source.functions:
            return Method(None, self.source.functions[key])
        if key in self.source.values and key not in self.looking_up:
            return self._global(key)
        if key in self.source.imports:
            return Outside(self.source.imports[key])
        return super().look_up(name)

    def _global(self, key: str) -> Any:
        outer = self.scope, self.looking_up, self.goal
        self.scope, self.looking_up = {}, self.looking_up | {key}
        value = self.evaluate(self.source.values[key])
        self.scope, self.looking_up, self.goal = outer
        return value

    def attribute(self, expression: ast.Attribute, owner: Any) -> Any:
        name = expression.attr
        if isinstance(owner, Chain):
            return dict(owner.items).get(name, Unknown(expression))
        if isinstance(owner, tuple) and name == "values" and owner:
            return owner[0]  # x.max(dim=1).values
        if isinstance(owner, dict) and name in ("keys", "values", "items"):
            return Unknown(expression, "write the items of the dict one by one")
        if isinstance(owner, ast.ClassDef):
            return self._of_class(expression, owner)
        if not isinstance(owner, Instance):
            return super().attribute(expression, owner)
        if name not in owner.attributes:
            function = self.function(owner.definition, name)
            return Method(owner, function) if function else self._of_class(expression, owner.definition)
        value = owner.attributes[name]
        if isinstance(value, Made) and match.stands_for_itself(value.kind):
            return self._by_name(expression, value)
        return value

    def _by_name(self, expression: ast.Attribute, value: Made) -> Any:
        """A Parameter, drawn where it is first named and the same one after that."""
        if value.drawn is None or value.drawn.node not in self.canvas.nodes:
            value.uses = 0
            value.drawn = self.call_layer(expression, value, [], {})
        return value.drawn

    def _of_class(self, expression: ast.Attribute, definition: ast.ClassDef) -> Any:
        for item in definition.body:
            targets = item.targets if isinstance(item, ast.Assign) else []
            if any(isinstance(t, ast.Name) and t.id == expression.attr for t in targets):
                return self.evaluate(item.value)
        return Unknown(expression, f"nothing in the source sets {expression.attr}")

    def function(self, definition: ast.ClassDef, name: str) -> ast.FunctionDef | None:
        """A class's function, also one that it has from another class of the source."""
        seen: set[str] = set()
        todo = [definition]
        while todo:
            current = todo.pop(0)
            seen.add(current.name)
            for item in current.body:
                if isinstance(item, ast.FunctionDef) and item.name == name:
                    return item
            bases = [base.id for base in current.bases if isinstance(base, ast.Name)]
            known = self.source.classes
            todo += [known[base] for base in bases if base in known and base not in seen]
        return None

    # --- functions

    def apply(self, expression: ast.expr, function: Any, positional: list, keywords: dict) -> Any:
        if isinstance(function, ast.ClassDef):
            return self.make(expression, function, positional, keywords)
        if isinstance(function, Instance):
            forward = self.function(function.definition, "forward")
            function = Method(function, forward) if forward else Unknown(expression, "no forward")
        if isinstance(function, Method):
            result = self.run(expression, function, positional, keywords)
            if isinstance(result, Unknown):
                return self.passed_by(expression, [positional], result)
            return result
        return super().apply(expression, function, positional, keywords)

    def make(
        self, expression: ast.AST, definition: ast.ClassDef, positional: list, keywords: dict
    ) -> Instance:
        """An object of a class of the source, as its __init__ makes it."""
        instance = Instance(definition)
        if init := self.function(definition, "__init__"):
            self.run(expression, Method(instance, init), positional, keywords)
        return instance

    def run(self, expression: ast.AST, method: Method, positional: list, keywords: dict) -> Any:
        """What a function returns, its statements followed one by one."""
        if self.calls >= DEEPEST_CALLS:
            return Unknown(expression, "functions call each other too deeply")
        outer = self.scope, self.goal, self.calls
        self.calls += 1
        self.scope = self.bound(expression, method, positional, keywords)
        result = self.follow(method.function.body)
        self.scope, self.goal, self.calls = outer
        return result.value if result else None

    def bound(self, expression: ast.AST, method: Method, positional: list, keywords: dict) -> Scope:
        """A function's parameters and what they stand for: as given, else their defaults."""
        spec = method.function.args
        names = [arg.arg for arg in (*spec.posonlyargs, *spec.args)]
        defaults = dict(zip(reversed(names), reversed(spec.defaults), strict=False))
        only = [arg.arg for arg in spec.kwonlyargs]
        defaults |= {n: d for n, d in zip(only, spec.kw_defaults, strict=True) if d is not None}
        values = positional if method.owner is None else [method.owner, *positional]
        given = dict(zip(names, values, strict=False)) | keywords
        scope: Scope = {}
        self.scope = {}
        for name in (*names, *only):
            if name in given:
                scope[name] = given[name]
            elif name in defaults:
                scope[name] = self.evaluate(defaults[name])
            else:
                scope[name] = Unknown(expression, f"the source gives {name} no value")
        if spec.vararg:
            scope[spec.vararg.arg] = tuple(values[len(names) :])
        return scope
