"""Reads PyTorch source back into a document: it is parsed and followed, and never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder import blocks, names
from builder.catalogue import CATALOGUE
from builder.document import Document, Graph
from builder.source import bind, example
from builder.source.canvas import Canvas
from builder.source.follow import Follower
from builder.source.nest import Nester, port_names
from builder.source.parse import Note, Source, SourceError, parse
from builder.source.settle import Loose, assumed, settle
from builder.source.statements import christen
from builder.source.values import Chain, Instance, Made, Method, Tensor, Unknown, tensors

__all__ = ["Note", "Reading", "SourceError", "from_python", "read", "settle"]

TITLE = re.compile(r"(.+): a network drawn with Layerloom\.")
LONGEST_NAME = 100


@dataclass(frozen=True)
class Reading:
    """What was read.

    open_inputs  the Inputs of which the source does not tell the shape.
    loose        what only shapes can tell: which layers are one, repeated; which params follow.
    """

    document: Document
    notes: list[Note]
    open_inputs: tuple[str, ...] = ()
    loose: Loose = Loose()


def from_python(
    source: str, class_name: str | None = None, inputs: list[dict] | None = None
) -> tuple[Document, list[Note]]:
    """The network that `source` defines, and what could not be read of it, with line and reason.

    Reads the class `class_name`, else the last nn.Module class, else the last nn.Sequential.
    `inputs` says the shapes, without the batch, where the source does not. Runs nothing of the
    source. Raises SourceError where there is nothing to read. Loads torch, to find shapes.
    """
    reading = read(source, class_name, inputs)
    document = settle(reading.document, reading.open_inputs, reading.loose)
    notes = list(reading.notes)
    for name in reading.open_inputs:
        shape = document.main[name].params["shape"]
        message = f"The shape of {name} is not in the source; {shape} is assumed. Set it at the Input."
        notes.append(Note(0, message))
    return document, sorted(notes, key=lambda note: note.line)


def read(source: str, class_name: str | None = None, inputs: Sequence[Mapping] | None = None) -> Reading:
    """The network as the source has it, without asking for shapes: the pure part of from_python."""
    parsed = parse(source)
    try:
        return _read(parsed, class_name, list(map(_checked_input, inputs or ())))
    except RecursionError:
        message = "The source is nested too deeply to be followed. Write it as shorter functions."
        raise SourceError(message) from None


def _checked_input(given: Any) -> dict[str, Any]:
    """The params of an Input that a caller gives. Raises SourceError."""
    kind = CATALOGUE["Input"]
    if not isinstance(given, Mapping) or "shape" not in given:
        raise SourceError('Each of inputs takes the form {"shape": [3, 32, 32], "dtype": "float32"}.')
    params = {}
    for name, value in given.items():
        param = kind.param(name)
        if param is None:
            raise SourceError(f"An input has no {str(name)[:40]!r}; it has shape, dtype and high.")
        try:
            params[name] = param.read(value)
        except ValueError as error:
            raise SourceError(f"An input cannot be so: {error}") from None
        if misfit := param.misfit(params[name]):
            raise SourceError(f"An input cannot be so: {misfit}")
    return params


def _read(source: Source, class_name: str | None, given: list[dict[str, Any]]) -> Reading:
    canvas = Canvas()
    reader = Nester(source, canvas)
    subject = chosen(source, class_name)
    if isinstance(subject, ast.ClassDef):
        name, result, open_inputs = _follow_class(reader, subject, given)
    else:
        name, result, open_inputs = _follow_sequential(reader, subject, given)
    definition = subject if isinstance(subject, ast.ClassDef) else None
    _draw_outputs(canvas, result, definition)
    document = _with_its_blocks(Document(_title(source, name, definition), canvas.graph), reader)
    document = _assume(document, open_inputs)
    members = {"": canvas.members} | {key: found.members for key, found in reader.canvases.items()}
    return Reading(document, canvas.notes, tuple(open_inputs), Loose(members, reader.required))


def _with_its_blocks(document: Document, reader: Nester) -> Document:
    """The document with those blocks and custom layers that it uses."""
    whole = replace(document, blocks=reader.blocks, custom=reader.custom)
    whole = replace(whole, blocks={name: reader.blocks[name] for name in blocks.in_order(whole)})
    return replace(whole, custom={name: reader.custom[name] for name in blocks.custom_in_use(whole)})


# --- which network


def chosen(source: Source, class_name: str | None) -> ast.ClassDef | str:
    """The class to read, or the name of a variable that holds an nn.Sequential. Raises SourceError."""
    modules = [item for item in source.classes.values() if _is_module(item, source)]
    chains = [key for key, value in source.values.items() if _is_sequential(value, source)]
    if class_name is not None:
        if class_name in source.classes:
            return source.classes[class_name]
        if class_name in chains:
            return class_name
        there = ", ".join([item.name for item in modules] + chains) or "none"
        raise SourceError(f"The source has no network named {str(class_name)[:60]!r}. It has: {there[:200]}.")
    if modules and not (chains and _holds(source.values[chains[-1]], modules[-1].name)):
        return modules[-1]
    if chains:
        return chains[-1]
    raise SourceError(
        "The source has no network: no class that extends nn.Module and no nn.Sequential kept in a "
        "variable. Give the file that has one."
    )


def _holds(chain: ast.expr, name: str) -> bool:
    """Whether an nn.Sequential is made of objects of a class, among others: then it is the network."""
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(chain))


def _full_name(expression: ast.expr, source: Source) -> str:
    parts: list[str] = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    root = expression.id if isinstance(expression, ast.Name) else ""
    return ".".join([source.imports.get(root, root), *reversed(parts)])


def _is_module(definition: ast.ClassDef, source: Source) -> bool:
    """Whether a class extends nn.Module, itself or through other classes of the source."""
    seen: set[str] = set()
    todo = [definition]
    while todo:
        current = todo.pop()
        seen.add(current.name)
        for base in current.bases:
            name = _full_name(base, source)
            if name in ("Module", "torch.nn.Module") or name.endswith("LightningModule"):
                return True
            if name in source.classes and name not in seen:
                todo.append(source.classes[name])
    return False


def _is_sequential(value: ast.expr, source: Source) -> bool:
    return isinstance(value, ast.Call) and (
        _full_name(value.func, source) in ("torch.nn.Sequential", "Sequential")
    )


# --- following it


def _follow_class(
    reader: Nester, definition: ast.ClassDef, given: list[dict[str, Any]]
) -> tuple[str, Any, list[str]]:
    forward = reader.function(definition, "forward")
    if forward is None:
        raise SourceError(
            f"Line {definition.lineno}: {definition.name} has no forward. Write one that says what "
            "is done with the input."
        )
    inputs = _input_names(reader, forward)
    used = example.usage(reader.source, definition.name, inputs)
    network = _make(reader, definition, used.made_with)
    reader.frame = network
    reader.canvas.reserve(network)
    wires, open_inputs = _draw_inputs(reader.canvas, inputs, used.examples, given, forward.lineno)
    reader.goal = (None, [])
    result = reader.run(forward, Method(network, forward), wires, {})
    _note_unused(reader.canvas, network)
    return definition.name, result, open_inputs


def _make(reader: Nester, definition: ast.ClassDef, call: ast.Call | None) -> Instance:
    """The network, with the arguments that the source makes it with."""
    if call is None:
        return reader.make_network(definition, definition, [], {})
    reader.say(call, f"The arguments of `{reader.source.text(call)}` were taken from here.")
    positional, keywords = reader.arguments(call)
    return reader.make_network(call, definition, positional, keywords)


def _input_names(reader: Follower, forward: ast.FunctionDef) -> list[str]:
    """forward's parameters that every call gives: those without a default."""
    spec = forward.args
    found = [arg.arg for arg in (*spec.posonlyargs, *spec.args)]
    optional = found[len(found) - len(spec.defaults) :] if spec.defaults else []
    more = [*optional, *(arg.arg for arg in spec.kwonlyargs)]
    more += [arg.arg for arg in (spec.vararg, spec.kwarg) if arg]
    for name in more:
        reader.say(forward, f"forward's {name} may be left out by who calls it; it is no input here.")
    return found[1 : len(found) - len(optional)]


