"""Draws layers on the canvas as somebody's forward calls them; operations are drawn in operate.py."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from builder.document import Node
from builder.kinds import Kind
from builder.source import bind, layers, match, spellings
from builder.source.operate import Operator, wires
from builder.source.values import (
    Chain,
    Instance,
    Made,
    Operation,
    Outside,
    Unknown,
    listed,
    path_in,
    tensors,
)


class Drawer(Operator):
    """Evaluates expressions and draws what they do with tensors."""

    def apply(self, expression: ast.expr, function: Any, positional: list, keywords: dict) -> Any:
        if isinstance(function, Made):
            return self.call_layer(expression, function, positional, keywords)
        if isinstance(function, Chain):
            return self._call_chain(expression, function, positional)
        if isinstance(function, Outside):
            return self._call_outside(expression, function, positional, keywords)
        return self.passed_by(expression, [positional, list(keywords.values())], function)

    def reach(self, item: Made | Instance) -> None:
        """Makes sure that what another object made may be drawn in this graph."""

    def call_layer(self, expression: ast.expr, made: Made, positional: list, keywords: dict) -> Any:
        """Draws a layer behind the tensors it is called with."""
        self.reach(made)
        made.uses += 1
        whole = match.match_call(made.kind, positional, keywords)
        first = positional if whole and not whole.left_over else _first_results(positional)
        if first != positional:
            self.say(
                expression,
                f"`{self.source.text(expression)}` is given several tensors at once; it takes the first.",
            )
        found = match.match_call(made.kind, first, keywords)
        if found is None:
            return self.passed_by(expression, [positional, list(keywords.values())])
        if found.left_over:
            self.say(
                expression,
                f"{', '.join(found.left_over)} of `{self.source.text(expression)}` was left out: "
                f"a drawn {made.kind.name} takes its tensors alone.",
            )
        name, shares = self.own_name(expression, made, made.kind)
        if not layers.has_weights(made.kind):
            shares = ""
        own = {} if shares else {"init": made.init, "frozen": made.frozen, "parametrize": made.parametrize}
        shares = shares or self._lender(expression, made)
        params = bind.drawn_params(made.kind, made.params, self.frame)
        node = Node(name, made.kind.name, wires(found.inputs), params, shares=shares, **own)
        note = made.note if own else self.result_note(expression)
        return self.canvas.draw(made.kind, replace(node, note=note))

    def _lender(self, expression: ast.expr, made: Made) -> str:
        """The node whose weight a layer takes for its own, where a drawing can say so."""
        lender = made.tied
        if lender is None:
            return ""
        drawn = self.canvas.drawn.get(lender, "")
        without_bias = made.params.get("bias") is False and lender.params == made.params
        if drawn and (lender.kind.name in made.kind.ties or (lender.kind is made.kind and without_bias)):
            return drawn
        names = path_in(made, self.frame), path_in(lender, self.frame)
        self.say(expression, f"{names[0]} takes the weight of {names[1]}, which cannot be drawn so.")
        return ""

    def own_name(self, expression: ast.expr, item: Made | Instance, kind: Kind) -> tuple[str, str]:
        """The name of the node for a call of a layer, and the node of its first call."""
        first = self.canvas.drawn.get(item, "")
        wanted = path_in(item, self.frame)
        if item.group:
            name = self._member_name(expression, item, kind, bool(first))
        elif first or not wanted:
            name = self.result_name(expression, kind) if first else self.canvas.fresh(kind)
        else:
            name = self.canvas.named(wanted, kind, item.line)
        self.canvas.drawn.setdefault(item, name)
        return name, first

    def _member_name(self, expression: ast.expr, item: Made | Instance, kind: Kind, again: bool) -> str:
        """A name for now: shapes will tell whether the group is one layer, repeated."""
        group, index = item.group
        above = path_in(item.owner, self.frame) if item.owner not in (None, self.frame) else ""
        whole = f"{above}_{group.name}".strip("_") or "layers"
        name = self.canvas.free_name(f"{whole}__{index}")
        self.canvas.members[name] = (group, index, self.result_name(expression, kind) if again else whole)
        return name

    def _call_chain(self, expression: ast.expr, chain: Chain, positional: list) -> Any:
        value = positional[0] if positional else Unknown(expression)
        for _, item in chain.items:
            self.count(1)
            place = item.expression if isinstance(item, Unknown) else expression
            value = self.apply(place, item, [value], {})
        return value

    def _call_outside(self, expression: ast.expr, function: Outside, positional: list, keywords: dict) -> Any:
        if kind := match.layers().get(function.path):
            return self._made(expression, kind, positional, keywords)
        container = _container(function, positional, keywords)
        if container is not None:
            return container
        torch_own = function.path.startswith("torch.")
        if torch_own and match.is_made(function.last):
            made = self.made(expression, Operation(function.last, tuple(positional), keywords))
            if made:
                return made
        if function.path.removeprefix("torch.") in spellings.NEW and not next(tensors(positional), None):
            return Operation(function.last, tuple(positional), keywords)
        given = [*positional, *keywords.values()]
        if torch_own and next(tensors(given), None):
            operation = Operation(function.last, tuple(positional), keywords, function.path)
            return self.perform(expression, operation)
        layer = function.path.startswith("torch.nn.")
        why = f"{function.last} is no layer of the catalogue" if layer else ""
        return self.passed_by(expression, given, Unknown(expression, why))

    def _made(self, expression: ast.expr, kind: Kind, positional: list, keywords: dict) -> Made:
        line = expression.lineno
        params = layers.params_of(kind, positional, keywords, line, self.canvas)
        return Made(kind, params, line, self.comment(line), frame=self.frame)

    def made(self, expression: ast.expr, operation: Operation) -> Made | None:
        """A tensor or a layer that is made by more than a class alone: a Parameter, a Constant."""
        found = match.made(operation)
        if found is None:
            return None
        if found.left_over:
            self.say(expression, f"{', '.join(found.left_over)} of {found.kind.name} was left out.")
        line = expression.lineno
        return Made(found.kind, found.params, line, self.comment(line), frame=self.frame)


def _first_results(positional: list) -> list:
    """The arguments, with the first tensor of a layer's several results in their place."""
    return [next(tensors(item), item) if isinstance(item, tuple) else item for item in positional]


def _container(function: Outside, positional: list, keywords: dict) -> Any:
    """Sequential, ModuleList, ModuleDict and OrderedDict as what they hold; None for others."""
    given = positional[0] if positional else None
    if function.path == "builtins.dict" and not positional:
        return dict(keywords)
    match function.path:
        case "torch.nn.Sequential":
            if isinstance(given, dict) and len(positional) == 1:
                return Chain([(str(name), item) for name, item in given.items()])
            return Chain([("", item) for item in positional])
        case "torch.nn.ModuleList":
            return listed(given) or []
        case "torch.nn.ModuleDict" | "collections.OrderedDict" | "builtins.dict":
            if isinstance(given, dict):
                return given
            pairs = [item for item in listed(given) or [] if isinstance(item, tuple)]
            return {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and _key(pair[0])}
    return None


def _key(value: Any) -> bool:
    return isinstance(value, str)
