"""The network without a screen: documents, checks, shapes, and code both ways.

Importing this does not import torch; checking does, when it is first asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.build import build
from builder.checks import ProblemsError, Report, check
from builder.custom.trust import Trust
from builder.document import Document, DocumentError
from builder.source.read import from_python
from builder.source.write import to_python

if TYPE_CHECKING:
    from torchinfo import ModelStatistics

__all__ = [
    "Document",
    "DocumentError",
    "ProblemsError",
    "Report",
    "build",
    "check",
    "from_python",
    "summary",
    "to_python",
]


def summary(document: Document, batch: int = 32, trust: Trust = False) -> ModelStatistics:
    """torchinfo's table of the network, made on the meta device; see builder.summarize."""
    from builder.summarize import summarize  # loads torch

    return summarize(document, batch, trust)
