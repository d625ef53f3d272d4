"""Whether settings and a network belong together, said before training; needs no PyTorch.

A repair's edit is `set_setting`, with the setting's name and its new value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder import Document
from builder.advice.norms import over_batches
from builder.fixes import Fix
from builder.kinds import Spec
from builder.rules import Problem
from trainer.settings import SETTINGS

REFUSED = (
    "PyTorch refuses to train it on a single number for each channel. Make batch_size larger, or use a "
    "LayerNorm."
)
LEARNS_BADLY = (
    "it learns with the mean and variance of one example and answers with those of all, which differ. "
    "Make batch_size larger."
)


def problems(
    document: Document, of: Mapping[str, Mapping[str, Spec]], values: Mapping[str, Any]
) -> tuple[Problem, ...]:
    """What keeps these settings from training this network (errors), and what makes it learn badly.

    of: what flows out of each node, as a report has it. values: the settings that are not at their default.
    """
    return tuple(problem for rule in RULES for problem in rule(document, of, values))


def batches_of_one(document: Document, of: Mapping, values: Mapping) -> Iterator[Problem]:
    """BatchNorm in training takes mean and variance over the batch (Ioffe & Szegedy 2015, alg. 1)."""
    batch_size = SETTINGS["batch_size"]
    if values.get(batch_size.name, batch_size.default) != 1:
        return
    single, several = over_batches(document, of)
    for norm in (single or several)[:1]:
        fix = Fix(
            f"Set batch_size to {batch_size.default}", "set_setting", (batch_size.name, batch_size.default)
        )
        why = REFUSED if single else LEARNS_BADLY
        message = f"{norm.name} ({norm.kind}) evens numbers out over the batch, and batch_size is 1: {why}"
        yield Problem(norm.id, message, (fix,), "error" if single else "warning")


RULES = (batches_of_one,)
