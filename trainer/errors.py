"""The errors that are meant for a person: each one's text is a sentence to show as it is."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class TrainerError(ValueError):
    """Something the user can put right; its text says which thing, what is wrong, what to do."""


def unknown(what: str, given: str, allowed: Iterable[str]) -> TrainerError:
    """The error for a name that is not in `allowed`, with the nearest one as a suggestion."""
    names = list(allowed)
    near = get_close_matches(given, names, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return TrainerError(f"There is no {what} '{given}'.{hint} Choose one of: {', '.join(names)}.")
