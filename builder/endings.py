"""Which last layer goes with which loss of torch.nn: the one table for warnings of a drawing and of training.

To add a loss, add its line to ENDINGS.
"""

from __future__ import annotations

from dataclasses import dataclass

LIKELIHOODS = ("Softmax", "LogSoftmax", "Softmin", "Sigmoid", "LogSigmoid")  # make likelihoods of numbers
USUAL = "CrossEntropyLoss"  # where nobody has chosen another
SOFTMAX = (
    "stands before the Output, and {loss}, the loss in training, applies a softmax itself: numbers that are "
    "squeezed before it differ too little, which slows learning. Remove it; the order of the numbers stays."
)
SIGMOID = (
    "stands before the Output, and {loss}, the loss in training, applies a sigmoid itself: numbers that are "
    "squeezed before it differ too little, which slows learning. Remove it; the order of the numbers stays."
)
MARGIN = (
    "stands before the Output, and {loss}, the loss in training, wants the right class to lead by a margin: "
    "numbers that are squeezed hardly can. Remove it."
)
RANGE = (
    "stands before the Output, and {loss}, the loss in training, compares its numbers with the values to "
    "predict, of which it reaches a small range only. Remove it, unless all values lie there."
)
OTHER_KIND = "stands before the Output, and {loss} takes what a {needs} gives. Make it one."
MISSING = (
    "gives plain numbers, and {loss}, the loss in training, takes logarithms of likelihoods. Put a {needs} "
    "behind it, or set loss to CrossEntropyLoss."
)


@dataclass(frozen=True)
class Ending:
    """What a loss wants of a network's last layer.

    needs    one of LIKELIHOODS that it must be; "" for none of them.
    bears    those that change nothing for it.
    against  what to say of the others.
    """

    needs: str = ""
    bears: tuple[str, ...] = ()
    against: str = OTHER_KIND


ENDINGS: dict[str, Ending] = {
    # The logarithm of a softmax of a LogSoftmax is that LogSoftmax.
    "CrossEntropyLoss": Ending(bears=("LogSoftmax",), against=SOFTMAX),
    "NLLLoss": Ending(needs="LogSoftmax"),
    "BCEWithLogitsLoss": Ending(against=SIGMOID),
    "MultiMarginLoss": Ending(against=MARGIN),
    **dict.fromkeys(("MSELoss", "L1Loss", "HuberLoss", "SmoothL1Loss"), Ending(against=RANGE)),
}


@dataclass(frozen=True)
class Misfit:
    """message: what is wrong, without the layer that it is said of; repair: remove, become or insert.

    layer    the kind to become or to insert.
    refused  whether training makes no sense; else it works, and worse than it could.
    """

    message: str
    repair: str
    layer: str = ""
    refused: bool = False


def misfit(kind: str, loss: str) -> Misfit | None:
    """What is wrong with a last layer of this kind for a loss; None where they go together."""
    ending = ENDINGS[loss]
    squeezes = kind in LIKELIHOODS
    if kind == ending.needs or kind in ending.bears or not (squeezes or ending.needs):
        return None
    said = (ending.against if squeezes else MISSING).format(loss=loss, needs=ending.needs)
    if not ending.needs:
        return Misfit(said, "remove")
    return Misfit(said, "become" if squeezes else "insert", ending.needs, refused=True)