def _follow_sequential(
    reader: Follower, name: str, given: list[dict[str, Any]]
) -> tuple[str, Any, list[str]]:
    expression = reader.source.values[name]
    chain = reader.evaluate(expression)
    used = example.usage(reader.source, name, ["x"], made=False)
    if isinstance(chain, Chain):
        christen(chain, "", None)
        reader.canvas.reserved.update(own for own, _ in chain.items if own)
    called = used.names[0] if used.names and reader.canvas.free(used.names[0]) else "x"
    wires, open_inputs = _draw_inputs(reader.canvas, [called], used.examples, given, expression.lineno)
    return name, reader.apply(expression, chain, wires, {}), open_inputs


def _draw_inputs(
    canvas: Canvas, inputs: list[str], examples: list, given: list, line: int
) -> tuple[list[Tensor], list[str]]:
    kind = CATALOGUE["Input"]
    wires, open_inputs = [], []
    for index, wanted in enumerate(inputs):
        said = examples[index] if index < len(examples) else None
        params = said or (given[index] if index < len(given) else None)
        wire = canvas.input(wanted, line, bind.without_defaults(kind, params or {}))
        if params is None:
            open_inputs.append(wire.node)
        wires.append(wire)
    return wires, open_inputs


def _draw_outputs(canvas: Canvas, result: Any, definition: ast.ClassDef | None) -> None:
    answers = list(tensors(list(result.values()) if isinstance(result, dict) else result))
    if not answers:
        why = f" ({result.why})" if isinstance(result, Unknown) and result.why else ""
        canvas.say(0, f"What the network answers could not be read{why}; it has no Output yet.")
    if isinstance(result, dict):
        canvas.say(0, "forward returns a dict; each of its tensors is an Output, in its order.")
    said = port_names(ast.get_docstring(definition) or "") if definition else []
    canvas.outputs(answers, said)


def _note_unused(canvas: Canvas, network: Instance) -> None:
    for name, value in network.attributes.items():
        if isinstance(value, Made) and not value.uses:
            canvas.say(
                value.line,
                f"self.{name} ({value.kind.name}) is made and never called; it was left out.",
            )


def _assume(document: Document, open_inputs: list[str]) -> Document:
    """Gives the Inputs without a shape one that their first layer can take."""
    nodes = (
        replace(node, params=assumed(document, node.id)) if node.id in open_inputs else node
        for node in document.main.nodes
    )
    return replace(document, main=Graph(tuple(nodes)))


def _title(source: Source, name: str, definition: ast.ClassDef | None) -> str:
    """The document's name: as the docstring has it, where that is the class's own."""
    first = (ast.get_docstring(source.tree) or "").partition("\n")[0]
    found = TITLE.fullmatch(first)
    own = found and (names.class_name(found[1]) == name or (definition is None and name == "network"))
    if own and len(found[1]) <= LONGEST_NAME:
        return found[1]
    return name[:LONGEST_NAME]
