"""The form of a run's settings: what matters most first, each choice with its arguments, the rest folded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from builder.kinds import Param
from components.language import message, t
from components.param_form import param_form
from components.words import escaped


class SettingsForm:
    """Draws settings into the page; every change goes out through on_set.

    key     what the widgets' keys begin with.
    values  those that were set; the others show their defaults.
    """

    def __init__(self, key: str, values: Mapping[str, Any], *, field, on_set: Callable[[str, Any], Any]):
        self.key, self.values, self.field, self.on_set = key, values, field, on_set

    def params(
        self, params: tuple[Param, ...], columns: int = 2, more: str = message("More settings")
    ) -> None:
        """A widget for each."""
        param_form(
            self.key,
            params,
            self.values,
            field=self.field,
            on_set=self.on_set,
            on_unset=lambda name: self.on_set(name, None),
            more=more,
            columns=columns,
        )

    def section(self, section: Any) -> None:
        """What is chosen from a table, what it is good for, and its own arguments."""
        self.params((section.setting,), columns=1)
        st.caption(escaped(t(section.choice.about)))
        if section.params:
            self.params(section.params, more=message(f"More settings of {section.choice.name}"))

    def folded(self, groups: Mapping[str, tuple[Param, ...]]) -> None:
        """Each group under its title."""
        for title, params in groups.items():
            with st.expander(t(title)):
                self.params(params)


def remarks(sentences: list[str]) -> None:
    """What is allowed and does not help."""
    for sentence in sentences:
        st.caption(f":material/info: {escaped(t(sentence))}")
