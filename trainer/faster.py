"""Faster forms of a network for its training steps: torch.compile, and a recorded CUDA graph.

Sampled steps and validation run the network itself, which has the same weights: hooks see nothing inside
a faster form.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from trainer.errors import TrainerError
from trainer.learner import autocast
from trainer.settings import Settings

Forward = Callable[[Tensor], Tensor]


def faster(network: nn.Module, settings: Settings, x: Tensor) -> Forward:
    """What takes the place of the network in a training step, for batches like x (batch, *shape)."""
    if settings.compile:
        return torch.compile(network)
    if settings.cuda_graphs:
        return graphed(network, settings, x)
    return network


class _InPrecision(nn.Module):
    """The network, a module of its own to be recorded, with the arithmetic it is trained in."""

    def __init__(self, network: nn.Module, settings: Settings):
        super().__init__()
        self.network, self.settings = network, settings

    def forward(self, x: Tensor) -> Tensor:
        with autocast(self.settings):
            return self.network(x)


def graphed(network: nn.Module, settings: Settings, x: Tensor) -> Forward:
    """The network as two recorded graphs, forward and backward; a batch of another size runs as always.

    Recording runs the network some times, so what that changes (running statistics, the random
    numbers' state) is put back.
    """
    before = {name: buffer.clone() for name, buffer in network.named_buffers()}
    random = torch.cuda.get_rng_state()
    recorded = torch.cuda.make_graphed_callables(_InPrecision(network, settings).train(), (x.clone(),))
    with torch.no_grad():
        for name, buffer in network.named_buffers():
            buffer.copy_(before[name])
    torch.cuda.set_rng_state(random)
    return lambda batch: recorded(batch) if len(batch) == len(x) else network(batch)


def refuse_unless_possible(network: nn.Module, settings: Settings, x: Tensor) -> None:
    """Try the faster form on one batch. TrainerError says why it cannot be made here, and what to do."""
    try:
        with autocast(settings):
            faster(network, settings, x)(x).sum().backward()
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # compilers and drivers fail in many ways of their own
        name = "compile" if settings.compile else "cuda_graphs"
        reason = next(filter(None, str(error).splitlines()), type(error).__name__)
        needs = (
            "It needs a C++ compiler such as g++, and Triton on a graphics card. " if settings.compile else ""
        )
        raise TrainerError(
            f"{name} does not work for this network here: {reason[:200]} {needs}Turn {name} off."
        ) from error
