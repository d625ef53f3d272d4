"""What makes a network learn, made from Settings: optimizer, schedule, scaler, and what ends a run early.

Whatever has state is in `state_dict`, so that a checkpoint can keep it. The functions stand on their
own: the script that repeats a run prints them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import Optimizer, lr_scheduler

from trainer.errors import TrainerError
from trainer.plan import STEP, Part
from trainer.schedules import SCHEDULES
from trainer.settings import Settings


def autocast(settings: Settings) -> AbstractContextManager:
    """The arithmetic of the forward pass and the loss: half as long numbers where that is set."""
    dtype = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(settings.precision)
    # A recorded graph must not point into autocast's cache, which is emptied after each step.
    return torch.autocast(settings.device, dtype, cache_enabled=False) if dtype else nullcontext()


def descend(
    loss: Tensor,
    parameters: Sequence[nn.Parameter],
    optimizer: Optimizer,
    scaler: torch.amp.GradScaler,
    settings: Settings,
) -> None:
    """One step: the gradients of the loss, clipped, and the optimizer's move along them."""
    scaler.scale(loss).backward()
    if settings.clip_value or settings.clip_norm:
        scaler.unscale_(optimizer)  # what is clipped must be the gradients themselves
    if settings.clip_value:
        clip_grad_value_(parameters, settings.clip_value)
    if settings.clip_norm:
        clip_grad_norm_(parameters, settings.clip_norm)
    scaler.step(optimizer)
    scaler.update()


class EarlyStopping:
    """Says when so many epochs have brought no better validation loss; never where that is 0."""

    def __init__(self, epochs: int):
        self.epochs, self.best, self.waited = epochs, math.inf, 0

    @property
    def over(self) -> bool:
        """Whether the run has learned enough."""
        return 0 < self.epochs <= self.waited

    def enough(self, loss: float) -> bool:
        """Whether to end after an epoch with this validation loss."""
        self.waited = 0 if loss < self.best else self.waited + 1
        self.best = min(self.best, loss)
        return self.over

    def state_dict(self) -> dict[str, float]:
        return {"best": self.best, "waited": self.waited}

    def load_state_dict(self, state: dict[str, float]) -> None:
        self.best, self.waited = state["best"], state["waited"]


def trainable(network: nn.Module) -> list[nn.Parameter]:
    """The parameters that train. Raises TrainerError where there are none."""
    found = [each for each in network.parameters() if each.requires_grad]
    if not found:
        raise TrainerError("The network has no weights to train. Add a layer that has some, such as Linear.")
    return found


def fuses(parameters: Sequence[nn.Parameter]) -> bool:
    """Whether PyTorch's fused kernels can move these: they go through memory and ask for no strides."""
    return all(
        each.is_floating_point() and each.is_contiguous() and each.device.type in ("cpu", "cuda")
        for each in parameters
    )


def new_optimizer(parameters: Sequence[nn.Parameter], settings: Settings) -> Optimizer:
    """PyTorch's optimizer of that name with its arguments, fused where that is possible."""
    fused = {"fused": fuses(parameters)} if settings.chosen["optimizer"].fused else {}
    return getattr(torch.optim, settings.optimizer)(parameters, **optimizer_arguments(settings), **fused)


def optimizer_arguments(settings: Settings) -> dict[str, Any]:
    """What the optimizer is made with, beside the parameters."""
    decay = (
        {} if settings.chosen["optimizer"].weight_decay is None else {"weight_decay": settings.weight_decay}
    )
    return {"lr": settings.lr, **decay, **settings.of("optimizer")}


def new_schedule(optimizer: Optimizer, parts: Sequence[Part]) -> Any:
    """PyTorch's schedulers for these parts, one after the other; None where the rate stays.

    Raises TrainerError where a run is too short for them.
    """
    try:
        made = [getattr(lr_scheduler, part.name)(optimizer, **part.arguments) for part in parts]
    except ZeroDivisionError:
        raise TrainerError(
            f"The run has too few steps for {parts[0].name}. Set epochs higher, or schedule to none."
        ) from None
    if len(made) < 2:
        return made[0] if made else None
    ends = [sum(part.lasts for part in parts[: place + 1]) for place in range(len(parts) - 1)]
    return lr_scheduler.SequentialLR(optimizer, made, milestones=ends)


