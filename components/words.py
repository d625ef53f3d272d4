"""Numbers and text as the pages show them."""

from __future__ import annotations


def escaped(text: str) -> str:
    """Text in which nothing is Markdown: Streamlit's labels, help and messages are."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]()<>#+-!|:$~&" else c for c in text)


def count(number: float) -> str:
    """A count with its thousands parted; large ones short: 13,802 or 25.6 M."""
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
    return " × ".join(map(str, sizes)) if sizes else "one number"
