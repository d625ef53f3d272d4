"""The one folder that holds all state: documents, runs, data sets."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """LAYERLOOM_HOME, or ~/.layerloom. It may not exist yet."""
    return Path(os.environ.get("LAYERLOOM_HOME") or Path.home() / ".layerloom").absolute()
