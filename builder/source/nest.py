"""Objects of a source's classes as blocks: what their forward does becomes a graph of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from builder import names
from builder.blocks import inputs_of, names_in, ports_of
from builder.catalogue import CATALOGUE
from builder.document import Block
from builder.kinds import Kind
from builder.source import terms
from builder.source.canvas import Canvas
from builder.source.evaluate import Scope
from builder.source.keep import FlowError, Keeper, is_plain
from builder.source.parse import Source
from builder.source.values import Instance, Made, Method, Tensor, Unknown, tensors

GIVES = re.compile(r"(\w+) \([^)]*\)")  # a port's name and shape, as our docstrings write them


class NotABlockError(Exception):
    """An object that cannot be a block, and why; its layers are drawn one by one then."""


class Nester(Keeper):
    """Follows a source, and makes a block of each class that the network has an object of.

    blocks    what came of it: name -> block.
    required  block -> the params that its class's constructor has no default for.
    """

    def __init__(self, source: Source, canvas: Canvas):
        super().__init__(source, canvas)
        self.required: dict[str, set[str]] = {}
        self.canvases: dict[str, Canvas] = {}
        self._reads_class = False

    # --- making objects

    def make_network(
        self, expression: ast.AST, definition: ast.ClassDef, positional: list, keywords: dict
    ) -> Instance:
        """The object that is read: what its constructor is given is worth numbers, not a param's name."""
        self._reads_class = True
        found = self.make(expression, definition, positional, keywords)
        self.network, self._reads_class = found, False
        return found

    def make(
        self, expression: ast.AST, definition: ast.ClassDef, positional: list, keywords: dict
    ) -> Instance:
        outer = self.frame
        try:
            return super().make(expression, definition, positional, keywords)
        finally:
            self.frame = outer

    def arguments_of(self, instance: Instance, scope: Scope) -> Scope:
        """The plain values among an object's arguments, as sums of one: themselves."""
        self.frame = instance
        if self._reads_class:
            self.network, self._reads_class = instance, False
            return scope
        instance.given = {name: value for name, value in scope.items() if value is not instance}
        return {
            name: value if value is instance else terms.argument(name, value, instance)
            for name, value in scope.items()
        }

    # --- calling them

    def reach(self, item: Made | Instance) -> None:
        """Sees to it that the layer may stand in the graph that is drawn; raises NotABlockError where not.

        A layer of an object that is called from outside of it stands in the graph of who calls it.
        """
        frame = _holder(item)
        while frame is not self.frame:
            if frame is None or not frame.opened and not self._made_here(frame):
                if self.frame in (None, self.network):  # nothing is outside of it
                    return
                raise NotABlockError("it uses layers that were made outside of it")
            if not frame.opened:
                frame.opened, frame.opened_in = True, self.frame
            frame = frame.opened_in

    def _made_here(self, item: Instance) -> bool:
        """Whether an object was made by the one whose graph is drawn, directly or not."""
        frame = _holder(item)
        while frame is not None and frame is not self.frame:
            frame = _holder(frame)
        return frame is self.frame

    def call_object(self, expression: ast.expr, instance: Instance, positional: list, keywords: dict) -> Any:
        self.reach(instance)
        if instance.opened:
            return super().call_object(expression, instance, positional, keywords)
        try:
            with self._attempt():
                return self._as_block(expression, instance, positional, keywords)
        except FlowError as error:
            self.in_python.add(instance)
            made = self.as_python(expression, instance, positional, keywords, str(error))
            return made or self.call_object(expression, instance, positional, keywords)
        except NotABlockError as error:
            instance.opened, instance.opened_in = True, self.frame
            words = f"{instance.definition.name} is drawn as the layers it is made of: {error}."
            self.say(expression, words)
            return super().call_object(expression, instance, positional, keywords)

    @contextmanager
    def _attempt(self) -> Iterator[None]:
        """What is tried in it leaves nothing behind where it fails."""
        mark = self.canvas.mark
        outer = self.canvas, self.frame, self.scope, self.goal, self.calls
        try:
            yield
        except (NotABlockError, FlowError):
            self.canvas, self.frame, self.scope, self.goal, self.calls = outer
            self.canvas.back(mark)
            raise

    def _as_block(self, expression: ast.expr, instance: Instance, positional: list, keywords: dict) -> Any:
        forward = self.function(instance.definition, "forward")
        if forward:
            scope = self.bound(expression, Method(instance, forward), positional, keywords)
            scope = {name: value for name, value in scope.items() if value is not instance}
        else:
            scope = dict(zip(["x"], positional, strict=False))
        given = {name: value for name, value in scope.items() if isinstance(value, Tensor)}
        _refuse_what_is_no_tensor(scope)
        name, result = self._traced(expression, instance, forward, scope, tuple(given))
        block = self.blocks[name]
        kind = Kind(name, "", "", call="", ports=ports_of(block), inputs=inputs_of(block))
        flat = self.placed(expression, instance, kind, block.params, given)
        outputs = [flat] if isinstance(flat, Tensor) else list(flat)
        return _as_returned(result, iter(outputs))

    def _traced(
        self,
        expression: ast.expr,
        instance: Instance,
        forward: ast.FunctionDef | None,
        scope: Mapping[str, Any],
        inputs: tuple[str, ...],
    ) -> tuple[str, Any]:
        """The name of the block that an object is, and what its forward returned."""
        plain = {name: value for name, value in scope.items() if name not in inputs}
        if instance.traced:
            (before, rest), found = instance.traced
            if before != inputs or rest.keys() != plain.keys():
                raise NotABlockError("it is called in different ways")
            return found
        outer = self.canvas, self.frame, self.scope, self.goal
        self.canvas, self.frame = Canvas(self.canvas.notes), instance
        self.canvas.reserve(instance)
        scope = {
            name: self.canvas.input(name) if name in inputs else terms.plain(value)
            for name, value in scope.items()
        }
        self.goal = (None, [])
        if forward:
            own = forward.args.args[0].arg if forward.args.args else "self"
            result = self.run(expression, Method(instance, forward), [], {}, {own: instance, **scope})
        elif instance.chain:
            result = self._call_chain(expression, instance.chain, list(scope.values()))
        else:
            raise NotABlockError("it has no forward")
        self._end(instance, result)
        canvas, graph = self.canvas, self.canvas.graph
        self.canvas, self.frame, self.scope, self.goal = outer
        name = self._block_named(instance, graph, canvas)
        instance.traced = ((inputs, plain), (name, result))
        return name, result

    def _end(self, instance: Instance, result: Any) -> None:
        """The block's Outputs."""
        answers = list(tensors(result))
        if isinstance(result, Unknown) or not answers or isinstance(result, dict):
            raise NotABlockError("what its forward returns is no tensor")
        said = port_names(ast.get_docstring(instance.definition) or "")
        self.canvas.outputs(answers, said)

    def _block_named(self, instance: Instance, graph: Any, canvas: Canvas) -> str:
        """The name of the block with this graph: the class's, or another where that is another graph's."""
        used = names_in(graph)
        init = self.function(instance.definition, "__init__")
        defaults = self._defaults(init) if init else {}
        params = {}
        for name, value in instance.given.items():
            default = terms.plain(defaults.get(name, value))
            kept = name in used or (name in defaults and name not in instance.decided)
            if kept and is_plain(default):
                params[name] = default
            elif name in used:
                params[name] = terms.plain(value)
        number, wanted = 1, instance.definition.name
        if wanted in CATALOGUE or names.id_misfit(wanted):
            wanted = f"{wanted.strip('_')}Block"
        name = wanted
        while name in self.blocks and not self._is(name, graph, params):
            number += 1
            name = f"{wanted}{number}"
        if name not in self.blocks:
            self.blocks[name] = Block(graph, params)
            self.canvases[name] = canvas
            self.required[name] = params.keys() - defaults.keys()
        return name

    def _is(self, name: str, graph: Any, params: Mapping[str, Any]) -> bool:
        block = self.blocks[name]
        if len(block.graph.nodes) != len(graph.nodes):  # told at once; node by node takes its time
            return False
        return block.graph == graph and block.params.keys() == params.keys()

    def _defaults(self, function: ast.FunctionDef) -> dict[str, Any]:
        spec = function.args
        arguments = [arg.arg for arg in (*spec.posonlyargs, *spec.args)]
        found = dict(zip(reversed(arguments), reversed(spec.defaults), strict=False))
        only = zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
        found |= {arg.arg: default for arg, default in only if default is not None}
        outer, self.scope = self.scope, {}
        values = {name: self.evaluate(default) for name, default in found.items()}
        self.scope = outer
        return values


def _holder(item: Made | Instance) -> Instance | None:
    """The object that a layer belongs to: the first to keep it, else the one that made it."""
    return item.owner or item.frame


def port_names(docstring: str) -> list[str]:
    """The names of several outputs, as a docstring of ours has them."""
    _, _, gives = docstring.partition("\n")[0].partition(" returns ")
    return GIVES.findall(gives)


def _refuse_what_is_no_tensor(scope: Mapping[str, Any]) -> None:
    for name, value in scope.items():
        plain = value is None or isinstance(value, bool | int | float | str | Tensor | Unknown)
        if not plain:
            raise NotABlockError(f"its {name} is given something else than one tensor")


def _as_returned(value: Any, outputs: Iterator[Tensor]) -> Any:
    """What a call gives: as its forward returned it, with the block's outputs for its tensors."""
    if isinstance(value, Tensor):
        return next(outputs)
    if isinstance(value, tuple | list):
        return type(value)(_as_returned(item, outputs) for item in value)
    return value
