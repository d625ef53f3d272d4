"""The training loop, to be read from top to bottom."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from trainer import nodes
from trainer.checkpoint import KEPT, Checkpoints
from trainer.control import Control
from trainer.data import Split
from trainer.errors import TrainerError
from trainer.recorder import Recorder
from trainer.settings import Settings
from trainer.telemetry import Telemetry
from trainer.training import Step, Training

FETCH_EVERY = 0.25  # seconds; fetching every step would make a GPU wait for it
VALIDATION_BATCH = 1024


def train(
    training: Training,
    data: Split,
    recorder: Recorder,
    control: Control,
    checkpoints: Checkpoints,
) -> str:
    """Train on from where `training` stands; "done" or "stopped".

    Raises TrainerError when the loss is no longer a number, with the layer it comes from.
    """
    settings, network = training.settings, training.network
    telemetry = Telemetry(network, settings.telemetry_every)
    recorder.set(layout=telemetry.layout)
    control.stopwatch.seconds = training.seconds
    figures = Figures(recorder, telemetry, control)

    def keep(kept: int = KEPT) -> None:
        """Write all there is to disk: the figures first, so that none before a checkpoint is missing."""
        figures.fetch()
        recorder.set(attempts=0)
        recorder.commit(durably=True)
        training.seconds = control.stopwatch.seconds
        if is_finite(network):
            checkpoints.save(training.state(), kept)

    while training.epoch <= settings.epochs:
        network.train()
        recorder.set(epoch=training.epoch)
        for batch in islice(batches(data.train_y, settings, training.epoch), training.batch, None):
            if not control.ready(training, keep):
                keep()
                return "stopped"
            if checkpoints.due():
                keep()
            # here, so that an epoch's last step is committed with its validation
            recorder.commit_if_due()
            x, y = data.train_x[batch], data.train_y[batch]
            with telemetry.watching(training.step + 1):
                done = training.learn(x, y)
            try:
                figures.add(training.step, done, y)
            except NotFiniteError as error:
                raise TrainerError(f"{error} {nodes.first_not_finite(network, x)}".strip()) from None
        figures.fetch()
        recorder.epoch(
            training.epoch, training.step, *evaluate(network, data.validation_x, data.validation_y)
        )
        training.epoch, training.batch = training.epoch + 1, 0
    keep(1)
    return "done"


@torch.no_grad()
def is_finite(network: nn.Module) -> bool:
    """Whether all parameters are numbers; else there would be nothing to go on from."""
    return all(bool(each.isfinite().all()) for each in network.parameters())


def batches(y: Tensor, settings: Settings, epoch: int) -> Iterator[Tensor]:
    """Indices of each batch of an epoch; the order follows from the seed and the epoch alone."""
    generator = torch.Generator().manual_seed(settings.seed * 1_000_003 + epoch)
    order = torch.randperm(len(y), generator=generator).to(y.device)
    for start in range(
        0, steps_per_epoch(len(y), settings.batch_size) * settings.batch_size, settings.batch_size
    ):
        yield order[start : start + settings.batch_size]


def steps_per_epoch(examples: int, batch_size: int) -> int:
    """How many batches; a last one of a single example is left out, for BatchNorm cannot train
    on it.
    """
    alone = batch_size > 1 and examples > 1 and examples % batch_size == 1
    return examples // batch_size if alone else math.ceil(examples / batch_size)


@torch.no_grad()
def evaluate(network: nn.Module, x: Tensor, y: Tensor) -> tuple[float, float]:
    """Mean loss and accuracy over all examples, with dropout off and running statistics in use."""
    network.eval()
    totals = torch.zeros(2, device=y.device)
    for start in range(0, len(y), VALIDATION_BATCH):
        output = network(x[start : start + VALIDATION_BATCH])
        right = y[start : start + VALIDATION_BATCH]
        totals += torch.stack(
            [cross_entropy(output, right, reduction="sum"), (output.argmax(1) == right).sum()]
        )
    loss, accuracy = (totals / len(y)).tolist()
    return loss, accuracy


class NotFiniteError(TrainerError):
    """A loss that is infinite or not a number."""


class Figures:
    """Keeps losses and accuracies on the device and fetches many at a time."""

    def __init__(self, recorder: Recorder, telemetry: Telemetry, control: Control):
        self._recorder, self._telemetry, self._watch = recorder, telemetry, control.stopwatch
        self._waiting: list[tuple[int, Tensor, Tensor, Tensor]] = []
        self._fetched = time.monotonic()

    def add(self, step: int, done: Step, right: Tensor) -> None:
        """What one step gave and the right classes, and the layers' figures where sampled."""
        self._waiting.append((step, done.loss, done.output.argmax(1), right))
        sampled = self._telemetry.samples(step)
        if sampled:
            self._recorder.sample(step, self._telemetry.take())
        spoilt = done.loss.device.type == "cpu" and not math.isfinite(done.loss.item())
        if sampled or spoilt or time.monotonic() - self._fetched > FETCH_EVERY:
            self.fetch()

    def fetch(self) -> None:
        """Hand what waits to the recorder. NotFiniteError at the first loss that is no number."""
        self._fetched = time.monotonic()
        if not self._waiting:
            return
        steps, losses, guesses, rights = zip(*self._waiting, strict=True)
        self._waiting.clear()
        losses, hits = _fetched(losses, guesses, rights)
        seconds = self._watch.seconds
        share = self._telemetry.seconds / max(seconds, 1e-9)
        self._recorder.set(step=steps[-1], seconds=seconds, telemetry_share=share)
        before = 0.0
        for step, loss, right, total in zip(steps, losses, rights, hits, strict=True):
            self._recorder.step(step, loss, (total - before) / len(right))
            before = total
            if not math.isfinite(loss):
                self._recorder.set(step=step)
                what = "infinite" if math.isinf(loss) else "not a number"
                raise NotFiniteError(
                    f"The loss became {what} at step {step}. Make the learning rate smaller, or put a "
                    "normalization into the network; a fork of the last checkpoint goes on from before."
                )


def _fetched(losses, guesses, rights) -> tuple[list[float], list[float]]:
    """Each step's loss and how many were right up to its end, in one transfer."""
    ends = torch.tensor([len(right) for right in rights], device=rights[0].device).cumsum(0) - 1
    hits = (torch.cat(guesses) == torch.cat(rights)).cumsum(0)[ends]
    return tuple(torch.stack([torch.stack(losses).double(), hits.double()]).tolist())
