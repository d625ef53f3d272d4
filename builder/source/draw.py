"""Draws layers and operations on the canvas as somebody's forward calls them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from builder.document import Node
from builder.kinds import Kind
from builder.source import bind, layers, match, rewrite, spellings
from builder.source.calls import Caller
from builder.source.canvas import Canvas
from builder.source.evaluate import listed
from builder.source.parse import Source
from builder.source.values import (
    Chain,
    Instance,
    Made,
    Operation,
    Outside,
    Tensor,
    Unknown,
    path_in,
    tensors,
)

LONGEST_NOTE = 500


class Drawer(Caller):
    """Evaluates expressions and draws what they do with tensors.

    goal: the expression whose result a statement keeps, and the names it is kept under.
    """

    def __init__(self, source: Source, canvas: Canvas):
        super().__init__({})
        self.source, self.canvas = source, canvas
        self.goal: tuple[ast.expr | None, list[str]] = (None, [])
        self._commented: set[tuple[int, Instance | None]] = set()

    def say(self, node: ast.AST, message: str) -> None:
        self.canvas.say(getattr(node, "lineno", 0), message)

    def comment(self, line: int) -> str:
        """The comment above a line, for the first layer that stands there."""
        if (line, self.frame) in self._commented:
            return ""
        self._commented.add((line, self.frame))
        note = self.source.comments.get(line, "")
        if len(note) > LONGEST_NOTE:
            self.canvas.say(line, f"Of the comment above, the first {LONGEST_NOTE} letters are kept.")
        return note[:LONGEST_NOTE].strip()

    def passed_by(self, expression: ast.expr, given: list[Any], function: Any = None) -> Any:
        """What stands in for something that cannot be drawn: the first tensor it was given."""
        tensor = next(tensors(given), None)
        why = function.why if isinstance(function, Unknown) else ""
        if tensor is None:
            return Unknown(expression, why)
        self.say(
            expression,
            f"`{self.source.text(expression)}` is no layer or operation of the catalogue"
            f"{f' ({why})' if why else ''}; it was left out and what uses it takes {tensor.wire} "
            "instead.",
        )
        return tensor

    # --- layers

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

    def result_note(self, expression: ast.expr) -> str:
        """The comment above a statement that keeps this result."""
        return self.comment(expression.lineno) if expression is self.goal[0] else ""

    def _member_name(self, expression: ast.expr, item: Made | Instance, kind: Kind, again: bool) -> str:
        """A name for now: shapes will tell whether the group is one layer, repeated."""
        group, index = item.group
        above = path_in(item.owner, self.frame) if item.owner not in (None, self.frame) else ""
        whole = f"{above}_{group.name}".strip("_") or "layers"
        name = self.canvas.free_name(f"{whole}__{index}")
        self.canvas.members[name] = (group, index, self.result_name(expression, kind) if again else whole)
        return name

    def result_name(self, expression: ast.expr, kind: Kind, params: dict | None = None) -> str:
        """A name after the variable that keeps the result, where that is free."""
        wanted = _wanted(kind, params or {}, self.goal[1]) if expression is self.goal[0] else ""
        return wanted if wanted and self.canvas.free(wanted) else self.canvas.fresh(kind)

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
            return self.perform(expression, Operation(function.last, tuple(positional), keywords))
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

    # --- operations

    def perform(self, expression: ast.expr, operation: Operation) -> Any:
        if operation.name in spellings.UNCHANGED:
            return operation.positional[0]
        name = spellings.SYNONYMS.get(operation.name, operation.name)
        operation = Operation(name, operation.positional, operation.keywords)
        if isinstance(expression, ast.BinOp):
            alike = all(isinstance(item, Tensor) for item in operation.positional)
            if not (alike and match.several(name)) and len(operation.positional) > 2:
                return self._in_pairs(expression, operation)
        operation = self._in_pieces(operation)
        found = match.match(operation)
        if found:
            return self._draw(expression, found, final=True)
        if largest := self._with_places(operation):
            places = Unknown(expression, "where the largest numbers stand is not in the catalogue")
            return (self._draw(expression, largest, final=True), places)
        return self._in_steps(expression, operation, rewrite.rewritten(operation))

    def _in_pieces(self, operation: Operation) -> Operation:
        """x.split(64, 2) with the size of each piece, as many as there are names to keep them."""
        given = operation.positional
        if operation.name != "split" or len(given) < 2 or type(given[1]) is not int:
            return operation
        sizes = (given[1],) * max(1, len(self.goal[1]))
        return Operation("split", (given[0], sizes, *given[2:]), operation.keywords)

    def _with_places(self, operation: Operation) -> match.Match | None:
        """x.max(dim=1), which gives the largest numbers and where they stand."""
        name = spellings.WITH_PLACES.get(operation.name)
        return match.match(Operation(name, operation.positional, operation.keywords)) if name else None

    def _in_pairs(self, expression: ast.BinOp, operation: Operation) -> Any:
        """a - b - c is (a - b) - c."""
        result, *others = operation.positional
        for other in others:
            pair = Operation(operation.name, (result, other))
            found = match.match(pair)
            if found is None:
                return self.passed_by(expression, list(operation.positional))
            result = self._draw(expression, found, final=other is others[-1])
        return result

    def _in_steps(self, expression: ast.expr, operation: Operation, steps: list) -> Any:
        tensor = operation.positional[0] if operation.positional else None
        drawn = bool(steps) and isinstance(tensor, Tensor)
        for index, (name, given) in enumerate(steps if drawn else []):
            found = match.match(Operation(name, (tensor, *given)))
            if found is None:
                drawn = False
                break
            tensor = self._draw(expression, found, final=index == len(steps) - 1)
        if drawn:
            if rewrite.taken_for_its_own(operation):
                text = self.source.text(expression)
                self.say(expression, f"In `{text}` the sizes of another tensor are taken for this one's.")
            return tensor
        if operation.name == "getitem" and _takes_all(operation.positional[1]):
            return operation.positional[0]
        return self.passed_by(expression, [list(operation.positional), list(operation.keywords.values())])

    def _draw(self, expression: ast.expr, found: match.Match, final: bool) -> Any:
        """A new operation, named after the variable that keeps it where that is free."""
        if found.left_over:
            text = self.source.text(expression)
            self.say(expression, f"`{text}` is drawn without {', '.join(found.left_over)}.")
        kept = final and expression is self.goal[0]
        params = bind.drawn_params(found.kind, found.params, self.frame)
        name = self.result_name(expression, found.kind, params) if kept else self.canvas.fresh(found.kind)
        note = self.result_note(expression) if kept else ""
        return self.canvas.draw(
            found.kind, Node(name, found.kind.name, wires(found.inputs), params, note=note)
        )


def wires(given: Sequence[Tensor]) -> tuple[str, ...]:
    return tuple(tensor.wire for tensor in given)


def _wanted(kind: Kind, params: dict[str, Any], names: list[str]) -> str:
    """The node's name from the variables that keep its results: chunk of `_, chunk_1 = ...`."""
    ports = kind.ports_of(params)
    for index, (port, name) in enumerate(zip(ports, names, strict=False)):
        if index == 0 and name != "_":
            return name
        stem, found_port, rest = name.rpartition(f"_{port}")
        if found_port and not rest.strip("_"):
            return stem
    return ""


def _first_results(positional: list) -> list:
    """The arguments, with the first tensor of a layer's several results in their place."""
    return [next(tensors(item), item) if isinstance(item, tuple) else item for item in positional]


def _takes_all(index: Any) -> bool:
    places = index if isinstance(index, tuple) else (index,)
    return all(place is ... or place == rewrite.EVERYTHING for place in places)


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
