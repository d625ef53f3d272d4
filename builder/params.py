"""One argument of a layer or of a block, or one setting: which values it takes, and how that is said."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Param:
    """One argument of a layer, under PyTorch's own name for it.

    type      int, float, bool, choice, text, ints, floats or any. `ints` is one whole number or a
              tuple of `rank` of them; with rank -1 the tuple is of any length, with rank 0 it must
              be a tuple. `floats` is the same of decimal numbers; `any` is any of all these.
    required  PyTorch has no default: `default` is what a new layer starts with.
    optional  None is a value too.
    advanced  folded away in the form.
    always    written into the code even where it has its default, which is not PyTorch's.
    """

    name: str
    default: Any = None
    type: str = "int"
    help: str = ""
    required: bool = False
    optional: bool = False
    low: float | None = None
    high: float | None = None
    rank: int = 0
    choices: tuple[Any, ...] = ()
    advanced: bool = False
    always: bool = False

    def read(self, value: Any) -> Any:
        """The value as the document keeps it (lists as tuples). Raises ValueError with a sentence."""
        if isinstance(value, list):
            value = tuple(value)
        if not self.accepts(value):
            raise ValueError(f"{self.name} takes {self.wants()} and gets {shown(value)}.")
        if self.type == "float" and value is not None:
            return float(value)
        if self.type == "floats" and value is not None:
            return tuple(map(float, value)) if isinstance(value, tuple) else float(value)
        return value

    def accepts(self, value: Any) -> bool:
        """Whether the value is of the right type; `misfit` says whether it is in range."""
        if value is None or value in self.choices:
            return value in self.choices or self.optional or self.type == "any"
        match self.type:
            case "bool":
                return isinstance(value, bool)
            case "int":
                return whole(value)
            case "float":
                return _decimal(value)
            case "text":
                return isinstance(value, str) and len(value) <= 200
            case "ints":
                return self._accepts_several(value, whole, 12)
            case "floats":
                return self._accepts_several(value, _decimal, 100)
            case "any":
                items = value if isinstance(value, tuple) else (value,)
                return len(items) <= 100 and all(map(_plain, items))
        return False

    def _accepts_several(self, value: Any, single: Callable[[Any], bool], most: int) -> bool:
        if single(value):
            return bool(self.rank)
        if not isinstance(value, tuple):
            return False
        right_length = len(value) == self.rank if self.rank > 0 else 0 < len(value) <= most
        return right_length and all(single(item) or (item is None and self.optional) for item in value)

    def misfit(self, value: Any) -> str:
        """Why a value of the right type is out of range, or ''."""
        if value is None or isinstance(value, str | bool):
            return ""
        numbers = value if isinstance(value, tuple) else (value,)
        numbers = [number for number in numbers if isinstance(number, int | float)]
        too_low = self.low is not None and any(number < self.low for number in numbers)
        too_high = self.high is not None and any(number > self.high for number in numbers)
        return f"{self.name} is {shown(value)}; it takes {self.wants()}." if too_low or too_high else ""

    def wants(self) -> str:
        """What the argument takes, in words."""
        words = {
            "bool": "True or False",
            "int": "a whole number",
            "float": "a number",
            "text": "a short text",
            "ints": f"a whole number or {self.rank} of them" if self.rank > 0 else "whole numbers",
            "floats": f"a number or {self.rank} of them" if self.rank > 0 else "numbers",
            "choice": "",
            "any": "a number, a text, True, False, None or a row of them",
        }[self.type]
        if self.low is not None and self.high is not None:
            words += f" from {self.low:g} to {self.high:g}"
        elif self.low is not None:
            words += f" of at least {self.low:g}"
        options = [words] if words else []
        options += [repr(choice) for choice in self.choices]
        options += ["None"] if self.optional else []
        return " or ".join(options)


def whole(value: Any) -> bool:
    """Whether a value is a whole number that PyTorch can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def _decimal(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _plain(value: Any) -> bool:
    text = isinstance(value, str) and len(value) <= 200
    return text or value is None or isinstance(value, bool) or whole(value) or _decimal(value)


def shown(value: Any) -> str:
    """A value as a message shows it: short, and on one line."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
