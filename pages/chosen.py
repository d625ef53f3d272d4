"""What the pages have chosen for the next run: its data and its settings."""

from __future__ import annotations

from typing import Any

import session
from components.run_panel import data_choice
from trainer import objectives, shown
from trainer.data import DataSet, all_sets, find

FIRST = "digits"  # the data set of who has not chosen one


def chosen_data() -> str:
    """The name of the data set that was chosen last; the first one where that is gone."""
    name = session.recall("data", FIRST)
    return name if name in all_sets() else FIRST


def choose_data() -> DataSet:
    """Asks for the data set, and returns the one that is chosen now."""
    known = all_sets()
    name = data_choice(
        known,
        chosen_data(),
        field=session.field,
        on_change=lambda name: session.remember("data", name),
    )
    return known[name]


def chosen_settings() -> dict[str, Any]:
    """Setting -> its value, where that is not the default."""
    return session.recall("training", {})


@session.whole
def set_setting(name: str, value: Any) -> None:
    """Sets a setting; None leaves it to its default."""
    session.remember("training", shown.changed(chosen_settings(), name, value, find(chosen_data())))


def chosen_loss(data: DataSet) -> objectives.Loss:
    """The loss of the form: the one that was set, or the data set's."""
    return shown.chosen(shown.fitting(chosen_settings(), data), data)["loss"]
