"""How a Param is drawn, wherever it is: the field of a layer's argument or of a setting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from builder.kinds import Param
from components.form import Field, Option
from components.language import t
from components.typed import (
    any_text,
    number_text,
    numbers_text,
    read_any,
    read_number,
    read_numbers,
    read_sum,
)


def boxes_last(params: Sequence[Param]) -> list[Param]:
    """In their order, boxes to tick together after the others."""
    return sorted(params, key=lambda param: param.type == "bool")


def param_field(
    param: Param,
    value: Any,
    change: Callable[[Any], Any],
    follows: tuple[Any, str] | None = None,
    sums: bool = False,
) -> Field:
    """The field of one Param, by its type.

    change   called with what was entered, as the Param takes it; None for nothing, and what is typed
             wrongly as it is: a text, or a number that is out of range.
    follows  what the value is read off an input as while there is none, and where from.
    sums     a number may be a sum of a block's params, written =channels*2, so it is typed.
    """
    wide = bool(follows) or _letters(param) > LONGEST_BESIDE
    common = {"key": param.name, "label": param.name, "help": help_text(param, follows), "wide": wide}
    if sums and param.type in ("int", "float", "ints"):  # `any` takes a sum as words
        more = t("Or a sum of the block's params, as in =channels*2.")
        common["help"] = f"{common['help']} {more}"
        return _text(param, value, change, follows, common, read_sum)
    return MADE[param.type](param, value, change, follows, common)


LONGEST_BESIDE = 16  # letters of a name; a longer one would be cut with another field beside it


def _letters(param: Param) -> int:
    """How many its name or the longest of its choices has, the arrow behind these included."""
    return max(len(param.name), *(len(f"{choice} ▾") for choice in param.choices), 0)


def _check(param, value, change, _follows, common) -> Field:
    return Field(**common, type="check", value=bool(value), on_change=change)


def _number(param, value, change, follows, common) -> Field:
    """As a slider too where it is a share of one; a rate is none: its sizes lie too far apart."""
    step = step_of(param)
    return Field(
        **common,
        type="number",
        value=number_text(value),
        on_change=lambda text: change(read_number(text, param)),
        placeholder=_placeholder(follows, str),
        clearable=bool(follows) or param.optional,
        low=param.low,
        high=param.high,
        step=step,
        slider=param.type == "float" and step == SHARE_STEP,
    )


SHARE_STEP = 0.05


def step_of(param: Param) -> int | float:
    """How far a step up or down leads."""
    if param.type == "int":
        return 1
    share_of_one = param.low == 0 and param.high == 1 and (param.default or 0.5) >= 0.01
    return SHARE_STEP if share_of_one else max(abs(param.default or 0.0) / 10, 1e-6)


def _choice(param, value, change, _follows, common) -> Field:
    options = [*param.choices, *([None] if param.optional else [])]
    options = options if value in options else [value, *options]
    return Field(
        **common,
        type="choice",
        value=value,
        on_change=change,
        options=tuple(Option(each, str(each)) for each in options),
    )


def _text(param, value, change, follows, common, read=read_numbers) -> Field:
    return Field(
        **common,
        type="text",
        value=numbers_text(value),
        on_change=lambda text: change(read(text, param)),
        placeholder=_placeholder(follows, numbers_text),
    )


def _any(param, value, change, _follows, common) -> Field:
    return Field(
        **common,
        type="text",
        value=any_text(value),
        on_change=lambda text: change(read_any(text)),
        placeholder="None",
    )


MADE: dict[str, Callable[..., Field]] = {
    "bool": _check,
    "int": _number,
    "float": _number,
    "choice": _choice,
    "ints": _text,
    "floats": _text,
    "text": _text,
    "any": _any,
}


def help_text(param: Param, follows: Any = None) -> str:
    """The argument's help with what it takes."""
    parts = [t(param.help), t(f"Takes {param.wants()}.")]
    if param.type in ("ints", "floats") and param.rank != 1:
        parts.append(t("Several are typed as 3x5."))
    if not param.required:
        parts.append(t(f"Default: {param.default!r}."))
    if follows:
        parts.append(t(f"Left empty, it is read off the input: {follows[1]}."))
    return " ".join(part if part[-1:] in ".。" else f"{part}." for part in parts if part)


def _placeholder(follows: Any, words: Callable[[Any], str]) -> str:
    """What a field without a given value shows in grey: what is read off the input, or None."""
    if follows is None:
        return "None"
    return t(f"read off {follows[1]}") if follows[0] is None else f"{words(follows[0])}, {t(follows[1])}"
