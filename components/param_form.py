"""A form of settings, drawn from their entries: a widget per Param, no apply button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from builder.kinds import Param
from components.language import message, t
from components.param_fields import help_text, step_of
from components.typed import any_text, numbers_text, read_any, read_numbers
from components.words import escaped

Field = Callable[[str, Any, Callable[[Any], Any]], dict[str, Any]]  # see session.field


def param_form(
    prefix: str,
    params: tuple[Param, ...],
    given: Mapping[str, Any],
    *,
    field: Field,
    on_set: Callable[[str, Any], Any],
    on_unset: Callable[[str], Any],
    more: str = message("More arguments"),
    columns: int = 2,
) -> None:
    """A widget for each Param, showing what is given or else the default; columns of them in a row."""
    main = [param for param in params if not param.advanced]
    advanced = [param for param in params if param.advanced]
    for group, place in ((main, st.container()), (advanced, None)):
        if not group:
            continue
        if place is None:
            place = st.expander(t(more))  # always the same title, or it would close
        with place:
            _grid(prefix, group, given, field, on_set, on_unset, columns)


def _grid(prefix, group, given, field, on_set, on_unset, columns) -> None:
    """So many in a row; boxes to tick together after the others."""
    boxes = [param for param in group if param.type == "bool"]
    plain = [param for param in group if param.type != "bool"]
    for part in (plain, boxes):
        for first in range(0, len(part), columns):
            pair = part[first : first + columns]
            for param, column in zip(pair, st.columns(columns, gap="small"), strict=False):
                with column:
                    _widget(prefix, param, given, field, on_set, on_unset)


def _widget(prefix, param, given, field, on_set, on_unset) -> None:
    def change(new: Any) -> None:
        if new is None and not param.optional:
            on_unset(param.name)
        else:
            on_set(param.name, new)

    value = given.get(param.name, param.default)
    WIDGETS[param.type](param, f"{prefix}.{param.name}", value, change, field)


def _help(param: Param) -> str:
    """Safe to show as Markdown."""
    return escaped(help_text(param))


def _check(param, key, value, change, field) -> None:
    st.checkbox(param.name, help=_help(param), **field(key, bool(value), change))


def _number(param, key, value, change, field) -> None:
    number = float if param.type == "float" else int
    low, high = (None if limit is None else number(limit) for limit in (param.low, param.high))
    if value is not None and param.misfit(value):  # out of range already: the form must show it
        low = high = None
    st.number_input(
        param.name,
        **({"value": None} if param.optional else {}),  # else there is nothing to clear
        min_value=low,
        max_value=high,
        step=step_of(param),
        format="%g" if number is float else "%d",
        placeholder="None",
        help=_help(param),
        **field(key, value, change),
    )


def _choice(param, key, value, change, field) -> None:
    options = [*param.choices, *([None] if param.optional else [])]
    st.selectbox(
        param.name,
        options if value in options else [value, *options],
        help=_help(param),
        **field(key, value, change),
    )


def _text(param, key, value, change, field) -> None:
    st.text_input(
        param.name,
        placeholder="None",
        help=_help(param),
        **field(key, numbers_text(value), lambda text: change(read_numbers(text, param))),
    )


def _any(param, key, value, change, field) -> None:
    st.text_input(
        param.name,
        placeholder="None",
        help=_help(param),
        **field(key, any_text(value), lambda text: change(read_any(text))),
    )


WIDGETS: dict[str, Callable[..., None]] = {
    "bool": _check,
    "int": _number,
    "float": _number,
    "choice": _choice,
    "ints": _text,
    "floats": _text,
    "text": _text,
    "any": _any,
}
