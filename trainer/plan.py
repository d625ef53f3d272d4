"""What a schedule is: a run laid out in steps, and the schedulers of PyTorch that move its learning rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trainer.choices import Choice

STEP, EPOCH = "step", "epoch"
STAYS = "none"  # the schedule that leaves the rate as it is


@dataclass(frozen=True)
class Plan:
    """What a schedule is laid over: a run of so many epochs at this learning rate."""

    lr: float
    arguments: Mapping[str, Any]
    epochs: int
    steps_per_epoch: int
    has_momentum: bool = True

    @property
    def steps(self) -> int:
        return self.epochs * self.steps_per_epoch


@dataclass(frozen=True)
class Part:
    """A scheduler of PyTorch with its arguments, and for how many of its ticks it lasts; 0: to the end."""

    name: str
    arguments: Mapping[str, Any]
    lasts: int = 0


@dataclass(frozen=True)
class Schedule(Choice):
    """How the learning rate moves.

    per     whether it moves after every step or after every epoch.
    parts   the schedulers that make it up, one after the other; none leave the rate as it is.
    waits   whether it depends on how training goes, so that no curve can be drawn before.
    """

    per: str = EPOCH
    parts: Callable[[Plan], tuple[Part, ...]] = lambda plan: ()
    waits: bool = False

    @property
    def steady(self) -> bool:
        """Whether a rate stays that is given while a run trains; else the curve goes on from it."""
        return self.waits or self.name == STAYS
