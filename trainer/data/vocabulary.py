"""Text as numbers: which token each letter or word is, with [pad] and [unk] as tokenizers have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

PAD, UNKNOWN = 0, 1
SPECIAL = ("[pad]", "[unk]")


def vocabulary(texts: Iterable[Sequence[str]], most: int) -> tuple[str, ...]:
    """[pad], [unk] and the most frequent parts of the texts, `most` in all; the rest is [unk]."""
    counted = Counter(part for text in texts for part in text)
    frequent = sorted(counted, key=lambda part: (-counted[part], part))
    return (*SPECIAL, *(part for part in frequent if part not in SPECIAL))[: max(most, len(SPECIAL))]


def encoded(texts: Sequence[Sequence[str]], tokens: Sequence[str], length: int) -> np.ndarray:
    """(texts, length) of int64: each part's token; cut to the length, and filled with [pad]."""
    numbers = {token: number for number, token in enumerate(tokens)}
    x = np.full((len(texts), length), PAD, np.int64)
    for row, text in enumerate(texts):
        parts = text[:length]
        x[row, : len(parts)] = [numbers.get(part, UNKNOWN) for part in parts]
    return x
