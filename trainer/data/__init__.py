"""The data sets a network can be trained on: to add one, add an entry to DATASETS."""

from __future__ import annotations

import numpy as np

from trainer.data.dataset import REGRESSION, DataSet, Split
from trainer.data.fit import class_repair, misfits
from trainer.errors import unknown

__all__ = ["DATASETS", "DataSet", "Split", "class_repair", "find", "misfits"]

LETTERS = 26
FIRST_LETTER = 2  # 0 is [pad] and 1 is [unk], as tokenizers have it
TEXT_LENGTH = 16


def _bundled(loader: str):
    """A maker of one of the data sets that come inside scikit-learn; nothing is downloaded."""

    def make(seed: int) -> tuple[np.ndarray, np.ndarray]:
        from sklearn import datasets  # heavy: half a second

        return getattr(datasets, loader)(return_X_y=True)

    return make


def _digits(seed: int) -> tuple[np.ndarray, np.ndarray]:
    x, y = _bundled("load_digits")(seed)
    return x / 16, y  # its grey values run from 0 to 16


def _moons(seed: int) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import make_moons

    return make_moons(1000, noise=0.2, random_state=seed)


def _contains_letter(seed: int, examples: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Strings of random length, padded to 16; half of them hold an 'a'."""
    random = np.random.default_rng(seed)
    x = random.integers(FIRST_LETTER + 1, FIRST_LETTER + LETTERS, (examples, TEXT_LENGTH))
    y = np.arange(examples) % 2
    lengths = random.integers(4, TEXT_LENGTH + 1, examples)
    x[np.arange(TEXT_LENGTH) >= lengths[:, None]] = 0
    places = random.integers(0, lengths)
    x[y == 1, places[y == 1]] = FIRST_LETTER
    return x, y


DATASETS: dict[str, DataSet] = {
    each.name: each
    for each in (
        DataSet(
            "digits",
            "Handwritten digits",
            "Grey images of 8 by 8 points, values from 0 to 1: which digit is it?",
            (1, 8, 8),
            tuple("0123456789"),
            1797,
            _digits,
        ),
        DataSet(
            "iris",
            "Iris flowers",
            "Four measurements of a flower: which of three species is it?",
            (4,),
            ("setosa", "versicolor", "virginica"),
            150,
            _bundled("load_iris"),
            standardized=True,
        ),
        DataSet(
            "wine",
            "Wine",
            "Thirteen chemical measurements of a wine: which of three growers made it?",
            (13,),
            ("grower 1", "grower 2", "grower 3"),
            178,
            _bundled("load_wine"),
            standardized=True,
        ),
        DataSet(
            "breast_cancer",
            "Breast cancer",
            "Thirty measurements of cell nuclei: is the tumour malignant or benign?",
            (30,),
            ("malignant", "benign"),
            569,
            _bundled("load_breast_cancer"),
            standardized=True,
        ),
        DataSet(
            "diabetes",
            "Diabetes",
            "Ten measurements of a patient: how far has the illness gone on one year later, from 25 to 346?",
            (10,),
            ("progression",),
            442,
            _bundled("load_diabetes"),
            standardized=True,
            task=REGRESSION,
        ),
        DataSet(
            "moons",
            "Two moons",
            "Points on two half circles that reach into each other: which half circle?",
            (2,),
            ("upper", "lower"),
            1000,
            _moons,
            standardized=True,
        ),
        DataSet(
            "contains_letter",
            "Contains the letter a",
            "Lower-case strings of up to 16 letters, one token per letter: is there an 'a' in it?",
            (TEXT_LENGTH,),
            ("without a", "with a"),
            4000,
            _contains_letter,
            dtype="int64",
            high=FIRST_LETTER + LETTERS,
        ),
    )
}


def find(name: str) -> DataSet:
    """The data set of this name. Raises TrainerError with the nearest name where there is none."""
    if name not in DATASETS:
        raise unknown("data set", name, DATASETS)
    return DATASETS[name]
