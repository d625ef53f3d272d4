"""Checkpoints: all that decides the numbers still to come, in a file that is whole or not there.

A file's name holds the step and the SHA-256 of its content, so one that was damaged on disk is noticed
and the one before it is used. PyTorch checks no sums of what it loads.
"""

from __future__ import annotations

import hashlib
import math
import os
import random
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.errors import TrainerError

LEAST = 2  # the last, and another should the last be damaged
ROOM = 2_000_000_000  # bytes that a run's checkpoints may take together; of larger ones LEAST are kept
COST = 0.05  # of the time, at most: a large network is written less often than was set
FORKED = "forked"  # marks a state that was another run's
BEGINNING = "beginning.pt"  # the checkpoint of another run that a fork begins with
CHUNK = 1 << 20  # bytes

State = dict[str, Any]  # what torch.save writes: numbers, text and tensors in dicts and lists


@dataclass(frozen=True)
class Checkpoint:
    """A file that was written after `step` steps."""

    path: Path
    step: int

    @property
    def size(self) -> int:
        """In bytes."""
        return self.path.stat().st_size

    @property
    def is_whole(self) -> bool:
        """Whether its content is what was written."""
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
        return self.path.stem.partition("-")[2] == digest.hexdigest()


def place(run_folder: Path) -> Path:
    """The folder of a run's checkpoints."""
    return run_folder / "checkpoints"


def listed(run_folder: Path) -> list[Checkpoint]:
    """A run's checkpoints, the newest first; those it was forked from left out."""
    found = (Checkpoint(path, int(path.name[:12])) for path in place(run_folder).glob("*-*.pt"))
    return sorted(found, key=lambda each: each.step, reverse=True)


def newest(run_folder: Path) -> State | None:
    """The state to go on from: the last checkpoint that is whole, else what the run was forked from.

    None where there is neither. Raises TrainerError where there were some and none can be read.
    """
    found = listed(run_folder)
    for each in found:
        if each.is_whole:
            return load(each.path)
    if (run_folder / BEGINNING).exists():
        return {**load(run_folder / BEGINNING), FORKED: True}
    if found:
        raise TrainerError(
            "None of the run's checkpoints can be read: the disk has changed them. Start the run again."
        )
    return None


def copy(found: Checkpoint, run_folder: Path) -> None:
    """Make a checkpoint the beginning of another run. Raises TrainerError for a damaged one."""
    if not found.is_whole:
        raise TrainerError(f"The checkpoint of step {found.step} is damaged. Choose another.")
    shutil.copyfile(found.path, run_folder / BEGINNING)


def load(path: Path) -> State:
    """The state in a file, on the CPU. Nothing in the file is run."""
    import torch

    return torch.load(path, map_location="cpu", weights_only=True)


def surplus(
    found: Sequence[Checkpoint], kept: int, losses: Mapping[int, float], room: int = ROOM
) -> list[Checkpoint]:
    """Which of these checkpoints, the newest first, are not kept: of those that are neither the last two nor
    the best, the ones that stand closest to others, so that the rest is spread over the run.

    losses  step -> the validation loss that was found there.
    """
    left, gone = list(found), []
    best = min(left, key=lambda each: losses.get(each.step, math.inf), default=None)
    dear = [*left[:1], *([best] if best and best.step in losses else []), *left[1:2]]
    while len(left) > LEAST and (len(left) > kept or sum(each.size for each in left) > room):
        free = [each for each in left if each not in dear] or [
            each for each in left if each not in dear[:LEAST]
        ]
        gone.append(min(free, key=lambda each: (_gap(left, each), each.step)))
        left.remove(gone[-1])
    return gone


def _gap(found: Sequence[Checkpoint], one: Checkpoint) -> int:
    """Steps from the checkpoint before this one, or the beginning, to the one after it."""
    steps = sorted(each.step for each in found)
    place = steps.index(one.step)
    return steps[min(place + 1, len(steps) - 1)] - (steps[place - 1] if place else 0)


class Checkpoints:
    """Writes the checkpoints of one run and keeps some of them, as `surplus` says.

    every   seconds between two of them; 0: only where the run pauses or ends.
    losses  asked for the validation losses so far, step -> loss.
    """

    def __init__(
        self,
        run_folder: Path,
        every: float,
        kept: int = LEAST,
        losses: Callable[[], Mapping[int, float]] = dict,
    ):
        self._folder, self._every, self._kept, self._losses = place(run_folder), every, kept, losses
        self._cost = 0.0  # seconds that the last one took
        self._written = time.monotonic()

    def due(self) -> bool:
        """Whether it is time for the next."""
        return bool(self._every) and time.monotonic() - self._written > max(self._every, self._cost / COST)

    def affordable(self) -> bool:
        """Whether one more costs little, to have some at the ends of epochs, whose loss is known."""
        return bool(self._every) and time.monotonic() - self._written > self._cost / COST

    def has_one(self) -> bool:
        """Whether one was written and is there."""
        return bool(listed(self._folder.parent))

    def save(self, state: State) -> None:
        """Write a state. Once this returns, no crash and no loss of power takes it away.

        Raises OSError where the disk is full; the checkpoints before it are there then.
        """
        began = time.monotonic()
        self._folder.mkdir(exist_ok=True)
        draft = self._folder / "draft.part"
        try:
            digest = _write(state, draft)
            whole = draft.replace(self._folder / f"{state['step']:012d}-{digest}.pt")
        except BaseException:
            draft.unlink(missing_ok=True)  # on a full disk, room for the others
            raise
        _sync_folder(self._folder)
        found = listed(self._folder.parent)
        again = [each for each in found if each.step == state["step"] and each.path != whole]
        found = [each for each in found if each not in again]
        for old in [*again, *surplus(found, self._kept, self._losses())]:
            old.path.unlink()
        self._written = time.monotonic()
        self._cost = self._written - began


class _Hashing:
    """A file that knows the SHA-256 of what is written into it."""

    def __init__(self, file: Any):
        self._file, self.digest = file, hashlib.sha256()

    def write(self, content: Any) -> int:
        self.digest.update(content)
        return self._file.write(content)

    def flush(self) -> None:
        self._file.flush()


def _write(state: State, path: Path) -> str:
    """Write a state down to the disk itself; the hexadecimal SHA-256 of the file."""
    import torch

    with path.open("wb") as file:
        hashing = _Hashing(file)
        torch.save(state, hashing)
        file.flush()
        os.fsync(file.fileno())
    return hashing.digest.hexdigest()


def _sync_folder(path: Path) -> None:
    """The new name reaches the disk too; Windows does that by itself and opens no folders."""
    with suppress(PermissionError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


# --- random numbers


def seed_generators(seed: int) -> None:
    """Begin all random numbers that a network may draw: PyTorch's, Python's and NumPy's."""
    import numpy as np
    import torch

    torch.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed)


def generators() -> State:
    """The states of all generators, as tensors and numbers, which load without pickle's classes."""
    import numpy as np
    import torch

    name, keys, *rest = np.random.get_state()
    return {
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else [],
        "python": random.getstate(),
        "numpy": [name, torch.from_numpy(keys.astype("int64")), *rest],
    }


def set_generators(states: Mapping[str, Any]) -> None:
    """Go on with random numbers where `generators` was asked."""
    import numpy as np
    import torch

    torch.set_rng_state(states["torch"])
    if states["cuda"] and len(states["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(states["cuda"])
    random.setstate(tuple(tuple(each) if isinstance(each, list) else each for each in states["python"]))
    name, keys, *rest = states["numpy"]
    np.random.set_state((name, keys.numpy().astype("uint32"), *rest))
