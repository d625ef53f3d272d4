"""What code of custom layers a person has trusted here. Kept beside the documents, never in them.

A trusted source lies under its SHA-256 in LAYERLOOM_HOME/trusted; deleting that file takes the
trust back. LAYERLOOM_CUSTOM_CODE=off trusts nothing, whatever was clicked or asked.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from builder import blocks
from builder.custom.written import Custom
from builder.home import home

if TYPE_CHECKING:
    from builder.document import Document

Trust = bool | frozenset[str]  # all code, none, or what has one of these digests
SWITCH = "LAYERLOOM_CUSTOM_CODE"


def allowed() -> bool:
    """Whether custom code may run here at all; any word but on switches it off."""
    return os.environ.get(SWITCH, "").strip().lower() in ("", "on")


def covers(trust: Trust, custom: Custom) -> bool:
    """Whether a trust holds for this code."""
    return allowed() and (trust if isinstance(trust, bool) else custom.digest in trust)


def kept(document: Document) -> frozenset[str]:
    """The digests of the document's code that were trusted here."""
    if not document.custom or not allowed():
        return frozenset()
    digests = (custom.digest for custom in document.custom.values())
    return frozenset(digest for digest in digests if _place(digest).is_file())


def keep(custom: Custom) -> None:
    """Trusts this very code, from now on. The click of a person comes before."""
    place = _place(custom.digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
        file.write(custom.source.encode())
    os.replace(file.name, place)


def _place(digest: str) -> Path:
    return home() / "trusted" / f"{digest}.py"


def refusal(document: Document, trust: Trust) -> str:
    """Why the network's code may not run, in a sentence; '' where nothing stands in the way."""
    for name in blocks.custom_in_use(document):
        if not covers(trust, document.custom[name]):
            what = f"The network uses {name}, which is Python code of its own"
            if allowed():
                return f"{what}. Read it and trust it, or remove it."
            return (
                f"{what}, and none is run here ({SWITCH}=off). Remove it, or use it where you may run code."
            )
    return ""


def words(name: str) -> str:
    """What a node with code that may not run says after its name."""
    if allowed():
        return f"runs Python code of its own (class {name}). Read it and trust it, or remove it."
    return (
        f"runs Python code of its own (class {name}), and none is run here ({SWITCH}=off). "
        "Remove it, or use it where you may run code."
    )
