"""What differs between runs that are compared: what they are called, and how they were trained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from trainer.store import Run

FEWEST, MOST = 2, 8  # runs: as many as there are colours that can be told apart


def titles(runs: Sequence[Run]) -> list[str]:
    """What to call each: its name and variant, numbered where several are called the same."""
    plain = [f"{run.name} · {run.variant}" if run.variant else run.name for run in runs]
    counts, seen, found = Counter(plain), Counter[str](), []
    for each in plain:
        seen[each] += 1
        found.append(f"{each} ({seen[each]})" if counts[each] > 1 else each)
    return found


def settings(runs: Sequence[Run]) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """The settings that differ, each with a value per run, None where a run has no such setting; and those
    that are the same, with their value. The data set counts as a setting: it comes first. A learning rate
    that a person changed while the run trained is told with the one before: 0.1 → 0.01.
    """
    given = [{"data": run.data, **run.settings, **_changed_rate(run)} for run in runs]
    names = list(dict.fromkeys(name for each in given for name in each))
    differing: dict[str, list[Any]] = {}
    same: dict[str, Any] = {}
    for name in names:
        values = [each.get(name) for each in given]
        if all(_alike(value, values[0]) for value in values):
            same[name] = values[0]
        else:
            differing[name] = values
    return differing, same


def _changed_rate(run: Run) -> dict[str, str]:
    began = run.settings.get("lr")
    return {} if None in (run.lr, began) or run.lr == began else {"lr": f"{began:g} → {run.lr:g}"}


def _alike(one: Any, other: Any) -> bool:
    """Equal, and of one type: True is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
