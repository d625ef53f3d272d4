"""Numbers and text as the pages show them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeVar

from components.language import message

Key = TypeVar("Key")

# Streamlit makes icons, links, arrows and dashes of these after the Markdown is parsed, where a backslash
# no longer helps; an invisible word joiner in their midst does.
JOINED = re.compile(r":(?=material/|//)|www(?=\.)|\w(?=@)|-(?=[->])|<(?=[-=])|>(?==)", re.IGNORECASE)
WORD_JOINER = "\u2060"
MARKS = frozenset(r"\`*_{}[]()<>#+-!|:$~&.")
FLOAT = 4  # bytes of a float32


def escaped(text: str) -> str:
    """Text on one line in which nothing is Markdown: Streamlit's labels, help and messages are."""
    joined = JOINED.sub(lambda found: found[0] + WORD_JOINER, " ".join(text.split()))
    return "".join(f"\\{letter}" if letter in MARKS else letter for letter in joined)


def told_apart(labels: Mapping[Key, str], shown: Callable[[str], str] | None = None) -> dict[Key, str]:
    """Labels of options, as `shown`, else escaped; those that are the same get invisible letters: Streamlit
    takes the options of a list for one where their labels are equal.
    """
    seen: Counter[str] = Counter()
    found = {}
    for key, label in labels.items():
        found[key] = (shown or escaped)(label) + WORD_JOINER * seen[label]
        seen[label] += 1
    return found


def count(number: float) -> str:
    """A count with its thousands parted; large ones short: 13,754 or 25.6 M."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if number >= 10 * size:
            return f"{number / size:,.1f} {letter}"
    return f"{number:,.0f}"


def memory(size: float) -> str:
    """Bytes in the unit that suits them: 55.2 kB."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


def shape(sizes: tuple[int, ...]) -> str:
    """The shape of one example: 16 × 8 × 8; a single number by itself."""
    return " × ".join(map(str, sizes)) if sizes else message("one number")
