"""How much memory training takes, by what it is for, how much there is, and what to say where it does not do.

Without PyTorch, so that a page can say it before Start; estimate.py finds the exact figures.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from trainer.data import DataSet
from trainer.errors import TrainerError
from trainer.settings import Settings

if TYPE_CHECKING:
    from builder.kinds import Figures

CGROUPS = Path("/sys/fs/cgroup")
WORTH_SAYING = 64 * 2**20  # bytes; below that a run is never refused: the estimate is not that sharp
VALIDATION_BATCH = 1024  # examples that are validated at once, at most
PREPARING = 3  # times its size that data takes while it is split and scaled
FLOAT, INTEGER = 4, 8  # bytes of a number, and of a token or a class

LESS_DATA = "Bring a smaller part of it on the Data page, or choose another data set"
SMALLER_BATCH = "Make batch_size smaller, or the network narrower"
NARROWER = "Make the network narrower: batch_size changes little here"


@dataclass(frozen=True)
class Need:
    """Bytes that training takes, by what they are for."""

    weights: int
    gradients: int
    optimizer: int
    activations: int = 0  # what the backward pass keeps of one batch; 0 where that is not known
    validation: int = 0  # what validation takes at once; not while a batch is trained on
    data: int = 0

    @property
    def lasting(self) -> int:
        """What stays from step to step, the data aside."""
        return self.weights + self.gradients + self.optimizer

    @property
    def passing(self) -> int:
        """What a step takes and gives back, or validation does."""
        return max(self.activations, self.validation)

    @property
    def total(self) -> int:
        """At the time when most is taken."""
        return self.data + self.lasting + self.passing

    @property
    def advice(self) -> str:
        """What makes it smaller where it is largest."""
        if self.data > max(self.passing, self.lasting):
            return LESS_DATA
        return SMALLER_BATCH if self.passing > self.lasting / 4 else NARROWER

    def in_words(self) -> str:
        """The parts that there are: weights 1.2 MB, gradients ... Each is a message of its own."""
        parts = (
            (self.weights, f"weights {words(self.weights)}"),
            (self.gradients, f"gradients {words(self.gradients)}"),
            (self.optimizer, f"optimizer {words(self.optimizer)}"),
            (self.activations, f"activations {words(self.activations)}"),
            (self.validation, f"validation {words(self.validation)}"),
            (self.data, f"data {words(self.data)}"),
        )
        return ", ".join(said for size, said in parts if size)


def words(size: int) -> str:
    return f"{size / 1e9:,.2f} GB" if size >= 1e8 else f"{size / 1e6:,.1f} MB"


def of_data(data_set: DataSet) -> int:
    """Bytes of all examples of a data set with their answers, known without loading it."""
    numbers = 1
    for size in data_set.shape:
        numbers *= size
    answers = INTEGER if data_set.task == "classification" else FLOAT * data_set.targets
    return data_set.examples * (numbers * (INTEGER if data_set.high else FLOAT) + answers)


def rough(network: Figures, settings: Settings, data_set: DataSet) -> Need:
    """What training takes as far as the checker's figures say: the activations are what each node gives."""
    weights, batch_size = FLOAT * network.parameters, settings.batch_size
    activations = FLOAT * network.outputs * batch_size
    return Need(
        weights,
        weights,
        weights * settings.chosen["optimizer"].keeps(settings.of("optimizer")),
        activations,
        FLOAT * network.outputs * validated_at_once(activations, activations, batch_size),
        of_data(data_set),
    )


def validated_at_once(activations: int, peak: int, batch_size: int) -> int:
    """How many examples to validate at once: as many as take no more than a step of training does, so that a
    run that trains also validates and a smaller batch_size helps both. Figures of the network alone decide,
    not what is free: a resumed run and the exported script must add up the same batches.

    activations   bytes that a step of training keeps.
    peak          bytes that as many examples take in evaluation mode; 0 where neither is known.
    """
    if not peak:
        return min(VALIDATION_BATCH, batch_size)
    fits = max(activations, WORTH_SAYING) * batch_size // peak
    return min(VALIDATION_BATCH, max(batch_size, fits))


def refuse_unless_data_fits(data_set: DataSet) -> None:
    """Raises TrainerError where a data set cannot be loaded and prepared, before that is tried."""
    if problem := data_problem(data_set, available_here()):
        raise TrainerError(problem)


def data_problem(data_set: DataSet, free: int) -> str:
    """Why a data set cannot be prepared in so many bytes, as a sentence; "" where it can."""
    size = of_data(data_set)
    if size * PREPARING <= max(free, WORTH_SAYING):
        return ""
    return (
        f"The data {data_set.title} takes about {words(size)} of memory, {PREPARING} times that while it is "
        f"prepared, and {words(free)} are free. {LESS_DATA}, or wait until other runs have ended."
    )


def refuse_unless_data_moves(size: int, free: int, device: str) -> None:
    """Raises TrainerError where data of so many bytes has no room on a graphics card."""
    if size > max(free, WORTH_SAYING):
        raise TrainerError(
            f"The data takes {words(size)} of memory on {device} and {words(free)} are free. "
            f"{LESS_DATA}, or set device to cpu."
        )


def problem(need: Need, free: int, device: str) -> str:
    """Why training does not fit into so many bytes, the data's included, as a sentence; "" where it does."""
    if need.total <= max(free, WORTH_SAYING):
        return ""
    return (
        f"Training needs about {words(need.total)} of memory on {device} ({need.in_words()}) and "
        f"{words(free)} are free. {need.advice}, or wait until other runs have ended."
    )


def available_here() -> int:
    """Bytes that this process can still take on the processor: what the system has left, or less where the
    process or its container is limited.
    """
    return max(0, min([psutil.virtual_memory().available, *_limits()]))


def _limits() -> Iterator[int]:
    """What is left of each limit that there is."""
    own = psutil.Process()
    with contextlib.suppress(AttributeError, OSError):  # Windows has no such limits
        used = own.memory_info()
        for limit, taken in ((psutil.RLIMIT_AS, used.vms), (psutil.RLIMIT_DATA, used.rss)):
            soft = own.rlimit(limit)[0]
            if soft != psutil.RLIM_INFINITY:
                yield soft - taken
    for limit, taken in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        with contextlib.suppress(OSError, ValueError):  # "max", or no such control group
            yield int((CGROUPS / limit).read_text()) - int((CGROUPS / taken).read_text())
