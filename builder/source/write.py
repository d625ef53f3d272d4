"""Prints a document as PyTorch: the very code that is checked, trained and downloaded."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ruff import find_ruff_bin

from builder import lines, names
from builder.catalogue import CATALOGUE
from builder.checks import Report, accepted
from builder.document import Document, Node
from builder.kinds import Spec
from builder.order import port, sorted_nodes, source

EXAMPLES = 2  # in the printed example: BatchNorm cannot train on one


@lru_cache(64)
def to_python(document: Document) -> str:
    """The document as a Python file that needs torch alone; run as a script it prints its output's shape.

    Raises checks.ProblemsError where the network cannot be built.
    """
    report = accepted(document)
    nodes, _ = sorted_nodes(document.main)
    variables = _variables(nodes)
    name = names.class_name(document.name)
    inputs = [node for node in nodes if node.kind == "Input"]
    source_text = "\n".join(
        [
            f'"""{names.one_line(document.name)}: a network drawn with Layerloom."""',
            "import torch",
            "from torch import nn",
            *_helpers(nodes),
            f"class {name}(nn.Module):",
            f'    """{_signature(nodes, report)}"""',
            "    def __init__(self):",
            "        super().__init__()",
            *(f"        {line}" for line in _made(nodes, report)),
            f"    def forward({', '.join(['self', *(node.id for node in inputs)])}):",
            *(f"        {line}" for line in _called(nodes, report, variables)),
            'if __name__ == "__main__":',
            *(f"    {line}" for line in _example(name, inputs, nodes, report)),
            "",
        ]
    )
    return formatted(source_text)


def formatted(text: str) -> str:
    """Python source in the one style everybody's tools agree on."""
    command = [find_ruff_bin(), "format", "--isolated", "--target-version", "py39", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(f"The printed code cannot be formatted: {done.stderr}")
    return done.stdout


def _key(wire: str, ports: dict[str, tuple[str, ...]]) -> tuple[str, str]:
    """(node, port) of a wire; the first port, named or not, is ''."""
    node, name = source(wire), port(wire)
    return node, "" if name == ports[node][0] else name


def _variables(nodes: list[Node]) -> dict[str, str]:
    """Wire -> the variable that holds what it carries.

    The first output is held by the node's own name, others by name_port.
    """
    ports = {node.id: CATALOGUE[node.kind].ports_of(node.params) for node in nodes}
    taken = {node.id for node in nodes}
    held: dict[tuple[str, str], str] = {}
    variables: dict[str, str] = {}
    for wire in (wire for node in nodes for wire in node.inputs):
        key = _key(wire, ports)
        if key not in held:
            name = f"{key[0]}_{key[1]}" if key[1] else key[0]
            while key[1] and name in taken:
                name += "_"
            taken.add(name)
            held[key] = name
        variables[wire] = held[key]
    return variables


def _values(node: Node, report: Report) -> dict[str, Any]:
    return lines.arguments(node, CATALOGUE[node.kind], _inputs(node, report))


def _inputs(node: Node, report: Report) -> list[Spec]:
    specs = []
    for wire in node.inputs:
        ports = report.specs[source(wire)]
        specs.append(ports[port(wire)] if port(wire) else next(iter(ports.values())))
    return specs


def _made(nodes: list[Node], report: Report) -> Iterator[str]:
    for node in nodes:
        kind = CATALOGUE[node.kind]
        if kind.new:
            yield from _note(node)
            yield lines.kept_line(node.id, kind, _values(node, report))


def _helpers(nodes: list[Node]) -> dict[str, None]:
    """The sources of the classes of our own that the kinds need, each once."""
    return dict.fromkeys(helper for node in nodes if (helper := CATALOGUE[node.kind].helper))


def _note(node: Node) -> Iterator[str]:
    if note := names.one_line(node.note):
        yield f"# {note}"


def _called(nodes: list[Node], report: Report, variables: dict[str, str]) -> Iterator[str]:
    for node in nodes:
        kind = CATALOGUE[node.kind]
        if not kind.ports or not kind.call:
            continue
        values = _values(node, report)
        ports = kind.ports_of(values)
        held = {name: variables[wire] for name in ports if (wire := f"{node.id}.{name}") in variables}
        if node.id in variables or not held:
            held[ports[0]] = node.id
        if not kind.new:
            yield from _note(node)
        sources = [variables[wire] for wire in node.inputs]
        call = lines.call_line(node.id, kind, values, sources)
        yield f"{lines.targets(kind, ports, held)} = {call}"
    answers = [n.inputs[0] for n in nodes if n.kind == "Output"]
    yield f"return {', '.join(variables[wire] for wire in answers)}"


def _signature(nodes: list[Node], report: Report) -> str:
    takes = ", ".join(
        f"{node.id} {_shape(next(iter(report.specs[node.id].values())))}"
        for node in nodes
        if node.kind == "Input"
    )
    gives = ", ".join(_shape(_inputs(node, report)[0]) for node in nodes if node.kind == "Output")
    return f"Takes {takes} and returns {gives}."


def _shape(spec: Spec) -> str:
    """(N, 1, 8, 8): N is the batch's size."""
    sizes = ["N" if size == spec.batch else str(size) for size in spec.shape]
    text = f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
    return text if spec.dtype == "float32" else f"{text} of {spec.dtype}"


def _example(name: str, inputs: list[Node], nodes: list[Node], report: Report) -> Iterator[str]:
    yield f"network = {name}()"
    for node in inputs:
        spec = next(iter(report.specs[node.id].values()))
        yield f"{node.id} = {_example_tensor(spec)}"
    result = f"network({', '.join(node.id for node in inputs)})"
    if sum(node.kind == "Output" for node in nodes) == 1:
        yield f"print(tuple({result}.shape))"
    else:
        yield f"for output in {result}:"
        yield "    print(tuple(output.shape))"


def _example_tensor(spec: Spec) -> str:
    sizes = ", ".join(map(str, (EXAMPLES, *spec.example)))
    if spec.dtype == "float32":
        return f"torch.randn({sizes})"
    if spec.high:
        return f"torch.randint(0, {spec.high}, ({sizes}))"
    return f"torch.zeros({sizes}, dtype=torch.{spec.dtype})"
