"""A graph as a class: the network itself, and one class for each block it uses.

A block's params are arguments of its class's constructor. So are the sizes that its layers read off
their inputs, where they differ from one use of the block to another; where they do not, they are
written as numbers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from builder import blocks, lines, names
from builder.blocks import resolved
from builder.document import Document, Graph, Node
from builder.kinds import Kind, Spec
from builder.lines import Expression, literal
from builder.order import port, sorted_nodes, source
from builder.paths import places
from builder.sharing import called, is_tied
from builder.source.sizes import Sizes
from builder.source.uses import Use, all_uses

WHOLE = re.compile(r"(?<![\w.])(\d+)(?![\w.])")  # a whole number by itself: not the 2 of Conv2d or of 0.2


def block_writers(document: Document, specs: Mapping[str, Mapping[str, Spec]]) -> dict[str, ClassWriter]:
    """Block -> the writer of its class, for those that the network uses; those inside others first.

    specs: what flows out of each node, as a report has it.
    """
    uses = all_uses(document)
    written: dict[str, ClassWriter] = {}
    for name in blocks.in_order(document):
        if name in uses:
            graph = document.blocks[name].graph
            written[name] = ClassWriter(name, graph, uses[name], document, specs, written)
    return written


class ClassWriter:
    """The lines of one class."""

    def __init__(
        self,
        name: str,
        graph: Graph,
        uses: Sequence[Use],
        document: Document,
        specs: Mapping[str, Mapping[str, Spec]],
        inner: dict[str, ClassWriter],
    ):
        self.name = name
        self._uses, self._document, self._specs, self._inner = uses, document, specs, inner
        self._params = dict(document.blocks[name].params) if name in document.blocks else {}
        self._graph = graph
        self.nodes, _ = sorted_nodes(graph)
        self._kinds = {node.id: blocks.kind_named(node.kind, document) for node in self.nodes}
        self._variables = self._named()
        within = {block: writer.sizes for block, writer in inner.items()}
        self.sizes = Sizes(graph, self._kinds, uses, self._params, within)
        self._made = list(self._making())
        self._called = list(self._calling())

    def lines(self) -> Iterator[str]:
        """The class as source lines, unformatted."""
        defaults = [f"{name}={literal(value)}" for name, value in self._params.items()]
        inputs = [node.id for node in self.nodes if node.kind == "Input"]
        yield f"class {self.name}(nn.Module):"
        yield f'    """{self.signature}"""'
        yield f"    def __init__({', '.join(['self', *self.sizes.extras, *defaults])}):"
        yield "        super().__init__()"
        yield from (f"        self.{name} = {name}" for name in self.sizes.stored)
        yield from (f"        {line}" for line in self._made)
        yield f"    def forward({', '.join(['self', *inputs])}):"
        yield from (f"        {line}" for line in self._called)

    def made(self) -> Iterator[tuple[Node, str]]:
        """The nodes that are modules, and what makes each."""
        for node in self.nodes:
            if self._kinds[node.id].new:
                yield node, self._new(node, self._kinds[node.id])

    def argument(self, node_id: str, name: str) -> str:
        """An argument of a node's layer, as the class writes it."""
        node = next(node for node in self.nodes if node.id == node_id)
        return literal(self._arguments(node, self._kinds[node_id])[name])

    def as_written(self, value: Any) -> str:
        """A given value, as the class writes it."""
        return literal(self.sizes.written(value))

    # --- making

    def _making(self) -> Iterator[str]:
        for node in self.nodes:
            kind = self._kinds[node.id]
            if not kind.new or called(node, self._graph) != node.id:
                continue
            yield from note(node)
            yield lines.kept_line(node.id, kind, self._new(node, kind))
            yield from _settings(node)
        for node in self.nodes:
            if is_tied(node, self._graph):
                yield f"self.{node.id}.weight = self.{node.shares}.weight"

    def _new(self, node: Node, kind: Kind) -> str:
        texts = [self._new_once(node, kind, index) for index in range(node.repeat)]
        if node.parametrize:
            texts = [f"nn.utils.parametrizations.{node.parametrize}({text})" for text in texts]
        if node.repeat == 1:
            return texts[0]
        if len(set(texts)) == 1:
            return f"nn.Sequential(*[{texts[0]} for _ in range({node.repeat})])"
        if counted := _counted(texts):
            return f"nn.Sequential(*[{counted}])"
        return f"nn.Sequential({', '.join(texts)})"

    def _new_once(self, node: Node, kind: Kind, index: int) -> str:
        if node.kind not in self._document.blocks:
            return lines.new_line(kind, self._arguments(node, kind, index))
        inner = self._inner[node.kind].sizes
        required = []
        for extra in inner.extras:
            column = [inner.extra_at(extra, f"{places(node, u.path)[index]}/") for u in self._uses]
            required.append(literal(self.sizes.standing_for(column, extra, node, index)))
        given = {}
        for name, default in self._document.blocks[node.kind].params.items():
            value = self.sizes.written(node.params[name]) if name in node.params else default
            if name in node.params and value != default:
                given[name] = value
        words = [f"{name}={literal(value)}" for name, value in given.items()]
        return f"{node.kind}({', '.join([*required, *words])})"

    def _arguments(self, node: Node, kind: Kind, index: int = 0) -> dict[str, Any]:
        """The arguments as they are written: values, or expressions of the constructor's arguments."""
        worth = [
            lines.arguments(resolved(node, use.values), kind, self._inputs(node, use, index))
            for use in self._uses
        ]
        found = {}
        for param in kind.params:
            if param.name in node.params:
                found[param.name] = self.sizes.written(node.params[param.name], in_forward=not kind.new)
            elif param.name in kind.reads:
                column = [values[param.name] for values in worth]
                found[param.name] = self.sizes.standing_for(column, param.name, node, index)
                if not kind.new and isinstance(found[param.name], Expression):
                    tree = ast.parse(found[param.name], mode="eval").body
                    found[param.name] = Expression(ast.unparse(self.sizes.through_self(tree)))
            else:
                found[param.name] = worth[0][param.name]
        return found

    def _inputs(self, node: Node, use: Use, index: int = 0) -> list[Spec]:
        if index:
            before = places(node, use.path)[index - 1]
            return [next(iter(self._specs[before].values()))]
        specs = []
        for wire in node.inputs:
            ports = self._specs[use.path + source(wire)]
            specs.append(ports[port(wire)] if port(wire) else next(iter(ports.values())))
        return specs

    # --- calling

    def _named(self) -> dict[str, str]:
        """Wire -> the variable that holds what it carries.

        The first output is held by the node's own name, others by name_port.
        """
        ports = {node.id: self._kinds[node.id].ports_of(node.params) for node in self.nodes}
        taken = {node.id for node in self.nodes}
        held: dict[tuple[str, str], str] = {}
        variables: dict[str, str] = {}
        for wire in (wire for node in self.nodes for wire in node.inputs):
            node, name = source(wire), port(wire)
            key = (node, "" if name == ports[node][0] else name)
            if key not in held:
                variable = f"{node}_{name}" if key[1] else node
                while key[1] and variable in taken:
                    variable += "_"
                taken.add(variable)
                held[key] = variable
            variables[wire] = held[key]
        return variables

    def _calling(self) -> Iterator[str]:
        variables = self._variables
        for node in self.nodes:
            kind = self._kinds[node.id]
            if node.kind in ("Input", "Output"):
                continue
            ports = kind.ports_of(node.params)
            wires = {name: f"{node.id}.{name}" for name in ports}
            held = {name: variables[wire] for name, wire in wires.items() if wire in variables}
            if node.id in variables or not held:
                held[ports[0]] = node.id
            if not kind.new or called(node, self._graph) != node.id:
                yield from note(node)
            values = self._arguments(node, kind) if not kind.new else {}
            sources = [variables[wire] for wire in node.inputs]
            call = lines.call_line(called(node, self._graph), kind, values, sources)
            yield f"{lines.targets(kind, ports, held)} = {call}"
        answers = [node.inputs[0] for node in self.nodes if node.kind == "Output"]
        yield f"return {', '.join(variables[wire] for wire in answers)}"

    @property
    def signature(self) -> str:
        """What the class takes and returns, in a sentence."""
        use = self._uses[0]
        specs = self._specs
        takes = ", ".join(
            f"{node.id} {shape(next(iter(specs[use.path + node.id].values())))}"
            for node in self.nodes
            if node.kind == "Input"
        )
        outputs = [node for node in self.nodes if node.kind == "Output"]
        gives = ", ".join(
            f"{node.id if len(outputs) > 1 else ''} {shape(self._inputs(node, use)[0])}".strip()
            for node in outputs
        )
        example = "" if len(self._uses) == 1 else "For example "
        return f"{example}{'takes' if example else 'Takes'} {takes} and returns {gives}."


