"""Augmentation: examples changed a little each time they are trained on. A pure function of seed and step.

The numbers are drawn by numpy and the examples changed by indexing that numpy and PyTorch share, so the
page shows with arrays exactly what a run does with tensors. The script that repeats a run prints it.
"""

from __future__ import annotations

import numpy as np


def augmented(x, settings, step, as_array=np.asarray):
    """A batch x (examples, *shape), changed as settings.flip, .crop and .noise say. Pictures are (channels,
    height, width); tokens stay as they are.

    as_array  makes of a numpy array what x is: an array itself, or a tensor on x's device.
    """
    picture = len(x.shape) == 4 and (settings.flip or settings.crop)
    if not (picture or settings.noise) or "float" not in str(x.dtype):
        return x
    random = np.random.default_rng([settings.seed, step])
    if picture:
        count, _, height, width = x.shape
        flips = random.integers(0, 2, (count, 1)) * bool(settings.flip)
        down, right = random.integers(-settings.crop, settings.crop + 1, (2, count, 1))
        rows = np.arange(height) + down
        columns = np.arange(width) * (1 - 2 * flips) + (width - 1) * flips + right
        seen = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None]
        places = (np.arange(count)[:, None, None], rows.clip(0, height - 1)[:, :, None])
        places = (*places, columns.clip(0, width - 1)[:, None, :])
        points = x.swapaxes(1, 2).swapaxes(2, 3)[tuple(map(as_array, places))]
        x = (points * as_array(seen[..., None])).swapaxes(2, 3).swapaxes(1, 2)
    if settings.noise:
        x = x + as_array(np.float32(settings.noise) * random.standard_normal(tuple(x.shape), np.float32))
    return x


def fits(shape: tuple[int, ...], dtype: str) -> tuple[str, ...]:
    """The settings of augmentation that change examples of this shape and dtype."""
    if not dtype.startswith("float"):
        return ()
    return ("flip", "crop", "noise") if len(shape) == 3 else ("noise",)
