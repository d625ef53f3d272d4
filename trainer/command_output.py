"""What the command line prints of runs, and how it waits for them."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from trainer import launch, recovery, store
from trainer.errors import TrainerError
from trainer.metrics import describe, metrics
from trainer.store import Run

LOOK_EVERY = 0.1  # seconds


def follow(ids: dict[str, str], quiet: bool) -> list[Run]:
    """Wait for the runs, a line per epoch on the way; Ctrl-C stops them all. A lost one is resumed."""
    cursors = dict.fromkeys(ids, -1)
    try:
        while sum(_goes_on(run_id) for run_id in ids.values()):  # all are looked at
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


def _goes_on(run_id: str) -> bool:
    run = store.read(run_id)
    return run.active or bool(recovery.resume_lost([run]))


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


def facts(run: Run) -> dict[str, Any]:
    """What a run is and how far it is."""
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


def result(run: Run) -> dict[str, Any]:
    """A run with its last figures, as --json prints it."""
    found = metrics(run.id)
    validation, train = found["validation"], found["train"]
    curves = {f"val_{name}": validation[name] for name in ("loss", "accuracy")}
    curves |= {name: train[name]["value"] for name in ("loss", "accuracy")}
    curves |= {f"val_{name}": values for name, values in found["measures"].items()}
    last = {name: (values or [None])[-1] for name, values in curves.items()}
    about = describe(run)
    speed = {name: about[name] for name in ("steps_per_second", "telemetry_share", "elapsed_s")}
    return {"run": run.id, **facts(run), "metrics": {**last, **speed}}


def words_of(given: list[str]) -> dict[str, str]:
    """--set's NAME=VALUE as a mapping. Raises TrainerError for what is none."""
    words = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise TrainerError(f"--set takes NAME=VALUE, as in lr=0.01; it got '{each}'.")
        words[name.strip()] = value.strip()
    return words


def print_(arguments: argparse.Namespace, found: dict[str, Any], text: str) -> None:
    """Print what was found: as JSON where that is asked for, else as text."""
    print(json.dumps(found) if arguments.json else text)


def exit_code(ended: list[Run]) -> int:
    """1 when a run failed or was lost, its sentence on standard error."""
    bad = [run for run in ended if run.state in ("failed", "lost")]
    for run in bad:
        print(f"{run.variant or run.name}: {run.message}", file=sys.stderr)
    return 1 if bad else 0
