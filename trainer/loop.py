"""The training loop, to be read from top to bottom."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from trainer.data import Split
from trainer.data.augmenting import augmented
from trainer.errors import TrainerError
from trainer.faster import faster
from trainer.learner import Learner, autocast
from trainer.measures import Objective, answered, confusion
from trainer.settings import Settings
from trainer.store import Recorder
from trainer.telemetry import Telemetry

FETCH_EVERY = 0.25  # seconds; fetching every step would make a GPU wait for it
VALIDATION_BATCH = 1024
STOPPED_EARLY = "Stopped early: the validation loss got no better for {} epochs."
LARGEST_TABLE = 100  # classes of a confusion table that a page shows


def train(
    network: nn.Module,
    data: Split,
    settings: Settings,
    objective: Objective,
    recorder: Recorder,
    stop_wanted: Callable[[], bool],
    observe: Callable[[int, bool], None] = lambda step, last: None,
) -> str:
    """Train the network in place; "done" or "stopped".

    observe  is called at the beginning and after each epoch with the step, and whether it is the last.
    Raises TrainerError when the loss is no longer a number.
    """
    learner = Learner(network, settings, steps_per_epoch(len(data.train_y), settings.batch_size))
    forward = faster(network.train(), settings, data.train_x[: settings.batch_size])
    telemetry = Telemetry(network, settings.telemetry_every)
    recorder.set(layout=telemetry.layout)
    figures = Figures(recorder, telemetry)
    step = 0
    observe(step, False)
    for epoch in range(1, settings.epochs + 1):
        network.train()
        recorder.set(epoch=epoch)
        for batch in batches(data.train_y, settings, epoch):
            if stop_wanted():
                figures.fetch()
                observe(step, True)
                return "stopped"
            # here, so that an epoch's last step is committed with its validation
            recorder.commit_if_due()
            step += 1
            x, y = changed(data.train_x[batch], settings, step), data.train_y[batch]
            learner.optimizer.zero_grad()
            with telemetry.watching(step), autocast(settings):
                output = network(x) if telemetry.samples(step) else forward(x)
                loss = objective(output, y)
            learner.step(loss)
            figures.add(step, loss.detach(), answered(output.detach()) if objective.classifies else None, y)
        figures.fetch()
        validation_loss, output = evaluate(network, data.validation_x, data.validation_y, objective, settings)
        record(recorder, epoch, step, validation_loss, output, data.validation_y, objective)
        enough = learner.end_epoch(validation_loss)
        observe(step, enough or epoch == settings.epochs)
        if enough:
            recorder.set(epochs=epoch, steps=step, message=STOPPED_EARLY.format(settings.early_stopping))
            break
    return "done"


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
    network: nn.Module, x: Tensor, y: Tensor, objective: Callable, settings: Settings
) -> tuple[float, Tensor]:
    """Mean loss over all examples and the output for each, with dropout off and running statistics in use."""
    network.eval()
    total, outputs = torch.zeros((), device=y.device), []
    for start in range(0, len(y), VALIDATION_BATCH):
        right = y[start : start + VALIDATION_BATCH]
        with autocast(settings):
            output = network(x[start : start + VALIDATION_BATCH])
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


class Figures:
    """Keeps losses and accuracies on the device and fetches many at a time."""

    def __init__(self, recorder: Recorder, telemetry: Telemetry):
        self._recorder, self._telemetry = recorder, telemetry
        self._waiting: list[tuple[int, Tensor, Tensor | None, Tensor]] = []
        self._began = self._fetched = time.monotonic()

    def add(self, step: int, loss: Tensor, guess: Tensor | None, right: Tensor) -> None:
        """One step's loss and guessed and right classes, and the layers' figures where sampled.

        guess is None where there are no classes to guess.
        """
        self._waiting.append((step, loss, guess, right))
        sampled = self._telemetry.samples(step)
        if sampled:
            self._recorder.sample(step, self._telemetry.take())
        if sampled or time.monotonic() - self._fetched > FETCH_EVERY:
            self.fetch()

    def fetch(self) -> None:
        """Hand what waits to the recorder. TrainerError at the first loss that is no number."""
        self._fetched = time.monotonic()
        if not self._waiting:
            return
        steps, losses, guesses, rights = zip(*self._waiting, strict=True)
        self._waiting.clear()
        losses, hits = _fetched(losses, guesses, rights)
        seconds = self._fetched - self._began
        share = self._telemetry.seconds / max(seconds, 1e-9)
        self._recorder.set(step=steps[-1], seconds=seconds, telemetry_share=share)
        before = 0.0
        for step, loss, right, total in zip(steps, losses, rights, hits, strict=True):
            self._recorder.step(step, loss, (total - before) / len(right))
            before = total
            if not math.isfinite(loss):
                self._recorder.set(step=step)
                what = "infinite" if math.isinf(loss) else "not a number"
                raise TrainerError(
                    f"The loss became {what} at step {step}. "
                    "Make the learning rate smaller, or put a normalization into the network."
                )


def _fetched(losses, guesses, rights) -> tuple[list[float], list[float]]:
    """Each step's loss and how many were right up to its end, in one transfer; NaN without classes."""
    if guesses[0] is None:
        return torch.stack(losses).tolist(), [math.nan] * len(losses)
    ends = torch.tensor([len(right) for right in rights], device=rights[0].device).cumsum(0) - 1
    hits = (torch.cat(guesses) == torch.cat(rights)).cumsum(0)[ends]
    return tuple(torch.stack([torch.stack(losses).double(), hits.double()]).tolist())
