"""The work that something takes, as calls of functions: the same number on every machine, however busy."""

import sys
from collections.abc import Callable


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called while it works, those of C among them."""
    count = 0

    def counting(frame, event, value):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
