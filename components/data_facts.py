"""A data set in words: how much of it there is, what goes in, what is to come out."""

from __future__ import annotations

from typing import Any

from components.words import shape


def facts(data: Any) -> str:
    """1,797 examples of 1 × 8 × 8, 10 classes."""
    takes = f"{shape(data.shape)} tokens out of {data.high:,}" if data.high else shape(data.shape)
    return f"{data.examples:,} examples of {takes}, {answers(data)}."


def answers(data: Any) -> str:
    """10 classes, or 1 value to predict."""
    if data.task == "classification":
        return f"{data.targets:,} classes"
    return "1 value to predict" if data.targets == 1 else f"{data.targets:,} values to predict"
