"""Names, functions and classes of somebody's source: what they stand for, found without running them."""

from __future__ import annotations

import ast
from typing import Any

from builder.source import match, weights
from builder.source.evaluate import Scope
from builder.source.statements import Statements
from builder.source.values import Chain, Doing, Instance, Made, Method, Outside, Tensor, Unknown

DEEPEST_CALLS = 16


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
        told = weights.attribute(owner, name)
        if told is not weights.UNSAID:
            return told
        if isinstance(owner, Chain):
            return dict(owner.items).get(name, Unknown(expression))
        if isinstance(owner, tuple) and name == "values" and owner:
            return owner[0]  # x.max(dim=1).values
        if isinstance(owner, dict) and name in ("keys", "values", "items"):
            return Unknown(expression, "write the items of the dict one by one")
        if isinstance(owner, dict) and name in owner:
            return owner[name]  # of an nn.ModuleDict
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
        if value not in self.canvas.drawn:
            return self.call_layer(expression, value, [], {})
        return Tensor(self.canvas.drawn[value])

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
            return self.call_object(expression, function, positional, keywords)
        if isinstance(function, Doing):
            return self._do(expression, function, positional, keywords)
        if isinstance(function, Outside):
            told = weights.called(function, positional, keywords)
            if told is not weights.UNSAID:
                return told
        if isinstance(function, Method):
            result = self.run(expression, function, positional, keywords)
            if isinstance(result, Unknown):
                return self.passed_by(expression, [positional], result)
            return result
        return super().apply(expression, function, positional, keywords)

    def _do(self, expression: ast.expr, doing: Doing, positional: list, keywords: dict) -> Any:
        """A function of a layer or of its weights: self.conv.requires_grad_(False)."""
        if doing.name == "apply" and isinstance(positional[0] if positional else None, Method):
            for layer in weights.layers_in(doing.of):
                self.count(50)
                self.run(expression, positional[0], [layer], {})
            return doing.of
        self.count(10)
        told = weights.done(doing, positional, keywords)
        return Unknown(expression) if told is weights.UNSAID else told

    def call_object(self, expression: ast.expr, instance: Instance, positional: list, keywords: dict) -> Any:
        """What comes of calling an object of a class of the source: its forward, followed right here."""
        forward = self.function(instance.definition, "forward")
        if forward is None and instance.chain:
            return self._call_chain(expression, instance.chain, positional)
        if forward is None:
            return self.passed_by(expression, [positional], Unknown(expression, "no forward"))
        result = self.run(expression, Method(instance, forward), positional, keywords)
        if isinstance(result, Unknown):
            return self.passed_by(expression, [positional], result)
        return result

    def make(
        self, expression: ast.AST, definition: ast.ClassDef, positional: list, keywords: dict
    ) -> Instance:
        """An object of a class of the source, as its __init__ makes it."""
        line = getattr(expression, "lineno", 0)
        note = self.comment(line) if isinstance(expression, ast.Call) else ""
        instance = Instance(definition, frame=self.frame, line=line, note=note)
        if init := self.function(definition, "__init__"):
            method = Method(instance, init)
            scope = self.bound(expression, method, positional, keywords)
            self.run(expression, method, [], {}, self.arguments_of(instance, scope))
        elif _is_dataclass(definition):
            self._fill(instance, positional, keywords)
        return instance

    def _fill(self, instance: Instance, positional: list, keywords: dict) -> None:
        """The fields of a dataclass: as given, else their defaults."""
        fields = [item for item in instance.definition.body if isinstance(item, ast.AnnAssign)]
        named = [item for item in fields if isinstance(item.target, ast.Name)]
        given = dict(zip((item.target.id for item in named), positional, strict=False)) | keywords
        for item in named:
            name = item.target.id
            if name in given:
                instance.attributes[name] = given[name]
            elif item.value is not None:
                instance.attributes[name] = self.evaluate(item.value)

    def arguments_of(self, instance: Instance, scope: Scope) -> Scope:
        """What an object's __init__ is given, as its own statements see it."""
        return scope

    def run(
        self,
        expression: ast.AST,
        method: Method,
        positional: list,
        keywords: dict,
        scope: Scope | None = None,
    ) -> Any:
        """What a function returns, its statements followed one by one."""
        if self.calls >= DEEPEST_CALLS:
            return Unknown(expression, "functions call each other too deeply")
        outer = self.scope, self.goal, self.calls
        self.calls += 1
        self.scope = self.bound(expression, method, positional, keywords) if scope is None else scope
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
        outer, self.scope = self.scope, {}
        for name in (*names, *only):
            if name in given:
                scope[name] = given[name]
            elif name in defaults:
                scope[name] = self.evaluate(defaults[name])
            else:
                scope[name] = Unknown(expression, f"the source gives {name} no value")
        if spec.vararg:
            scope[spec.vararg.arg] = tuple(values[len(names) :])
        self.scope = outer
        return scope


def _is_dataclass(definition: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(mark) for mark in definition.decorator_list)
