"""Data on the command line: what there is, one's own files, downloads."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.data import DATASETS, DataSet, all_sets, find, limits, own
from trainer.data.forms import form_of
from trainer.data.starter import network_for
from trainer.errors import TrainerError

HELP = f"one of: {', '.join(DATASETS)}; a set of your own; or a file or a folder of pictures"


def add_options(parser: argparse.ArgumentParser) -> None:
    """What is said of a file: what in it is what."""
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of a file: target=price, numbers=a,b and so on; `data FILE` names them all",
    )


def add_command(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m trainer data`."""
    parser.add_argument("data", nargs="?", metavar="NAME|FILE|FOLDER", help="keeps a file as a data set")
    parser.add_argument("--title", default="", help="what to call a file that is kept")
    add_options(parser)
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--download", action="store_true", help="fetch a published set")
    act.add_argument("--network", action="store_true", help="print a network that fits as .loom.json")
    act.add_argument("--delete", action="store_true", help="delete a set of your own")


@dataclass(frozen=True)
class Told:
    """An answer, as JSON and as text."""

    facts: dict[str, Any]
    text: str


def answer(arguments: argparse.Namespace) -> Told:
    """What `python -m trainer data` prints. Raises TrainerError."""
    if not arguments.data:
        found = all_sets().values()
        lines = [f"{each.name:<24} {each.examples:>7,}  {each.title}{_where(each)}" for each in found]
        told = {"data": [facts(each) for each in found], "limits": limits.values()}
        return Told(told, "\n".join([*lines, limits.in_words()]))
    data = named(arguments.data, arguments.option, arguments.title)
    if arguments.delete:
        return _deleted(data)
    if arguments.download:
        _downloaded(data)
    if arguments.network:
        document = network_for(data)
        return Told({"network": document.name}, document.to_json().rstrip("\n"))
    about = facts(data)
    return Told(about, "\n".join(f"{name:<12} {value}" for name, value in about.items()))


def named(word: str, options: Sequence[str] = (), title: str = "") -> DataSet:
    """The data set of a name, or the one that a file or a folder becomes. Raises TrainerError."""
    path = Path(word)
    if not path.exists() or word in DATASETS:
        return find(word)
    given = dict(map(_parted, options))
    taken = own.take_in_folder(_files(path)) if path.is_dir() else _taken_in(path)
    return own.keep(taken, form_of(taken).completed(taken, given), title or path.stem.replace("_", " "))


def facts(data: DataSet) -> dict[str, Any]:
    """What is known of a data set without loading it."""
    plain = ("name", "title", "description", "task", "examples", "shape", "dtype", "high", "labels")
    found = {name: getattr(data, name) for name in plain} | {"here": not data.absent, "own": data.own}
    return found | ({"recipe": vars(own.recipe(data.name))} if data.own else {})


def _where(data: DataSet) -> str:
    return " (to be downloaded)" if data.absent else " (your own)" if data.own else ""


def _parted(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise TrainerError(f"--option takes NAME=VALUE, as in target=price; it got '{word}'.")
    return name.strip(), value.strip()


def _taken_in(path: Path) -> Path:
    form_of(path)
    limits.FILE.holds(path.stat().st_size // limits.MB, path.name)
    return own.take_in(path.name, path.read_bytes())


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a folder with their paths in it, as far as the limits go."""
    size = 0
    for number, path in enumerate(sorted(each for each in folder.rglob("*") if each.is_file())):
        limits.ENTRIES.holds(number + 1, folder.name)
        size += path.stat().st_size
        limits.FILE.holds(size // limits.MB, folder.name)
        yield str(path.relative_to(folder.parent)), path.read_bytes()


def _deleted(data: DataSet) -> Told:
    if not data.own:
        raise TrainerError(f"{data.name} belongs to the program. Only a data set of your own can be deleted.")
    own.delete(data.name)
    return Told({"deleted": data.name}, f"{data.name} was deleted.")


def _downloaded(data: DataSet) -> None:
    if data.original is None:
        raise TrainerError(f"{data.name} needs no download: it is here.")
    data.original.fetch()
