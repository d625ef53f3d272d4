"""The losses, one entry each, and which data and networks they are for.

To add one, add an entry to LOSSES: its arguments come from torch.nn's text. What torch.nn has and this
table leaves out stands in EXCLUDED with its reason, and a test holds both against PyTorch. How a
loss is computed is in trainer/measures.py, for that needs torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from builder import endings, signatures
from builder.fixes import Fix, become, insert
from builder.order import source
from trainer.choices import Choice, Say, derived, table
from trainer.data import DataSet
from trainer.errors import TrainerError

if TYPE_CHECKING:
    from builder import Document
    from builder.document import Node

AUTO = "auto"
CLASSIFICATION, REGRESSION = "classification", "regression"
KNOWN: Say = {
    "label_smoothing": {
        "low": 0.0,
        "high": 1.0,
        "help": "What share of each answer is spread over all classes (Szegedy et al. 2016).",
    },
    "delta": {"low": 1e-6, "high": 1e6, "help": "Errors up to this count squared, larger ones plainly."},
    "beta": {"low": 0.0, "high": 1e6, "help": "Errors up to this count squared, larger ones plainly."},
    "margin": {"low": 0.0, "high": 1e6, "help": "By how much the right class must lead."},
}


@dataclass(frozen=True)
class Loss(Choice):
    """A loss of torch.nn.

    task     which data it is for: classification or regression.
    target   what it takes beside the network's output: "class" numbers, "one_hot" rows of 0 and 1,
             or the "number"s themselves.
    chances  the function that makes likelihoods of what the network gives; "" where they are plain scores.

    What it wants of the network's last layer stands in builder/endings.py.
    """

    task: str = CLASSIFICATION
    target: str = "class"
    chances: str = "softmax"


def _loss(name: str, about: str, only: str = "", **more) -> Loss:
    return Loss(name, about, derived(name, signatures.LAYERS, KNOWN, only), **more)


LOSSES: dict[str, Loss] = table(
    _loss(
        "CrossEntropyLoss",
        "For one class out of several; the network gives a number for each.",
        "label_smoothing",
    ),
    _loss("NLLLoss", "Cross-entropy for a network that ends with LogSoftmax."),
    _loss(
        "BCEWithLogitsLoss", "Asks of each class by itself: yes or no.", target="one_hot", chances="sigmoid"
    ),
    _loss(
        "MultiMarginLoss",
        "Wants the right class to lead by a margin, as a support vector machine does.",
        "margin",
        chances="",
    ),
    _loss("MSELoss", "The mean squared error.", task=REGRESSION, target="number"),
    _loss("L1Loss", "The mean absolute error; outliers count less.", task=REGRESSION, target="number"),
    _loss(
        "HuberLoss",
        "Squared for small errors, plain for large ones.",
        "delta",
        task=REGRESSION,
        target="number",
    ),
    _loss("SmoothL1Loss", "Huber's loss divided by beta.", "beta", task=REGRESSION, target="number"),
)
# The first of each task is what the data set chooses. Its arguments are taken before the data is known.
AUTOMATIC = Loss(
    AUTO,
    "The data set's: CrossEntropyLoss for classes, MSELoss for numbers.",
    LOSSES["CrossEntropyLoss"].params,
)
CHOICES: dict[str, Loss] = {AUTO: AUTOMATIC, **LOSSES}

EXCLUDED: dict[str, str] = {
    "BCELoss": "it takes likelihoods; BCEWithLogitsLoss does the same and stays exact for large numbers",
    **dict.fromkeys(
        """CosineEmbeddingLoss HingeEmbeddingLoss MarginRankingLoss TripletMarginLoss
        TripletMarginWithDistanceLoss""".split(),
        "it compares several examples, which the data sets here do not pair",
    ),
    **dict.fromkeys(
        "MultiLabelMarginLoss MultiLabelSoftMarginLoss".split(), "it is for several classes at once"
    ),
    "SoftMarginLoss": "it is for classes -1 and 1; BCEWithLogitsLoss is the same loss for 0 and 1",
    "CTCLoss": "it is for texts of several lengths beside the data",
    "GaussianNLLLoss": "it takes a variance that the network gives beside its answer",
    "KLDivLoss": "it compares distributions, and the data sets here have none",
    "LinearCrossEntropyLoss": "it holds the last layer's weights, which the drawing shows",
    "PoissonNLLLoss": "it is for counts, and the data sets here have none",
    "AdaptiveLogSoftmaxWithLoss": "it holds the last layer's weights, which the drawing shows",
    "NLLLoss2d": "it is NLLLoss under its old name",
}


def fitting(task: str) -> list[str]:
    """The losses for a task, the one it chooses by itself first."""
    return [loss.name for loss in LOSSES.values() if loss.task == task]


def chosen(loss: str, data_set: DataSet) -> Loss:
    """The loss that a setting means for this data. Raises TrainerError for one of another task."""
    found = LOSSES[fitting(data_set.task)[0]] if loss == AUTO else LOSSES[loss]
    if found.task != data_set.task:
        raise TrainerError(task_misfit(found, data_set))
    return found


def task_misfit(loss: Loss, data_set: DataSet) -> str:
    """What is wrong with a loss for data of another task, in a sentence that says what to do."""
    has = "classes" if data_set.task == CLASSIFICATION else "numbers to predict"
    instead = fitting(data_set.task)[0]
    return f"{loss.name} is for {loss.task} and {data_set.name} has {has}. Set loss to {instead}."


@dataclass(frozen=True)
class Ending:
    """What is wrong with how a network ends for a loss, and the repair.

    refused   whether training makes no sense; else it works, and worse than it could.
    """

    message: str
    fix: Fix
    refused: bool


def misfits(document: Document, loss: Loss) -> Iterator[Ending]:
    """What in the network's last layer does not go with the loss."""
    outputs = document.main.of_kind("Output")
    if len(outputs) != 1 or not outputs[0].inputs:
        return
    last = document.main[source(outputs[0].inputs[0])]
    if wrong := endings.misfit(last.kind, loss.name):
        message = f"{last.id} ({last.kind}) {wrong.message}"
        yield Ending(message, _repair(last, wrong, outputs[0]), wrong.refused)


def _repair(last: Node, wrong: endings.Misfit, output: Node) -> Fix:
    match wrong.repair:
        case "become":
            return become(last, wrong.layer)
        case "insert":
            return insert(output, wrong.layer, dim=1)
    return Fix(f"Remove {last.id}", "remove", (last.id,))


def numbers(loss: Loss, data_set: DataSet) -> Sequence[int]:
    """How many numbers the network may give for each example, the usual one first."""
    yes_or_no = loss.target == "one_hot" and data_set.targets == 2
    return (data_set.targets, 1) if yes_or_no else (data_set.targets,)
