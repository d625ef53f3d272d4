"""The form of one layer, drawn from its catalogue entry: a widget per argument, no apply button."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from builder.kinds import Kind, Param
from components.language import message, t
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
    inferred: Mapping[str, tuple[Any, str]] | None = None,
    more: str = message("More arguments"),
    sums: bool = False,
    columns: int = 2,
) -> None:
    """A widget for each Param, showing what is given or else the default.

    inferred  argument -> what is read off an input, and where from ("the channels of conv1"): shown in
              grey while nothing is given.
    columns   how many arguments stand in a row.
    sums      numbers may be sums of a block's params, written =channels*2, so they are typed.
    """
    main = [param for param in params if not param.advanced]
    advanced = [param for param in params if param.advanced]
    for group, place in ((main, st.container()), (advanced, None)):
        if not group:
            continue
        if place is None:
            place = st.expander(t(more))  # always the same title, or it would close
        with place:
            _grid(prefix, group, given, field, on_set, on_unset, inferred or {}, sums, columns)


def _grid(prefix, group, given, field, on_set, on_unset, inferred, sums, columns) -> None:
    """So many arguments a row; those read off the input by themselves, with room for where they come from;
    boxes to tick together after the others."""
    boxes = [param for param in group if param.type == "bool"]
    for param in group:
        if param.name in inferred and param.type != "bool":
            _widget(prefix, param, given, field, on_set, on_unset, inferred[param.name], sums)
    plain = [param for param in group if param.type != "bool" and param.name not in inferred]
    for part in (plain, boxes):
        for first in range(0, len(part), columns):
            pair = part[first : first + columns]
            for param, column in zip(pair, st.columns(columns, gap="small"), strict=False):
                with column:
                    follows = inferred.get(param.name)
                    _widget(prefix, param, given, field, on_set, on_unset, follows, sums)


def _widget(prefix, param, given, field, on_set, on_unset, follows, sums) -> None:
    value = given.get(param.name, None if follows else param.default)

    def change(new: Any) -> None:
        if new is None and (follows or not param.optional):
            on_unset(param.name)
        else:
            on_set(param.name, new)

    typed = sums and param.type in ("int", "float", "ints")  # `any` takes a sum as words
    draw = WIDGETS["sum" if typed else "follows" if follows else param.type]
    draw(param, f"{prefix}.{param.name}", value, change, field, follows)


def help_text(param: Param, follows: Any = None) -> str:
    """The argument's help with what it takes, safe to show as Markdown."""
    parts = [t(param.help), t(f"Takes {param.wants()}.")]
    if param.type in ("ints", "floats") and param.rank != 1:
        parts.append(t("Several are typed as 3x5."))
    if not param.required:
        parts.append(t(f"Default: {param.default!r}."))
    if follows:
        parts.append(t(f"Left empty, it is read off the input: {follows[1]}."))
    return escaped(" ".join(part if part[-1:] in ".。" else f"{part}." for part in parts if part))


def _check(param, key, value, change, field, _follows) -> None:
    st.checkbox(param.name, help=help_text(param), **field(key, bool(value), change))


def _number(param, key, value, change, field, follows) -> None:
    number = float if param.type == "float" else int
    low, high = (None if limit is None else number(limit) for limit in (param.low, param.high))
    if value is not None and param.misfit(value):  # out of range already: the form must show it
        low = high = None
    st.number_input(
        param.name,
        **({"value": None} if follows or param.optional else {}),  # else there is nothing to clear
        min_value=low,
        max_value=high,
        step=_step(param, number),
        format="%g" if number is float else "%d",
        placeholder=_placeholder(follows, str),
        help=help_text(param, follows),
        **field(key, value, change),
    )


def _placeholder(follows: Any, words: Callable[[Any], str]) -> str:
    """What a field without a given value shows in grey: what is read off the input, or None."""
    if follows is None:
        return "None"
    return t(f"read off {follows[1]}") if follows[0] is None else f"{words(follows[0])}, {t(follows[1])}"


def _step(param: Param, number: type) -> int | float:
    if number is int:
        return 1
    share_of_one = param.low == 0 and param.high == 1 and (param.default or 0.5) >= 0.01
    return 0.05 if share_of_one else max(abs(param.default or 0.0) / 10, 1e-6)


