"""Follows the functions of somebody's classes, statement by statement, without running any.

What cannot be followed is noted with its line, and the rest is kept.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from builder.source import arithmetic, match
from builder.source.draw import Drawer
from builder.source.evaluate import Scope, grow, listed
from builder.source.parse import enter_import
from builder.source.values import (
    Chain,
    Instance,
    Made,
    Method,
    Outside,
    Size,
    Sizes,
    Tensor,
    Unknown,
    tensors,
)

DEEPEST_CALLS = 10
HARMLESS = frozenset({"print", "super", "isinstance", "len"})


class Returned:
    """A value on its way out of a function."""

    def __init__(self, value: Any):
        self.value = value


class Follower(Drawer):
    """Evaluates names, functions and classes of the source."""

    looking_up: frozenset[str] = frozenset()
    calls: int = 0

    # --- names

    def look_up(self, name: ast.Name) -> Any:
        key = name.id
        if key in self.source.classes:
            return self.source.classes[key]
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
        if isinstance(owner, dict) and name in ("keys", "values", "items"):
            return Unknown(expression, "write the items of the dict one by one")
        if not isinstance(owner, Instance):
            return super().attribute(expression, owner)
        if name not in owner.attributes:
            function = self.function(owner.definition, name)
            return Method(owner, function) if function else self._of_class(expression, owner)
        value = owner.attributes[name]
        if isinstance(value, Made) and match.stands_for_itself(value.kind):
            return self.call_layer(expression, value, [], {})
        return value

    def _of_class(self, expression: ast.Attribute, owner: Instance) -> Any:
        for item in owner.definition.body:
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

    # --- statements

    def follow(self, body: list[ast.stmt]) -> Returned | None:
        for statement in body:
            self.count(1)
            handler = STATEMENTS.get(type(statement))
            result = handler(self, statement) if handler else self._left_out(statement)
            if result is not None:
                return result
        return None

    def _left_out(self, statement: ast.stmt) -> None:
        text = self.source.text(statement).partition("\n")[0]
        self.say(statement, f"`{text}` cannot be drawn; it was left out.")

    def _nothing(self, statement: ast.stmt) -> None:
        """What changes nothing that is drawn."""

    def _return(self, statement: ast.Return) -> Returned:
        if statement.value is None:
            return Returned(None)
        self.goal = (statement.value, [])
        return Returned(self.evaluate(statement.value))

    def _expression(self, statement: ast.Expr) -> None:
        if not isinstance(statement.value, ast.Call):
            return
        self.goal = (None, [])
        root = statement.value.func
        while isinstance(root, ast.Attribute | ast.Call):
            root = root.value if isinstance(root, ast.Attribute) else root.func
        if isinstance(root, ast.Name) and root.id in HARMLESS:
            return
        value = self.evaluate(statement.value)
        if isinstance(value, Unknown) or next(tensors(value), None):
            self._left_out(statement)

    def _assign(self, statement: ast.Assign) -> None:
        self._keep(statement, statement.targets, statement.value)

    def _annotated(self, statement: ast.AnnAssign) -> None:
        if statement.value is not None:
            self._keep(statement, [statement.target], statement.value)

    def _keep(self, statement: ast.stmt, targets: list[ast.expr], value: ast.expr) -> None:
        self.goal = (value, _target_names(targets[0]))
        found = self.evaluate(value)
        if isinstance(found, Made) and not found.note:
            found.note = self.comment(statement.lineno)
        for target in targets:
            self.store(target, found)

    def _augmented(self, statement: ast.AugAssign) -> None:
        target = statement.target
        if isinstance(target, ast.Name) and isinstance(self.scope.get(target.id), list):
            grow(self.scope[target.id], listed(self.evaluate(statement.value)) or [])
            return
        old = ast.copy_location(_loaded(target), target)
        both = ast.copy_location(ast.BinOp(old, statement.op, statement.value), statement)
        self._keep(statement, [target], both)

    def store(self, target: ast.expr, value: Any) -> None:
        """Keeps a value under a name, an attribute, or several of them."""
        if isinstance(target, ast.Name):
            self.scope[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            for part, item in zip(target.elts, self._parts(target, value), strict=False):
                self.store(part, item)
        elif isinstance(target, ast.Attribute):
            owner = self.evaluate(target.value)
            if isinstance(owner, Instance):
                owner.attributes[target.attr] = value
                christen(value, target.attr, owner)
        else:
            self._left_out(target)

    def _parts(self, target: ast.Tuple | ast.List, value: Any) -> list[Any]:
        count = len(target.elts)
        if isinstance(value, Sizes):
            return [Size(value.of, dim) for dim in range(count)]
        items = listed(value)
        plain = items is not None and len(items) == count
        if plain and not any(isinstance(part, ast.Starred) for part in target.elts):
            return items
        if isinstance(value, Tensor):
            return [value] * count
        return [Unknown(target, "it is not clear what each name stands for")] * count

    def test(self, expression: ast.expr) -> Any:
        """What a condition is; nothing that it does to tensors is drawn."""
        mark = self.canvas.mark
        value = self.evaluate(expression)
        self.canvas.back(mark)
        return value

    def _if(self, statement: ast.If) -> Returned | None:
        test = self.test(statement.test)
        if arithmetic.is_scalar(test):
            return self.follow(statement.body if test else statement.orelse)
        self.say(
            statement,
            f"`if {self.source.text(statement.test)}` depends on what flows or on what the source "
            "does not say, which cannot be drawn; it was left out with all that stands in it.",
        )
        return None

    def _for(self, statement: ast.For) -> Returned | None:
        items = listed(self.evaluate(statement.iter))
        if items is None:
            return self._left_out(statement)
        for item in items:
            self.store(statement.target, item)
            if result := self.follow(statement.body):
                return result
        return None

    def _with(self, statement: ast.With) -> Returned | None:
        self.say(statement, f"`with {self.source.text(statement.items[0])}` is not drawn.")
        return self.follow(statement.body)

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        enter_import(self.source, statement)


def christen(value: Any, name: str, owner: Instance, depth: int = 0) -> None:
    """Gives a layer, and those inside it, its name: the attribute it is kept under."""
    if isinstance(value, Made | Instance):
        if not value.name:
            value.name, value.owner = name, owner
        return
    items: list[tuple[str, Any]] = []
    if isinstance(value, Chain):
        items = value.items
    elif isinstance(value, dict):
        items = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, list | tuple):
        items = [("", item) for item in value]
    for index, (own, item) in enumerate(items if depth < 4 else []):
        if own and not own.isdigit():
            christen(item, own, owner, depth + 1)
        elif not isinstance(item, Made):
            christen(item, f"{name}{index}", owner, depth + 1)


def _target_names(target: ast.expr) -> list[str]:
    """The names a result is kept under, in order."""
    todo, found = [target], []
    while todo:
        item = todo.pop()
        if isinstance(item, ast.Tuple | ast.List):
            todo.extend(reversed(item.elts))
        else:
            found.append(item.id if isinstance(item, ast.Name) else "_")
    return found


def _loaded(target: ast.expr) -> ast.expr:
    """A target as an expression: what stands there before the assignment."""
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    return target


STATEMENTS: dict[type[ast.stmt], Callable[[Follower, Any], Returned | None]] = {
    ast.Return: Follower._return,
    ast.Expr: Follower._expression,
    ast.Assign: Follower._assign,
    ast.AnnAssign: Follower._annotated,
    ast.AugAssign: Follower._augmented,
    ast.If: Follower._if,
    ast.For: Follower._for,
    ast.With: Follower._with,
    ast.Import: Follower._import,
    ast.ImportFrom: Follower._import,
    ast.Pass: Follower._nothing,
    ast.Assert: Follower._nothing,
    ast.Delete: Follower._nothing,
    ast.Global: Follower._nothing,
}
