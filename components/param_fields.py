"""The fields of a layer's arguments, drawn from its catalogue entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from builder.kinds import Kind, Param
from components.form import Field, Fields, Option
from components.language import message, t
from components.typed import (
    any_text,
    number_text,
    numbers_text,
    read_any,
    read_number,
    read_numbers,
    read_sum,
)

MORE = message("More arguments")


def param_fields(
    params: Sequence[Param],
    given: Mapping[str, Any],
    *,
    on_set: Callable[[str, Any], Any],
    on_unset: Callable[[str], Any],
    inferred: Mapping[str, tuple[Any, str]],
    sums: bool = False,
) -> tuple[Fields, Fields]:
    """A field for each Param, showing what is given or else the default; those that seldom matter folded.

    inferred  argument -> what is read off an input, and where from ("the channels of conv1"): shown in
              grey while nothing is given.
    sums      numbers may be sums of a block's params, written =channels*2, so they are typed.
    """

    def field(param: Param) -> Field:
        follows = inferred.get(param.name)
        value = given.get(param.name, None if follows else param.default)

        def change(new: Any) -> None:
            if new is None and (follows or not param.optional):
                on_unset(param.name)
            else:
                on_set(param.name, new)

        return _field(param, value, change, follows, sums)

    first = _first(params, inferred)
    others = [param for param in params if param not in first]
    main, folded = (tuple(map(field, _in_rows(each, inferred))) for each in (first, others))
    return Fields(main, first=True), Fields(folded, t(MORE))


MOST_FIRST = 3  # arguments that are not folded, those aside that are read off the input
GIVES_WAY = "stride"  # where there are more: padding is set twice as often in the templates' convolutions


def _first(params: Sequence[Param], inferred: Mapping[str, Any]) -> list[Param]:
    """The arguments that matter first, in PyTorch's order."""
    main = [param for param in params if not param.advanced]
    own = sorted(
        (each for each in main if each.name not in inferred), key=lambda each: each.name == GIVES_WAY
    )
    return [param for param in main if param.name in inferred or param in own[:MOST_FIRST]]


def _in_rows(params: Sequence[Param], inferred: Mapping[str, Any]) -> list[Param]:
    """Those that are read off the input by themselves first, boxes to tick together after the others."""
    return sorted(params, key=lambda param: (param.name not in inferred, param.type == "bool"))


def _field(param: Param, value: Any, change: Callable[[Any], Any], follows: Any, sums: bool) -> Field:
    common = {"key": param.name, "label": param.name, "help": help_text(param, follows)}
    if sums and param.type in ("int", "float", "ints"):  # `any` takes a sum as words
        more = t("Or a sum of the block's params, as in =channels*2.")
        common["help"] = f"{common['help']} {more}"
        return _text(param, value, change, follows, common, read_sum)
    return MADE[param.type](param, value, change, follows, common)


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
        wide=bool(follows),
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
        wide=bool(follows),
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
