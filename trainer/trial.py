"""One real training step and one of validation before a run begins, where it will compute, so that a network
that cannot train or will not fit is refused with a sentence.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from trainer import memory, nodes, objectives
from trainer.data import DataSet, Split
from trainer.errors import TrainerError
from trainer.estimate import Estimate, available, estimate
from trainer.faster import refuse_unless_possible
from trainer.learner import autocast
from trainer.loop import batches, evaluate, steps_per_epoch
from trainer.measures import Objective
from trainer.modules import first_tensor, layers
from trainer.settings import Settings
from trainer.training import Training


def network_from(source: str) -> nn.Module:
    """The network of a printed source: a new object of its last class."""
    classes = [each.name for each in ast.parse(source).body if isinstance(each, ast.ClassDef)]
    if not classes:
        raise TrainerError("network.py holds no class. Print the network again from its document.")
    # Not __main__, so that the example printed at the end of the source stays asleep.
    scope: dict[str, Any] = {"__name__": nodes.MODULE}
    code = compile(source, nodes.FILE, "exec")
    nodes.remember(source)
    exec(code, scope)  # noqa: S102  printed by us from a checked document, never uploaded
    return scope[classes[-1]]()


def one_step(
    source: str, data: Split, settings: Settings, data_set: DataSet, objective: Objective
) -> Estimate:
    """Train a network, to be thrown away, on its first batch, where the data lies, and validate as many as
    will be at once; what it takes.

    Raises TrainerError where it will not fit into the memory that is free, and else names the layer, or the
    setting, that cannot train.
    """
    batch = next(batches(data.train_y, settings, 1))
    x, y = data.train_x[batch], data.train_y[batch]
    found = estimate(lambda: network_from(source), x, y, settings, objective)
    found = replace(found, need=replace(found.need, data=data.nbytes))
    free = available(x.device) + data.nbytes  # which is there already
    if problem := memory.problem(found.need, free, x.device.type):
        raise TrainerError(problem)
    network = network_from(source).to(x.device)
    steps = steps_per_epoch(len(data.train_y), settings.batch_size)
    training = Training(network, settings, objective, steps)
    _refuse_other_numbers(_forward(network, x, data_set, settings), len(y), data_set, objective)
    training.learn(x, y)
    if settings.compile or settings.cuda_graphs:
        refuse_unless_possible(network, settings, x)
    first = slice(found.at_once)
    evaluate(network, data.validation_x[first], data.validation_y[first], objective, settings, found.at_once)
    return found


def _refuse_other_numbers(output: Any, count: int, data_set: DataSet, objective: Objective) -> None:
    wanted = objectives.numbers(objective.entry, data_set)
    if isinstance(output, torch.Tensor) and output.shape in [(count, number) for number in wanted]:
        return
    gives = tuple(output.shape[1:]) if isinstance(output, torch.Tensor) else "several tensors"
    raise TrainerError(
        f"The network gives {gives} per example and {data_set.name} needs "
        f"{wanted[0]} numbers, one for each of: {', '.join(data_set.labels)}. Make the last layer a "
        f"Linear with out_features {wanted[0]}."
    )


def _forward(network: nn.Module, x: torch.Tensor, data_set: DataSet, settings: Settings) -> Any:
    """The network's output, with nothing kept for a backward pass; where a layer fails, TrainerError says
    which and what it got.
    """
    entered: list[tuple[str, Any]] = []
    handles = [
        module.register_forward_pre_hook(lambda _, given, name=name: entered.append((name, given)))
        for name, module in layers(network)
    ]
    try:
        with torch.no_grad(), autocast(settings):
            return network.train()(x)
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        if "deterministic" in str(error):
            raise  # of the setting, not of the layer: see failures.sentence
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
