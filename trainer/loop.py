"""The training loop, to be read from top to bottom."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import islice

import torch
from torch import Tensor, nn

from trainer.checkpoint import Checkpoints
from trainer.control import Control
from trainer.data import Split
from trainer.data.augmenting import augmented
from trainer.faster import faster
from trainer.gathering import Figures, NotFiniteError
from trainer.learner import autocast
from trainer.measures import Objective, confusion
from trainer.memory import VALIDATION_BATCH
from trainer.moments import Moment, Observe
from trainer.pace import pace_of
from trainer.recorder import Recorder
from trainer.settings import Settings
from trainer.telemetry import Telemetry
from trainer.training import Training
from trainer.vitals import Monitor

STOPPED_EARLY = "Stopped early: the validation loss got no better for {} epochs."
LARGEST_TABLE = 100  # classes of a confusion table that a page shows


def train(
    training: Training,
    data: Split,
    recorder: Recorder,
    control: Control,
    checkpoints: Checkpoints,
    observe: Observe = lambda step, moment, output: None,
) -> str:
    """Train on from where `training` stands; "done" or "stopped".

    observe  is called at every Moment.
    Raises TrainerError when the loss is no longer a number, with the layer it comes from.
    """
    settings, network = training.settings, training.network
    forward = faster(network.train(), settings, data.train_x[: settings.batch_size])
    telemetry = Telemetry(network, pace_of(settings, training.learner.steps_per_epoch * settings.epochs))
    monitor = Monitor(telemetry.clock, training.learner, data.train_x.device)
    control.stopwatch.seconds = training.seconds
    figures = Figures(
        recorder, telemetry, monitor, control, training.objective.classifies, checkpoints.has_one
    )
    stopping = training.learner.stopping

    def keep() -> None:
        """Write all there is to disk: the figures first, so that none before a checkpoint is missing."""
        figures.fetch()
        observe(training.step, Moment.KEPT, None)
        recorder.set(attempts=0)
        recorder.commit(durably=True)
        training.seconds = control.stopwatch.seconds
        if is_finite(network):
            checkpoints.save(training.state())

    observe(training.step, Moment.BEGINNING, None)
    while training.epoch <= settings.epochs and not stopping.over:
        network.train()
        recorder.set(epoch=training.epoch)
        for batch in islice(batches(data.train_y, settings, training.epoch), training.batch, None):
            if not control.ready(training, keep):
                keep()
                observe(training.step, Moment.END, None)
                return "stopped"
            if checkpoints.due():
                keep()
            learn(training, data, batch, forward, telemetry, figures)
            observe(training.step, Moment.BATCH, None)
        figures.fetch()
        moment, output = validated(training, data, recorder)
        observe(training.step, moment, output)
        training.epoch, training.batch = training.epoch + 1, 0
        if training.epoch <= settings.epochs and not stopping.over and checkpoints.affordable():
            keep()
    keep()
    if stopping.over:
        message = STOPPED_EARLY.format(settings.early_stopping)
        recorder.set(epochs=training.epoch - 1, steps=training.step, message=message)
    return "done"


def learn(
    training: Training,
    data: Split,
    batch: Tensor,
    forward: Callable[[Tensor], Tensor],
    telemetry: Telemetry,
    figures: Figures,
) -> None:
    """Train on one batch, given by its indices; a step that is looked at takes the network itself."""
    step, network = training.step + 1, training.network
    with telemetry.clock.waiting:
        x = changed(data.train_x.index_select(0, batch), training.settings, step)
        y = data.train_y.index_select(0, batch)  # half the time of train_y[batch]
    with telemetry.watching(step):
        done = training.learn(x, y, network if telemetry.samples(step) else forward)
    try:
        figures.add(step, done, y)
    except NotFiniteError as error:
        raise figures.explained(error, step, network, x) from None


def validated(training: Training, data: Split, recorder: Recorder) -> tuple[Moment, Tensor]:
    """Validate and record the epoch; whether it is the last, for the loss has got no better for long enough
    to stop or as many are done as were to be, and what the network gave, (examples, targets).
    """
    recorder.commit_if_due(patiently=True)  # this may take its time, and so may what observes
    settings, objective, y = training.settings, training.objective, data.validation_y
    loss, output = evaluate(training.network, data.validation_x, y, objective, settings, training.at_once)
    record(recorder, training.epoch, training.step, loss, output, y, objective)
    recorder.commit_if_due(patiently=True)
    ends = training.learner.end_epoch(loss) or training.epoch == settings.epochs
    return Moment.END if ends else Moment.EPOCH, output


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
