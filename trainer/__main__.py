"""The command line: the same runs without a browser.

Exit 0, or 1 with the problems on standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from builder import Document, DocumentError, check, to_python
from builder.export import ExportError
from builder.export.command import add_options, said
from builder.export.command import export as take_home
from builder.weights import WeightsError
from trainer import experiments, launch, objectives, presets, store
from trainer.data import command as command_line
from trainer.data import find, misfits
from trainer.errors import TrainerError
from trainer.metrics import describe, metrics
from trainer.settings import SETTINGS, Settings
from trainer.store import Run

LOOK_EVERY = 0.1  # seconds


def main(words: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    arguments = _parser().parse_args(words)
    try:
        return arguments.command(arguments)
    except (TrainerError, DocumentError, WeightsError, ExportError) as error:
        print(error, file=sys.stderr)
    except KeyError as error:
        print(f"There is no run {error}. `python -m trainer runs` lists them.", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}. Check the path.", file=sys.stderr)
    except UnicodeDecodeError:
        print("The file is not text. Give a .loom.json file.", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trainer", description="Train networks without a browser."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, function, help: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help)
        added.set_defaults(command=function)
        added.add_argument("--json", action="store_true", help="print one JSON object on standard output")
        return added

    training = [
        command("run", run, "Train a network and wait for it; Ctrl-C stops it and keeps its weights.")
    ]
    training.append(
        command("find-lr", find_lr, "Try growing learning rates for a few steps and suggest one.")
    )
    training.append(command("compare", compare, "Train a network and variations of it on the same data."))
    for each in training:
        each.add_argument("file", metavar="FILE.loom.json")
        each.add_argument("--data", required=True, help=command_line.HELP)
        command_line.add_options(each)
        each.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help=f"one of: {', '.join(SETTINGS)}; or an argument of the chosen optimizer, schedule or loss",
        )
        each.add_argument("--preset", metavar="NAME", help="settings saved under a name; --set goes before")
        each.add_argument("--trust", action="store_true", help="run its layers written in Python")
        for name in ("epochs", "seed", "device"):
            each.add_argument(f"--{name}", help=f"short for --set {name}=")
    training[0].add_argument(
        "--weights", metavar="FILE.safetensors", help="weights to begin with; else at random"
    )
    training[-1].add_argument(
        "--swap", required=True, metavar="KIND=KIND,KIND", help="BatchNorm2d=LayerNorm,GroupNorm"
    )
    command_line.add_command(command("data", data, "List data sets, or look at one; take in a file."))
    command("runs", runs, "List all runs, newest first.")
    command("show", show, "Show one run.").add_argument("run", metavar="RUN")
    taken = command("export", export, "Write a run's bundle, or one of its parts, with its trained weights.")
    taken.add_argument("run", metavar="RUN")
    taken.add_argument("--trust", action="store_true", help="run its layers written in Python")
    add_options(taken)
    command("stop", stop, "Stop a run after its current batch.").add_argument("run", metavar="RUN")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Train one network in the foreground."""
    settings, document = _settings(arguments), _document(arguments.file)
    arguments.data = command_line.named(arguments.data, arguments.option).name
    _refuse_misfits(document, arguments, settings)
    weights = Path(arguments.weights).read_bytes() if arguments.weights else None
    source, trust = to_python(document, arguments.trust), arguments.trust
    run_id = launch.start(document, source, settings, arguments.data, weights=weights, trust=trust)
    ended = _follow({"": run_id}, quiet=arguments.json)[0]
    _print(arguments, _result(ended), f"{ended.id} {ended.state}")
    return _exit([ended])


def find_lr(arguments: argparse.Namespace) -> int:
    """Search a learning rate."""
    from trainer.search import search

    settings, document = _settings(arguments), _document(arguments.file)
    arguments.data = command_line.named(arguments.data, arguments.option).name
    data_set = find(arguments.data)
    _refuse_misfits(document, arguments, settings)
    found = search(to_python(document, arguments.trust), settings.for_data(data_set), data_set)
    text = (
        f"{found.steepest:g}  where the loss falls fastest\n"
        f"{found.tenth:g}  a tenth of the rate with the lowest loss"
    )
    _print(arguments, json.loads(found.to_json()), text)
    return 0


def compare(arguments: argparse.Namespace) -> int:
    """Train the drawn network and its variations."""
    settings, document = _settings(arguments), _document(arguments.file)
    old, equals, new = arguments.swap.partition("=")
    if not equals or not new:
        raise TrainerError(
            f"--swap takes KIND=KIND,KIND, as in BatchNorm2d=LayerNorm,GroupNorm; it got '{arguments.swap}'."
        )
    report = check(document, arguments.trust)
    variations = experiments.vary(
        document, old.strip(), [kind.strip() for kind in new.split(",")], report.specs
    )
    arguments.data = command_line.named(arguments.data, arguments.option).name
    for each in variations:
        _refuse_misfits(each.document, arguments, settings, each.name)
    trust = arguments.trust
    printed = partial(to_python, trust=trust)
    ids = experiments.compare(variations, settings, arguments.data, printed, trust=trust)
    ended = _follow(ids, quiet=arguments.json)
    lines = [f"{each.variant:>16}  {each.state}  {_result(each)['metrics']}" for each in ended]
    results = [{**_result(each), "name": each.variant} for each in ended]
    _print(arguments, {"group": ended[0].group, "variants": results}, "\n".join(lines))
    return _exit(ended)


def data(arguments: argparse.Namespace) -> int:
    """List data sets, or say what is known of one."""
    told = command_line.answer(arguments)
    _print(arguments, told.facts, told.text)
    return 0


