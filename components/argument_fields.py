"""The fields of a layer's arguments: those that matter first, and what is read off its inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from builder.kinds import Kind, Param
from components.form import Field, Fields
from components.language import message, t
from components.param_fields import boxes_last, param_field

MORE = message("More arguments")


def argument_fields(
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

        return param_field(param, value, change, follows, sums)

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
    return sorted(boxes_last(params), key=lambda param: param.name not in inferred)


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
