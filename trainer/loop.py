"""The training loop, to be read from top to bottom."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from trainer import vitals
from trainer.data import Split
from trainer.errors import TrainerError
from trainer.pace import Pace
from trainer.settings import Settings
from trainer.store import Recorder
from trainer.telemetry import Telemetry
from trainer.vitals import Monitor

FETCH_EVERY = 0.25  # seconds; fetching every step would make a GPU wait for it
VALIDATION_BATCH = 1024


def train(
    network: nn.Module,
    data: Split,
    settings: Settings,
    recorder: Recorder,
    stop_wanted: Callable[[], bool],
) -> str:
    """Train the network in place; "done" or "stopped".

    Raises TrainerError when the loss is no longer a number.
    """
    optimizer = new_optimizer(network, settings)
    steps = steps_per_epoch(len(data.train_y), settings.batch_size) * settings.epochs
    telemetry = Telemetry(network, Pace.of(settings, steps))
    figures = Figures(recorder, telemetry, Monitor(telemetry.clock, optimizer, data.train_x.device))
    step = 0
    for epoch in range(1, settings.epochs + 1):
        network.train()
        recorder.set(epoch=epoch)
        for batch in batches(data.train_y, settings, epoch):
            if stop_wanted():
                figures.fetch()
                return "stopped"
            # here, so that an epoch's last step is committed with its validation
            recorder.commit_if_due()
            step += 1
            with telemetry.clock.waiting():
                x, y = data.train_x[batch], data.train_y[batch]
            with telemetry.watching(step):
                optimizer.zero_grad()
                output = network(x)
                loss = cross_entropy(output, y)
                loss.backward()
                optimizer.step()
            try:
                figures.add(step, loss.detach(), output.detach().argmax(1), y)
            except TrainerError:
                with telemetry.watching(step, always=True), torch.no_grad():
                    network(x)  # the last evidence of where it went wrong
                figures.look()
                raise
        figures.fetch()
        recorder.epoch(epoch, step, *evaluate(network, data.validation_x, data.validation_y))
    return "done"


def new_optimizer(network: nn.Module, settings: Settings) -> torch.optim.Optimizer:
    """PyTorch's optimizer of that name over the parameters that train."""
    parameters = [each for each in network.parameters() if each.requires_grad]
    if not parameters:
        raise TrainerError("The network has no weights to train. Add a layer that has some, such as Linear.")
    more = {"momentum": settings.momentum} if settings.optimizer == "SGD" else {}
    kind = getattr(torch.optim, settings.optimizer)
    return kind(parameters, lr=settings.lr, weight_decay=settings.weight_decay, **more)


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


class Figures:
    """Keeps losses and accuracies on the device and fetches many at a time."""

    def __init__(self, recorder: Recorder, telemetry: Telemetry, monitor: Monitor):
        self._recorder, self._telemetry, self._monitor = recorder, telemetry, monitor
        recorder.set(layers=telemetry.layers, vitals=vitals.NAMES)
        self._waiting: list[tuple[int, Tensor, Tensor, Tensor]] = []
        self._began = self._fetched = time.monotonic()

    def add(self, step: int, loss: Tensor, guess: Tensor, right: Tensor) -> None:
        """One step's loss and guessed and right classes, and the layers' figures where sampled."""
        self._waiting.append((step, loss, guess, right))
        self._telemetry.clock.learned(len(right))
        self.look(before=step)
        if time.monotonic() - self._fetched > FETCH_EVERY:
            self.fetch()

    def look(self, before: float = math.inf) -> None:
        """Hand the look that is underway to the recorder, if it is from a step before this one."""
        if sample := self._telemetry.take(before):
            self._recorder.sample(sample.step, sample.statistics, sample.histograms, sample.channels)

    def fetch(self) -> None:
        """Hand what waits to the recorder. TrainerError at the first loss that is no number."""
        self._fetched = time.monotonic()
        if not self._waiting:
            return
        steps, losses, guesses, rights = zip(*self._waiting, strict=True)
        self._waiting.clear()
        self.look()  # the page asks for what is newer than the newest step it knows
        losses, hits = _fetched(losses, guesses, rights)
        self._recorder.vitals(steps[-1], self._monitor.read())
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
    """Each step's loss and how many were right up to its end, in one transfer."""
    ends = torch.tensor([len(right) for right in rights], device=rights[0].device).cumsum(0) - 1
    hits = (torch.cat(guesses) == torch.cat(rights)).cumsum(0)[ends]
    return tuple(torch.stack([torch.stack(losses).double(), hits.double()]).tolist())
