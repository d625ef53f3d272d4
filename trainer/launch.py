"""Starts, resumes, forks and stops runs. A run is a process of its own: closing the page or the
server does not touch it.
"""

from __future__ import annotations

import math
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from builder import Document
from builder.custom import trust as custom_trust
from builder.custom.trust import Trust
from builder.weights import refuse_unless_weights
from trainer import checkpoint, failures, queue, store
from trainer.data import find
from trainer.errors import TrainerError
from trainer.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
GRACE = 10.0  # seconds a run has to stop by itself; one batch is usually far less
LOOK_EVERY = 0.05  # seconds
POSITION = ("seed", "batch_size", "validation")  # settings that decide which examples come next
LAST_GRACE = 3.0  # seconds between the polite signal and the one that cannot be refused


def start(
    document: Document,
    source: str,
    settings: Settings,
    data: str,
    *,
    name: str = "",
    group: str = "",
    variant: str = "",
    weights: bytes | None = None,
    trust: Trust = False,
) -> str:
    """Write a run, put it into the queue, start its process and return the run's id.

    source is the document's code, printed and checked by the caller; weights a safetensors file
    to begin with, else they are drawn at random; trust says which layers written in Python may be
    run. Raises TrainerError where one may not, for unknown data, for a loss that does not suit it and on a
    full disk, and WeightsError for weights that are none; ones that do not fit the network end the run
    with a sentence.
    """
    if refusal := custom_trust.refusal(document, trust):
        raise TrainerError(refusal)
    if weights is not None:
        refuse_unless_weights(weights, "The weights file")
    data_set = find(data)
    settings = settings.for_data(data_set)
    meta = {
        "name": name or document.name,
        "document_name": document.name,
        "data": data_set.name,
        "task": data_set.task,
        "labels": list(data_set.labels),
        "group": group,
        "variant": variant,
    }
    with _room():
        run_id = _create(source, document.to_json(), settings, meta)
        if weights is not None:
            (store.folder(run_id) / store.BEGINNING).write_bytes(weights)
        _spawn(run_id, settings)
    return run_id


def resume(run_id: str, attempt: int = 0, trust: Trust = True) -> None:
    """Go on with a run that was stopped, failed or lost, from its last checkpoint, else from its beginning.

    attempt  how often that was tried by itself since its last checkpoint; 0: a person wants it.
    trust    as in start; what trained once was trusted then.

    Raises KeyError for an unknown run, and TrainerError where there is nothing to go on with.
    """
    run = store.read(run_id)
    _refuse_untrusted(run, trust)
    with store.writing(run_id) as connection:  # of two who resume, one finds it active
        run = store.read_meta(run_id, connection)
        if run.state not in store.RESUMABLE:
            wait = "Stop it first" if run.active else "Fork it to train it further"
            raise TrainerError(f"The run of {run.name} is {run.state}. {wait}.")
        wanted = "pause" if run.wanted == "pause" else "run"
        facts = {"state": "queued", "message": "", "pid": None, "finished": None, "wanted": wanted}
        facts["deleted"] = None  # somebody works on it
        counts = {"resumed": run.resumed + 1, "attempts": attempt, "asked": time.time()}
        store.put_meta(connection, {**facts, **counts})
    with _room():
        _spawn(run_id, Settings.from_values(run.settings))


