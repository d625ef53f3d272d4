"""Asks for the gap: of a run that trains, between two batches of it; of one that ended, a process apart."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import Any

from builder import Document
from builder.custom import trust as custom_trust
from builder.custom.trust import Trust
from builder.service import ROOT
from trainer import checkpoint, control, store
from trainer.errors import TrainerError

LIMIT = 120.0  # seconds for a process apart, and how long its answer is waited for
NAME = "gap"  # of the command


def ask(run_id: str, trust: Trust = False) -> None:
    """Ask for the gap, and return at once; the answer comes into the run's `gap`.

    trust  which layers written in Python may be run, where the run has ended. Raises KeyError for an unknown
    run, and TrainerError where there is nothing to measure.
    """
    if (run := store.read(run_id)).active:
        try:
            control.demand(run_id, NAME, gap_asked=time.time())
            return
        except TrainerError:
            if (run := store.read(run_id)).active:  # else it ended in this very moment
                raise
    refuse_unless_measurable(run, trust)
    store.update(run_id, gap_asked=time.time())
    threading.Thread(target=_apart, args=(run_id, bool(trust)), daemon=True).start()


def pending(run: store.Run) -> bool:
    """Whether an answer is still to come."""
    asked, answered = run.gap_asked or 0.0, (run.gap or {}).get("at", 0.0)
    return asked > answered and (run.active or time.time() - asked < LIMIT)


def refuse_unless_measurable(run: store.Run, trust: Trust) -> None:
    """Raises TrainerError where a run that ended has no weights, or Python code that nobody trusts."""
    if refusal := custom_trust.refusal(Document.from_json(store.document(run.id)), trust):
        raise TrainerError(refusal)
    if store.weights(run.id) is None and not checkpoint.listed(run.folder):
        raise TrainerError(
            f"The run of {run.name} is {run.state} and kept no weights, so there is nothing to measure. "
            "Resume it, or start it again."
        )


def failed(reason: str) -> dict[str, Any]:
    """The answer where there is none: why, in a sentence."""
    return {"at": time.time(), "error": f"The gap could not be measured. {reason}"}


def _apart(run_id: str, trusted: bool) -> None:
    """Let the command line measure it in a process of its own, which writes the answer."""
    words = [sys.executable, "-m", "trainer", "gap", run_id, *(["--trust"] if trusted else [])]
    environment = {**os.environ, "LAYERLOOM_HOME": str(store.home().absolute())}
    try:
        done = subprocess.run(
            words, cwd=ROOT, env=environment, capture_output=True, timeout=LIMIT, start_new_session=True
        )
        reason = "" if done.returncode == 0 else "Its process stopped. Try it again."
    except subprocess.TimeoutExpired:
        reason = f"It took over {LIMIT:g} s."
    if reason and pending(store.read(run_id)):
        store.update(run_id, gap=failed(reason))
