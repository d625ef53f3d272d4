"""The settings of the next run, as the pages have chosen them."""

from __future__ import annotations

from typing import Any

import session
from trainer.settings import SETTINGS


def chosen_settings() -> dict[str, Any]:
    """Setting -> its value, where that is not the default."""
    return session.recall("training", {})


@session.whole
def set_setting(name: str, value: Any) -> None:
    changed = {**chosen_settings(), name: value}
    if value is None or value == SETTINGS[name].default:
        changed.pop(name)
    session.remember("training", changed)
