"""How the computer fares while a run trains: rate, throughput, waiting, memory, use.

To add a reading, add an entry to VITALS; the store and the charts follow.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil


class Waiting:
    """The seconds spent inside its with-blocks."""

    def __init__(self):
        self.seconds = self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *error: object) -> None:
        self.seconds += time.perf_counter() - self._began


class Clock:
    """Counts examples, and the seconds of steps and of waiting for data."""

    def __init__(self):
        self._stepped = time.perf_counter()
        self.examples, self.waiting = 0, Waiting()

    def step(self) -> float:
        """Another step begins: seconds since the last one began."""
        now = time.perf_counter()
        seconds, self._stepped = now - self._stepped, now
        return seconds

    def learned(self, examples: int) -> None:
        """A step has learned from so many examples."""
        self.examples += examples


@dataclass(frozen=True)
class Now:
    """What a reading is made from: what happened since the last one, and who does it."""

    seconds: float
    examples: int
    waited: float  # seconds
    learner: Any
    process: psutil.Process
    device: Any


@dataclass(frozen=True)
class Vital:
    """A reading. scale: how it is drawn, "linear", "log" (of ten), "share" or "bytes"."""

    name: str
    title: str
    help: str
    scale: str
    read: Callable[[Now], float]


def _rate(now: Now) -> float:
    return now.learner.current_rate


def _of_card(read: Callable[[Any, Any], float]) -> Callable[[Now], float]:
    """A reading of torch.cuda and a device; NaN without a card and where its driver does not tell.

    utilization wants nvidia-ml-py (requirements-cuda.txt), and a container may forbid what it asks.
    """

    def reading(now: Now) -> float:
        import torch

        if now.device.type == "cuda":
            with suppress(Exception):
                return float(read(torch.cuda, now.device))
        return math.nan

    return reading


def _in_use(cuda: Any, device: Any) -> float:
    free, total = cuda.mem_get_info(device)
    return total - free


VITALS = (
    Vital("lr", "Learning rate", "How far a step moves the weights.", "log", _rate),
    Vital(
        "examples_per_second",
        "Throughput",
        "Examples learned from in a second.",
        "linear",
        lambda now: now.examples / now.seconds,
    ),
    Vital(
        "waiting",
        "Waiting for data",
        "The share of the time in which the network waited for its next batch.",
        "share",
        lambda now: now.waited / now.seconds,
    ),
    Vital(
        "cpu",
        "Processor, this run",
        "The use of the processor by this run; 100 % is one core.",
        "share",
        lambda now: now.process.cpu_percent() / 100,
    ),
    Vital(
        "cpu_all",
        "All processors",
        "The use of the whole computer by everyone; 100 % is all of its cores.",
        "share",
        lambda now: psutil.cpu_percent() / 100,
    ),
    Vital(
        "memory",
        "Memory",
        "Memory of the run's process.",
        "bytes",
        lambda now: now.process.memory_info().rss,
    ),
    Vital(
        "gpu_use",
        "Graphics card",
        "How much of the time the card computed.",
        "share",
        _of_card(lambda cuda, device: cuda.utilization(device) / 100),
    ),
    Vital(
        "gpu_memory",
        "Memory of the card",
        "Memory of the card that the run's tensors take.",
        "bytes",
        _of_card(lambda cuda, device: cuda.memory_allocated(device)),
    ),
    Vital(
        "gpu_in_use",
        "Memory of the card, by everyone",
        "Memory of the card that is taken, by this run and all others.",
        "bytes",
        _of_card(_in_use),
    ),
)
NAMES = tuple(each.name for each in VITALS)
SHOWN = tuple({key: value for key, value in vars(each).items() if key != "read"} for each in VITALS)


class Monitor:
    """Reads the vitals of a run: each reading is about the time since the one before."""

    def __init__(self, clock: Clock, learner: Any, device: Any):
        self._clock, self._learner, self._device = clock, learner, device
        self._process = psutil.Process()
        self._process.cpu_percent(), psutil.cpu_percent()  # count from here
        self._began, self._examples, self._waited = time.perf_counter(), clock.examples, clock.waiting.seconds

    def read(self) -> bytes:
        """All VITALS as float64; NaN for what there is none of here."""
        now = time.perf_counter()
        given = Now(
            max(now - self._began, 1e-9),
            self._clock.examples - self._examples,
            self._clock.waiting.seconds - self._waited,
            self._learner,
            self._process,
            self._device,
        )
        self._began, self._examples, self._waited = now, self._clock.examples, self._clock.waiting.seconds
        return np.array([each.read(given) for each in VITALS], np.float64).tobytes()
