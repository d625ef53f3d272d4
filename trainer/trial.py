"""One real training step before a run begins, so that a network that cannot train is refused
with a sentence.
"""

from __future__ import annotations

import ast
from typing import Any

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from trainer.data import DataSet, Split
from trainer.errors import TrainerError
from trainer.loop import batches, new_optimizer
from trainer.modules import first_tensor, layers
from trainer.settings import Settings


def network_from(source: str) -> nn.Module:
    """The network of a printed source: a new object of its last class."""
    classes = [each.name for each in ast.parse(source).body if isinstance(each, ast.ClassDef)]
    if not classes:
        raise TrainerError("network.py holds no class. Print the network again from its document.")
    # Not __main__, so that the example printed at the end of the source stays asleep.
    scope: dict[str, Any] = {"__name__": "network"}
    code = compile(source, "network.py", "exec")
    exec(code, scope)  # noqa: S102  printed by us from a checked document, never uploaded
    return scope[classes[-1]]()


def one_step(network: nn.Module, data: Split, settings: Settings, data_set: DataSet) -> None:
    """Train a network, to be thrown away, on its first batch. Raises TrainerError that names the
    layer that cannot.
    """
    batch = next(batches(data.train_y, settings, 1))
    x, y = data.train_x[batch], data.train_y[batch]
    output = _forward(network, x, data_set)
    if not isinstance(output, torch.Tensor) or output.shape != (len(y), data_set.classes):
        gives = tuple(output.shape[1:]) if isinstance(output, torch.Tensor) else "several tensors"
        raise TrainerError(
            f"The network gives {gives} per example and {data_set.name} needs "
            f"{data_set.classes} numbers, one per class. Make the last layer a Linear with "
            f"out_features {data_set.classes}."
        )
    optimizer = new_optimizer(network.train(), settings)
    cross_entropy(output, y).backward()
    optimizer.step()


def _forward(network: nn.Module, x: torch.Tensor, data_set: DataSet) -> Any:
    """The network's output; where a layer fails, TrainerError says which and what it got."""
    entered: list[tuple[str, Any]] = []
    handles = [
        module.register_forward_pre_hook(lambda _, given, name=name: entered.append((name, given)))
        for name, module in layers(network)
    ]
    try:
        return network.train()(x)
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        raise TrainerError(_complaint(entered, x, data_set)) from error
    finally:
        for handle in handles:
            handle.remove()


def _complaint(entered: list[tuple[str, Any]], x: torch.Tensor, data_set: DataSet) -> str:
    if not entered:
        gives = f"what {data_set.name} gives, {data_set.shape}"
        return f"The network does not take {gives}. Change its Input's shape."
    name, given = entered[-1]
    tensor = first_tensor(given)
    got = f"{tuple(tensor.shape)} with the batch first" if tensor is not None else "it gets"
    if len(x) == 1:
        return f"{name} cannot train on {got}: a batch of one example. Set batch_size to 2 or more."
    return f"{name} or what follows it cannot work with {got}. Look at it where the network is drawn."
