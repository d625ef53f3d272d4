"""The values in a document's file, one by one: read with suspicion, refused with the path to them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from builder import names
from builder.document import DocumentError
from builder.kinds import shown, whole

MOST_REPEATS = 1_000
LONGEST_LIST = 100_000
LONGEST_TEXT = 1_000
LONGEST_NOTE = 500
PARAMETRIZATIONS = ("weight_norm", "spectral_norm", "orthogonal")


def mapping(raw: Any, path: str) -> dict[str, Any]:
    """An object. Raises DocumentError for anything else."""
    if not isinstance(raw, dict):
        raise DocumentError(path, f"takes an object {{...}} and gets {shown(raw)}.")
    return raw


def refuse_unknown(raw: dict[str, Any], allowed: set[str], path: str) -> None:
    """Raises DocumentError for a key that is not among those allowed."""
    for key in raw:
        if key not in allowed:
            message = f"unknown key {shown(key)}; known are {', '.join(sorted(allowed))}."
            raise DocumentError(path, message)


def plain_value(raw: Any, path: str) -> Any:
    """A number, a text, True, False, None or a list of them; lists become tuples. Raises DocumentError."""
    if isinstance(raw, list | tuple):
        if len(raw) > LONGEST_LIST:
            raise DocumentError(path, "the list is too long.")
        return tuple(plain_value(item, path) for item in raw)
    number = whole(raw) or (isinstance(raw, float) and math.isfinite(raw))
    if number or raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and len(raw) <= LONGEST_TEXT:
        return raw
    raise DocumentError(path, f"{shown(raw)} is no value that a layer can take.")


# --- what a node has beside its kind, its inputs and its params


def read_field(name: str, raw: Any, path: str = "") -> Any:
    """One of FIELDS, by its name. Raises DocumentError with `path`, or else the name."""
    return FIELDS[name](raw, path or name)


def _repeat(raw: Any, path: str) -> int:
    if not whole(raw) or not 1 <= raw <= MOST_REPEATS:
        raise DocumentError(path, f"takes a whole number from 1 to {MOST_REPEATS}.")
    return raw


def _flag(raw: Any, path: str) -> bool:
    if not isinstance(raw, bool):
        raise DocumentError(path, "takes true or false.")
    return raw


def _shares(raw: Any, path: str) -> str:
    return _text(raw, path, names.LONGEST)


def _note(raw: Any, path: str) -> str:
    return _text(raw, path, LONGEST_NOTE)


def _text(raw: Any, path: str, longest: int) -> str:
    if not isinstance(raw, str) or len(raw) > longest:
        raise DocumentError(path, f"takes a text of at most {longest} letters.")
    return raw


def _init(raw: Any, path: str) -> dict[str, Any]:
    found = {}
    for name, given in mapping(raw, path).items():
        found[name] = plain_value(given, path)
        function, *arguments = (
            found[name] if isinstance(found[name], tuple) and found[name] else (found[name],)
        )
        named = isinstance(function, str) and re.fullmatch(r"[a-z][a-z_]*_", function)
        plain = all(whole(each) or isinstance(each, float) or _is_word(each) for each in arguments)
        if not name.isidentifier() or not named or not plain:
            message = 'takes {"weight": "xavier_normal_"} or {"bias": ["constant_", 0.1]}.'
            raise DocumentError(f"{path}.{name}", message)
    return found


def _is_word(value: Any) -> bool:
    """Whether a value is a word that functions of torch.nn.init take: fan_out, relu."""
    return isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]{0,30}", value) is not None


def _parametrize(raw: Any, path: str) -> str:
    if raw and raw not in PARAMETRIZATIONS:
        message = f"takes {', '.join(PARAMETRIZATIONS)} and gets {shown(raw)}."
        raise DocumentError(path, message)
    return raw or ""


FIELDS: dict[str, Callable[[Any, str], Any]] = {
    "repeat": _repeat,
    "shares": _shares,
    "frozen": _flag,
    "init": _init,
    "parametrize": _parametrize,
    "note": _note,
}
