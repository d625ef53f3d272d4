"""What training takes, found on PyTorch's meta device before any of it is used, and how many examples can be
validated at once without taking more.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from trainer import memory
from trainer.memory import Need, validated_at_once
from trainer.settings import Settings

NOT_ON_META = (RuntimeError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError)


@dataclass(frozen=True)
class Estimate:
    """need: bytes without the data's; at_once: examples that validation gives to the network at once."""

    need: Need
    at_once: int


def estimate(
    new_network: Callable[[], nn.Module], x: Tensor, y: Tensor, settings: Settings, objective: Callable
) -> Estimate:
    """What training on batches like x (N, ...), y (N, ...) takes; nothing is allocated."""
    with torch.device("meta"):
        network = new_network().train()
    parameters = list(network.parameters())
    trained = [each for each in parameters if each.requires_grad]
    weights = _size(parameters) + _size(network.buffers())
    gradients = _size(trained)
    optimizer = gradients * settings.chosen["optimizer"].keeps(settings.of("optimizer"))
    need = Need(weights, gradients, optimizer, _kept(network, x, y, objective))
    peak = _peak(network.eval(), x)
    at_once = validated_at_once(need.activations, peak, len(x))
    return Estimate(replace(need, validation=peak * at_once // len(x)), at_once)


def available(device: torch.device) -> int:
    """Bytes that this process can still take on a device."""
    return torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else memory.available_here()


def _size(tensors: Iterator[Tensor] | list[Tensor]) -> int:
    return sum(each.nbytes for each in {id(each): each for each in tensors}.values())


def _kept(network: nn.Module, x: Tensor, y: Tensor, objective: Callable) -> int:
    """Bytes that autograd keeps of a forward pass, each storage once; 0 where it does not run on meta."""
    own = {_storage(each) for each in (*network.parameters(), *network.buffers())}
    sizes: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        sizes[_storage(tensor)] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        try:
            output = network(x.to("meta"))
            loss = objective(output, y.to("meta"))
        except NOT_ON_META:
            return 0  # the real step will say what is wrong, or show that it runs
    del loss  # until here, or what it keeps would share addresses
    return sum(size for storage, size in sizes.items() if storage not in own)


def _peak(network: nn.Module, x: Tensor) -> int:
    """Bytes that a forward pass holds at most when nothing is kept for a backward pass, beside weights and
    input; 0 where it does not run on meta.
    """
    given = x.to("meta")
    alive = _Alive({_storage(each) for each in (*network.parameters(), *network.buffers(), given)})
    try:
        with torch.no_grad(), alive:
            network(given)
    except NOT_ON_META:
        return 0
    return alive.most


class _Alive(TorchDispatchMode):
    """Counts the bytes of all tensors that operations make, until they are given up."""

    def __init__(self, own: set[int]):
        super().__init__()
        self._known, self._now, self.most = set(own), 0, 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None) -> Any:
        made = function(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor) and _storage(tensor) not in self._known:
                self._count(tensor.untyped_storage())
        return made

    def _count(self, storage: torch.UntypedStorage) -> None:
        self._known.add(storage._cdata)
        self._now += storage.nbytes()
        self.most = max(self.most, self._now)
        weakref.finalize(storage, self._given_up, storage._cdata, storage.nbytes())

    def _given_up(self, storage: int, size: int) -> None:
        self._known.discard(storage)
        self._now -= size


def _storage(tensor: Tensor) -> int:
    return tensor.untyped_storage()._cdata  # on meta all data lies at the address 0
