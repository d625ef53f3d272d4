"""What a network can be trained on: the ready data sets (see ready/) and a user's own (see own.py)."""

from __future__ import annotations

from trainer.data import own
from trainer.data.dataset import CLASSIFICATION, REGRESSION, DataSet, Split
from trainer.data.fit import misfits
from trainer.data.ready import DATASETS
from trainer.errors import unknown

__all__ = [
    "CLASSIFICATION",
    "DATASETS",
    "REGRESSION",
    "DataSet",
    "Split",
    "all_sets",
    "find",
    "misfits",
    "title",
]


def all_sets() -> dict[str, DataSet]:
    """Every data set by its name, a user's own first, the newest at the top."""
    return {**own.sets(), **DATASETS}


def find(name: str) -> DataSet:
    """The data set of this name. Raises TrainerError with the nearest name where there is none."""
    if name in DATASETS:
        return DATASETS[name]
    found = own.find(name)
    if found is None:
        raise unknown("data set", name, all_sets())
    return found


def title(name: str) -> str:
    """What a data set is called; its name where it is not here any more."""
    found = DATASETS.get(name) or own.find(name)
    return found.title if found else name
