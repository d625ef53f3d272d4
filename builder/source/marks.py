"""Which lines of the printed source belong to which node, found in the text itself.

The text is parsed, never run, so this holds for whatever style it is printed in, as long as a layer is
an attribute of its node's name and a value has its node's name too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from builder.document import Document, Graph
from builder.source.uses import all_uses


@dataclass(frozen=True)
class Mark:
    """Lines `first` to `last`, counted from 1, belong to a node of a block; '' is the network itself."""

    block: str
    node: str
    first: int
    last: int


@lru_cache(32)
def marks(source: str, document: Document) -> tuple[Mark, ...]:
    """The marks of a source that was printed from the document, in the order of its lines.

    A line may belong to several nodes: the one that names the inputs, the one that returns the outputs.
    """
    tree, lines = ast.parse(source), source.splitlines()
    classes = [each for each in tree.body if isinstance(each, ast.ClassDef)]
    network = next((c for c in reversed(classes) if c.name not in {*document.blocks, *document.custom}), None)
    found = []
    for each in classes:
        if each.name in document.custom:
            found += _of_custom(each, document)
        elif each.name in document.blocks:
            found += _of_class(each, each.name, document.blocks[each.name].graph)
        elif each is network:
            found += _of_class(each, "", document.main)
    for statement in tree.body:
        if isinstance(statement, ast.Assign):  # network = nn.Sequential(OrderedDict([...]))
            found += _of_chain(statement, document.main)
    for statement in tree.body[-1:]:
        if isinstance(statement, ast.If):  # the example at the end makes each of the inputs
            found += _of_example(statement, document.main)
    return tuple(sorted((_with_comments(mark, lines) for mark in found), key=lambda mark: mark.first))


def _of_custom(written: ast.ClassDef, document: Document) -> Iterator[Mark]:
    """The class of a layer written in Python belongs to the nodes of that kind."""
    graphs = {"": document.main, **{name: block.graph for name, block in document.blocks.items()}}
    for block, graph in graphs.items():
        for node in graph.of_kind(written.name):
            yield Mark(block, node.id, written.lineno, written.end_lineno)


def _of_class(written: ast.ClassDef, block: str, graph: Graph) -> Iterator[Mark]:
    for method in written.body:
        if not isinstance(method, ast.FunctionDef):
            continue
        if method.name == "forward":
            yield from _of_inputs(method, block, graph)
        for statement in method.body:
            for node_id in _nodes_of(statement, graph):
                yield Mark(block, node_id, statement.lineno, statement.end_lineno)


def _of_inputs(forward: ast.FunctionDef, block: str, graph: Graph) -> Iterator[Mark]:
    for argument in forward.args.args:
        if argument.arg in graph:
            yield Mark(block, argument.arg, argument.lineno, argument.lineno)


def _of_chain(statement: ast.Assign, graph: Graph) -> Iterator[Mark]:
    """The pairs of a name and a layer that an nn.Sequential is made of."""
    for part in ast.walk(statement):
        name = part.elts[0] if isinstance(part, ast.Tuple) and len(part.elts) == 2 else None
        if isinstance(name, ast.Constant) and name.value in graph:
            yield Mark("", name.value, part.lineno, part.end_lineno)


def _of_example(example: ast.If, graph: Graph) -> Iterator[Mark]:
    inputs = {node.id for node in graph.of_kind("Input")}
    for statement in example.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            if name in inputs:
                yield Mark("", name, statement.lineno, statement.end_lineno)


def _nodes_of(statement: ast.stmt, graph: Graph) -> list[str]:
    """The nodes that a statement of a class belongs to."""
    if isinstance(statement, ast.Return):
        return [node.id for node in graph.of_kind("Output")]
    if isinstance(statement, ast.For):
        return _layers_in(statement.iter, graph)[:1]
    if isinstance(statement, ast.Assign):
        return _assigned(statement, graph)[:1] or _layers_in(statement.value, graph)[:1]
    return _layers_in(statement, graph)[:1]


def _assigned(statement: ast.Assign, graph: Graph) -> list[str]:
    """The nodes whose names a statement assigns to: self.conv = ..., conv = ..., chunk, chunk_1 = ..."""
    places = [part for target in statement.targets for part in ast.walk(target)]
    layers = [name for place in places for name in _layers_in(place, graph)]
    values = [place.id for place in places if isinstance(place, ast.Name) and place.id != "self"]
    ports = [node.id for value in values for node in graph.nodes if value.startswith(f"{node.id}_")]
    # x = self.fc(x) in a style that reuses names: only forward itself makes an Input.
    named = [value for value in values if value in graph and graph[value].kind != "Input"]
    return layers or named or _layers_in(statement.value, graph) or sorted(ports, key=len, reverse=True)


def _layers_in(code: ast.AST, graph: Graph) -> list[str]:
    """The nodes whose layers are named in a piece of code: self.conv, self.register_buffer("mask", ...)."""
    found = []
    for part in ast.walk(code):
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "self":
            found.append(part.attr)
        elif isinstance(part, ast.Call) and _keeps_buffer(part):
            found.append(part.args[0].value)
    return [name for name in found if name in graph]


def _keeps_buffer(call: ast.Call) -> bool:
    named = isinstance(call.func, ast.Attribute) and call.func.attr == "register_buffer"
    return named and bool(call.args) and isinstance(call.args[0], ast.Constant)


def _with_comments(mark: Mark, lines: list[str]) -> Mark:
    """The mark with the comments directly above it: a node's note."""
    first = mark.first
    while first > 1 and lines[first - 2].lstrip().startswith("#"):
        first -= 1
    return Mark(mark.block, mark.node, first, mark.last)


def first_place(document: Document, block: str, node_id: str) -> str:
    """The path of a node of a block, in the first use of that block; '' where it is used nowhere."""
    uses = all_uses(document).get(block, ())
    return f"{uses[0].path}{node_id}" if uses else ""
