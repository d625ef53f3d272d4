"""The classics, as documents: one file each, and what the gallery says of them in index.py."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from builder.document import Document
from builder.templates.index import GROUPS, TEMPLATES, Template

__all__ = ["FIRST", "GROUPS", "TEMPLATES", "Template", "template", "template_names"]

FOLDER = Path(__file__).parent
SUFFIX = ".loom.json"
FIRST = TEMPLATES[0].name  # what the Build page opens on


def template_names() -> tuple[str, ...]:
    """The names that `template` knows, in the gallery's order."""
    return tuple(entry.name for entry in TEMPLATES)


@cache
def template(name: str) -> Document:
    """A template's document. Raises KeyError for a name that is none."""
    if name not in template_names():
        raise KeyError(name)
    return Document.from_json((FOLDER / f"{name}{SUFFIX}").read_text(encoding="utf-8"))
