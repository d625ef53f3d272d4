"""The command line of an export: what is asked for, written, and said of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from builder import names
from builder.export.bundle import Exported, bundle, write_part
from builder.export.network import ExportError, Network
from builder.export.parts import PARTS, Part, find_part


def add_options(command: argparse.ArgumentParser, parts: Sequence[Part] = PARTS) -> None:
    """What to write and where."""
    command.add_argument(
        "-o", "--output", default="", metavar="PATH", help="a file, or a folder to write into"
    )
    command.add_argument(
        "--part",
        action="append",
        default=[],
        metavar="PART",
        help=f"one of: {', '.join(part.name for part in parts)}; given once, that file alone",
    )


def export(network: Network, words: Sequence[str], output: str, parts: Sequence[Part] = PARTS) -> Exported:
    """One part alone, or a bundle of several or all.

    words   names or files of parts; none is all of them.
    output  a path, a folder, or '' for a file here, named after the network or the part.
    Raises ExportError for a word that names no part, for a part that cannot be made alone, and for a path
    that cannot be written; checks.ProblemsError where the network cannot be built.
    """
    chosen = [find_part(word, parts) for word in words] or parts
    alone = chosen[0] if len(words) == 1 else None
    usual = Path(alone.file).name if alone else f"{names.file_name(network.document.name)}.zip"
    path = Path(output or usual)
    path = path / usual if path.is_dir() else path
    if not path.parent.is_dir():
        raise ExportError(
            f"{path} cannot be written: there is no folder {path.parent}. Make it, or choose another."
        )
    try:
        return write_part(network, alone, path) if alone else bundle(network, path, chosen)
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror or error}.") from None


def said(made: Exported) -> str:
    """What was written, remarked and left out, for a terminal."""
    notes = [f"{name}: {words}" for name, words in made.remarks.items()]
    notes += [f"{name} is left out: {words}" for name, words in made.left_out.items()]
    return "\n".join([str(made.path), *notes])
