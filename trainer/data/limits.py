"""How much data is taken in: limits, each set by an environment variable."""

from __future__ import annotations

import os
from dataclasses import dataclass

from trainer.errors import TrainerError


@dataclass(frozen=True)
class Limit:
    """A limit: what it is called in the environment, its default, what it counts and, for a list, of what."""

    variable: str
    default: int
    counts: str
    title: str

    @property
    def value(self) -> int:
        """As it is set now. Raises TrainerError where the environment holds no whole number."""
        given = os.environ.get(self.variable, "").strip()
        if not given:
            return self.default
        if not given.isdecimal() or int(given) < 1:
            raise TrainerError(
                f"{self.variable} is '{given}'. Set it to a whole number, as in {self.default}."
            )
        return int(given)

    def holds(self, number: int, what: str) -> None:
        """Raises TrainerError where `what` has more than the limit."""
        if number > self.value:
            raise TrainerError(
                f"{what} has {number:,} {self.counts}, and the limit is {self.value:,}. "
                f"Take less of it, or start the server with a larger {self.variable}."
            )


FILE = Limit("LAYERLOOM_DATA_FILE_MB", 200, "MB", "MB of a file, or of a folder")
UNPACKED = Limit(
    "LAYERLOOM_DATA_UNPACKED_MB",
    1000,
    "MB when it is unpacked",
    "MB of a zip, a Parquet file or an array, unpacked",
)
EXAMPLES = Limit("LAYERLOOM_DATA_EXAMPLES", 200_000, "examples", "Examples")
NUMBERS = Limit(
    "LAYERLOOM_DATA_NUMBERS",
    300_000_000,
    "numbers in all its examples",
    "Numbers in all examples together, such as the points of all pictures",
)
FEATURES = Limit("LAYERLOOM_DATA_FEATURES", 10_000, "numbers an example", "Numbers in a row of a table")
CLASSES = Limit("LAYERLOOM_DATA_CLASSES", 1000, "classes", "Classes")
ENTRIES = Limit("LAYERLOOM_DATA_ENTRIES", 200_000, "files", "Files in a zip or a folder")
MB = 1_000_000

LIMITS = (FILE, UNPACKED, EXAMPLES, NUMBERS, FEATURES, CLASSES, ENTRIES)


def values() -> dict[str, int]:
    """Every limit under its variable, as it is set now."""
    return {limit.variable: limit.value for limit in LIMITS}


def in_words() -> str:
    """The limits that matter before a file is chosen, as a sentence."""
    return f"Up to {FILE.value:,} MB a file and {EXAMPLES.value:,} examples."
