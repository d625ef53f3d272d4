"""What is done to the arrays of a data set before a network sees them: splitting, filling, scaling.

Each function stands on its own, with numpy alone: the script that repeats a run prints it.
"""

from __future__ import annotations

import numpy as np

SCALINGS = ("none", "standardize", "0 to 1")


def stratified(y: np.ndarray, seed: int, validation: float) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the training and of the validation part, with at least one example of each
    class in both; a class of a single example is in the training part.
    """
    random = np.random.default_rng(seed)
    train, held = [], []
    for label in np.unique(y):
        mine = random.permutation(np.flatnonzero(y == label))
        count = min(max(1, round(len(mine) * validation)), len(mine) - 1)
        held.append(mine[:count])
        train.append(mine[count:])
    return np.sort(np.concatenate(train)), np.sort(np.concatenate(held))


def shuffled(y: np.ndarray, seed: int, validation: float) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the training and of the validation part, drawn from all examples alike."""
    order = np.random.default_rng(seed).permutation(len(y))
    count = min(max(1, round(len(y) * validation)), len(y) - 1)
    return np.sort(order[count:]), np.sort(order[:count])


def middles(known: np.ndarray, how: str) -> np.ndarray:
    """The mean or the median of each feature of the training part (examples, features), NaN left out."""
    known = np.where(np.isnan(known).all(0), 0, known)  # nothing is known of such a feature
    return np.nanmedian(known, 0) if how == "median" else np.nanmean(known, 0, dtype=np.float64)


def filled(x: np.ndarray, train: np.ndarray, how: str) -> np.ndarray:
    """x (examples, features) with NaN replaced by the feature's mean or median over the training part."""
    return np.where(np.isnan(x), middles(x[train], how), x).astype(x.dtype)


def extents(known: np.ndarray, how: str) -> tuple[np.ndarray, np.ndarray]:
    """What is taken from each feature of the training part (examples, *shape), and what it is divided by
    then; a picture's features are its channels, a series' its columns.
    """
    axes = {3: (0, 1), 4: (0, 2, 3)}.get(known.ndim, (0,))
    if how == "standardize":  # in float64: sums of many float32 lose what a time stamp differs by
        low = known.mean(axes, dtype=np.float64, keepdims=True)
        span = known.std(axes, dtype=np.float64, keepdims=True)
    else:
        low = known.min(axes, keepdims=True)
        span = known.max(axes, keepdims=True) - low
    return low.astype(known.dtype), np.where(span > 0, span, 1).astype(known.dtype)


def scaled(x: np.ndarray, train: np.ndarray, how: str) -> np.ndarray:
    """x (examples, *shape) scaled feature by feature, as measured on the training part: to mean 0 and
    variance 1, or to lie between 0 and 1. Tokens stay as they are.
    """
    if how == "none" or x.dtype.kind != "f":
        return x
    low, span = extents(x[train], how)
    return (x - low) / span
