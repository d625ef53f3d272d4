"""How much memory training takes, estimated before any of it is used, and how much there is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import torch
from torch import Tensor, nn

from trainer.errors import TrainerError
from trainer.learner import new_optimizer
from trainer.settings import Settings

CGROUPS = Path("/sys/fs/cgroup")
WORTH_SAYING = 64 * 2**20  # bytes; below that a run is never refused: the estimate is not that sharp


@dataclass(frozen=True)
class Need:
    """Bytes that training takes, by what they are for."""

    weights: int
    gradients: int
    optimizer: int
    activations: int  # what the backward pass keeps of one batch; 0 where that is not known

    @property
    def total(self) -> int:
        return sum(asdict(self).values())


def estimate(
    new_network: Callable[[], nn.Module], x: Tensor, y: Tensor, settings: Settings, objective: Callable
) -> Need:
    """What training on batches like x (N, ...), y (N, ...) takes, found on the meta device: nothing is
    allocated.
    """
    with torch.device("meta"):
        network = new_network().train()
    parameters = list(network.parameters())
    trained = [each for each in parameters if each.requires_grad]
    weights = _size(parameters) + _size(network.buffers())
    gradients = _size(trained)
    return Need(
        weights, gradients, round(gradients * _state_share(settings)), _kept(network, x, y, objective)
    )


def _size(tensors: Iterator[Tensor] | list[Tensor]) -> int:
    return sum(each.nbytes for each in {id(each): each for each in tensors}.values())


def _state_share(settings: Settings) -> float:
    """Bytes that the optimizer keeps for each byte of a weight: a small layer is trained to see."""
    layer = nn.Linear(32, 32, bias=False)
    optimizer = new_optimizer(list(layer.parameters()), settings)
    layer.weight.grad = torch.zeros_like(layer.weight)
    optimizer.step()
    state = [each for each in optimizer.state[layer.weight].values() if isinstance(each, Tensor)]
    return sum(each.nbytes for each in state if each.dim()) / layer.weight.nbytes


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
        except (RuntimeError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError):
            return 0  # the real step will say what is wrong, or show that it runs
    del loss  # until here, or what it keeps would share addresses
    return sum(size for storage, size in sizes.items() if storage not in own)


def _storage(tensor: Tensor) -> int:
    return tensor.untyped_storage()._cdata  # on meta all data lies at the address 0


def refuse_unless_fits(need: Need, device: torch.device) -> None:
    """Raises TrainerError with the figures where training needs more than is free."""
    free = available(device)
    if need.total > max(free, WORTH_SAYING):
        parts = ", ".join(f"{name} {_words(size)}" for name, size in asdict(need).items() if size)
        raise TrainerError(
            f"Training needs about {_words(need.total)} of memory on {device.type} ({parts}) and "
            f"{_words(free)} are free. Make batch_size smaller or the network narrower, or wait until "
            "other runs have ended."
        )


def _words(size: int) -> str:
    return f"{size / 1e9:,.2f} GB" if size >= 1e8 else f"{size / 1e6:,.1f} MB"


def available(device: torch.device) -> int:
    """Bytes that this process can still take on a device; on the processor what the system has left, or
    less where the process or its container is limited.
    """
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
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
