"""python -m trainer runs: list runs, write about them, delete, compare and export them."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from trainer import compared, index, recovery, shelf, store
from trainer.command_output import facts, print_
from trainer.errors import TrainerError
from trainer.figures import FORMS
from trainer.index import Entry

Act = Callable[[argparse.Namespace], int]
FORM = "csv"


def add_command(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add it to the parser. command(name, function, help) makes a new one; alone it lists the runs."""
    actions = command("runs", list_runs, "List all runs, newest first; or do something to some of them.")
    actions = actions.add_subparsers(metavar="ACTION")

    def action(name: str, act: Act, help: str, runs: str = "+") -> argparse.ArgumentParser:
        added = actions.add_parser(name, help=help, description=help)
        added.set_defaults(command=act)
        added.add_argument("--json", action="store_true", default=argparse.SUPPRESS)  # also before the action
        if runs:
            added.add_argument("runs", metavar="RUN", nargs=runs)
        return added

    listing = action("list", list_runs, "List all runs, newest first.", runs="")
    listing.add_argument(
        "--search", default="", metavar="WORDS", help="in name, note, tags, data and network"
    )
    listing.add_argument("--tag", action="append", default=[], help="only runs with this tag")
    listing.add_argument("--deleted", action="store_true", help="those that can still be brought back")
    action("rename", rename, "Give a run another name.", 1).add_argument("name", metavar="NAME")
    tagging = action("tag", tag, "Add tags to runs, or take some away; without either, show them.")
    tagging.add_argument("--add", action="append", default=[], metavar="TAG")
    tagging.add_argument("--remove", action="append", default=[], metavar="TAG")
    noting = action("note", note, "Show what is written about a run, or write something else.", 1)
    noting.add_argument("note", metavar="TEXT", nargs="?")
    deleting = action("delete", delete, "Delete runs that have ended; for a day `restore` brings them back.")
    deleting.add_argument("--for-good", action="store_true", help="at once, with nothing to bring back")
    action("restore", restore, "Bring deleted runs back.")
    action("compare", compare, "The results of runs, and the settings in which they differ.")
    metrics = action("metrics", metrics_, "Write the figures of runs in a form of another tool.")
    metrics.add_argument("--form", choices=FORMS, default=FORM, help=f"what to write; {FORM} where left out")
    metrics.add_argument("--output", metavar="FILE", help="where to; for mlflow its address or folder")


# --- what people do with runs


def list_runs(arguments: argparse.Namespace) -> int:
    """List runs; lost ones are resumed first."""
    shelf.forget_old(index.entries(deleted=True))
    recovery.resume_lost(index.runs())
    words, tags = getattr(arguments, "search", ""), getattr(arguments, "tag", [])
    found = [
        each
        for each in index.entries(deleted=getattr(arguments, "deleted", False))
        if _matches(each, words) and set(tags) <= set(each.run.tags)
    ]
    line = "{0.id}  {0.state:<8} {0.epoch:>4}/{0.epochs:<4} {0.data:<16} {0.name} {0.variant}"
    lines = [line.format(each.run) + "".join(f"  #{tag}" for tag in each.run.tags) for each in found]
    nothing = "No run is like that." if words or tags else "There are no runs yet."
    print_(arguments, {"runs": [_told(each) for each in found]}, "\n".join(lines) or nothing)
    return 0


def _matches(entry: Entry, words: str) -> bool:
    run = entry.run
    text = " ".join((run.name, run.variant, run.note, run.data, run.document_name, *run.tags)).lower()
    return all(word in text for word in words.lower().split())


def _told(entry: Entry) -> dict[str, Any]:
    run = entry.run
    more = {name: getattr(run, name) for name in ("document_name", "created", "seconds", "device", "parent")}
    own = {"tags": run.tags, "note": run.note, "parameters": entry.parameters}
    return {
        "run": run.id,
        **facts(run),
        **more,
        **own,
        "last": _plain(entry.last),
        "best": _plain(entry.best),
    }