def fork(run_id: str, changes: Mapping[str, Any], step: int | None = None, trust: Trust = True) -> str:
    """Start a new run that goes on from a checkpoint of another, with some settings changed; its id.

    step  the checkpoint that was written after so many steps; the last one where left out.

    Its figures begin with the other's. Raises KeyError for an unknown run, and TrainerError where there is
    no such checkpoint or a setting that decides the order of the data is changed.
    """
    run = store.read(run_id)
    _refuse_untrusted(run, trust)
    found = _checkpoint(run, step)
    if fixed := {name for name in POSITION if changes.get(name, run.settings[name]) != run.settings[name]}:
        raise TrainerError(
            f"A fork goes on in the middle of the data, so {', '.join(sorted(fixed))} cannot change. "
            "Start a new run instead."
        )
    with store.reading(run_id) as connection:
        rates = store.rates(connection, found.step)
    now = {"lr": list(rates.values())[-1]} if rates else {}
    settings = Settings.from_values({**run.settings, **now, **changes}).for_data(find(run.data))
    if run.steps and found.step >= run.steps // run.epochs * settings.epochs:
        raise TrainerError(
            f"The checkpoint is of step {found.step}, the end of {settings.epochs} epochs. "
            "Fork with more epochs, or from an earlier one."
        )
    copied = {
        name: getattr(run, name) for name in ("name", "document_name", "data", "task", "labels", "variant")
    }
    with _room():
        per_epoch = max(1, run.steps // run.epochs)
        epoch = min(found.step // per_epoch + 1, settings.epochs)
        place = {
            "step": found.step,
            "epoch": epoch,
            "steps": per_epoch * settings.epochs,
            "layers": run.layers,
            "vitals": run.vitals,
        }
        meta = {**copied, "parent": run_id, "parent_step": found.step, **place}
        new = _create(store.source(run_id), store.document(run_id), settings, meta)
        checkpoint.copy(found, store.folder(new))
        store.copy_figures(run_id, new, found.step)
        _spawn(new, settings)
    return new


def _checkpoint(run: store.Run, step: int | None) -> checkpoint.Checkpoint:
    known = checkpoint.listed(run.folder)
    chosen = [each for each in known if step in (None, each.step)]
    if chosen:
        return chosen[0]
    there = ", ".join(str(each.step) for each in known)
    raise TrainerError(
        f"The run of {run.name} has no checkpoint"
        + (f" of step {step}. There are those of step {there}." if there else " yet. Pause it to write one.")
    )


def _refuse_untrusted(run: store.Run, trust: Trust) -> None:
    if refusal := custom_trust.refusal(Document.from_json(store.document(run.id)), trust):
        raise TrainerError(refusal)


def _create(source: str, document: str, settings: Settings, meta: Mapping[str, Any]) -> str:
    return store.create(
        source, document, settings.to_json(), device=settings.device, epochs=settings.epochs, **meta
    )


@contextmanager
def _room() -> Iterator[None]:
    """Says it in a sentence where the disk has no room for what is written inside the block."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if failures.is_full(error):
            raise TrainerError(
                f"The disk is full, so the run was not started. Make room in {store.home()}."
            ) from error
        raise


def _spawn(run_id: str, settings: Settings) -> None:
    """Take the next place in the queue and start the process, which waits there."""
    queue.enter(run_id, settings.device)
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "OMP_NUM_THREADS": str(settings.threads),  # read once, before PyTorch is imported
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # what deterministic matrix products on a card ask for
        "LAYERLOOM_HOME": str(store.home().absolute()),
    }
    with (store.folder(run_id) / "output.log").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "trainer.worker", run_id],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=store.folder(run_id),
            env=environment,
            start_new_session=True,  # Ctrl-C and the server's end do not reach it
        )
    store.update(run_id, pid=process.pid, born=psutil.Process(process.pid).create_time())
    # An ended child that nobody waits for stays in the process table.
    threading.Thread(target=process.wait, daemon=True).start()


def stop(run_id: str, grace: float = GRACE) -> None:
    """Ask a run to stop after its current batch, and return at once. Raises KeyError if unknown.

    A run that does not answer within `grace` seconds is ended by a thread of this process.
    """
    run = store.read(run_id)
    if not run.active:
        return
    store.update(run_id, wanted="stop")

    def insist() -> None:
        with suppress(KeyError):  # the run was deleted in the meantime
            end(run_id, grace)

    threading.Thread(target=insist, daemon=True).start()


def end(run_id: str, grace: float = GRACE) -> store.Run:
    """Wait for a run to stop and end its process group if it does not; the run as it is then."""
    for seconds, number in ((grace, signal.SIGTERM), (LAST_GRACE, signal.SIGKILL)):
        run = wait(run_id, seconds)
        if run.active and run.pid is not None:
            _signal(run, number)
    run = wait(run_id, LAST_GRACE)
    if run.wanted == "stop" and (run.state == "lost" or (run.active and run.pid is None)):
        message = (
            f"It did not stop within {grace:g} s and was ended from outside. Its last weights are not saved; "
            "Resume goes on from its last checkpoint."
        )
        store.update(run_id, state="stopped", message=message, finished=time.time())
    return store.read(run_id)


def wait(run_id: str, seconds: float = math.inf) -> store.Run:
    """The run once it has ended, or as it is after so many seconds."""
    deadline = time.monotonic() + seconds
    while (run := store.read(run_id)).active and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY)
    return run


def _signal(run: store.Run, number: int) -> None:
    """To the run's own process group only, and only while its number is still that process."""
    if run.pid is not None and store.lives(run):
        try:
            os.killpg(run.pid, number)  # start_new_session made its pid the group's number
        except (ProcessLookupError, psutil.Error):  # it ended in between
            return
