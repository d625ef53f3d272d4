"""What the rules look at: a run's figures, thinned to a size that does not depend on how long it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from trainer import layout

NO_SERIES = np.zeros(0)
LOOKS = 5  # as many a rule wants to have seen


@dataclass(frozen=True)
class Evidence:
    """The figures of a run.

    steps, table, averages   of L looks: (L,), (L, layers, layout.NAMES), (L, normalizations, AVERAGES).
    loss_steps, loss, peaks  of S stretches of training: the first step, the mean and the largest loss.
    epochs, validation       the epochs and the loss on the validation part after each.
    settings                 as the run was started, by name.
    given_rate               the learning rate that a person gave last while it trained, once it was taken.
    not_finite               the node that gave infinity or NaN first, where the run ended for that; or "".
    """

    layers: list[dict[str, Any]] = field(default_factory=list)
    steps: np.ndarray = field(default_factory=lambda: NO_SERIES)
    table: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, len(layout.NAMES))))
    averages: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, len(layout.AVERAGES))))
    loss_steps: np.ndarray = field(default_factory=lambda: NO_SERIES)
    loss: np.ndarray = field(default_factory=lambda: NO_SERIES)
    peaks: np.ndarray = field(default_factory=lambda: NO_SERIES)
    epochs: np.ndarray = field(default_factory=lambda: NO_SERIES)
    validation: np.ndarray = field(default_factory=lambda: NO_SERIES)
    settings: Mapping[str, Any] = field(default_factory=dict)
    given_rate: float | None = None
    not_finite: str = ""

    @property
    def rate(self) -> float:
        """The learning rate behind the newest figures, where no schedule changes it."""
        return self.settings.get("lr", 0) if self.given_rate is None else self.given_rate

    def of(self, name: str) -> np.ndarray:
        """(L, layers): one statistic at all looks."""
        return self.table[:, :, layout.NAMES.index(name)]

    def newest(self, name: str, looks: int = LOOKS) -> np.ndarray:
        """(layers,): its median over the last few looks, NaN where a layer has none."""
        last = self.of(name)[-looks:]
        known = ~np.isnan(last).all(0)
        found = np.full(last.shape[1], np.nan)
        found[known] = np.nanmedian(last[:, known], 0)
        return found

    def forward(self) -> np.ndarray:
        """The layers' indices in the order in which they compute; those that never ran are left out."""
        place = self.newest("place")
        order = np.argsort(place)  # NaN last
        return order[~np.isnan(place[order])]

    def since(self, holds: np.ndarray) -> int | None:
        """holds (L,): the step from which it holds at every look to the last one; None where it does not."""
        if not len(holds) or not holds[-1]:
            return None
        broken = np.flatnonzero(~holds)
        return int(self.steps[broken[-1] + 1 if len(broken) else 0])

    def span(self, looks: int = LOOKS) -> str:
        """The steps of the last few looks, in words."""
        return f"steps {self.steps[-looks:][0]:,} to {self.steps[-1]:,}"
