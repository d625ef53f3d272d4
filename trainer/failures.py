"""How a run can fail, said for a person: which thing, what is wrong, what to do."""

from __future__ import annotations

import errno
import sqlite3

from builder.weights import WeightsError
from trainer.errors import TrainerError

PRINTED = "What the process printed"
AGAIN = "Resume goes on from the last checkpoint."
FULL = f"The disk is full, so the run stopped; what it has written is whole. Make room. {AGAIN}"


class DataError(TrainerError):
    """Data that cannot be read."""


def sentence(error: Exception, node: str = "") -> str:
    """What happened. node: the place in the drawing that was at work, or ''."""
    if isinstance(error, (TrainerError, WeightsError)):
        return str(error)
    text = str(error)
    if is_full(error):
        return FULL
    if isinstance(error, MemoryError) or "out of memory" in text or "can't allocate memory" in text:
        where = f"The memory ran out at {node}." if node else "The memory ran out."
        return f"{where} Make batch_size smaller, or the network narrower. {AGAIN}"
    if "CUDA error" in text or "CUDA driver" in text or "NVML" in text:
        return (
            f"The graphics card does not answer any more ({first_line(error)}). Look whether nvidia-smi "
            f"still lists it. {AGAIN}"
        )
    if "deterministic" in text:
        said = f"Not everything here can be computed deterministically: {first_line(error)}"
        return f"{said} Turn deterministic off."
    where = f" at {node}" if node else ""
    return (
        f"Training ended{where} with an error nobody expected, {type(error).__name__}: {first_line(error)}. "
        f"{PRINTED} has the rest; it stands with the run on the Train and the Runs page."
    )


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or what caused it, is a disk without room."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return True
        if isinstance(error, sqlite3.Error) and "disk is full" in str(error):
            return True
        # torch and safetensors say what the system said
        if isinstance(error, Exception) and "No space left on device" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def first_line(error: BaseException) -> str:
    """As much of an error's text as belongs into a sentence."""
    return (str(error).splitlines() or [""])[0][:200]
