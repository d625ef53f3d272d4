"""What flows along an arrow, and what a node costs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spec:
    """What flows along an arrow: its shape with the batch, its dtype, how many tokens if it counts.

    `batch` is the number that stands for the batch's size; a dimension of that size is the batch.
    """

    shape: tuple[int, ...]
    dtype: str = "float32"
    high: int | None = None
    batch: int = 0

    @property
    def example(self) -> tuple[int, ...]:
        """The shape of one example: the batch left out, wherever it stands."""
        if self.batch not in self.shape:
            return self.shape
        where = self.shape.index(self.batch)
        return self.shape[:where] + self.shape[where + 1 :]


def example_text(spec: Spec) -> str:
    """The shape of one example: (16, 8, 8), (784), or int64 (16)."""
    text = f"({', '.join(_of_size(size, spec.batch) for size in spec.example)})"
    return text if spec.dtype == "float32" else f"{spec.dtype} {text}"


def _of_size(size: int, batch: int) -> str:
    """A size as a message shows it: N is the batch's, 288N the batch mixed with others."""
    times, rest = divmod(size, batch) if batch else (0, 1)
    return str(size) if rest or not times else "N" if times == 1 else f"{times}N"


@dataclass(frozen=True)
class Figures:
    """What a node costs: parameters, multiply-adds per example, numbers it gives per example."""

    parameters: int
    multiply_adds: int
    outputs: int

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.parameters + other.parameters,
            self.multiply_adds + other.multiply_adds,
            self.outputs + other.outputs,
        )


NOTHING = Figures(0, 0, 0)
