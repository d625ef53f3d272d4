"""Settings out of words, as the command line gets them: 0.01, true, 5x8."""

from __future__ import annotations

from typing import Any

from builder.kinds import Param

TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def read_word(param: Param, word: str) -> Any:
    """The value a word stands for; the word itself where it is none, for the Param to refuse."""
    try:
        return READERS[param.type](word.strip())
    except ValueError:
        return word


def _bool(word: str) -> bool:
    if word.lower() not in (*TRUE, *FALSE):
        raise ValueError(word)
    return word.lower() in TRUE


def _several(number: type) -> Any:
    """Numbers parted by x, commas or blanks, in brackets or not."""

    def read(word: str) -> Any:
        parts = word.strip("()[]").replace("x", " ").replace(",", " ").split()
        numbers = tuple(number(part) for part in parts)
        return numbers[0] if len(numbers) == 1 else numbers

    return read


READERS = {
    "int": int,
    "float": float,
    "choice": str,
    "bool": _bool,
    "ints": _several(int),
    "floats": _several(float),
}
