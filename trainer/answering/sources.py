"""Where the weights that a run answers with lie: those it ended with, or the last checkpoint's."""

from __future__ import annotations

from pathlib import Path

from trainer import checkpoint, store
from trainer.errors import TrainerError

EVERY = "checkpoint_every"


class NoWeightsYetError(TrainerError):
    """The run will have weights, and has none now."""


def newest_weights(run_id: str) -> Path:
    """The newer of the trained weights and the last checkpoint. Raises KeyError for an unknown run,
    TrainerError where there is neither, NoWeightsYetError while there will be one.
    """
    trained, found = store.weights(run_id), checkpoint.listed(store.folder(run_id))
    forked = store.folder(run_id) / checkpoint.BEGINNING
    if found and (trained is None or found[0].path.stat().st_mtime_ns > trained.stat().st_mtime_ns):
        return found[0].path
    if trained is not None:
        return trained
    if forked.exists():
        return forked
    run = store.read(run_id)
    if not run.active:
        raise TrainerError(
            f"The run of {run.name} is {run.state} and has no weights. Resume it, or choose another run."
        )
    every = run.settings.get(EVERY, 0)
    when = f"every {every:g} s and when it ends" if every else "when it pauses or ends"
    raise NoWeightsYetError(
        f"The run of {run.name} has no weights yet: it writes them {when}. Wait for that."
    )
