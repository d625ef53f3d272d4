"""The language a visitor reads, and every text of the interface in it.

What is written in the sources, kept with runs and answered by other processes is English; it becomes another
language where it is shown, by `t`. The catalogue of messages is languages/zh_CN.po.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import Any

import streamlit as st
from babel.dates import format_skeleton
from starlette.requests import HTTPConnection

from components.languages.catalogue import catalogue

ENGLISH, CHINESE = "en", "zh_CN"
LANGUAGES = {ENGLISH: "English", CHINESE: "简体中文"}  # each as those who read it call it
COOKIE = "layerloom_language"

_spoken: ContextVar[str] = ContextVar("language", default="")


def t(text: str, *values: Any) -> str:
    """The text in the visitor's language; text that no message matches, as it is.

    Give it the sentence as it stands in the source, an f-string already filled in: what was put into it is
    translated too. Escape afterwards: escaped(t(sentence)). A short text around something that a person has
    named is given with its places, so that it is surely found, and the values stay: t("Open {0}", name).
    """
    language = chosen()
    said = text if language == ENGLISH else catalogue(language).translated(text)
    return said.format(*values) if values else said


def message(text: str) -> str:
    """Marks a text of a table that is shown through `t` later, so that it is found in the sources."""
    return text


def settle() -> None:
    """Looks the visitor's language up once for a run of the script, which asks for it hundreds of times."""
    _spoken.set(_asked_for())


def chosen() -> str:
    """What the visitor of this run of the script, or of this request, reads."""
    return _spoken.get() or _asked_for()


def _asked_for() -> str:
    return understood(st.context.cookies.get(COOKIE), st.context.locale)


def understood(kept: str | None, preferred: str | None) -> str:
    """A language of ours: the one that was kept, or what the browser prefers, zh-TW too; else English."""
    if kept in LANGUAGES:
        return kept
    return CHINESE if (preferred or "").lower().startswith("zh") else ENGLISH


def of_request(request: HTTPConnection) -> str:
    """The language of a request that Streamlit has no part in."""
    return understood(request.cookies.get(COOKIE), request.headers.get("accept-language"))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """All in here is in that language, whoever asks."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def dialog(title: str, **options: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As st.dialog, whose title is fixed when the module is read: this one follows the visitor's language."""

    def decorated(draw: Callable[..., None]) -> Callable[..., None]:
        @wraps(draw)
        def opened(*given: Any) -> None:
            st.dialog(t(title), **options)(draw)(*given)

        return opened

    return decorated


def day(moment: datetime, skeleton: str) -> str:
    """A date as the language writes it; skeleton as in CLDR: yMMMd, MMMMd."""
    locale = "en_GB" if chosen() == ENGLISH else chosen()
    return format_skeleton(skeleton, moment, locale=locale)


def load() -> None:
    """Reads what dates are written with, which takes a moment, before a visitor waits for it."""
    for each in LANGUAGES:
        with speaking(each):
            day(datetime.now(), "yMMMd")
