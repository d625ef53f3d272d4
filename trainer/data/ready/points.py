"""Points of the plane, drawn by a seed: small enough that one sees where a network draws the line."""

from __future__ import annotations

import numpy as np

from trainer.data.dataset import Arrays, DataSet

POINTS = 1000
FEATURES = ("x", "y")


def moons(seed: int) -> Arrays:
    """Two half circles that reach into each other."""
    from sklearn.datasets import make_moons  # heavy: half a second

    return make_moons(POINTS, noise=0.2, random_state=seed)


def circles(seed: int) -> Arrays:
    """A small circle within a large one."""
    random = np.random.default_rng(seed)
    y = np.arange(POINTS) % 2
    angles = random.uniform(0, 2 * np.pi, POINTS)
    around = np.stack([np.cos(angles), np.sin(angles)], 1) * np.where(y == 1, 0.5, 1.0)[:, None]
    return around + random.normal(0, 0.1, (POINTS, 2)), y


def spirals(seed: int) -> Arrays:
    """Two arms that wind around each other one and a half times."""
    random = np.random.default_rng(seed)
    y = np.arange(POINTS) % 2
    along = np.sqrt(random.uniform(0.01, 1, POINTS))  # as dense outside as inside
    angles = 3 * np.pi * along + np.pi * y
    arms = np.stack([np.cos(angles), np.sin(angles)], 1) * along[:, None]
    return arms + random.normal(0, 0.02, (POINTS, 2)), y


def blobs(seed: int) -> Arrays:
    """Four round clouds that touch."""
    random = np.random.default_rng(seed)
    y = np.arange(POINTS) % 4
    centres = np.array([(-1, -1), (1, -1), (-1, 1), (1, 1)])
    return centres[y] + random.normal(0, 0.45, (POINTS, 2)), y


DATASETS = (
    DataSet(
        "moons",
        "Two moons",
        "Points on two half circles that reach into each other: which half circle?",
        (2,),
        ("upper", "lower"),
        POINTS,
        moons,
        scaling="standardize",
        features=FEATURES,
        template="moons_mlp",
    ),
    DataSet(
        "circles",
        "Circles",
        "Points on a small circle within a large one: which circle?",
        (2,),
        ("outer", "inner"),
        POINTS,
        circles,
        features=FEATURES,
    ),
    DataSet(
        "spirals",
        "Spirals",
        "Points on two arms that wind around each other: which arm? The hardest of these.",
        (2,),
        ("first arm", "second arm"),
        POINTS,
        spirals,
        features=FEATURES,
    ),
    DataSet(
        "blobs",
        "Blobs",
        "Points of four round clouds that touch: which cloud?",
        (2,),
        ("lower left", "lower right", "upper left", "upper right"),
        POINTS,
        blobs,
        features=FEATURES,
    ),
)
