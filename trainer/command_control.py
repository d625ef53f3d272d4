"""The commands that change what a run does, or who may run."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

from trainer import control, launch, policy, queue, store
from trainer.command_output import exit_code, follow, print_, result, words_of
from trainer.errors import TrainerError
from trainer.gap import asking as gap
from trainer.settings import SETTINGS, read_words

NewCommand = Callable[..., argparse.ArgumentParser]

# Name -> what it does in the background, its arguments behind the run, and its help.
ASKING: dict[str, tuple[Callable[..., None], tuple[str, ...], str]] = {
    "pause": (control.pause, (), "Pause a run after its current batch; its place goes to the next."),
    "continue": (control.go_on, (), "Go on with a paused run, once it is its turn."),
    "step": (control.step, (), "Do one batch more and pause behind it."),
    "rate": (control.set_rate, ("lr",), "Give another learning rate from the next batch on."),
}


def add_commands(command: NewCommand) -> None:
    """Add them to the parser. command(name, function, help) makes a new one."""
    for name, (_, more, help) in ASKING.items():
        asking = command(name, _ask(name), help)
        asking.add_argument("run", metavar="RUN")
        for each in more:
            asking.add_argument(each, type=float, metavar=each.upper())
    command("stop", stop, "Stop a run after its current batch.").add_argument("run", metavar="RUN")
    resuming = command("resume", resume, "Go on with a stopped, failed or lost run, and wait for it.")
    resuming.add_argument("run", metavar="RUN")
    forking = command("fork", fork, "Train a new run on from a checkpoint of another, and wait for it.")
    forking.add_argument("run", metavar="RUN")
    forking.add_argument("--step", type=int, help="of the checkpoint; else the last one")
    forking.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help=f"one of: {', '.join(SETTINGS)}"
    )
    measuring = command(
        "gap", show_gap, "Measure how far evaluation mode is from training mode, layer by layer."
    )
    measuring.add_argument("run", metavar="RUN")
    measuring.add_argument("--trust", action="store_true", help="run its layers written in Python")
    waiting = command("queue", show_queue, "Show who computes and who waits, and how many may compute.")
    waiting.add_argument("--limit", action="append", default=[], metavar="DEVICE=RUNS", help="as in cpu=2")
    waiting.add_argument(
        "--resume-lost", choices=("on", "off"), help="whether lost runs come back by themselves"
    )


def _ask(name: str) -> Callable[[argparse.Namespace], int]:
    def asked(arguments: argparse.Namespace) -> int:
        ask, more, _ = ASKING[name]
        ask(arguments.run, *(getattr(arguments, each) for each in more))
        run = store.read(arguments.run)
        print_(arguments, result(run), f"{run.id} {run.state}, asked to {name}")
        return 0

    return asked


def stop(arguments: argparse.Namespace) -> int:
    """Stop a run and wait until it has."""
    launch.stop(arguments.run)
    ended = launch.end(arguments.run)
    print_(arguments, result(ended), f"{ended.id} {ended.state}")
    return 0


def resume(arguments: argparse.Namespace) -> int:
    """Go on with a run in the foreground."""
    launch.resume(arguments.run)
    return _waited(arguments, arguments.run)


def fork(arguments: argparse.Namespace) -> int:
    """Train a fork in the foreground."""
    changes = read_words(words_of(arguments.set), store.read(arguments.run).settings)
    return _waited(arguments, launch.fork(arguments.run, changes, arguments.step))


def show_gap(arguments: argparse.Namespace) -> int:
    """Measure the gap: here with the weights that a run kept, or in its own process while it trains."""
    run = store.read(arguments.run)
    if run.active:
        gap.ask(run.id)
        while gap.pending(run := store.read(run.id)):
            time.sleep(control.LOOK_EVERY)
        found = run.gap
    else:
        from trainer.gap.answering import afterwards  # loads torch

        found = afterwards(run, arguments.trust)
    if found is None or "error" in found:
        raise TrainerError((found or gap.failed("The run ended."))["error"])
    print_(arguments, found, "\n".join([found["words"], *(each["words"] for each in found["layers"])]))
    return 0


def _waited(arguments: argparse.Namespace, run_id: str) -> int:
    ended = follow({"": run_id}, quiet=arguments.json)[0]
    print_(arguments, result(ended), f"{ended.id} {ended.state}")
    return exit_code([ended])


def show_queue(arguments: argparse.Namespace) -> int:
    """Show the queue, after changing its limits where that is asked for."""
    for each in arguments.limit:
        device, _, runs = each.partition("=")
        if not runs.isdecimal():
            raise TrainerError(f"--limit takes DEVICE=RUNS, as in cpu=2; it got '{each}'.")
        policy.set_limit(SETTINGS["device"].read(device), int(runs))
    if arguments.resume_lost:
        policy.set_resumes_lost(arguments.resume_lost == "on")
    found = _queue()
    lines = [f"{device}: at most {limit} at once" for device, limit in found["limits"].items()]
    lines += [f"{each['run']}  {each['state']:<8} {each['device']}  {each['name']}" for each in found["runs"]]
    print_(arguments, found, "\n".join(lines))
    return 0


def _queue() -> dict[str, Any]:
    runs = [store.read(run_id) for run_id in queue.listed()]
    return {
        "limits": {device: policy.limit(device) for device in SETTINGS["device"].choices},
        "resume_lost": policy.resumes_lost(),
        "runs": [
            {"run": run.id, "name": run.name, "state": run.state, "device": run.settings["device"]}
            for run in runs
        ],
    }
