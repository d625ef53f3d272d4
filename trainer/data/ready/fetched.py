"""Published pictures that are downloaded once, or brought by hand; see trainer/data/originals.py."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trainer.data import cifar, originals
from trainer.data.dataset import Arrays, DataSet
from trainer.data.idx import read_idx
from trainer.data.originals import Original
from trainer.errors import TrainerError

BYTE = 255  # the largest value of a point


def idx_pictures(original: Original) -> Callable[[int], Arrays]:
    """A maker of pictures that lie in IDX files, those to test on last."""

    def make(seed: int) -> Arrays:
        parts = (
            (read_idx(original.path(images)), read_idx(original.path(labels)))
            for images, labels in (
                (originals.TRAIN_IMAGES, originals.TRAIN_LABELS),
                (originals.TEST_IMAGES, originals.TEST_LABELS),
            )
        )
        x, y = map(np.concatenate, zip(*parts, strict=True))
        if x.ndim != 3 or len(x) != len(y):
            raise TrainerError(
                f"The files of {original.title} do not belong together: there are {len(x):,} pictures and "
                f"{len(y):,} labels. Delete {original.folder} and fetch them again."
            )
        return x, y

    return make


def _cifar10(seed: int) -> Arrays:
    return cifar.read_archive(originals.CIFAR10.path(originals.ARCHIVE))


CLOTHES = "T-shirt or top, trousers, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot"
THINGS = "airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck"

DATASETS = (
    DataSet(
        "mnist",
        "MNIST",
        "Grey images of 28 by 28 points: which handwritten digit is it?",
        (1, 28, 28),
        tuple("0123456789"),
        70_000,
        idx_pictures(originals.MNIST),
        divisor=BYTE,
        held=10_000,
        original=originals.MNIST,
        template="lenet5",
    ),
    DataSet(
        "fashion_mnist",
        "Fashion-MNIST",
        "Grey images of 28 by 28 points: which piece of clothing is it?",
        (1, 28, 28),
        tuple(CLOTHES.split(", ")),
        70_000,
        idx_pictures(originals.FASHION_MNIST),
        divisor=BYTE,
        held=10_000,
        original=originals.FASHION_MNIST,
    ),
    DataSet(
        "cifar10",
        "CIFAR-10",
        "Small photographs of 32 by 32 points in colour: which of ten things is on it?",
        (3, 32, 32),
        tuple(THINGS.split(", ")),
        60_000,
        _cifar10,
        divisor=BYTE,
        held=10_000,
        original=originals.CIFAR10,
        template="cifar10_cnn",
    ),
)
