"""The command line: python -m builder check|summary|code|draw|export|read|template. No browser needed.

Exit 0; or 1, with the problems on standard error. --json prints one JSON object instead of text.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from builder import Document, ProblemsError, blocks, check, from_python, summary, to_python
from builder.drawing import dot
from builder.export import Network
from builder.export.command import add_options, export, said
from builder.templates import TEMPLATES, template, template_names

Result = tuple[dict[str, Any], str]  # what --json prints, and what is printed without


def check_command(options: argparse.Namespace) -> Result:
    report = check(_document(options), options.trust)
    found = {
        "ok": report.ok,
        "problems": [
            {
                "node": problem.node,
                "severity": problem.severity,
                "message": problem.message,
                "fixes": [fix.label for fix in problem.fixes],
            }
            for problem in report.problems
        ],
        "waits": report.waits,
        "shapes": report.shapes,
    }
    warnings = [f"Warning: {p.message}" for p in report.problems if p.severity != "error"]
    errors = [p.message for p in report.problems if p.severity == "error"]
    if not report.ok:
        errors += [f"{node} waits for {guilty}." for node, guilty in report.waits.items()]
        raise RefusedError("\n".join([*errors, *warnings]), found)
    shapes = [f"{name}: {_ports_text(ports)}" for name, ports in report.shapes.items() if ports]
    return found, "\n".join([*shapes, *warnings, "No problems."])


def _ports_text(ports: dict[str, tuple[int, ...]]) -> str:
    first, *others = ports.items()
    return ", ".join([str(first[1]), *(f"{port} {shape}" for port, shape in others)])


def summary_command(options: argparse.Namespace) -> Result:
    statistics = summary(_document(options), options.batch, options.trust)
    text = str(statistics).replace("(Units.MEGABYTES)", "(M)").replace("(Units.GIGABYTES)", "(G)")
    return {
        "parameters": statistics.total_params,
        "multiply_adds": statistics.total_mult_adds,
        "batch": options.batch,
        "table": text,
    }, text


def code_command(options: argparse.Namespace) -> Result:
    source = to_python(_document(options), options.trust, options.sequential)
    return {"source": source}, source.rstrip("\n")


def draw_command(options: argparse.Namespace) -> Result:
    document = _document(options)
    text = dot(document, check(document, options.trust)).source
    return {"dot": text}, text.rstrip("\n")


def export_command(options: argparse.Namespace) -> Result:
    weights = Path(options.weights) if options.weights else None
    network = Network(_document(options), options.seed, weights, trust=options.trust)
    made = export(network, options.part, options.output)
    return json.loads(made.to_json()), said(made)


def read_command(options: argparse.Namespace) -> Result:
    document, notes = from_python(_text(options.file), options.class_name)
    for note in notes:
        print(f"{options.file}:{note.line}: {note.message}", file=sys.stderr)
    found = [{"line": note.line, "message": note.message} for note in notes]
    text = document.to_json()
    return {"document": json.loads(text), "notes": found}, text.rstrip("\n")


def template_command(options: argparse.Namespace) -> Result:
    if options.name is None:
        names = template_names()
        about = {entry.name: asdict(entry) | {"title": template(entry.name).name} for entry in TEMPLATES}
        return {"templates": list(names), "about": about}, "\n".join(names)
    try:
        text = template(options.name).to_json()
    except KeyError:
        known = ", ".join(template_names())
        raise RefusedError(f"There is no template {options.name!r}. There are: {known}.") from None
    return json.loads(text), text.rstrip("\n")


class RefusedError(ValueError):
    """What ends a command with exit 1; `found` is what --json prints all the same."""

    def __init__(self, message: str, found: dict[str, Any] | None = None):
        super().__init__(message)
        self.found = found


def _text(path: str) -> str:
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise RefusedError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise RefusedError(f"{path} is not text in UTF-8.") from None


def _document(options: argparse.Namespace) -> Document:
    document = Document.from_json(_text(options.file))
    if names := [] if options.trust else blocks.custom_in_use(document):
        words = "Python code in the file. Once you have read it, --trust runs it."
        print(f"{', '.join(names)}: {words}", file=sys.stderr)
    return document


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m builder", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable, help_text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_text, description=help_text)
        command.set_defaults(run=run)
        command.add_argument("--json", action="store_true", help="print one JSON object")
        return command

    documents = {
        "check": (check_command, "what is wrong, and what flows where"),
        "summary": (summary_command, "torchinfo's table: parameters, multiply-adds, memory"),
        "code": (code_command, "the network as PyTorch source"),
        "draw": (draw_command, "the network as a Graphviz file"),
        "export": (export_command, "the network as a bundle, or as one of its parts"),
    }
    for name, (run, help_text) in documents.items():
        command = add(name, run, help_text)
        command.add_argument("file", metavar="FILE.loom.json")
        command.add_argument("--trust", action="store_true", help="run its layers written in Python")
    sequential = "a plain chain as an nn.Sequential, not as a class"
    commands.choices["code"].add_argument("--sequential", action="store_true", help=sequential)
    commands.choices["summary"].add_argument("--batch", type=int, default=32, help="default 32")
    exported = commands.choices["export"]
    add_options(exported)
    exported.add_argument("--seed", type=int, default=0, help="draws the weights; default 0")
    exported.add_argument("--weights", metavar="FILE.safetensors", help="trained weights; else at random")
    read = add("read", read_command, "a document from PyTorch source, which is not run")
    read.add_argument("file", metavar="FILE.py")
    read.add_argument("--class", dest="class_name", help="which class; the last one if not given")
    named = add("template", template_command, "the names of the templates, or one of them")
    named.add_argument("name", nargs="?", metavar="NAME")
    return top


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        found, text = options.run(options)
    except (ValueError, ProblemsError) as error:  # documents, sources, files: each says what to do
        if options.json:
            refused = getattr(error, "found", None) or {"ok": False, "error": str(error)}
            print(json.dumps(refused, ensure_ascii=False))
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(found, ensure_ascii=False) if options.json else text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
