"""Warnings: networks that can be built and will not do what is meant. One entry each, with its reason.

They look past the borders of blocks, and speak where it is true for every use of the block. Where it
may well be meant, they are silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.advice.learning import (
    likelihoods_before_the_loss,
    linears_in_a_row,
    one_layer_holds_nearly_everything,
    sigmoids_in_a_row,
)
from builder.advice.norms import (
    batchnorm_of_single_numbers,
    bias_before_batchnorm,
    dropout_before_batchnorm,
)
from builder.advice.wiring import channels_come_last, linear_over_an_image, nothing_is_unused
from builder.advice.words import Advice
from builder.document import Document
from builder.kinds import Spec
from builder.opened import opened
from builder.rules import Problem

ADVICE: tuple[Advice, ...] = (
    nothing_is_unused,
    linear_over_an_image,
    channels_come_last,
    likelihoods_before_the_loss,
    bias_before_batchnorm,
    linears_in_a_row,
    dropout_before_batchnorm,
    batchnorm_of_single_numbers,
    sigmoids_in_a_row,
    one_layer_holds_nearly_everything,
)


def warnings(document: Document, of: dict[str, dict[str, Spec]], loss: str = "") -> Iterator[Problem]:
    """Every warning. One that is true of a layer inside a block stands at its first use.

    loss  the one that was chosen for training, by its name in torch.nn; "" where none was.
    """
    network = opened(document, of, loss)
    for advice in ADVICE:
        yield from advice(network)
