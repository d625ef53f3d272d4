"""The training loop, to be read from top to bottom."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from itertools import islice

import torch
from torch import Tensor, nn

from trainer import nodes, vitals
from trainer.checkpoint import Checkpoints
from trainer.control import Control
from trainer.data import Split
from trainer.data.augmenting import augmented
from trainer.errors import TrainerError
from trainer.faster import faster
from trainer.learner import autocast
from trainer.measures import Objective, answered, confusion
from trainer.memory import VALIDATION_BATCH
from trainer.pace import pace_of
from trainer.recorder import Recorder
from trainer.settings import Settings
from trainer.telemetry import Telemetry
from trainer.training import Step, Training
from trainer.vitals import Monitor

FETCH_EVERY = 0.25  # seconds; fetching every step would make a GPU wait for it
STOPPED_EARLY = "Stopped early: the validation loss got no better for {} epochs."
LARGEST_TABLE = 100  # classes of a confusion table that a page shows

Observe = Callable[[int, bool, Tensor | None], None]


def train(
    training: Training,
    data: Split,
    recorder: Recorder,
    control: Control,
    checkpoints: Checkpoints,
    observe: Observe = lambda step, last, output: None,
) -> str:
    """Train on from where `training` stands; "done" or "stopped".

    observe  is called at the beginning and after each epoch with the step, whether it is the last, and what
             the network gave for the validation part; None in the middle of an epoch.
    Raises TrainerError when the loss is no longer a number, with the layer it comes from.
    """
    settings, network = training.settings, training.network
    forward = faster(network.train(), settings, data.train_x[: settings.batch_size])
    telemetry = Telemetry(network, pace_of(settings, training.learner.steps_per_epoch * settings.epochs))
    monitor = Monitor(telemetry.clock, training.learner, data.train_x.device)
    control.stopwatch.seconds = training.seconds
    figures = Figures(recorder, telemetry, monitor, control, training.objective.classifies)
    stopping = training.learner.stopping

    def keep() -> None:
        """Write all there is to disk: the figures first, so that none before a checkpoint is missing."""
        figures.fetch()
        recorder.set(attempts=0)
        recorder.commit(durably=True)
        training.seconds = control.stopwatch.seconds
        if is_finite(network):
            checkpoints.save(training.state())

    observe(training.step, False, None)
    while training.epoch <= settings.epochs and not stopping.over:
        network.train()
        recorder.set(epoch=training.epoch)
        for batch in islice(batches(data.train_y, settings, training.epoch), training.batch, None):
            if not control.ready(training, keep):
                keep()
                observe(training.step, True, None)
                return "stopped"
            if checkpoints.due():
                keep()
            # here, so that an epoch's last step is committed with its validation
            recorder.commit_if_due()
            step = training.step + 1
            with telemetry.clock.waiting:
                x = changed(data.train_x.index_select(0, batch), settings, step)
                y = data.train_y.index_select(0, batch)  # half the time of train_y[batch]
            with telemetry.watching(step):
                done = training.learn(x, y, network if telemetry.samples(step) else forward)
            try:
                figures.add(step, done, y)
            except NotFiniteError as error:
                figures.last_look(step, network, x)
                raise TrainerError(f"{error} {nodes.first_not_finite(network, x)}".strip()) from None
        figures.fetch()
        enough, output = validated(training, data, recorder)
        observe(training.step, enough or training.epoch == settings.epochs, output)
        training.epoch, training.batch = training.epoch + 1, 0
        if training.epoch <= settings.epochs and not stopping.over and checkpoints.affordable():
            keep()
    keep()
    if stopping.over:
        message = STOPPED_EARLY.format(settings.early_stopping)
        recorder.set(epochs=training.epoch - 1, steps=training.step, message=message)
    return "done"


def validated(training: Training, data: Split, recorder: Recorder) -> tuple[bool, Tensor]:
    """Validates and records the epoch; whether the loss has got no better for long enough to stop, and what
    the network gave, (examples, targets).
    """
    settings, objective, y = training.settings, training.objective, data.validation_y
    loss, output = evaluate(training.network, data.validation_x, y, objective, settings, training.at_once)
    record(recorder, training.epoch, training.step, loss, output, y, objective)
    return training.learner.end_epoch(loss), output


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


def changed(x: Tensor, settings: Settings, step: int) -> Tensor:
    """A batch to train on, changed as the settings' augmentation says; a pure function of seed and step."""
    return augmented(x, settings, step, lambda array: torch.from_numpy(array).to(x.device))


@torch.no_grad()
def evaluate(
    network: nn.Module,
    x: Tensor,
    y: Tensor,
    objective: Callable,
    settings: Settings,
    at_once: int = VALIDATION_BATCH,
) -> tuple[float, Tensor]:
    """Mean loss over all examples and the output for each, with dropout off and running statistics in use.
    at_once: how many examples go through the network together.
    """
    network.eval()
    total, outputs = torch.zeros((), device=y.device), []
    for start in range(0, len(y), at_once):
        right = y[start : start + at_once]
        with autocast(settings):
            output = network(x[start : start + at_once])
            total += objective(output, right) * len(right)
        outputs.append(output.float())
    return (total / len(y)).item(), torch.cat(outputs)


def record(
    recorder: Recorder,
    epoch: int,
    step: int,
    loss: float,
    output: Tensor,
    y: Tensor,
    objective: Objective,
) -> None:
    """Write what an epoch's validation shows: the loss, each measure, and how the classes are confused."""
    found = torch.stack([measure(output, y) for measure in objective.measures]).tolist()
    measures = {measure.__name__: value for measure, value in zip(objective.measures, found, strict=True)}
    recorder.epoch(epoch, step, loss, measures.get("accuracy", math.nan))
    recorder.measures(epoch, measures)
    if objective.classifies and output.shape[1] <= LARGEST_TABLE:
        recorder.set(confusion=confusion(output, y).tolist())


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
    ):
        self._recorder, self._telemetry, self._monitor = recorder, telemetry, monitor
        self._watch, self._classifies = control.stopwatch, classifies
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

    def last_look(self, step: int, network: nn.Module, x: Tensor) -> None:
        """Look at a forward pass in any case: the last evidence of where it went wrong."""
        with self._telemetry.watching(step, always=True), torch.no_grad():
            network(x)
        self.look()

    def fetch(self) -> None:
        """Hand what waits to the recorder. NotFiniteError at the first loss that is no number."""
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
                what = "infinite" if math.isinf(loss) else "not a number"
                raise NotFiniteError(
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
