"""The components in frontend/, put together for Streamlit, and their styles."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from builder.captions import COLORS
from components.language import ENGLISH, chosen
from components.scripts import FRONTEND, loader


def component(name: str, *, html: str, js: str, css: str | None = None, **options: Any) -> Callable[..., Any]:
    """A component of ours, for each language with its messages; js is the module it begins with.

    What comes back is called as Streamlit's own components are, and takes the visitor's language.
    """

    @cache
    def made(language: str) -> Callable[..., Any]:
        own = name if language == ENGLISH else f"{language}_{name}"
        return st.components.v2.component(own, html=html, css=css, js=loader(js, language), **options)

    made(ENGLISH)
    return lambda **given: made(chosen())(**given)


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
