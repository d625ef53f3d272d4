"""The JavaScript and CSS of the components in frontend/, put together for Streamlit.

The files are ES modules that import each other; Streamlit takes one text per component, so the
modules it needs are joined in order and their imports and exports of each other left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from builder.captions import COLORS
from components.language import ENGLISH, chosen, speaking, t
from components.languages.sources import said

FRONTEND = Path(__file__).parent / "frontend"
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.]+)";\n', re.MULTILINE)
NO_MESSAGES = "const MESSAGES = {};"  # in say.js


def component(name: str, *, html: str, js: str, css: str | None = None, **options: Any) -> Callable[..., Any]:
    """A component of ours, for each language with its messages; js is the module it begins with.

    What comes back is called as Streamlit's own components are, and takes the visitor's language.
    """

    @cache
    def made(language: str) -> Callable[..., Any]:
        own = name if language == ENGLISH else f"{language}_{name}"
        return st.components.v2.component(own, html=html, css=css, js=script(js, language), **options)

    made(ENGLISH)
    return lambda **given: made(chosen())(**given)


@cache
def script(name: str, language: str = ENGLISH) -> str:
    """The module and all it imports, as one module."""
    parts = [IMPORT.sub("", _read(file)) for file in dict.fromkeys(_imported_first(name))]
    inner = [re.sub(r"^export (?!default)", "", part, flags=re.MULTILINE) for part in parts]
    return with_messages("\n".join(inner), language)


def with_messages(text: str, language: str, of: str | None = None) -> str:
    """say.js, or a script it was joined into, with the messages of the language that occur in it, or `of`."""
    if language == ENGLISH:
        return text
    with speaking(language):
        messages = {each: t(each) for each in (*said(text if of is None else of), *COLORS)}
    return text.replace(NO_MESSAGES, f"const MESSAGES = {json.dumps(messages, ensure_ascii=False)};")


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
