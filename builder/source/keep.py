"""What stays Python: loops, choices and objects that depend on what flows become layers written in it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from builder import names
from builder.catalogue import CATALOGUE
from builder.custom import Custom
from builder.custom import kind as custom_kind
from builder.custom.written import IMPLIED
from builder.document import Block, Node
from builder.files import MOST_CUSTOM
from builder.kinds import Kind
from builder.source import terms
from builder.source.canvas import Canvas
from builder.source.follow import Follower
from builder.source.operate import wires
from builder.source.outline import NAMES, Step, outlined, step, whole_class
from builder.source.parse import Source
from builder.source.values import Instance, Method, Operation, Tensor
from builder.source.weights import layers_in

DECIDES = "{} decides what is done, which no drawing shows"
UNKNOWN = "`{}` is no layer or operation of the catalogue"
KEPT = "{}; it is kept as the custom layer {}, in Python."


class FlowError(Exception):
    """An object whose forward no drawing shows, and why: it must stay Python."""


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

    @property
    def _may_be_python(self) -> bool:
        """Whether it is yet to be tried to keep the object that is followed as a whole."""
        return self.frame not in (None, self.network) and self.frame not in self.in_python

    def depends(self, statement: ast.stmt, words: str) -> None:
        """A loop or a choice that depends on what flows becomes a layer written in Python."""
        if not self.canvas.nodes:
            super().depends(statement, words)
            return
        if self._may_be_python:
            raise FlowError(DECIDES.format("What flows"))
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
        why = DECIDES.format(words.partition(" cannot")[0].partition(" depends")[0])
        self.say(statement, KEPT.format(why, kind.name))

    def unknown(self, expression: ast.expr, operation: Operation) -> Any:
        """An operation that is not in the catalogue becomes a layer written in Python.

        In an object without layers of its own, the object does.
        """
        found = step(expression, operation)
        why = UNKNOWN.format(self.source.text(expression))
        if found and self._may_be_python and len(list(layers_in(self.frame))) == 1:  # itself
            raise FlowError(why)
        results = len(self.goal[1]) if expression is self.goal[0] and len(self.goal[1]) > 1 else 1
        layer = self._layer_of(found, results) if found else None
        if layer is None:
            return super().unknown(expression, operation)
        self.custom[layer.name] = layer
        kind = custom_kind(layer)
        self.say(expression, KEPT.format(why, layer.name))
        name, note = self.result_name(expression, kind), self.result_note(expression)
        return self.canvas.draw(kind, Node(name, kind.name, wires(found.tensors), note=note))

    def _layer_of(self, found: Step, results: int) -> Custom | None:
        """The layer of an operation: the one that does the same already, or one with a name of its own."""
        taken = self.source.classes.keys() | self.blocks.keys() | CATALOGUE.keys() | IMPLIED.keys()
        for number in range(1, MOST_CUSTOM):
            name = found.stem if number == 1 else f"{found.stem}{number}"
            if name in taken or names.id_misfit(name):
                continue
            layer = found.layer(name, results)
            if layer is None or self.custom.get(name, layer) == layer:
                return layer
        return None

    def _number(self, expression: ast.Attribute) -> Any:
        """An attribute of self, where it is a plain number."""
        return terms.plain(self.evaluate(expression))

    def as_python(
        self, expression: ast.expr, instance: Instance, positional: list, keywords: dict, why: str
    ) -> Any:
        """An object as a layer written in Python, where its class can be one; else None. why: it must be."""
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
        self.say(instance.definition, KEPT.format(why, written.name))
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
