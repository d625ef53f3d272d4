"""A data set in words: how much of it there is, what goes in, what is to come out."""

from __future__ import annotations

from typing import Any

from components.language import message, t
from components.words import shape


def facts(data: Any) -> str:
    """1,797 examples of 1 × 8 × 8 numbers, 10 classes."""
    return t(f"{data.examples:,} examples of {takes(data)}, {answers(data)}.")


def takes(data: Any) -> str:
    """What an example is, in English: 1 × 8 × 8 numbers, or 16 tokens out of 28."""
    if data.high:
        return message(f"{shape(data.shape)} tokens out of {data.high:,}")
    return message("1 number" if data.shape == (1,) else f"{shape(data.shape)} numbers")


def answers(data: Any) -> str:
    """10 classes, or 1 value to predict, in English: a sentence is translated when it is whole."""
    if data.task == "classification":
        return message(f"{data.targets:,} classes")
    return message("1 value to predict" if data.targets == 1 else f"{data.targets:,} values to predict")
