"""Values of arguments as people type them and as a form shows them."""

from __future__ import annotations

import ast
from typing import Any

from builder.kinds import Param


def any_text(value: Any) -> str:
    """A value as it is typed where any may stand: words as they are, the rest as in Python."""
    if isinstance(value, str):
        return value if read_any(value) == value else repr(value)
    return "" if value is None else repr(value)


def read_any(text: str) -> Any:
    """What was typed, as Python reads it, or else as words: 3, 0.5, (2, 4), True, same."""
    plain = text.strip()
    try:
        value = ast.literal_eval(plain) if plain else None
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return plain
    return tuple(value) if isinstance(value, list) else value


def read_sum(text: str, param: Param) -> Any:
    """A sum as it was typed, else what the argument takes without one."""
    if text.strip().startswith("="):
        return text.strip()
    if param.type in ("ints", "floats"):
        return read_numbers(text, param)
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text.strip() or None


def numbers_text(value: Any) -> str:
    """Numbers as people type them: 3, or 3 x 5 for sizes, or 0.9, 0.999, or same."""
    if value is None:
        return ""
    if not isinstance(value, tuple | list):
        return str(value)
    return (" x " if all(isinstance(each, int) for each in value) else ", ").join(map(str, value))


def read_numbers(text: str, param: Param) -> Any:
    """What was typed, as the Param takes it; see read_ints."""
    return read_ints(text, param.rank, float if param.type == "floats" else int)


def read_ints(text: str, rank: int = -1, number: type = int) -> Any:
    """What was typed, as a number, a tuple, None for nothing, or the text itself where it is none.

    Numbers may be parted by x, commas or blanks, in brackets or not: 3x5, (3, 5), 3 5. With rank 0
    a single number is a tuple too, as Param says.
    """
    plain = text.strip()
    bare = plain.strip("()[]").replace("×", "x")
    parts = bare.replace("x", " ").replace(",", " ").split()
    try:
        numbers = tuple(number(part) for part in parts)
    except ValueError:
        return plain
    if not numbers:
        return None
    single = len(numbers) == 1 and rank != 0 and plain == parts[0]
    return numbers[0] if single else numbers


def number_text(value: int | float | str | None) -> str:
    """A number as a field shows it: 1e-05, 0.1, 3; not a digit less than it has. A text as it was typed."""
    if value is None or isinstance(value, str):
        return value or ""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def read_number(text: str, param: Param) -> int | float | str | None:
    """What was typed, as the Param takes it; None for nothing, and the text itself where it is no number."""
    plain = text.strip()
    try:
        number = float(plain) if plain else None
    except ValueError:
        return plain
    whole = param.type == "int" and number is not None and number.is_integer()
    return int(number) if whole else number
