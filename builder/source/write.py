"""Prints a document as PyTorch: the very code that is checked, trained and downloaded."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import lru_cache

from ruff import find_ruff_bin

from builder import blocks, names
from builder.catalogue import CATALOGUE
from builder.checks import accepted
from builder.custom.trust import Trust
from builder.document import Document
from builder.kinds import Spec
from builder.source.chain import chain_lines, is_chain
from builder.source.classes import ClassWriter, block_writers
from builder.source.uses import all_uses

EXAMPLES = 2  # in the printed example: BatchNorm cannot train on one


@lru_cache(64)
def to_python(document: Document, trust: Trust = False, sequential: bool = False) -> str:
    """The document as a Python file that needs torch alone; run as a script it prints its output's
    shape. trust: as in checks.check. sequential: a plain chain as an nn.Sequential, not as a class.

    Raises checks.ProblemsError where the network cannot be built, and ValueError where it is asked
    for an nn.Sequential and is no plain chain.
    """
    if sequential and not is_chain(document):
        raise ValueError(f"{document.name} is no plain chain of layers; print it as a class.")
    report = accepted(document, trust)
    written = block_writers(document, report.specs)
    uses = all_uses(document)[""]
    network = ClassWriter(main_class(document), document.main, uses, document, report.specs, written)
    inputs = {
        node.id: next(iter(report.specs[node.id].values())) for node in network.nodes if node.kind == "Input"
    }
    outputs = sum(node.kind == "Output" for node in network.nodes)
    text = [
        f'"""{names.one_line(document.name)}: a network drawn with Layerloom."""',
        *(["from collections import OrderedDict"] if sequential else []),
        *_imports(document),
        *(document.custom[name].read.body for name in blocks.custom_in_use(document)),
        *_helpers(*written.values(), network),
        *(line for writer in written.values() for line in writer.lines()),
        *(chain_lines(network) if sequential else network.lines()),
        'if __name__ == "__main__":',
        *(f"    {line}" for line in _example("" if sequential else network.name, inputs, outputs)),
        "",
    ]
    return formatted("\n".join(text))


def _imports(document: Document) -> list[str]:
    """What the file imports, each once: torch, nn, and what layers written in Python need."""
    needed = [line for name in blocks.custom_in_use(document) for line in document.custom[name].read.imports]
    found = dict.fromkeys(["import torch", "from torch import nn", *needed])
    return sorted(found, key=lambda line: not line.startswith("from __future__"))  # which must be first


def _helpers(*writers: ClassWriter) -> dict[str, None]:
    """The sources of the classes of our own that the kinds need, each once."""
    kinds = (CATALOGUE.get(node.kind) for writer in writers for node in writer.nodes)
    return dict.fromkeys(kind.helper for kind in kinds if kind and kind.helper)


def main_class(document: Document) -> str:
    """The network's class: after the document's name, and none of its blocks'."""
    name = names.class_name(document.name)
    written = blocks.custom_in_use(document)
    bound = {name for each in written for name in document.custom[each].read.bindings}
    while name in document.blocks or name in document.custom or name in bound:
        name += "Network"
    return name


def formatted(text: str) -> str:
    """Python source in the one style everybody's tools agree on."""
    command = [find_ruff_bin(), "format", "--isolated", "--target-version", "py39", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(f"The printed code cannot be formatted: {done.stderr}")
    return done.stdout


def _example(name: str, inputs: dict[str, Spec], outputs: int) -> Iterator[str]:
    if name:
        yield f"network = {name}()"
    for node, spec in inputs.items():
        yield f"{node} = {_example_tensor(spec)}"
    result = f"network({', '.join(inputs)})"
    if outputs == 1:
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
