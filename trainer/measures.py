"""How a loss is computed on what a network gives, and how well the network does: accuracy, F1, R², ...

To add a measure, add a function to MEASURES. The functions stand on their own, with torch alone: the
script that repeats a run prints them.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from trainer import objectives
from trainer.data import DataSet
from trainer.data.dataset import CLASSIFICATION, REGRESSION
from trainer.settings import Settings

# --- what a loss takes beside the output


def as_classes(y: Tensor, output: Tensor) -> Tensor:
    """The class numbers (N,) as they are."""
    return y


def as_rows(y: Tensor, output: Tensor) -> Tensor:
    """A row of 0 and 1 for each example: one number for each class, or one that says yes or no."""
    rows = y.unsqueeze(1) if output.shape[1] == 1 else one_hot(y, output.shape[1])
    return rows.to(output.dtype)


def as_numbers(y: Tensor, output: Tensor) -> Tensor:
    """The values (N, targets) as they are."""
    return y


TARGETS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "class": as_classes,
    "one_hot": as_rows,
    "number": as_numbers,
}


# --- how well a network does: output (N, targets), y -> a number as float64


def answered(output: Tensor) -> Tensor:
    """The class (N,) that each row of the output stands for."""
    return output.argmax(1) if output.shape[1] > 1 else (output[:, 0] > 0).long()


def likely(output: Tensor, each_alone: bool = False) -> Tensor:
    """How likely each class is, (N, classes), by a network that gives a number for each, or one for the
    second of two. each_alone: where the loss asks of each class by itself, so that they need not add up to 1.
    """
    if output.shape[1] > 1:
        return output.sigmoid() if each_alone else output.softmax(1)
    yes = output.sigmoid()
    return torch.cat([1 - yes, yes], 1)


def chances(output: Tensor, loss: objectives.Loss) -> Tensor | None:
    """The same by what the loss takes the output for; None where its numbers are scores. Right for NLLLoss
    too: the softmax of logarithms of likelihoods is the likelihoods.
    """
    return likely(output, each_alone=loss.chances == "sigmoid") if loss.chances else None


def accuracy(output: Tensor, y: Tensor) -> Tensor:
    """The share of right answers."""
    return (answered(output) == y).double().mean()


def confusion(output: Tensor, y: Tensor) -> Tensor:
    """How often class i was taken for class j, (classes, classes)."""
    classes = max(2, output.shape[1])
    return torch.bincount(y * classes + answered(output), minlength=classes**2).reshape(classes, classes)


def f1(output: Tensor, y: Tensor) -> Tensor:
    """Macro F1: the mean of 2 hits / (answers + examples) over the classes that have any of either."""
    table = confusion(output, y).double()
    both = table.sum(0) + table.sum(1)
    return (2 * table.diag() / both.clamp(min=1)).sum() / (both > 0).sum()


def r2(output: Tensor, y: Tensor) -> Tensor:
    """R²: the share of the variance that is explained, averaged over the targets; of a target that is always
    the same 0, or 1 where each answer is right, as in scikit-learn.
    """
    y, output = y.double(), output.double()
    left, spread = (y - output).square().sum(0), (y - y.mean(0)).square().sum(0)
    alike = (y == y[:1]).all(0)
    return torch.where(alike, (left == 0).double(), 1 - left / spread).mean()


def mae(output: Tensor, y: Tensor) -> Tensor:
    """The mean absolute error."""
    return (y.double() - output.double()).abs().mean()


# Task -> its measures; the first is the one that is drawn.
MEASURES: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], ...]] = {
    CLASSIFICATION: (accuracy, f1),
    REGRESSION: (r2, mae),
}


class Objective:
    """A loss for one data set: objective(output, y) is the mean loss of a batch, to be made small."""

    def __init__(self, settings: Settings, data_set: DataSet):
        self.entry = objectives.chosen(settings.loss, data_set)
        self.taken = {
            param.name: settings.arguments.get(param.name, param.default) for param in self.entry.params
        }
        self.loss: nn.Module = getattr(nn, self.entry.name)(**self.taken)
        self.target = TARGETS[self.entry.target]
        self.classifies = data_set.task == CLASSIFICATION
        self.measures = MEASURES[data_set.task]

    def __call__(self, output: Tensor, y: Tensor) -> Tensor:
        return self.loss(output, self.target(y, output))
