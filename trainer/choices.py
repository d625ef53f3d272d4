"""A Choice: an entry of a table that a setting chooses from, such as an optimizer, with its own arguments.

The arguments, their defaults and their help are read from the text of the installed PyTorch, as
those of layers are; an entry adds the few things that the text does not say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from builder import signatures
from builder.catalogue.derive import type_of
from builder.kinds import Param

Say = Mapping[str, Mapping[str, Any]]  # argument -> fields of its Param that PyTorch does not tell


@dataclass(frozen=True)
class Choice:
    """What a setting may be set to.

    about   one sentence on what it is good for.
    params  its own arguments, which are settings too while it is chosen.
    rule    what does not go together among its arguments, in a sentence that says what to do, or "".
    """

    name: str
    about: str
    params: tuple[Param, ...] = ()
    rule: Callable[[Mapping[str, Any]], str] = lambda arguments: ""

    def param(self, name: str) -> Param | None:
        """Its argument of this name, or None."""
        return next((param for param in self.params if param.name == name), None)


def table(*choices: Any) -> dict[str, Any]:
    """The entries by their names."""
    return {choice.name: choice for choice in choices}


def derived(
    class_name: str, room: str, say: Say, only: str | None = None, hidden: str = ""
) -> tuple[Param, ...]:
    """The arguments of a class of PyTorch as Params.

    only    their names in the order of the form; without it, all but the hidden ones.
    """
    found = {each.name: each for each in signatures.arguments(class_name, room)}
    names = only.split() if only is not None else [name for name in found if name not in hidden.split()]
    return tuple(_param(found[name], say.get(name, {})) for name in names)


def _param(argument: signatures.Argument, said: Mapping[str, Any]) -> Param:
    kind, rank, choices = type_of(argument)
    required = argument.default is signatures.REQUIRED
    default = None if required else float(argument.default) if kind == "float" else argument.default
    param = Param(argument.name, default, kind, first_sentence(argument.help), rank=rank, choices=choices)
    return replace(param, **said)


def first_sentence(text: str) -> str:
    """The first sentence: PyTorch's later ones speak of tensors and implementations."""
    sentence = text.partition(". ")[0].strip(" .)")
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""
