"""The command line's way to have a trained run answer an input."""

from __future__ import annotations

import argparse
import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trainer.command_output import print_
from trainer.errors import TrainerError


def add_command(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Adds `try`."""
    added = command("try", answer, "Have a trained run answer an input.")
    added.add_argument("run", metavar="RUN")
    given = added.add_mutually_exclusive_group(required=True)
    given.add_argument("--text", help="for a run on text")
    given.add_argument("--image", metavar="FILE", help="for a run on pictures: PNG, JPEG, GIF, WebP, BMP")
    given.add_argument("--row", metavar="NUMBERS", help="for a run on a table or on points: 5.1,3.5,1.4,0.2")
    given.add_argument("--example", type=int, metavar="NUMBER", help="an example of the validation part")
    added.add_argument("--invert", action="store_true", help="swap light and dark in the picture")
    added.add_argument("--trust", action="store_true", help="run its layers written in Python")


def answer(arguments: argparse.Namespace) -> int:
    """Print the answer, the likeliest class first."""
    from trainer.answering import process  # loads torch

    found = process.answer(arguments.run, _given(arguments), arguments.trust)
    print_(arguments, found, "\n".join(_lines(found)))
    return 0


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.image is not None:
        content = base64.b64encode(Path(arguments.image).read_bytes()).decode()
        return {"picture": content, "inverted": arguments.invert}
    if arguments.invert:
        raise TrainerError("--invert swaps light and dark in a picture: give one with --image.")
    names = ("text", "row", "example")
    return {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [f"{row['value']:12.6g}  {row['label']}" for row in found.get("values", ())]
    for row in sorted(found.get("classes", ()), key=lambda row: -row.get("chance", row.get("score", 0))):
        number = f"{100 * row['chance']:6.1f} %" if "chance" in row else f"{row['score']:8.4g}"
        lines.append(f"{number}  {row['label']}")
    if "example" in found:
        lines.append(f"The true answer is: {found['example']['truth']}")
    return [*lines, *found["warnings"]]
