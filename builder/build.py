"""A document as a living module: the printed source, run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builder.document import Document
from builder.source.write import main_class, to_python

if TYPE_CHECKING:
    from torch import nn


def build(document: Document) -> nn.Module:
    """The network as an nn.Module. Raises checks.ProblemsError where check finds problems."""
    return run_source(to_python(document), main_class(document))


def run_source(source: str, class_name: str) -> nn.Module:
    """An instance of the class that to_python printed. Only ever given what to_python printed."""
    scope: dict[str, Any] = {"__name__": "layerloom_network"}
    exec(compile(source, "<network>", "exec"), scope)  # noqa: S102  printed by write.py, never read
    return scope[class_name]()
