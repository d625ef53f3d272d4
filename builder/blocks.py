"""A user's own kinds: a graph used as a layer, and what its `=name` params are worth in each use.

What belongs to layers written in Python stands in builder/custom.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from builder import arithmetic, custom
from builder.catalogue import CATALOGUE
from builder.document import Block, Document, Graph, Node
from builder.kinds import Kind, Param

LONGEST = 200  # letters of one sum
FAMILY = "Blocks"  # a family beside those of the catalogue
FUNCTIONS = ("min", "max")
PARTS = (
    *(ast.BinOp, ast.UnaryOp, ast.Name, ast.Load),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.USub),
)


def is_sum(value: Any) -> bool:
    """Whether a value is arithmetic on a block's params: =channels*4."""
    return isinstance(value, str) and value.startswith("=")


def has_sum(value: Any) -> bool:
    """Whether a value, or an item of it, is arithmetic."""
    return any(map(is_sum, value)) if isinstance(value, tuple) else is_sum(value)


def parsed(text: str) -> ast.expr:
    """The expression behind the `=`: names, whole and decimal numbers, + - * / // % **, brackets,
    min and max. Raises ValueError with the reason for anything else; nothing is evaluated.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a sum has at most {LONGEST} letters")
    try:
        tree = ast.parse(text[1:].strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        raise ValueError(f"{text!r} is no sum of numbers and names") from None
    for part in ast.walk(tree):
        if not _allowed(part):
            raise ValueError(f"{text!r} holds {ast.unparse(part)!r}, which no sum may")
    return tree


def _allowed(part: ast.AST) -> bool:
    if isinstance(part, ast.Constant):
        return type(part.value) in (int, float)
    if isinstance(part, ast.Call):
        named = isinstance(part.func, ast.Name) and part.func.id in FUNCTIONS
        return named and not part.keywords
    return isinstance(part, PARTS)


def simplified(tree: ast.expr) -> ast.expr:
    """The sum with those of its parts worked out that have no names: width * (1 + 1) is width * 2."""
    for field, part in ast.iter_fields(tree):
        if isinstance(part, ast.expr):
            setattr(tree, field, simplified(part))
        elif isinstance(part, list):
            setattr(tree, field, [simplified(item) for item in part])
    names = any(isinstance(part, ast.Name) and part.id not in FUNCTIONS for part in ast.walk(tree))
    if names or isinstance(tree, ast.Constant | ast.Name):
        return tree
    try:
        value = _worked_out(tree, {})
    except ValueError:  # it says so where it is checked
        return tree
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def names_in(graph: Graph) -> set[str]:
    """The params that the sums in a graph use."""
    values = (value for node in graph.nodes for value in node.params.values())
    items = (item for value in values for item in (value if isinstance(value, tuple) else (value,)))
    trees = (parsed(item) for item in items if is_sum(item))
    return {part.id for tree in trees for part in ast.walk(tree) if isinstance(part, ast.Name)}


def worth(value: Any, values: Mapping[str, Any]) -> Any:
    """What a value is in a use of the block whose params are `values`. Raises ValueError."""
    if isinstance(value, tuple):
        return tuple(worth(item, values) for item in value)
    return _worked_out(parsed(value), values) if is_sum(value) else value


def _worked_out(part: ast.expr, values: Mapping[str, Any]) -> Any:
    if isinstance(part, ast.Constant):
        return part.value
    if isinstance(part, ast.Name):
        if part.id not in values:
            raise ValueError(f"the block has no param {part.id!r}")
        return values[part.id]
    if isinstance(part, ast.Call):
        given = tuple(_worked_out(item, values) for item in part.args)
        return arithmetic.call(part.func.id, given)
    if isinstance(part, ast.UnaryOp):
        return arithmetic.apply(part.op, _worked_out(part.operand, values))
    left, right = _worked_out(part.left, values), _worked_out(part.right, values)
    return arithmetic.apply(part.op, left, right)


def resolved(node: Node, values: Mapping[str, Any]) -> Node:
    """The node with its sums worked out. Raises ValueError that names the argument."""
    if not any(has_sum(value) for value in node.params.values()):
        return node
    params = {}
    for name, value in node.params.items():
        try:
            params[name] = worth(value, values)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return replace(node, params=params)


def worked_out(node: Node, values: Mapping[str, Any]) -> Node:
    """The node with its sums worked out; as it is where they cannot be."""
    try:
        return resolved(node, values)
    except ValueError:
        return node


def params_in_use(block: Block, node: Node) -> dict[str, Any]:
    """The block's params in this use, the node's sums worked out already."""
    return {**block.params, **node.params}


def values_at(document: Document, way: tuple[str, ...]) -> dict[str, Any]:
    """What the params are worth in the graph that a way leads to: those of that use of its block."""
    values: dict[str, Any] = {}
    graph = document.main
    for name in way:
        node = resolved(graph[name], values)
        block = document.blocks[node.kind]
        values, graph = params_in_use(block, node), block.graph
    return values


def inputs_of(block: Block) -> tuple[str, ...]:
    """The names of a block's inputs, in order."""
    return tuple(node.id for node in block.graph.of_kind("Input"))


def ports_of(block: Block) -> tuple[str, ...]:
    """The names of its outputs; a single one is called output, as a layer's is."""
    outputs = tuple(node.id for node in block.graph.of_kind("Output"))
    return ("output",) if len(outputs) == 1 else outputs


def params(block: Block) -> tuple[Param, ...]:
    """A block's params as a form shows them."""
    types = {bool: "bool", int: "int", float: "float", tuple: "ints"}
    return tuple(
        Param(name, value, types.get(type(value), "text"), f"A param of the block. Default: {value!r}")
        for name, value in block.params.items()
    )


def kind_named(name: str, document: Document) -> Kind | None:
    """The kind of that name: the catalogue's, or one made of what is the user's. None for neither."""
    if name in document.custom:
        return custom.kind(document.custom[name])
    block = document.blocks.get(name)
    if block is None:
        return CATALOGUE.get(name)
    inputs, ports = inputs_of(block), ports_of(block)
    return Kind(
        name,
        FAMILY,
        "A block of this network.",
        params(block),
        new=name,
        call="{self}(" + ", ".join(f"{{{name}}}" for name in inputs) + ")",
        inputs=inputs,
        ports=ports,
        result=", ".join(f"{{{name}}}" for name in ports),
        dtype="any",
    )


def contains_itself(document: Document, name: str) -> bool:
    """Whether a block stands inside itself, directly or by way of others."""
    seen: set[str] = set()
    todo = [name]
    while todo:
        for node in document.blocks[todo.pop()].graph.nodes:
            if node.kind == name:
                return True
            if node.kind in document.blocks and node.kind not in seen:
                seen.add(node.kind)
                todo.append(node.kind)
    return False


def custom_in_use(document: Document) -> list[str]:
    """The names of the layers written in Python that the network uses, in its blocks too."""
    graphs = [*(document.blocks[name].graph for name in in_order(document)), document.main]
    found = (node.kind for graph in graphs for node in graph.nodes if node.kind in document.custom)
    return list(dict.fromkeys(found))


def in_order(document: Document) -> list[str]:
    """The names of the blocks that the network uses, those inside others first."""
    found: list[str] = []

    def visit(graph: Graph) -> None:
        for node in graph.nodes:
            if node.kind in document.blocks and node.kind not in found:
                visit(document.blocks[node.kind].graph)
                found.append(node.kind)

    visit(document.main)
    return found
