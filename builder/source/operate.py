"""Draws operations on tensors on the canvas as somebody's forward does them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from builder.document import Node
from builder.fields import LONGEST_NOTE
from builder.kinds import Kind
from builder.source import bind, match, rewrite, spellings
from builder.source.calls import Caller
from builder.source.canvas import Canvas
from builder.source.parse import Source
from builder.source.values import Instance, Operation, Tensor, Unknown, tensors


class Operator(Caller):
    """Evaluates expressions and draws the operations on tensors among them.

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

    def result_note(self, expression: ast.expr) -> str:
        """The comment above a statement that keeps this result."""
        return self.comment(expression.lineno) if expression is self.goal[0] else ""

    def result_name(self, expression: ast.expr, kind: Kind, params: dict | None = None) -> str:
        """A name after the variable that keeps the result, where that is free."""
        wanted = _wanted(kind, params or {}, self.goal[1]) if expression is self.goal[0] else ""
        return wanted if wanted and self.canvas.free(wanted) else self.canvas.fresh(kind)

    def perform(self, expression: ast.expr, operation: Operation) -> Any:
        if operation.name in spellings.UNCHANGED:
            return operation.positional[0]
        name = spellings.SYNONYMS.get(operation.name, operation.name)
        operation = replace(operation, name=name)
        if isinstance(expression, ast.BinOp):
            alike = all(isinstance(item, Tensor) for item in operation.positional)
            if not (alike and match.several(name)) and len(operation.positional) > 2:
                return self._in_pairs(expression, operation)
        operation = self._in_pieces(operation)
        found = match.match(operation)
        if found:
            return self.draw_operation(expression, found, final=True)
        if largest := self._with_places(operation):
            places = Unknown(expression, "where the largest numbers stand is not in the catalogue")
            return (self.draw_operation(expression, largest, final=True), places)
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
            result = self.draw_operation(expression, found, final=other is others[-1])
        return result

    def _in_steps(self, expression: ast.expr, operation: Operation, steps: list) -> Any:
        tensor = operation.positional[0] if operation.positional else None
        drawn = bool(steps) and isinstance(tensor, Tensor)
        for index, (name, given) in enumerate(steps if drawn else []):
            found = match.match(Operation(name, (tensor, *given)))
            if found is None:
                drawn = False
                break
            tensor = self.draw_operation(expression, found, final=index == len(steps) - 1)
        if drawn:
            if rewrite.taken_for_its_own(operation):
                text = self.source.text(expression)
                self.say(expression, f"In `{text}` the sizes of another tensor are taken for this one's.")
            return tensor
        if operation.name == "getitem" and _takes_all(operation.positional[1]):
            return operation.positional[0]
        return self.unknown(expression, operation)

    def unknown(self, expression: ast.expr, operation: Operation) -> Any:
        """What comes of an operation that is not in the catalogue."""
        return self.passed_by(expression, [list(operation.positional), list(operation.keywords.values())])

    def draw_operation(self, expression: ast.expr, found: match.Match, final: bool) -> Any:
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


def _takes_all(index: Any) -> bool:
    places = index if isinstance(index, tuple) else (index,)
    return all(place is ... or place == rewrite.EVERYTHING for place in places)
