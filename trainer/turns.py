"""Turns: no more runs compute at once than there are cores for; the others wait in the state
'queued'.

A place is a file that its holder locks. The system unlocks it when the process ends, however it
ends, so nothing has to be cleaned up and no server has to be running.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from trainer import store

LOOK_EVERY = 0.2  # seconds


@contextmanager
def turn(threads: int, stop_wanted: Callable[[], bool]) -> Iterator[bool]:
    """Wait for a place and hold it inside the block; False when a stop was wanted first."""
    places = store.home() / "places"
    places.mkdir(parents=True, exist_ok=True)
    files = [(places / str(number)).open("w") for number in range(max(1, (os.cpu_count() or 1) // threads))]
    try:
        while not stop_wanted():
            if any(_locked(file) for file in files):
                yield True
                return
            time.sleep(LOOK_EVERY)
        yield False
    finally:
        for file in files:
            file.close()


def _locked(file) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
