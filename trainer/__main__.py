"""The command line: the same runs without a browser.

Exit 0, or 1 with the problems on standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path

from builder import Document, DocumentError, check, to_python
from builder.export import ExportError
from builder.export.command import add_options, said
from builder.export.command import export as take_home
from builder.weights import WeightsError
from trainer import command_runs, command_try, experiments, launch, objectives, presets, recovery, store
from trainer.command_control import add_commands
from trainer.command_output import exit_code, follow, print_, result, words_of
from trainer.data import command as command_line
from trainer.data import find, misfits
from trainer.errors import TrainerError
from trainer.settings import SETTINGS, Settings


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
    command_runs.add_command(command)
    command("show", show, "Show one run.").add_argument("run", metavar="RUN")
    taken = command("export", export, "Write a run's bundle, or one of its parts, with its trained weights.")
    taken.add_argument("run", metavar="RUN")
    taken.add_argument("--trust", action="store_true", help="run its layers written in Python")
    add_options(taken)
    add_commands(command)
    command_try.add_command(command)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Train one network in the foreground."""
    settings, document = _settings(arguments), _document(arguments.file)
    arguments.data = command_line.named(arguments.data, arguments.option).name
    _refuse_misfits(document, arguments, settings)
    weights = Path(arguments.weights).read_bytes() if arguments.weights else None
    source, trust = to_python(document, arguments.trust), arguments.trust
    run_id = launch.start(document, source, settings, arguments.data, weights=weights, trust=trust)
    ended = follow({"": run_id}, quiet=arguments.json)[0]
    print_(arguments, result(ended), f"{ended.id} {ended.state}")
    return exit_code([ended])


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
    print_(arguments, json.loads(found.to_json()), text)
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
    ended = follow(ids, quiet=arguments.json)
    lines = [f"{each.variant:>16}  {each.state}  {result(each)['metrics']}" for each in ended]
    results = [{**result(each), "name": each.variant} for each in ended]
    print_(arguments, {"group": ended[0].group, "variants": results}, "\n".join(lines))
    return exit_code(ended)


def data(arguments: argparse.Namespace) -> int:
    """List data sets, or say what is known of one."""
    told = command_line.answer(arguments)
    print_(arguments, told.facts, told.text)
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Show one run's facts and last figures; a lost one is resumed first."""
    recovery.resume_lost([store.read(arguments.run)])
    found = result(store.read(arguments.run)) | {"settings": dict(store.read(arguments.run).settings)}
    print_(arguments, found, json.dumps(found, indent=2))
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Write a run's bundle."""
    from trainer.export import network_of, parts_of

    found = store.read(arguments.run)
    made = take_home(network_of(found, arguments.trust), arguments.part, arguments.output, parts_of(found))
    print_(arguments, json.loads(made.to_json()), said(made))
    return 0


def _settings(arguments: argparse.Namespace) -> Settings:
    words = {
        name: getattr(arguments, name) for name in ("epochs", "seed", "device") if getattr(arguments, name)
    }
    words |= words_of(arguments.set)
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


if __name__ == "__main__":
    sys.exit(main())