def _choice(param, key, value, change, field, _follows) -> None:
    options = [*param.choices, *([None] if param.optional else [])]
    st.selectbox(
        param.name,
        options if value in options else [value, *options],
        help=help_text(param),
        **field(key, value, change),
    )


def _text(param, key, value, change, field, follows) -> None:
    st.text_input(
        param.name,
        placeholder=_placeholder(follows, numbers_text),
        help=help_text(param, follows),
        **field(key, numbers_text(value), lambda text: change(read_numbers(text, param))),
    )


def _any(param, key, value, change, field, _follows) -> None:
    st.text_input(
        param.name,
        placeholder="None",
        help=help_text(param),
        **field(key, any_text(value), lambda text: change(read_any(text))),
    )


def any_text(value: Any) -> str:
    """A value as it is typed where any may stand: words as they are, the rest as in Python."""
    if isinstance(value, str):
        return value if read_any(value) == value else repr(value)
    return "" if value is None else repr(value)


def read_any(text: str) -> Any:
    """What was typed, as Python reads it, or else as words: 3, 0.5, (2, 4), True, same."""
    plain = text.strip()
    try:
        value = ast.literal_eval(plain) if plain else None
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return plain
    return tuple(value) if isinstance(value, list) else value


def _sum(param, key, value, change, field, follows) -> None:
    st.text_input(
        param.name,
        placeholder=_placeholder(follows, numbers_text),
        help=" ".join(
            (help_text(param, follows), t("Or a sum of the block's params, as in \\=channels\\*2."))
        ),
        **field(key, numbers_text(value), lambda text: change(read_sum(text, param))),
    )


def read_sum(text: str, param: Param) -> Any:
    """A sum as it was typed, else what the argument takes without one."""
    if text.strip().startswith("="):
        return text.strip()
    if param.type in ("ints", "floats"):
        return read_numbers(text, param)
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text.strip() or None


def numbers_text(value: Any) -> str:
    """Numbers as people type them: 3, or 3 x 5, or same."""
    if value is None:
        return ""
    return " x ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def read_numbers(text: str, param: Param) -> Any:
    """What was typed, as the Param takes it; see read_ints."""
    return read_ints(text, param.rank, float if param.type == "floats" else int)


def read_ints(text: str, rank: int = -1, number: type = int) -> Any:
    """What was typed, as a number, a tuple, None for nothing, or the text itself where it is none.

    Numbers may be parted by x, commas or blanks, in brackets or not: 3x5, (3, 5), 3 5. With rank 0
    a single number is a tuple too, as Param says.
    """
    plain = text.strip()
    bare = plain.strip("()[]").replace("×", "x")
    parts = bare.replace("x", " ").replace(",", " ").split()
    try:
        numbers = tuple(number(part) for part in parts)
    except ValueError:
        return plain
    if not numbers:
        return None
    single = len(numbers) == 1 and rank != 0 and plain == parts[0]
    return numbers[0] if single else numbers


WIDGETS: dict[str, Callable[..., None]] = {
    "bool": _check,
    "int": _number,
    "float": _number,
    "choice": _choice,
    "ints": _text,
    "floats": _text,
    "text": _text,
    "any": _any,
    "sum": _sum,
    "follows": lambda param, *rest: (_text if param.type == "ints" else _number)(param, *rest),
}


def inferred_values(kind: Kind, specs: Sequence[Any], sources: Sequence[str]) -> dict[str, tuple[Any, str]]:
    """Argument -> what is read off the input it follows from, and where from: "the channels of conv1".

    specs, sources  what flows in along each wire, None where that is not known, and the wires.
    """
    found = {}
    for name, read in kind.reads.items():
        place = read.input if read.input < len(sources) else 0 if kind.alone else len(sources)
        source = sources[place] if place < len(sources) else message("the input")
        words = message(f"the {read.words.split()[0]} of {source}")
        try:
            spec = specs[place] if place < len(specs) else None
            found[name] = (None if spec is None else read.value(spec), words)
        except (ValueError, IndexError):
            found[name] = (None, words)
    return found
