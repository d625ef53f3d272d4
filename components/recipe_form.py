"""What was guessed of a file and may be corrected: a widget for each of its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from components.language import t
from components.words import escaped


def recipe_form(
    prefix: str,
    options: Sequence[Any],
    values: Mapping[str, Any],
    *,
    field: Callable[..., dict[str, Any]],
    on_set: Callable[[str, Any], Any],
) -> None:
    """The options of a file, each with its value; `prefix` tells two files' widgets apart."""
    wide = [option for option in options if option.kind == "several"]
    narrow = [option for option in options if option.kind != "several"]
    for first in range(0, len(narrow), 2):
        for option, column in zip(narrow[first : first + 2], st.columns(2, gap="small"), strict=False):
            with column:
                _widget(prefix, option, values[option.name], field, on_set)
    for option in wide:
        _widget(prefix, option, values[option.name], field, on_set)


def _widget(prefix, option, value, field, on_set) -> None:
    draw = {"one": _one, "several": _several, "number": _number}[option.kind]
    value = list(value) if option.kind == "several" else value  # a tuple would count as changed at once
    keywords = field(f"{prefix}.{option.name}", value, lambda new: on_set(option.name, new))
    draw(option, keywords)


def _one(option, keywords) -> None:
    said = str if option.named else t
    st.selectbox(
        t(option.title), list(option.choices), format_func=said, help=escaped(t(option.help)), **keywords
    )


def _several(option, keywords) -> None:
    st.multiselect(t(option.title), list(option.choices), help=escaped(t(option.help)), **keywords)


def _number(option, keywords) -> None:
    st.number_input(
        t(option.title),
        min_value=option.low,
        max_value=option.high,
        step=1,
        help=escaped(t(option.help)),
        **keywords,
    )
