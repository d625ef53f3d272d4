"""What stands for a size where a block's class is written: a number, a sum of its params, or an argument."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from builder import blocks, names
from builder.blocks import has_sum, is_sum, parsed
from builder.captions import SHORT
from builder.document import Graph, Node
from builder.kinds import Kind
from builder.lines import Expression
from builder.order import source
from builder.source.uses import Use


class Sizes:
    """The sizes of one class.

    params  the block's params.
    inner   block -> the sizes of its class, for those that stand in this graph.
    extras  argument -> its value in each use, found while the class is written.
    stored  the arguments that forward needs too.
    widths  the block's params that say how many channels or features there are, not how large a window is.
    """

    def __init__(
        self,
        graph: Graph,
        kinds: Mapping[str, Kind],
        uses: Sequence[Use],
        params: Mapping[str, Any],
        inner: Mapping[str, Sizes],
    ):
        self._graph, self._kinds, self._uses = graph, kinds, uses
        self._params, self._inner = params, inner
        self.extras: dict[str, list[Any]] = {}
        self.stored: list[str] = []
        sums = (text for node in graph.nodes for text in self._widths_of(node))
        self.widths = {
            part.id for text in sums for part in ast.walk(parsed(text)) if isinstance(part, ast.Name)
        }

    def extra_at(self, name: str, path: str) -> Any:
        """What an extra argument is in the use at a path."""
        place = next(index for index, use in enumerate(self._uses) if use.path == path)
        return self.extras[name][place]

    def written(self, value: Any, in_forward: bool = False) -> Any:
        """A given value, its sums as expressions."""
        if isinstance(value, tuple) and has_sum(value):
            return tuple(self.written(item, in_forward) for item in value)
        if not is_sum(value):
            return value
        tree = blocks.simplified(parsed(value))
        if isinstance(tree, ast.Constant | ast.UnaryOp) and not _has_names(tree):
            return ast.literal_eval(tree)
        if in_forward:
            tree = self.through_self(tree)
        return Expression(ast.unparse(tree))

    def through_self(self, tree: ast.expr) -> ast.expr:
        """The expression as forward writes it, where arguments are attributes of self."""
        stored = self.stored

        class Attributes(ast.NodeTransformer):
            def visit_Name(self, part: ast.Name) -> ast.expr:
                if part.id in blocks.FUNCTIONS:
                    return part
                if part.id not in stored:
                    stored.append(part.id)
                return ast.Attribute(ast.Name("self", ast.Load()), part.id, ast.Load())

        return Attributes().visit(tree)

    def standing_for(self, column: list[Any], wanted: str, node: Node, index: int) -> Any:
        """What stands for a size that has these values in the uses: a sum, itself, or an argument.

        index: which copy of a repeated node it is; another than the first is fed by the one before it.
        """
        own = (f"={name}" for name in self._params if name in self.widths)
        copied = self._widths_of(node) if index else ()
        for text in (*copied, *self._widths_before(node), *own):
            if [blocks.worth(text, use.values) for use in self._uses] == column:
                return self.written(text)
        if all(value == column[0] for value in column):
            return column[0]
        for name, values in self.extras.items():
            if values == column:
                return Expression(name)
        taken = {*self._params, *self.extras}
        name = wanted if wanted not in taken else f"{node.id}_{wanted}"
        while name in taken or names.id_misfit(name):
            name += "_"
        self.extras[name] = column
        return Expression(name)

    def _widths_before(self, node: Node) -> Iterator[str]:
        """The sums that say how many channels or features the nodes before this one give, nearest first."""
        todo = [source(wire) for wire in node.inputs]
        for name in todo:
            before = self._graph[name]
            yield from self._widths_of(before)
            todo += [source(wire) for wire in before.inputs if source(wire) not in todo]

    def _widths_of(self, node: Node) -> Iterator[str]:
        inner = self._inner.get(node.kind)
        sizing = inner.widths if inner else set(self._kinds[node.id].weight) - SHORT.keys()
        yield from (value for name, value in node.params.items() if name in sizing and is_sum(value))


def _has_names(tree: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) for part in ast.walk(tree))