def runs(arguments: argparse.Namespace) -> int:
    """List all runs."""
    found = store.runs()
    line = "{0.id}  {0.state:<8} {0.epoch:>4}/{0.epochs:<4} {0.data:<16} {0.name} {0.variant}"
    text = "\n".join(line.format(each) for each in found) or "There are no runs yet."
    _print(arguments, {"runs": [{"run": each.id, **_facts(each)} for each in found]}, text)
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Show one run's facts and last figures."""
    found = _result(store.read(arguments.run)) | {"settings": dict(store.read(arguments.run).settings)}
    _print(arguments, found, json.dumps(found, indent=2))
    return 0


def stop(arguments: argparse.Namespace) -> int:
    """Stop a run and wait until it has."""
    launch.stop(arguments.run)
    ended = launch.end(arguments.run)
    _print(arguments, _result(ended), f"{ended.id} {ended.state}")
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Write a run's bundle."""
    from trainer.export import network_of, parts_of

    found = store.read(arguments.run)
    made = take_home(network_of(found, arguments.trust), arguments.part, arguments.output, parts_of(found))
    _print(arguments, json.loads(made.to_json()), said(made))
    return 0


def _settings(arguments: argparse.Namespace) -> Settings:
    words = {
        name: getattr(arguments, name) for name in ("epochs", "seed", "device") if getattr(arguments, name)
    }
    for each in arguments.set:
        name, equals, value = each.partition("=")
        if not equals:
            raise TrainerError(f"--set takes NAME=VALUE, as in lr=0.01; it got '{each}'.")
        words[name.strip()] = value.strip()
    return Settings.from_words(words, presets.load(arguments.preset) if arguments.preset else None)


def _document(path: str) -> Document:
    return Document.from_json(Path(path).read_text(encoding="utf-8"))


def _refuse_misfits(
    document: Document, arguments: argparse.Namespace, settings: Settings, variant: str = ""
) -> None:
    """Raises TrainerError with everything that keeps this document from training on its data."""
    data_set, report = command_line.named(arguments.data), check(document, arguments.trust)
    loss = objectives.chosen(settings.loss, data_set)
    found = [problem.message for problem in report.problems if problem.severity == "error"]
    ends = [node.id for node in document.main.nodes if node.kind == "Output"]
    ports = report.shapes.get(ends[0], {}) if ends else {}
    gives = next(iter(ports.values()), None)
    found += [each.message for each in misfits(document, data_set, gives, objectives.numbers(loss, data_set))]
    endings = list(objectives.misfits(document, loss))
    found += [ending.message for ending in endings if ending.refused]
    for ending in endings:
        if not ending.refused:
            print(ending.message, file=sys.stderr)
    if found or not report.ok:
        raise TrainerError("\n".join(f"{variant}: {line}" if variant else line for line in found))


def _follow(ids: dict[str, str], quiet: bool) -> list[Run]:
    """Wait for the runs, a line per epoch on the way; Ctrl-C stops them all."""
    cursors = dict.fromkeys(ids, -1)
    try:
        while any(store.read(run_id).active for run_id in ids.values()):
            if not quiet:
                cursors = {name: _progress(name, ids[name], since) for name, since in cursors.items()}
            time.sleep(LOOK_EVERY)
    except KeyboardInterrupt:
        print("Stopping.", file=sys.stderr)
        for run_id in ids.values():
            launch.stop(run_id)
    ended = [launch.wait(run_id) for run_id in ids.values()]
    if not quiet:
        for name, since in cursors.items():
            _progress(name, ids[name], since)
    return ended


def _progress(name: str, run_id: str, since: int) -> int:
    """Print what is new about a run's epochs; where to go on from."""
    found = metrics(run_id, since)
    rows = found["validation"]
    for place, (epoch, loss) in enumerate(zip(rows["epoch"], rows["loss"], strict=True)):
        rate = found["run"]["steps_per_second"]
        measured = "  ".join(
            f"val_{name} {_number(values[place])}" for name, values in found["measures"].items()
        )
        figures = f"val_loss {_number(loss)}  {measured}  {_number(rate)} steps/s"
        print(f"{name:>16}  epoch {epoch}/{found['run']['epochs']}  {figures}", flush=True)
    return found["cursor"]


def _number(value: float | None) -> str:
    return "not a number" if value is None else f"{value:.4g}"


def _facts(run: Run) -> dict[str, Any]:
    names = (
        "state",
        "message",
        "name",
        "variant",
        "group",
        "data",
        "epoch",
        "epochs",
        "step",
        "steps",
    )
    return {name: getattr(run, name) for name in names}


def _result(run: Run) -> dict[str, Any]:
    """A run with its last figures, as --json prints it."""
    found = metrics(run.id)
    last = {name: (found[part][key] or [None])[-1] for name, (part, key) in LAST.items()}
    measured = found["measures"]
    last |= {f"val_{name}": (values or [None])[-1] for name, values in measured.items()}
    about = describe(run)
    speed = {name: about[name] for name in ("steps_per_second", "telemetry_share", "elapsed_s")}
    return {"run": run.id, **_facts(run), "metrics": {**last, **speed}}


LAST = {
    "val_loss": ("validation", "loss"),
    "val_accuracy": ("validation", "accuracy"),
    "loss": ("train", "loss"),
    "accuracy": ("train", "accuracy"),
}


def _print(arguments: argparse.Namespace, found: dict[str, Any], text: str) -> None:
    print(json.dumps(found) if arguments.json else text)


def _exit(ended: list[Run]) -> int:
    """1 when a run failed or was lost, its sentence on standard error."""
    bad = [run for run in ended if run.state in ("failed", "lost")]
    for run in bad:
        print(f"{run.variant or run.name}: {run.message}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
