"""A data set in words: how much of it there is, what goes in, what is to come out."""

from __future__ import annotations

from typing import Any

from components.language import t
from components.words import shape


def facts(data: Any) -> str:
    """1,797 examples of 1 × 8 × 8 numbers, 10 classes."""
    return t(f"{data.examples:,} examples of {takes(data)}, {answers(data)}.")


def takes(data: Any) -> str:
    """What an example is: 1 × 8 × 8 numbers, or 16 tokens out of 28."""
    if data.high:
        return t(f"{shape(data.shape)} tokens out of {data.high:,}")
    return t("1 number" if data.shape == (1,) else f"{shape(data.shape)} numbers")


def answers(data: Any) -> str:
    """10 classes, or 1 value to predict."""
    if data.task == "classification":
        return t(f"{data.targets:,} classes")
    return t("1 value to predict" if data.targets == 1 else f"{data.targets:,} values to predict")
