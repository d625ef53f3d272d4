"""What all warnings have in common: how they begin, how they list names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from builder.fixes import Fix
from builder.opened import Layer, Opened
from builder.rules import Problem

Advice = Callable[[Opened], Iterator[Problem]]


def warning(layer: Layer, message: str, *repairs: Fix) -> Problem:
    """A warning at a layer. The repairs are edits of the graph where it stands."""
    return Problem(layer.id, f"{layer.name} ({layer.kind}) {message}", repairs, "warning")


def listed(names: Sequence[str]) -> str:
    """Names in a sentence; of many, the first three."""
    shown = names[:3] if len(names) > 4 else names
    rest = [f"{len(names) - 3} more"] if len(names) > 4 else []
    *first, last = [*shown, *rest] or [""]
    return f"{', '.join(first)} and {last}" if first else last
