"""Starts and stops runs. A run is a process of its own: closing the page or the server does not
touch it.
"""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from builder.custom import trust as custom_trust
from builder.custom.trust import Trust
from builder.weights import refuse_unless_weights
from trainer import store
from trainer.data import find
from trainer.errors import TrainerError
from trainer.settings import Settings

if TYPE_CHECKING:
    from builder import Document

ROOT = Path(__file__).resolve().parent.parent
GRACE = 10.0  # seconds a run has to stop by itself; one batch is usually far less
LOOK_EVERY = 0.05  # seconds
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
    """Write a run, start its process and return the run's id.

    source is the document's code, printed and checked by the caller; weights a safetensors file
    to begin with, else they are drawn at random; trust says which layers written in Python may be
    run. Raises TrainerError where one may not, for unknown data and for a loss that does not suit it,
    and WeightsError for weights that are none; ones that do not fit the network end the run with a
    sentence.
    """
    if refusal := custom_trust.refusal(document, trust):
        raise TrainerError(refusal)
    if weights is not None:
        refuse_unless_weights(weights, "The weights file")
    data_set = find(data)
    settings = settings.for_data(data_set)
    run_id = store.create(
        source,
        document.to_json(),
        settings.to_json(),
        name=name or document.name,
        document_name=document.name,
        data=data_set.name,
        task=data_set.task,
        labels=list(data_set.labels),
        group=group,
        variant=variant,
        device=settings.device,
        epochs=settings.epochs,
    )
    if weights is not None:
        (store.folder(run_id) / store.BEGINNING).write_bytes(weights)
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "OMP_NUM_THREADS": str(settings.threads),  # read once, before PyTorch is imported
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # what deterministic matrix products on a card ask for
        "LAYERLOOM_HOME": str(store.home().absolute()),
    }
    with (store.folder(run_id) / "output.log").open("wb") as output:
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
    return run_id


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
            f"It did not stop within {grace:g} s and was ended from outside. Its last weights are not saved."
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
