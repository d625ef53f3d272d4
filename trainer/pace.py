"""How often to look: what looking takes, measured, and a budget that it keeps to."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from trainer.settings import Settings

REGULAR = 30  # steps at least, where a look makes a step slower
ROOM = 120_000_000  # bytes that all looks of a run may take in the store


class Pace:
    """Grants a look whenever the share of time that may go into looking has paid for one.

    budget  that share; what was saved up is never more than one look, so that a pause is not followed by a
            burst of them.
    apart   at least so many steps from one look to the next.
    steps   of the whole run, whose looks must find ROOM.
    """

    def __init__(self, budget: float, apart: int = 1, steps: int = 0):
        self._budget, self._apart, self._steps = budget, max(1, apart), steps
        self._saved = self._price = 0.0
        self._granted = self._paid = 0
        self._last = 0

    def make_room(self, size: int) -> None:
        """Keep the looks, of so many bytes each, so far apart that all of the run find ROOM."""
        self._apart = max(self._apart, math.ceil(self._steps * size / ROOM))

    def grants(self, step: int, seconds: float) -> bool:
        """Whether to look at this step, so many seconds of training after the step before."""
        if not self._budget:
            return False
        self._saved = min(self._saved + self._budget * seconds, self._price)
        early = step - self._last < self._apart and self._granted
        if early or self._granted > self._paid or self._saved < self._price:
            return False
        self._saved -= self._price
        self._granted, self._last = self._granted + 1, step
        return True

    def paid(self, seconds: float) -> None:
        """What the granted look took. The first one warms PyTorch up and tells no price; one that was slow
        because the computer was busy is paid in full, but tells little of the next one's price.
        """
        self._paid += 1
        if self._paid > 1:
            self._saved += self._price - seconds
            self._price = min(seconds, 2 * self._price or seconds)


class Regular(Pace):
    """Grants a look at the first step and every so many steps, whatever it takes: a network in a faster form
    runs as it is at these steps, with other last digits, and a run must be repeatable.
    """

    def __init__(self, every: int):
        super().__init__(1.0)
        self.every = every

    def make_room(self, size: int) -> None:
        """As far apart as they are: where the looks fall decides numbers."""

    def grants(self, step: int, seconds: float) -> bool:
        return self.every > 0 and (step == 1 or step % self.every == 0)


def regular_every(settings: Settings) -> int:
    """How many steps a Regular has from look to look; 0: none."""
    return max(settings.telemetry_every, REGULAR) if _budget(settings) else 0


def pace_of(settings: Settings, steps: int) -> Pace:
    """As a run's settings want it."""
    if settings.compile or settings.cuda_graphs:
        return Regular(regular_every(settings))
    return Pace(_budget(settings), settings.telemetry_every, steps)


def _budget(settings: Settings) -> float:
    return settings.telemetry_budget if settings.telemetry_every else 0.0


class Meter:
    """The seconds that some work takes: on a CUDA device there, where the processor does not wait for it."""

    def __init__(self, device: torch.device):
        self._cuda = device.type == "cuda"
        self._running: list[tuple[torch.cuda.Event, torch.cuda.Event]] = []
        self._seconds = 0.0

    @contextmanager
    def on(self) -> Iterator[None]:
        """Measure what happens inside."""
        began = time.perf_counter()
        if not self._cuda:
            yield
            self._seconds += time.perf_counter() - began
            return
        first, last = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        first.record()
        yield
        last.record()
        self._running.append((first, last))

    @property
    def seconds(self) -> float:
        """So far; what the device has not done yet is counted when it has, and not waited for."""
        while self._running and self._running[0][1].query():
            first, last = self._running.pop(0)
            self._seconds += first.elapsed_time(last) / 1000
        return self._seconds