def _counted(texts: list[str]) -> str:
    """Texts that differ in one whole number, which counts up or down, as a comprehension; else ''."""
    if len(texts) < 3:  # two are as short
        return ""
    columns = list(zip(*(WHOLE.split(text) for text in texts), strict=False))
    varying = [place for place, column in enumerate(columns) if len(set(column)) > 1]
    if len(varying) != 1 or not all(word.isdecimal() for word in columns[varying[0]]):
        return ""
    numbers = [int(word) for word in columns[varying[0]]]
    step = numbers[1] - numbers[0]
    if numbers != list(range(numbers[0], numbers[-1] + step, step)):
        return ""
    pieces = [column[0] for column in columns]
    pieces[varying[0]] = "size"
    limits = [numbers[0], numbers[-1] + step] + [step] * (step != 1)
    return f"{''.join(pieces)} for size in range({', '.join(map(str, limits))})"


def _settings(node: Node) -> Iterator[str]:
    """What is done to a layer's weights once it is made."""
    each = "layer" if node.repeat > 1 else f"self.{node.id}"
    done = []
    for name, given in node.init.items():
        function, *arguments = given if isinstance(given, tuple) else (given,)
        words = ", ".join([f"{each}.{name}", *map(literal, arguments)])
        done.append(f"nn.init.{function}({words})")
    if done and node.repeat > 1:
        yield f"for layer in self.{node.id}:"
        yield from (f"    {line}" for line in done)
    else:
        yield from done
    if node.frozen:
        yield f"self.{node.id}.requires_grad_(False)"


def note(node: Node) -> Iterator[str]:
    """A node's note as a comment."""
    if text := names.one_line(node.note):
        yield f"# {text}"


def shape(spec: Spec) -> str:
    """(N, 1, 8, 8): N is the batch's size."""
    sizes = ["N" if size == spec.batch else str(size) for size in spec.shape]
    text = f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
    return text if spec.dtype == "float32" else f"{text} of {spec.dtype}"
