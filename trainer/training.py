"""What is trained, with all that a checkpoint holds of it: restored, it goes on with the same numbers."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from trainer import checkpoint
from trainer.errors import TrainerError
from trainer.settings import Settings

FORMAT = 1


@dataclass(frozen=True)
class Step:
    """What one batch gave, on its device: the mean loss (), and the output (N, classes)."""

    loss: Tensor
    output: Tensor


class Training:
    """A network, what changes its weights, and the position in the data.

    parts    by name, everything with a state_dict of its own: all of it is in a checkpoint.
    epoch    the current one, from 1; batch: how many of its batches are done; step: how many of all.
    seconds  of training so far, for the figures.
    """

    def __init__(self, network: nn.Module, settings: Settings):
        self.network, self.settings = network, settings
        self.optimizer = new_optimizer(network, settings)
        self.parts: dict[str, Any] = {"network": self.network, "optimizer": self.optimizer}
        self.epoch, self.batch, self.step = 1, 0, 0
        self.seconds = 0.0

    def learn(self, x: Tensor, y: Tensor) -> Step:
        """Train on one batch. On a CPU, a loss that is no number changes no weights, so that the layer
        it comes from can still be found.
        """
        self.optimizer.zero_grad()
        output = self.network(x)
        loss = cross_entropy(output, y)
        if loss.device.type != "cpu" or math.isfinite(loss.item()):
            loss.backward()
            self.optimizer.step()
        self.batch += 1
        self.step += 1
        return Step(loss.detach(), output.detach())

    def set_rate(self, lr: float) -> None:
        """Learn at another rate from the next batch on."""
        for group in self.optimizer.param_groups:
            group["lr"] = lr

    # --- as a checkpoint

    def state(self) -> checkpoint.State:
        """All that decides the numbers still to come. Its tensors are those that are trained: write it
        before the next batch.
        """
        return {
            "format": FORMAT,
            "settings": asdict(self.settings),
            "kinds": {name: type(part).__name__ for name, part in self.parts.items()},
            "parts": {name: part.state_dict() for name, part in self.parts.items()},
            "generators": checkpoint.generators(),
            **{name: getattr(self, name) for name in POSITION},
        }

    def restore(self, state: checkpoint.State) -> None:
        """Go on where `state` was asked for. Where it had other settings, as in a fork, those that were
        changed count from here on; a part that became another kind begins anew.
        """
        if state["format"] != FORMAT:
            raise TrainerError("The checkpoint is of another version of Layerloom. Start the run again.")
        for name, part in self.parts.items():
            if state["kinds"].get(name) == type(part).__name__:
                part.load_state_dict(state["parts"][name])
        for name in POSITION:
            setattr(self, name, state[name])
        self._take_changes(Settings.from_values(state["settings"]))
        checkpoint.set_generators(state["generators"])

    def _take_changes(self, before: Settings) -> None:
        """The optimizer's arguments that the settings changed; its state came with the old ones."""
        changed = changed_arguments(before, self.settings)
        if "lr" in changed:
            self.set_rate(changed.pop("lr"))
        for group in self.optimizer.param_groups:
            group.update(changed)


POSITION = ("epoch", "batch", "step", "seconds")


def changed_arguments(before: Settings, after: Settings) -> dict[str, Any]:
    """The optimizer's arguments, by PyTorch's names, that differ between two settings, as they are after."""
    layer = nn.Linear(1, 1)
    old, new = (new_optimizer(layer, each).defaults for each in (before, after))
    return {name: value for name, value in new.items() if value != old.get(name)}


def new_optimizer(network: nn.Module, settings: Settings) -> torch.optim.Optimizer:
    """PyTorch's optimizer of that name over the parameters that train."""
    parameters = [each for each in network.parameters() if each.requires_grad]
    if not parameters:
        raise TrainerError("The network has no weights to train. Add a layer that has some, such as Linear.")
    more = {"momentum": settings.momentum} if settings.optimizer == "SGD" else {}
    kind = getattr(torch.optim, settings.optimizer)
    return kind(parameters, lr=settings.lr, weight_decay=settings.weight_decay, **more)
