"""What the network answers to examples, how sure it is, and what each answer costs in loss."""

from __future__ import annotations

from copy import copy

import torch
from torch import Tensor

from trainer.measures import Objective, answered, likely
from trainer.results.stored import Arrays
from trainer.results.view import FIXED, View

MOST_VALUES = 32  # of an example's, where values are predicted


def predictions(view: View) -> dict[str, Arrays]:
    """The answers to the examples that are followed, (24 or fewer, ...)."""
    return {"": judged(view.output[:FIXED], view.right[:FIXED], view.objective)}


def answers(view: View) -> dict[str, Arrays]:
    """The answers to all examples shown, (shown, ...)."""
    return {"": judged(view.output, view.right, view.objective)}


@torch.no_grad()
def judged(output: Tensor, y: Tensor, objective: Objective) -> Arrays:
    """For each output (n, targets) its `loss` (n,) and the answer.

    Classes: the class that is `said` (n,), how `likely` (n,) the network takes it to be, and how likely the
    `right` one (n,). Values: those that are `said` (n, 32 or fewer targets).
    """
    loss = losses(output, y, objective)
    if not objective.classifies:
        return _arrays(loss=loss, said=output[:, :MOST_VALUES].contiguous())
    shares = likely(output, each_alone=objective.entry.target == "one_hot")
    said = answered(output)
    return {
        **_arrays(
            loss=loss,
            likely=shares.gather(1, said[:, None])[:, 0],
            right=shares.gather(1, y[:, None])[:, 0],
        ),
        "said": said.int().cpu().numpy(),
    }


def losses(output: Tensor, y: Tensor, objective: Objective) -> Tensor:
    """The loss of each example by itself, (n,); their mean is the objective's."""
    each = copy(objective.loss)
    each.reduction = "none"
    return each(output, objective.target(y, output)).reshape(len(y), -1).mean(1)


def _arrays(**tensors: Tensor) -> Arrays:
    return {name: tensor.float().cpu().numpy() for name, tensor in tensors.items()}
