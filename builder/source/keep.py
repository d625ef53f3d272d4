"""What stays Python: loops, choices and objects that depend on what flows become layers written in it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from builder.catalogue import CATALOGUE
from builder.custom import Custom
from builder.custom import kind as custom_kind
from builder.document import Block, Node
from builder.kinds import Kind
from builder.source import terms
from builder.source.canvas import Canvas
from builder.source.follow import Follower
from builder.source.operate import wires
from builder.source.outline import NAMES, outlined, whole_class
from builder.source.parse import Source
from builder.source.values import Instance, Method, Tensor

KEPT = "{} decides what is done, which no drawing shows; it is kept as the custom layer {}, in Python."


class FlowError(Exception):
    """An object whose forward depends on the numbers that flow: it must stay Python."""


class Keeper(Follower):
    """Follows a source, and keeps as Python what no drawing shows.

    blocks      name -> block, for those found so far.
    custom      what came of it: name -> layer.
    network     the object that is read, whose graph is the document's own.
    in_python   the objects of which it was tried whether their class is a layer.
    """

    def __init__(self, source: Source, canvas: Canvas):
        super().__init__(source, canvas)
        self.blocks: dict[str, Block] = {}
        self.custom: dict[str, Custom] = {}
        self.network: Instance | None = None
        self.in_python: set[Instance] = set()

    def depends(self, statement: ast.stmt, words: str) -> None:
        """A loop or a choice that depends on what flows becomes a layer written in Python."""
        if not self.canvas.nodes:
            super().depends(statement, words)
            return
        if self.frame not in (None, self.network) and self.frame not in self.in_python:
            raise FlowError
        name, number = NAMES[type(statement)], 1
        while name in self.custom or name in self.source.classes:
            number += 1
            name = f"{NAMES[type(statement)]}{number}"
        found = outlined(statement, self.scope, self._number, name)
        if found is None:
            super().depends(statement, words)
            return
        self.custom[found.layer.name] = found.layer
        kind = custom_kind(found.layer)
        taken = wires([self.scope[name] for name in found.inputs])
        node = Node(self.canvas.fresh(kind), kind.name, taken, note=self.comment(statement.lineno))
        given = self.canvas.draw(kind, node)
        outputs = [given] if isinstance(given, Tensor) else list(given)
        self.scope.update(zip(found.outputs, outputs, strict=True))
        self.say(statement, KEPT.format(words.partition(" cannot")[0].partition(" depends")[0], kind.name))

    def _number(self, expression: ast.Attribute) -> Any:
        """An attribute of self, where it is a plain number."""
        return terms.plain(self.evaluate(expression))

    def as_python(self, expression: ast.expr, instance: Instance, positional: list, keywords: dict) -> Any:
        """An object as a layer written in Python, where its class can be one; else None."""
        written = whole_class(instance, self.source)
        forward = self.function(instance.definition, "forward")
        free = written and written.name not in CATALOGUE and written.name not in self.blocks
        if not free or self.custom.get(written.name, written) != written:
            return None
        scope = self.bound(expression, Method(instance, forward), positional, keywords)
        given = {name: scope[name] for name in written.read.inputs if isinstance(scope.get(name), Tensor)}
        if len(given) < written.read.least:
            return None
        self.custom[written.name] = written
        self.say(instance.definition, KEPT.format("What flows", written.name))
        kind = custom_kind(written)
        return self.placed(
            expression, instance, kind, {p.name: p.default for p in written.read.params}, given
        )

    def placed(
        self,
        expression: ast.expr,
        instance: Instance,
        kind: Kind,
        defaults: Mapping[str, Any],
        given: Mapping[str, Tensor],
    ) -> Any:
        """An object's node in the graph, and what flows out of it."""
        node_id, shares = self.own_name(expression, instance, kind)
        params = {k: terms.sums(instance.given[k], self.frame) for k in defaults if k in instance.given}
        params = {k: v for k, v in params.items() if not _same(v, defaults[k]) and is_plain(v)}
        node = Node(
            node_id,
            kind.name,
            wires(list(given.values())),
            params,
            shares=shares,
            frozen=instance.frozen and not shares,
            note=self.result_note(expression) if shares else instance.note,
        )
        return self.canvas.draw(kind, node)


def is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | float | str | tuple)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other