def _plain(values: Mapping[str, float]) -> dict[str, float | None]:
    """JSON has no NaN and no infinity."""
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def rename(arguments: argparse.Namespace) -> int:
    """Rename one run."""
    (run_id,) = arguments.runs
    shelf.rename(run_id, arguments.name)
    return _said(arguments, [run_id], f"{run_id} is called {arguments.name} now.")


def tag(arguments: argparse.Namespace) -> int:
    """Change the tags of runs."""
    for run_id in arguments.runs:
        kept = [each for each in store.read(run_id).tags if each not in arguments.remove]
        if arguments.add or arguments.remove:
            shelf.tag(run_id, [*kept, *arguments.add])
    lines = [f"{run_id}  {', '.join(store.read(run_id).tags) or 'no tags'}" for run_id in arguments.runs]
    return _said(arguments, arguments.runs, "\n".join(lines))


def note(arguments: argparse.Namespace) -> int:
    """Show or write a run's note."""
    (run_id,) = arguments.runs
    if arguments.note is not None:
        shelf.write_note(run_id, arguments.note)
    return _said(arguments, [run_id], store.read(run_id).note or "Nothing is written about this run.")


def delete(arguments: argparse.Namespace) -> int:
    """Delete runs."""
    shelf.delete(arguments.runs)
    found = {"deleted": arguments.runs, "for_good": arguments.for_good}
    text = f"Deleted {len(arguments.runs)}. For a day `python -m trainer runs restore RUN` brings one back."
    if arguments.for_good:
        shelf.forget(arguments.runs)
        text = f"Deleted {len(arguments.runs)} for good."
    print_(arguments, found, text)
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Bring deleted runs back."""
    shelf.bring_back(arguments.runs)
    return _said(arguments, arguments.runs, f"Brought back {len(arguments.runs)}.")


def _said(arguments: argparse.Namespace, run_ids: Sequence[str], text: str) -> int:
    print_(arguments, {"runs": [_told(index.read(run_id)) for run_id in run_ids]}, text)
    return 0


# --- figures


def compare(arguments: argparse.Namespace) -> int:
    """Show the results of runs side by side, and the settings that differ."""
    found = [index.read(run_id) for run_id in arguments.runs]
    runs = [each.run for each in found]
    titles = compared.titles(runs)
    differing, same = compared.settings(runs)
    measured = list(dict.fromkeys(name for each in found for name in each.last))
    results = {name: [each.last.get(name, math.nan) for each in found] for name in measured}
    rows = [("", titles), *((f"val_{name}", [f"{v:.4g}" for v in each]) for name, each in results.items())]
    rows += [(name, [json.dumps(value) for value in values]) for name, values in differing.items()]
    wide = max(12, *(len(cell) for _, cells in rows for cell in cells))
    text = "\n".join(f"{name:<20}" + "".join(f"  {cell:>{wide}}" for cell in cells) for name, cells in rows)
    told = {"runs": [_told(each) for each in found], "differing": differing, "same": same}
    print_(arguments, told, f"{text}\n{len(same)} settings are the same.")
    return 0


def metrics_(arguments: argparse.Namespace) -> int:
    """Write figures to a file, or send them to an address."""
    form = FORMS[arguments.form]
    if not form.ending and not arguments.output:
        raise TrainerError(f"--form {form.name} takes --output: the address or folder to send the runs to.")
    target = arguments.output or f"runs.{form.ending}"
    for run_id in arguments.runs:
        store.read(run_id)  # before anything is written
    form.made(arguments.runs, target)
    size = Path(target).stat().st_size if form.ending else None
    text = f"{target}: {form.title} of {len(arguments.runs)} runs" + (f", {size:,} bytes" if size else "")
    print_(arguments, {"form": form.name, "output": target, "bytes": size}, text)
    return 0