def restart(group: dict[str, Any], defaults: dict[str, Any], arguments: dict[str, Any]) -> None:
    """Take out of a parameter group what a schedule has put there, and give it the arguments that are set."""
    for name in group.keys() - defaults.keys() - {"params"}:
        del group[name]
    group.update(arguments)


@contextmanager
def multiplied(optimizer: Optimizer, factor: float) -> Iterator[None]:
    """Lets the optimizer take a step at its learning rates times a factor; the schedule finds them as it
    left them.
    """
    before = [group["lr"] for group in optimizer.param_groups]
    for group in optimizer.param_groups:
        group["lr"] *= factor
    yield
    for group, lr in zip(optimizer.param_groups, before, strict=True):
        group["lr"] = lr


class Rate:
    """The learning rate that is wanted, and the one that the schedule was laid from. A ratio of the two and
    not a change of the schedule, so that a rate given twice, or again after a resumption, counts once.
    """

    def __init__(self, lr: float):
        self.lr = self.origin = lr

    @property
    def factor(self) -> float:
        """What the schedule's rates are multiplied by."""
        return self.lr / self.origin

    def state_dict(self) -> dict[str, float]:
        return {"lr": self.lr, "origin": self.origin}

    def load_state_dict(self, state: dict[str, float]) -> None:
        self.lr, self.origin = state["lr"], state["origin"]


class Learner:
    """Takes the steps of one run. Raises TrainerError for a network without weights to train."""

    def __init__(self, network: nn.Module, settings: Settings, steps_per_epoch: int):
        self.settings, self.steps_per_epoch = settings, steps_per_epoch
        self.parameters = trainable(network)
        self.optimizer = new_optimizer(self.parameters, settings)
        entry = SCHEDULES[settings.schedule]
        self.schedule = new_schedule(self.optimizer, entry.parts(settings.plan(steps_per_epoch)))
        self._moves_with_steps, self._waits = entry.per == STEP, entry.waits
        self.rate = Rate(settings.lr)
        self.scaler = torch.amp.GradScaler(settings.device, enabled=settings.precision == "fp16")
        self.stopping = EarlyStopping(settings.early_stopping)

    def step(self, loss: Tensor) -> None:
        """Move the weights once along the gradients of this loss, and the learning rate with them."""
        with multiplied(self.optimizer, self.rate.factor):
            descend(loss, self.parameters, self.optimizer, self.scaler, self.settings)
        if self.schedule is not None and self._moves_with_steps:
            self.schedule.step()

    @property
    def current_rate(self) -> float:
        """The learning rate of the next step."""
        return self.optimizer.param_groups[0]["lr"] * self.rate.factor

    def set_rate(self, lr: float) -> None:
        """Learn from the next step on as if the schedule had been laid from this rate; where there is none,
        at this rate.
        """
        self.rate.lr = lr
        if SCHEDULES[self.settings.schedule].steady:
            self.rate.origin = lr
            for group in self.optimizer.param_groups:
                group["lr"] = lr

    def end_epoch(self, validation_loss: float) -> bool:
        """Move the learning rate after an epoch; whether the run has learned enough."""
        if self.schedule is not None and not self._moves_with_steps:
            self.schedule.step(*([validation_loss] if self._waits else []))
        return self.stopping.enough(validation_loss)

    def begin_schedule(self, epochs: int) -> None:
        """Lay the schedule anew over the epochs that are left, from the rate that is set."""
        for group in self.optimizer.param_groups:
            restart(group, self.optimizer.defaults, optimizer_arguments(self.settings))
        plan = replace(self.settings.plan(self.steps_per_epoch), epochs=max(1, epochs))
        self.schedule = new_schedule(self.optimizer, SCHEDULES[self.settings.schedule].parts(plan))

    @property
    def parts(self) -> dict[str, Any]:
        """What changes on the way, by name; each with a state_dict of numbers, tensors, lists and dicts."""
        parts = {"optimizer": self.optimizer, "schedule": self.schedule, "scaler": self.scaler}
        always = {"stopping": self.stopping, "rate": self.rate}
        return {**{name: part for name, part in parts.items() if part is not None}, **always}

    def state_dict(self) -> dict[str, Any]:
        """All that changes on the way."""
        return {name: part.state_dict() for name, part in self.parts.items()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken."""
        for name, part in self.parts.items():
            part.load_state_dict(state[name])
