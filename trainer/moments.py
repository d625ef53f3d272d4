"""The moments of a run at which it can be looked at."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from torch import Tensor


class Moment(Enum):
    """BEGINNING before the first batch, also of a run that goes on; BATCH behind each one; KEPT when all
    there is goes to the disk, as every pause begins; EPOCH behind a validation; END instead of that behind
    the last one, and where a run is stopped.
    """

    BEGINNING = auto()
    BATCH = auto()
    KEPT = auto()
    EPOCH = auto()
    END = auto()


class Observe(Protocol):
    """Looks at a run at a moment and changes none of its numbers."""

    def __call__(self, step: int, moment: Moment, output: Tensor | None) -> None:
        """output: what the network gave for the validation part; None where that was not asked just now."""
