"""The settings as a form shows them: those of what is chosen, with the defaults that follow from it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.kinds import Param
from trainer import objectives
from trainer.choices import Choice
from trainer.data import DataSet, find
from trainer.errors import TrainerError
from trainer.objectives import AUTO
from trainer.setting import CHOICES, FIRST, GROUPS
from trainer.settings import GROUP_OF, SETTINGS, Settings

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """A setting that chooses from a table, what is chosen, and the settings that belong to it."""

    setting: Param
    choice: Choice
    params: tuple[Param, ...]


def plain() -> tuple[Param, ...]:
    """The first settings, which choose nothing."""
    return tuple(p for p in _group(FIRST) if p.name not in (*CHOICES, "lr"))


def section(name: str, values: Values, data_set: DataSet) -> Section:
    """The loss, the optimizer or the schedule with its own arguments."""
    choice = chosen(values, data_set)[name]
    setting = SETTINGS[name]
    if name == "loss":
        usual, *others = objectives.fitting(data_set.task)
        setting = replace(setting, choices=(usual, *others), default=usual)
    own = choice.params
    if name == "optimizer":
        own = (replace(SETTINGS["lr"], default=choice.lr, optional=False), *own)
    return Section(setting, choice, own)


def folded(values: Values, data_set: DataSet, devices: Sequence[str]) -> dict[str, tuple[Param, ...]]:
    """The other settings, by the title they are folded away under."""
    decay = chosen(values, data_set)["optimizer"].weight_decay
    here = {
        "device": replace(SETTINGS["device"], choices=tuple(devices)),
        "weight_decay": replace(SETTINGS["weight_decay"], default=decay, optional=False),
    }
    nowhere = {"weight_decay"} if decay is None else set()
    return {
        group: tuple(here.get(p.name, p) for p in _group(group) if p.name not in nowhere)
        for group in GROUPS
        if group != FIRST
    }


def chosen(values: Values, data_set: DataSet) -> dict[str, Choice]:
    """What these values choose from each table; the loss that `auto` is for this data."""
    found = {name: table[values.get(name, SETTINGS[name].default)] for name, table in CHOICES.items()}
    if found["loss"].name == AUTO:
        found["loss"] = objectives.chosen(AUTO, data_set)
    return found


def chosen_loss(values: Values, data: str | None) -> str:
    """The name of the loss that was chosen, or that the chosen data set brings; "" without either."""
    loss = values.get("loss", AUTO)
    try:
        if data is None:
            return "" if loss == AUTO else loss
        data_set = find(data)
    except TrainerError:  # the data set is not here any more
        return ""
    return chosen(fitting(values, data_set), data_set)["loss"].name


def changed(values: Values, name: str, value: Any, data_set: DataSet) -> dict[str, Any]:
    """The values with one set, or left to its default by None.

    What is chosen anew begins with its own arguments, whatever those of the one before were.
    """
    kept = dict(values)
    if name in CHOICES:
        for param in chosen(values, data_set)[name].params:
            kept.pop(param.name, None)
    kept[name] = value
    default = {p.name: p.default for p in every(kept, data_set)}.get(name)
    if value is None or value == default:
        kept.pop(name)
    return kept


def every(values: Values, data_set: DataSet) -> tuple[Param, ...]:
    """All settings of the form, from top to bottom."""
    sections = [section(name, values, data_set) for name in CHOICES]
    inside = [param for each in sections for param in (each.setting, *each.params)]
    rest = [param for group in folded(values, data_set, ("cpu", "cuda")).values() for param in group]
    return (*plain(), *inside, *rest)


def fitting(values: Values, data_set: DataSet) -> dict[str, Any]:
    """The values without a loss that is for other data, which the form does not offer."""
    loss = values.get("loss")
    if loss is None or loss == AUTO or objectives.LOSSES[loss].task == data_set.task:
        return dict(values)
    others = {"loss", *(param.name for param in objectives.LOSSES[loss].params)}
    return {name: value for name, value in values.items() if name not in others}


def steps_per_epoch(settings: Settings, data_set: DataSet) -> int:
    """About how many steps an epoch has, known without loading the data."""
    held = data_set.held or data_set.examples * settings.validation
    return max(1, math.ceil((data_set.examples - held) / settings.batch_size))


def _group(group: str) -> list[Param]:
    return [param for name, param in SETTINGS.items() if GROUP_OF[name] == group]
