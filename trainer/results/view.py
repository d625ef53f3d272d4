"""What results are made from: a network after an epoch and the validation examples that are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn

from trainer import checkpoint
from trainer.data import DataSet
from trainer.learner import autocast
from trainer.measures import Objective
from trainer.settings import Settings

SHOWN = 2000  # validation examples at most; of more a sample, drawn by the seed
FIXED = 24  # the first of them, which are followed through all epochs
BATCH = 500  # examples that go through the network at once


def places(count: int, seed: int) -> np.ndarray:
    """Which of so many validation examples are shown, in the order in which they are."""
    return np.random.default_rng([seed, count]).permutation(count)[:SHOWN]


@dataclass(frozen=True)
class View:
    """A network after an epoch, and what it is asked.

    network  may be in any mode; a look leaves it, and all random numbers, as they were.
    x, y     the validation part, as trainer.data.Split has it.
    shown    places in it of the examples shown, (shown,).
    given    what validation gave for all of it, (examples, targets); None where there was none.
    at_once  how many examples may go through the network together.
    """

    network: nn.Module
    settings: Settings
    objective: Objective
    data_set: DataSet
    x: Tensor
    y: Tensor
    shown: Tensor
    given: Tensor | None = None
    at_once: int = BATCH

    def examples(self, count: int) -> Tensor:
        """The first of the examples shown, (count or fewer, *shape)."""
        return self.x[self.shown[:count]]

    def few(self, count: int) -> Tensor:
        """The same, and not more than may go through the network together."""
        return self.examples(min(count, self.at_once))

    @cached_property
    def right(self) -> Tensor:
        """What is right for each example shown, as y."""
        return self.y[self.shown]

    @cached_property
    def output(self) -> Tensor:
        """What the network gives for each example shown, (shown, targets)."""
        if self.given is not None:
            return self.given[self.shown]
        parts = (self.x[each] for each in self.shown.split(min(BATCH, self.at_once)))
        return torch.cat([self.run(part) for part in parts])

    @torch.no_grad()
    def run(self, x: Tensor) -> Tensor:
        """What the network gives for x in evaluation mode, as float32: the one way results ask it."""
        with undisturbed(self.network), autocast(self.settings):
            return self.network.eval()(x).float()

    @torch.no_grad()
    def watched(self, x: Tensor, hooks: dict[nn.Module, Callable]) -> None:
        """Run x while each of these modules calls hook(module, args, kwargs, output) behind its forward."""
        handles = [module.register_forward_hook(hook, with_kwargs=True) for module, hook in hooks.items()]
        fast = torch.backends.mha.get_fastpath_enabled()
        torch.backends.mha.set_fastpath_enabled(False)  # one kernel, which calls no module inside
        try:
            self.run(x)
        finally:
            torch.backends.mha.set_fastpath_enabled(fast)
            for handle in handles:
                handle.remove()


@contextmanager
def undisturbed(network: nn.Module) -> Iterator[None]:
    """Puts back what a forward pass may change: each module's mode, its buffers, and all random numbers,
    which a person's own layer may draw even in evaluation mode. So a run gives the same with and without.
    """
    modes = {module: module.training for module in network.modules()}
    buffers = [(buffer, buffer.clone()) for buffer in network.buffers()]
    states = checkpoint.generators()
    try:
        yield
    finally:
        checkpoint.set_generators(states)
        for buffer, before in buffers:
            buffer.copy_(before)
        for module, training in modes.items():
            module.training = training


def examples_first(module: nn.Module, output: Tensor, count: int) -> Tensor | None:
    """A layer's output with the examples in its first dimension; None where they are not to be found."""
    if getattr(module, "batch_first", True) is False and output.dim() > 1:
        output = output.transpose(0, 1)
    return output if output.dim() and output.shape[0] == count else None
