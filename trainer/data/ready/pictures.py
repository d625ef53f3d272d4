"""Small pictures that need no network: scikit-learn's digits, and shapes drawn by a seed."""

from __future__ import annotations

import numpy as np

from trainer.data.dataset import Arrays, DataSet
from trainer.data.ready.tables import bundled

SIDE = 16
SHAPES = ("circle", "square", "triangle", "cross")
NOISE = 0.1


def shapes(seed: int, examples: int = 2000) -> Arrays:
    """(examples, 3, 16, 16) of 0 to 1: filled shapes of any colour, place and size on a dark noisy ground."""
    random = np.random.default_rng(seed)
    y = np.arange(examples) % len(SHAPES)
    half = random.uniform(3, 6, (examples, 1, 1))
    middle = random.uniform(half, SIDE - half, (examples, 2, 1))[..., None]
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    down, right = rows - middle[:, 0], columns - middle[:, 1]
    inside = np.choose(
        y[:, None, None],
        [
            down**2 + right**2 < half**2,
            np.maximum(abs(down), abs(right)) < 0.85 * half,
            (abs(down) < half) & (2 * abs(right) < half + down),
            (np.minimum(abs(down), abs(right)) < 0.3 * half) & (np.maximum(abs(down), abs(right)) < half),
        ],
    )
    colors = random.uniform(0.4, 1, (examples, 3, 1, 1))
    pictures = inside[:, None] * colors + random.normal(0.1, NOISE, (examples, 3, SIDE, SIDE))
    return pictures.clip(0, 1), y


DATASETS = (
    DataSet(
        "digits",
        "Handwritten digits",
        "Grey images of 8 by 8 points, values from 0 to 1: which digit is it?",
        (1, 8, 8),
        tuple("0123456789"),
        1797,
        bundled("load_digits"),
        divisor=16,  # its grey values run from 0 to 16
        template="digits_cnn",
    ),
    DataSet(
        "shapes",
        "Shapes",
        "Coloured images of 16 by 16 points, drawn by the seed: circle, square, triangle or cross?",
        (3, SIDE, SIDE),
        SHAPES,
        2000,
        shapes,
    ),
)
