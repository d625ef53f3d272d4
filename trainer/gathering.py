"""What training steps give, kept on the device and handed to the recorder many at a time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from trainer import nodes, vitals
from trainer.control import Control
from trainer.errors import TrainerError
from trainer.measures import answered
from trainer.recorder import Recorder
from trainer.telemetry import Telemetry
from trainer.training import Step
from trainer.vitals import Monitor

FETCH_EVERY = 0.25  # seconds; fetching every step would make a GPU wait for it


class NotFiniteError(TrainerError):
    """A loss that is infinite or not a number."""


class Figures:
    """Keeps losses and accuracies on the device and fetches many at a time."""

    def __init__(
        self,
        recorder: Recorder,
        telemetry: Telemetry,
        monitor: Monitor,
        control: Control,
        classifies: bool,
        kept: Callable[[], bool] = lambda: False,
    ):
        """kept: asked whether a checkpoint is there that a fork can begin with."""
        self._recorder, self._telemetry, self._monitor = recorder, telemetry, monitor
        self._watch, self._classifies, self._kept = control.stopwatch, classifies, kept
        recorder.set(layers=telemetry.layers, vitals=vitals.NAMES)
        self._waiting: list[tuple[int, Tensor, Tensor | None, Tensor]] = []
        self._fetched = time.monotonic()

    def add(self, step: int, done: Step, right: Tensor) -> None:
        """What one step gave and what was right, and the layers' figures where sampled."""
        guess = answered(done.output) if self._classifies else None
        self._waiting.append((step, done.loss, guess, right))
        self._telemetry.clock.learned(len(right))
        self.look(before=step)
        spoilt = done.loss.device.type == "cpu" and not math.isfinite(done.loss.item())
        if spoilt or time.monotonic() - self._fetched > FETCH_EVERY:
            self.fetch()

    def look(self, before: float = math.inf) -> None:
        """Hand the look that is underway to the recorder, if it is from a step before this one."""
        if sample := self._telemetry.take(before):
            self._recorder.sample(sample.step, sample.statistics, sample.histograms, sample.channels)

    def explained(self, error: NotFiniteError, step: int, network: nn.Module, x: Tensor) -> TrainerError:
        """The error with the node that it comes from, found with the step's batch x; the run keeps which it
        is, and a last look at the layers as evidence.
        """
        with self._telemetry.watching(step, always=True), torch.no_grad():
            network(x)
        self.look()
        first = nodes.first_not_finite(network, x)
        self._recorder.set(not_finite=first.node)
        return TrainerError(f"{error} {first.words}".strip())

    def fetch(self) -> None:
        """Hand what waits to the recorder, to be written if that is due. NotFiniteError at the first loss
        that is no number.
        """
        self._fetched = time.monotonic()
        if not self._waiting:
            return
        steps, losses, guesses, rights = zip(*self._waiting, strict=True)
        self._waiting.clear()
        self.look()  # the page asks for what is newer than the newest step it knows
        losses, hits = _fetched(losses, guesses, rights)
        self._recorder.vitals(steps[-1], self._monitor.read())
        seconds = self._watch.seconds
        share = self._telemetry.seconds / max(seconds, 1e-9)
        self._recorder.set(step=steps[-1], seconds=seconds, telemetry_share=share)
        before = 0.0
        for step, loss, right, total in zip(steps, losses, rights, hits, strict=True):
            self._recorder.step(step, loss, (total - before) / len(right))
            before = total
            if not math.isfinite(loss):
                self._recorder.set(step=step)
                raise NotFiniteError(not_finite(loss, step, self._kept()))
        self._recorder.commit_if_due()


def not_finite(loss: float, step: int, kept: bool = False) -> str:
    """What to do about a loss that is no number. The first one was computed before any weight was moved.

    kept  whether a checkpoint is there that a fork can begin with.
    """
    what = "infinite" if math.isinf(loss) else "not a number"
    if step == 1:
        return (
            f"The loss became {what} at step 1, before any weight was moved. Look at the data, and at layers "
            "that take a logarithm, a root or a quotient."
        )
    if not kept:
        return (
            f"The loss became {what} at step {step}. Make the learning rate smaller, or put a "
            "normalization into the network."
        )
    return (
        f"The loss became {what} at step {step}. Make the learning rate smaller, or put a "
        "normalization into the network; a fork of the last checkpoint goes on from before."
    )


def _fetched(losses, guesses, rights) -> tuple[list[float], list[float]]:
    """Each step's loss and how many were right up to its end, in one transfer; NaN without classes."""
    if guesses[0] is None:
        return torch.stack(losses).tolist(), [math.nan] * len(losses)
    ends = torch.tensor([len(right) for right in rights], device=rights[0].device).cumsum(0) - 1
    hits = (torch.cat(guesses) == torch.cat(rights)).cumsum(0)[ends]
    return tuple(torch.stack([torch.stack(losses).double(), hits.double()]).tolist())
