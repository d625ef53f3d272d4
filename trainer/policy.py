"""How runs share this computer: how many compute at once on a device, and whether lost ones resume by
themselves. Kept in policy.json under LAYERLOOM_HOME; an environment variable overrules it.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import Any

from builder.home import home
from trainer.errors import TrainerError
from trainer.setting import default_threads

MOST = 64  # runs at once
RESUME = "LAYERLOOM_RESUME"  # "off": lost runs wait for a click
LIMIT = "LAYERLOOM_RUNS_"  # LAYERLOOM_RUNS_CPU=2


def limit(device: str) -> int:
    """How many runs may compute at once on a device ("cpu", "cuda"). As long as nobody has chosen: on
    the processor as many as its cores have room for at the default of threads, else one.
    """
    for given in (os.environ.get(_variable(device)), _read().get("limits", {}).get(device)):
        with suppress(TypeError, ValueError):
            return min(max(1, int(given)), MOST)
    return max(1, (os.cpu_count() or 1) // default_threads()) if device == "cpu" else 1


def is_fixed(device: str) -> bool:
    """Whether the environment says how many, so that it cannot be chosen here."""
    return os.environ.get(_variable(device), "").isdecimal()


def set_limit(device: str, runs: int) -> None:
    """Let so many runs compute at once; counts from the next that waits. Raises TrainerError."""
    if not 1 <= runs <= MOST:
        raise TrainerError(f"The limit of {device} is from 1 to {MOST} runs at once; it got {runs}.")
    if is_fixed(device):
        raise TrainerError(f"{_variable(device)} says how many runs {device} takes. Change it there.")
    known = _read()
    _write({**known, "limits": {**known.get("limits", {}), device: runs}})


def resumes_lost() -> bool:
    """Whether a lost run is resumed when someone looks."""
    return os.environ.get(RESUME, "") != "off" and bool(_read().get("resume_lost", True))


def set_resumes_lost(on: bool) -> None:
    """Whether lost runs are resumed by themselves from now on."""
    _write({**_read(), "resume_lost": bool(on)})


def _variable(device: str) -> str:
    return LIMIT + device.upper().replace(":", "_")


def _read() -> dict[str, Any]:
    try:
        found = json.loads((home() / "policy.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # nobody has chosen yet, or someone's editor was cut off
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("limits", {}), dict) else {}


def _write(policy: dict[str, Any]) -> None:
    home().mkdir(parents=True, exist_ok=True)
    draft = home() / f"policy.{os.getpid()}.part"
    draft.write_text(json.dumps(policy, indent=1), encoding="utf-8")
    draft.replace(home() / "policy.json")
