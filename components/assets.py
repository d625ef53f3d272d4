"""The JavaScript and CSS of the components in frontend/, put together for Streamlit.

The files are ES modules that import each other; Streamlit takes one text per component, so the
modules it needs are joined in order and their imports and exports of each other left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from builder.captions import COLORS

FRONTEND = Path(__file__).parent / "frontend"
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.]+)";\n', re.MULTILINE)


def script(name: str) -> str:
    """The module and all it imports, as one module."""
    parts = [IMPORT.sub("", _read(file)) for file in dict.fromkeys(_imported_first(name))]
    inner = [re.sub(r"^export (?!default)", "", part, flags=re.MULTILINE) for part in parts]
    return "\n".join(inner)


def _imported_first(name: str) -> Iterator[str]:
    for other in IMPORT.findall(_read(name)):
        yield from _imported_first(other)
    yield name


def style(name: str) -> str:
    """The style sheet, with the colours that components share before it."""
    return f"{_family_colors()}\n{_read('shared.css')}\n{_read(name)}"


def _family_colors() -> str:
    rules = []
    for family, color in COLORS.items():
        rules.append(f'[data-family="{family}"] {{ --family: {color.light}; }}')
        rules.append(f'[data-theme="dark"] [data-family="{family}"] {{ --family: {color.dark}; }}')
    return "\n".join(rules)


def _read(name: str) -> str:
    return (FRONTEND / name).read_text(encoding="utf-8")
