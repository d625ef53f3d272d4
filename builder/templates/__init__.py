"""The classics, as documents: one file each. The file's stem is its name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from builder.document import Document

FOLDER = Path(__file__).parent
SUFFIX = ".loom.json"
FIRST = "digits_cnn"  # what the Build page opens on


def template_names() -> tuple[str, ...]:
    """The names that `template` knows, the first one first."""
    found = sorted(path.name.removesuffix(SUFFIX) for path in FOLDER.glob(f"*{SUFFIX}"))
    return (FIRST, *(name for name in found if name != FIRST))


@cache
def template(name: str) -> Document:
    """A template's document. Raises KeyError for a name that is none."""
    if name not in template_names():
        raise KeyError(name)
    return Document.from_json((FOLDER / f"{name}{SUFFIX}").read_text(encoding="utf-8"))
