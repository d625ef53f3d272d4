"""The checkpoints that a run has kept, with what is known of the moment of each: what a fork chooses from."""

from __future__ import annotations

from dataclasses import dataclass

from trainer import checkpoint, store
from trainer.store import Run


@dataclass(frozen=True)
class Kept:
    """A checkpoint after `step` steps.

    epoch  the one it is in, or at the end of.
    loss   the validation loss there; None in the middle of an epoch.
    best   whether no other one here has a smaller loss.
    """

    step: int
    epoch: int
    loss: float | None
    best: bool


def kept(run: Run) -> list[Kept]:
    """The checkpoints of a run, the newest first. Raises KeyError for a run that is gone."""
    with store.reading(run.id) as connection:
        losses = store.validation_losses(connection)
    steps = [each.step for each in checkpoint.listed(run.folder)]
    per_epoch = max(1, run.steps // max(1, run.epochs))
    least = min((losses[step] for step in steps if step in losses), default=None)
    return [
        Kept(
            step, max(1, -(-step // per_epoch)), loss := losses.get(step), loss is not None and loss == least
        )
        for step in steps
    ]
