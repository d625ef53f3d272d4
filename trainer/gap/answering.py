"""Answers who asks for the gap, into the run's own file."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import torch

from builder import weights
from trainer import checkpoint, failures, store
from trainer.data import Split, find
from trainer.errors import TrainerError
from trainer.gap.asking import failed, refuse_unless_measurable
from trainer.gap.measure import measure
from trainer.measures import Objective
from trainer.recorder import Recorder
from trainer.settings import Settings
from trainer.store import Run
from trainer.training import Training
from trainer.trial import network_from


def during(training: Training, data: Split, recorder: Recorder) -> Callable[[], None]:
    """What measures the gap of a run between two of its batches, in its own process."""

    def answer() -> None:
        recorder.set(
            gap=_tried(
                lambda: measure(training.network, data, training.objective, training.settings, training.step)
            )
        )
        recorder.commit()

    return answer


def afterwards(run: Run, trust: bool) -> dict[str, Any]:
    """The gap of a run that ended, with the weights it kept, written and returned. Raises TrainerError."""
    refuse_unless_measurable(run, trust)
    found = _tried(lambda: _measured(run))
    store.update(run.id, gap=found)
    return found


def _measured(run: Run) -> dict[str, Any]:
    settings, data_set = Settings.from_values(run.settings), find(run.data)
    device = settings.device if settings.device == "cpu" or torch.cuda.is_available() else "cpu"
    data = data_set.load(settings.seed, settings.validation, settings.scaling).to(torch.device(device))
    network = network_from(store.source(run.id))
    if kept := store.weights(run.id):
        weights.load(network, kept)
    else:
        network.load_state_dict(checkpoint.newest(run.folder)["parts"]["network"])
    return measure(network.to(device), data, Objective(settings, data_set), settings, run.step)


def _tried(found: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The answer, or why there is none: a run goes on, whatever happens to a measurement."""
    try:
        return found()
    except Exception as error:  # the border: the page shows a sentence, output.log the rest
        traceback.print_exc()
        known = isinstance(error, (TrainerError, weights.WeightsError))
        return failed(str(error) if known else f"{type(error).__name__}: {failures.first_line(error)}.")
