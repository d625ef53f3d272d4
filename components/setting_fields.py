"""The fields of a run's settings: what matters most first, choices with their arguments, the rest folded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from builder.kinds import Param
from components.form import Field, Fields, Lines, Part
from components.language import message, t
from components.param_fields import boxes_last, param_field
from components.words import escaped


@dataclass(frozen=True)
class SettingFields:
    """Makes the parts of a form out of settings.

    values    those that were set; the others show their defaults.
    on_set    takes a name and a value, None for the default.
    problems  what is wrong with a value, by its setting: said below its field.
    """

    values: Mapping[str, Any]
    on_set: Callable[[str, Any], Any]
    problems: Mapping[str, str]

    def params(self, params: Sequence[Param], more: str = message("More settings")) -> tuple[Fields, Fields]:
        """A field for each; those that seldom matter folded."""
        advanced = [param for param in params if param.advanced]
        return self._fields([param for param in params if not param.advanced]), self._fields(advanced, more)

    def section(self, section: Any) -> Iterator[Part]:
        """What is chosen from a table, what it is good for, and its own arguments; see trainer.shown."""
        yield Fields((replace(self._field(section.setting), wide=True),))
        yield Lines((t(section.choice.about),))
        yield from self.params(section.params, message(f"More settings of {section.choice.name}"))

    def folded(self, groups: Mapping[str, Sequence[Param]]) -> Iterator[Part]:
        """Each group under its title."""
        for title, params in groups.items():
            yield self._fields(params, title)

    def _fields(self, params: Sequence[Param], title: str = "") -> Fields:
        return Fields(tuple(map(self._field, boxes_last(params))), t(title) if title else "")

    def _field(self, param: Param) -> Field:
        value = self.values.get(param.name, param.default)
        field = param_field(param, value, lambda new: self.on_set(param.name, new))
        problem = self.problems.get(param.name)
        # No sliders: a momentum of 0.99 and one of 0.995 are far apart, and there is a share in every row.
        return replace(field, slider=False, problem=t(problem) if problem else "")


def remarks(sentences: list[str]) -> None:
    """What is allowed and does not help."""
    for sentence in sentences:
        st.caption(f":material/info: {escaped(t(sentence))}")
