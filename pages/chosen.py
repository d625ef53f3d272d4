"""What the pages have chosen for the next run: its data and its settings."""

from __future__ import annotations

from typing import Any

import session
from trainer import objectives, shown
from trainer.data import DataSet, all_sets, find

FIRST = "digits"  # the data set of who has not chosen one


def chosen_data() -> str:
    """The name of the data set that was chosen last; the first one where that is gone."""
    name = session.recall("data", FIRST)
    return name if name in all_sets() else FIRST


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
