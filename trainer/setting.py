"""What a setting is: a field with its description, what it may choose from, and which values fit it."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from builder.kinds import Param
from trainer import objectives
from trainer.choices import Choice
from trainer.optimizers import OPTIMIZERS
from trainer.schedules import SCHEDULES

FIRST, WEIGHTS, PREPARING, VALIDATION, SPEED, REPEATING, LOOKING = GROUPS = (
    "first",
    "Weights and gradients",
    "Preparing the data",
    "Validation and stopping",
    "Speed and precision",
    "Repeating a run",
    "Looking inside",
)
# Setting -> what it chooses from.
CHOICES: dict[str, Mapping[str, Choice]] = {
    "loss": objectives.CHOICES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
}
# The names of all arguments of all that can be chosen.
ARGUMENTS = {param.name for table in CHOICES.values() for each in table.values() for param in each.params}


def setting(default: Any, help: str, choices: Iterable[str] = (), group: str = FIRST, **limits: Any) -> Any:
    """A field of Settings together with its description, and where the form has it."""
    about = {"help": help, "choices": tuple(choices), "group": group, **limits}
    return field(default=default, metadata=about)


def default_threads() -> int:
    """One core fewer than there are: a thread per busy core makes PyTorch's threads wait for
    each other.
    """
    return max(1, (os.cpu_count() or 1) - 1)


def problem(param: Param, value: Any) -> str:
    """What is wrong with this value in one sentence, or the empty string."""
    try:
        return param.misfit(settled(param, value))
    except ValueError as error:
        return str(error)


def problems(params: Iterable[Param], values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with single values, in a sentence each, by the names of their settings."""
    found = {param.name: problem(param, values[param.name]) for param in params if param.name in values}
    return {name: sentence for name, sentence in found.items() if sentence}


def settled(param: Param, value: Any) -> Any:
    """The value as Settings keeps it: 10.0 out of a form is the whole number 10. Raises ValueError."""
    if isinstance(value, float) and param.type == "int" and value.is_integer():
        value = int(value)
    value = param.read(value)
    if param.type == "floats" and value is not None and not isinstance(value, tuple):
        raise ValueError(f"{param.name} takes {param.rank} numbers. Write them as {value:g}, {value:g}.")
    return value


def described(name: str, default: Any, type_: type, about: Mapping[str, Any]) -> Param:
    """A field of Settings as a Param."""
    plain = {key: value for key, value in about.items() if key != "group"}
    kind = "choice" if plain["choices"] else type_.__name__
    return Param(name, default, kind, **plain)
