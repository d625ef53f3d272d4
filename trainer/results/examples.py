"""The validation examples that a page shows, small: pictures, tokens, series or rows of numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from trainer.data import CLASSIFICATION
from trainer.results.answers import MOST_VALUES
from trainer.results.pictures import shrunk
from trainer.results.stored import packed
from trainer.results.view import FIXED, View

ROOM = 6_500_000  # bytes that all pictures may take
SIDE = 64  # points along each side of a picture
TOKENS = 256
STEPS, COLUMNS = 128, 4  # of a series
NUMBERS = 50  # of a row


def examples(view: View) -> bytes:
    """The examples as a page draws them, and all that it says of them: `x`, what is `right` for each, and as
    facts their `form`, the `labels`, the names of what they are made of, and of how many they are drawn.
    """
    data_set = view.data_set
    x, facts = _shown(view)
    right = view.right.cpu().numpy()
    classes = data_set.task == CLASSIFICATION
    return packed(
        {"x": x, "right": right.astype(np.int32) if classes else right[:, :MOST_VALUES]},
        task=data_set.task,
        labels=data_set.labels,
        shape=data_set.shape,
        of=len(view.y),
        fixed=FIXED,
        **facts,
    )


def _shown(view: View) -> tuple[np.ndarray, dict]:
    data_set, x = view.data_set, view.examples(len(view.shown)).cpu()
    if data_set.high:
        return _tokens(x, data_set.tokens)
    if data_set.is_image:
        return _pictures(x), {"form": "picture"}
    if len(data_set.shape) == 2:
        return _series(x.float()), {"form": "series", "features": data_set.features[:COLUMNS]}
    if len(data_set.shape) == 1:
        return _rows(view)
    flat = x.float().flatten(1)[:, :NUMBERS]
    return flat.numpy(), {"form": "row", "features": ()}


def _tokens(x: Tensor, words: tuple[str, ...]) -> tuple[np.ndarray, dict]:
    numbers = x.reshape(len(x), -1)[:, :TOKENS].int().numpy()
    known = {int(each): words[each] for each in np.unique(numbers) if 0 <= each < len(words)}
    return numbers, {"form": "tokens", "words": known}


def _pictures(x: Tensor) -> np.ndarray:
    """(shown, height, width, colours) as bytes; what is scaled, in its own range."""
    side = min(SIDE, int((ROOM / len(x) / x.shape[1]) ** 0.5))
    small = shrunk(x.float(), side, side)
    low, high = min(0.0, float(small.min())), max(1.0, float(small.max()))
    return ((small - low) / (high - low) * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()


def _series(x: Tensor) -> np.ndarray:
    """(shown, steps, columns); of a long series every second, third, ... step."""
    every = -(-x.shape[1] // STEPS)
    return x[:, ::every, :COLUMNS].numpy()


def _rows(view: View) -> tuple[np.ndarray, dict]:
    """(shown, numbers) as they are in the data, before they were filled and scaled."""
    data_set, settings = view.data_set, view.settings
    made = data_set.make(settings.seed)
    kept = replace(data_set, make=lambda seed: made)  # made once, read twice
    _, y = kept.arrays(settings.seed, None) if data_set.task != CLASSIFICATION else made
    _, held = data_set.parts(np.asarray(y), settings.seed, settings.validation)
    x, _ = kept.arrays(settings.seed, held[view.shown.cpu().numpy()])
    return x[:, :NUMBERS], {"form": "row", "features": data_set.features[:NUMBERS]}
