"""Follows a function's statements one by one, without running any.

What cannot be followed is noted with its line, and the rest is kept.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from builder import arithmetic
from builder.source.draw import Drawer
from builder.source.evaluate import grow
from builder.source.parse import enter_import
from builder.source.values import (
    Chain,
    Group,
    Instance,
    Made,
    Operation,
    Outside,
    Size,
    Sizes,
    Tensor,
    Unknown,
    listed,
    tensors,
)
from builder.source.weights import set_weight

REGISTERS = ("register_buffer", "register_parameter")
HARMLESS = frozenset({"print", "super", "isinstance", "len"})


class Returned:
    """A value on its way out of a function."""

    def __init__(self, value: Any):
        self.value = value


class Statements(Drawer):
    """Evaluates statements: what is kept under which name, what is returned."""

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
            self._of_base(statement.value)
            return
        if self._registered(statement.value):
            return
        value = self.evaluate(statement.value)
        if isinstance(value, Unknown) or next(tensors(value), None):
            self._left_out(statement)

    def _of_base(self, call: ast.Call) -> None:
        """super().__init__(nn.Conv2d(...), nn.ReLU()): what a class that extends nn.Sequential calls."""
        function = call.func
        if not (isinstance(function, ast.Attribute) and function.attr == "__init__" and self.frame):
            return
        if (call.args or call.keywords) and self.extends_sequential(self.frame.definition):
            positional, _ = self.arguments(call)
            chain = self._call_outside(call, Outside("torch.nn.Sequential"), positional, {})
            christen(chain, "", self.frame)
            self.frame.chain = chain

    def extends_sequential(self, definition: ast.ClassDef) -> bool:
        """Whether a class of the source is an nn.Sequential of its own."""
        bases = [self.evaluate(base) for base in definition.bases]
        return any(isinstance(base, Outside) and base.path == "torch.nn.Sequential" for base in bases)

    def _assign(self, statement: ast.Assign) -> None:
        self._keep(statement, statement.targets, statement.value)

    def _annotated(self, statement: ast.AnnAssign) -> None:
        if statement.value is not None:
            self._keep(statement, [statement.target], statement.value)

    def _keep(self, statement: ast.stmt, targets: list[ast.expr], value: ast.expr) -> None:
        self.goal = (value, _target_names(targets[0]))
        found = self.evaluate(value)
        items = listed(found) if isinstance(found, Chain) else None
        first = items[0] if items else found
        if isinstance(first, Made | Instance) and not first.note:
            first.note = self.comment(statement.lineno)
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
                self.keep_attribute(target, owner, target.attr, value)
            elif not set_weight(owner, target.attr, value):
                self._left_out(target)
        else:
            self._left_out(target)

    def keep_attribute(self, expression: ast.expr, owner: Instance, name: str, value: Any) -> None:
        """Keeps a value in an object; a tensor of plain numbers is a Constant there."""
        if isinstance(value, Operation):
            value = self.made(expression, value) or value
        owner.attributes[name] = value
        christen(value, name, owner)

    def _registered(self, call: ast.Call) -> bool:
        """self.register_buffer("mean", torch.zeros(3)), as if it were an assignment."""
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr not in REGISTERS:
            return False
        owner = self.evaluate(function.value)
        positional, _ = self.arguments(call)
        if not isinstance(owner, Instance) or len(positional) < 2 or not isinstance(positional[0], str):
            return False
        if not isinstance(positional[1], Operation | Made):
            return False
        self.keep_attribute(call, owner, positional[0], positional[1])
        return isinstance(owner.attributes[positional[0]], Made)

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
        self.decide(test)
        if arithmetic.is_scalar(test):
            return self.follow(statement.body if test else statement.orelse)
        return self.depends(
            statement,
            f"`if {self.source.text(statement.test)}` depends on what flows or on what the source "
            "does not say, which cannot be drawn; it was left out with all that stands in it.",
        )

    def depends(self, statement: ast.stmt, words: str) -> None:
        """What is done about a loop or a choice that depends on what flows: it is left out."""
        self.say(statement, words)

    def _while(self, statement: ast.While) -> None:
        text = self.source.text(statement.test)
        self.depends(
            statement, f"`while {text}` cannot be drawn; it was left out with all that stands in it."
        )

    def _for(self, statement: ast.For) -> Returned | None:
        items = listed(self.evaluate(statement.iter))
        if items is None:
            text = self.source.text(statement.iter)
            return self.depends(statement, f"`for ... in {text}` cannot be drawn; it was left out.")
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


def christen(value: Any, name: str, owner: Instance | None, depth: int = 0) -> None:
    """Gives a layer, and those inside it, its name: the attribute it is kept under."""
    if isinstance(value, Made | Instance):
        if not value.name:
            value.name, value.owner = name, owner
        return
    items: list[tuple[str, Any]] = []
    if isinstance(value, Chain):
        items = value.items
        _gather(name, [item for own, item in items if not own], owner)
    elif isinstance(value, dict):
        items = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, list | tuple):
        items = [("", item) for item in value]
        _gather(name, list(value), owner)
    for index, (own, item) in enumerate(items if depth < 4 else []):
        if isinstance(item, Made):
            item.owner = item.owner or owner
        if own and not own.isdigit():
            christen(item, own, owner, depth + 1)
        elif not isinstance(item, Made):
            christen(item, f"{name}{index}", owner, depth + 1)


def _gather(name: str, items: list[Any], owner: Instance | None) -> None:
    """Makes a group of a list of layers of one kind: it may be one layer, repeated."""
    alike = {item.kind.name if isinstance(item, Made) else type(item) for item in items}
    if len(items) < 2 or len(alike) != 1 or not isinstance(items[0], Made | Instance):
        return
    if len(set(map(id, items))) == len(items) and not any(item.group for item in items):
        group = Group(name, len(items))
        for index, item in enumerate(items):
            item.group = (group, index)
            item.owner = item.owner or owner


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


STATEMENTS: dict[type[ast.stmt], Callable[[Statements, Any], Returned | None]] = {
    ast.Return: Statements._return,
    ast.Expr: Statements._expression,
    ast.Assign: Statements._assign,
    ast.AnnAssign: Statements._annotated,
    ast.AugAssign: Statements._augmented,
    ast.If: Statements._if,
    ast.For: Statements._for,
    ast.While: Statements._while,
    ast.With: Statements._with,
    ast.Import: Statements._import,
    ast.ImportFrom: Statements._import,
    ast.Pass: Statements._nothing,
    ast.Assert: Statements._nothing,
    ast.Delete: Statements._nothing,
    ast.Global: Statements._nothing,
}
