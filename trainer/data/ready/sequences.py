"""Texts and series: what comes in has an order."""

from __future__ import annotations

import string

import numpy as np

from trainer.data.dataset import REGRESSION, Arrays, DataSet
from trainer.data.vocabulary import SPECIAL

FIRST = len(SPECIAL)  # the token of the first letter
TEXT_LENGTH = 16


def contains_letter(seed: int, examples: int = 4000) -> Arrays:
    """Strings of random length, padded to 16; half of them hold an 'a'."""
    random = np.random.default_rng(seed)
    x = random.integers(FIRST + 1, FIRST + len(string.ascii_lowercase), (examples, TEXT_LENGTH))
    y = np.arange(examples) % 2
    lengths = random.integers(4, TEXT_LENGTH + 1, examples)
    x[np.arange(TEXT_LENGTH) >= lengths[:, None]] = 0
    places = random.integers(0, lengths)
    x[y == 1, places[y == 1]] = FIRST
    return x, y


STEPS, AHEAD = 48, 12  # seen, and to be forecast


def sine_waves(seed: int, examples: int = 2000) -> Arrays:
    """48 steps of a noisy sine wave of random period, height and beginning, and its next 12 without noise."""
    random = np.random.default_rng(seed)
    periods, heights, begins = (
        random.uniform(low, high, (examples, 1)) for low, high in ((8, 32), (0.5, 1.5), (0, 2 * np.pi))
    )
    waves = heights * np.sin(2 * np.pi * np.arange(STEPS + AHEAD) / periods + begins)
    seen = waves[:, :STEPS] + random.normal(0, 0.05, (examples, STEPS))
    return seen[..., None], waves[:, STEPS:]


ORDER_LENGTH = 60
ORDER_TOKENS = (*SPECIAL, "a", "b", "c", "d", "X", "Y")
MARKS = ORDER_TOKENS.index("X")


def temporal_order(seed: int, examples: int = 6000) -> Arrays:
    """Letters without meaning, with an X or a Y near the beginning and another in the middle: which were
    they, in which order? A short form of task 6a of Hochreiter & Schmidhuber 1997, Long short-term memory.
    """
    random = np.random.default_rng(seed)
    x = random.integers(FIRST, MARKS, (examples, ORDER_LENGTH))
    y = np.arange(examples) % 4
    rows = np.arange(examples)
    for mark, (low, high) in ((y // 2, (6, 12)), (y % 2, (30, 36))):
        x[rows, random.integers(low, high, examples)] = MARKS + mark
    return x, y


DATASETS = (
    DataSet(
        "contains_letter",
        "Contains the letter a",
        "Lower-case strings of up to 16 letters, one token per letter: is there an 'a' in it?",
        (TEXT_LENGTH,),
        ("without a", "with a"),
        4000,
        contains_letter,
        dtype="int64",
        high=FIRST + len(string.ascii_lowercase),
        tokens=(*SPECIAL, *string.ascii_lowercase),
        template="letter_finder",
    ),
    DataSet(
        "temporal_order",
        "Temporal order",
        "Sixty letters with an X or a Y near the beginning and another in the middle: which, in which order? "
        "It takes a long memory.",
        (ORDER_LENGTH,),
        ("X, X", "X, Y", "Y, X", "Y, Y"),
        6000,
        temporal_order,
        dtype="int64",
        high=len(ORDER_TOKENS),
        tokens=ORDER_TOKENS,
    ),
    DataSet(
        "sine_waves",
        "Sine waves",
        "48 steps of a noisy wave: how do the next 12 go on?",
        (STEPS, 1),
        tuple(f"step {step}" for step in range(1, AHEAD + 1)),
        2000,
        sine_waves,
        task=REGRESSION,
        features=("height",),
        template="lstm_forecaster",
    ),
)
