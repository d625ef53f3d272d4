"""What is trained, with all that a checkpoint holds of it: restored, it goes on with the same numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from trainer import checkpoint
from trainer.errors import TrainerError
from trainer.learner import Learner, Rate, autocast, optimizer_arguments
from trainer.measures import Objective
from trainer.memory import VALIDATION_BATCH
from trainer.schedules import SCHEDULES
from trainer.settings import Settings

FORMAT = 2


@dataclass(frozen=True)
class Step:
    """What one batch gave, on its device: the mean loss (), and the output (N, targets)."""

    loss: Tensor
    output: Tensor


class Training:
    """A network, what changes its weights, and the position in the data.

    objective  the loss of a batch.
    learner    optimizer, schedule, scaler and early stopping.
    epoch      the current one, from 1; batch: how many of its batches are done; step: how many of all.
    seconds    of training so far, for the figures.
    at_once    how many examples are validated at once; see trainer/estimate.py.
    """

    def __init__(
        self,
        network: nn.Module,
        settings: Settings,
        objective: Objective,
        steps_per_epoch: int,
        at_once: int = VALIDATION_BATCH,
    ):
        self.network, self.settings, self.objective = network, settings, objective
        self.at_once = at_once
        self.learner = Learner(network, settings, steps_per_epoch)
        self.epoch, self.batch, self.step = 1, 0, 0
        self.seconds = 0.0

    @property
    def parts(self) -> dict[str, Any]:
        """By name, everything with a state_dict of its own: all of it is in a checkpoint."""
        return {"network": self.network, **self.learner.parts}

    def learn(self, x: Tensor, y: Tensor, forward: Callable[[Tensor], Tensor] | None = None) -> Step:
        """Train on one batch. forward: what takes the network's place where it is faster.

        On a CPU, a loss that is no number changes no weights, so that the layer it comes from can still
        be found.
        """
        self.learner.optimizer.zero_grad()
        with autocast(self.settings):
            output = (self.network if forward is None else forward)(x)  # a compiled one has no truth value
            loss = self.objective(output, y)
        if loss.device.type != "cpu" or math.isfinite(loss.item()):
            self.learner.step(loss)
        self.batch += 1
        self.step += 1
        return Step(loss.detach(), output.detach())

    def set_rate(self, lr: float) -> None:
        """Learn at another rate from the next batch on."""
        self.learner.set_rate(lr)

    # --- as a checkpoint

    def state(self) -> checkpoint.State:
        """All that decides the numbers still to come. Its tensors are those that are trained: write it
        before the next batch.
        """
        return {
            "format": FORMAT,
            "settings": self.settings.to_values(),
            "kinds": {name: type(part).__name__ for name, part in self.parts.items()},
            "parts": {name: part.state_dict() for name, part in self.parts.items()},
            "generators": checkpoint.generators(),
            **{name: getattr(self, name) for name in POSITION},
        }

    def restore(self, state: checkpoint.State) -> None:
        """Go on where `state` was asked for. Where it is another run's, as in a fork, settings that were
        changed count from here on; a part that became another kind begins anew.
        """
        if state["format"] != FORMAT:
            raise TrainerError("The checkpoint is of another version of Layerloom. Start the run again.")
        before = trained_with(state) if state.get(checkpoint.FORKED) else self.settings
        anew = begins_schedule_anew(before, self.settings, self.learner.steps_per_epoch)
        for name, part in self.parts.items():
            if state["kinds"].get(name) == type(part).__name__ and not (anew and name in OF_SCHEDULE):
                part.load_state_dict(state["parts"][name])
        for name in POSITION:
            setattr(self, name, state[name])
        changed = changed_arguments(before, self.settings)
        for group in self.learner.optimizer.param_groups:
            group.update(changed)
        if "lr" in changed:
            self.learner.rate = Rate(self.settings.lr)
        if anew:
            self.learner.begin_schedule(self.settings.epochs - self.epoch + 1)
        checkpoint.set_generators(state["generators"])


POSITION = ("epoch", "batch", "step", "seconds")
OF_SCHEDULE = ("schedule", "rate")  # parts that begin anew with a schedule


def trained_with(state: checkpoint.State) -> Settings:
    """The settings of a checkpoint, with the learning rate that a person had given by then."""
    given = state["parts"].get("rate", {})  # one from before rates were kept has none
    return Settings.from_values({**state["settings"], **({"lr": given["lr"]} if given else {})})


def changed_arguments(before: Settings, after: Settings) -> dict[str, Any]:
    """The optimizer's arguments, by PyTorch's names, that differ between two settings, as they are after."""
    old, new = optimizer_arguments(before), optimizer_arguments(after)
    return {name: value for name, value in new.items() if name not in old or value != old[name]}


def begins_schedule_anew(before: Settings, after: Settings, steps_per_epoch: int) -> bool:
    """Whether a fork's schedule is another than the one its checkpoint was in; else it goes on."""
    if (before.schedule, after.schedule) == ("none", "none"):
        return False
    old, new = (
        (each.optimizer, each.schedule, each.lr, SCHEDULES[each.schedule].parts(each.plan(steps_per_epoch)))
        for each in (before, after)
    )
    return old != new
