"""The IDX format, in which MNIST and its kin are published: a head, then the numbers one after the other.

Head: two zero bytes, the type of the numbers (8: unsigned bytes), how many dimensions there are, and the
size of each as four bytes, the largest first (yann.lecun.com/exdb/mnist).
"""

from __future__ import annotations

import gzip
import zlib
from math import prod
from pathlib import Path

import numpy as np

from trainer.data import limits
from trainer.errors import TrainerError

UNSIGNED_BYTES = 8
GZIP = b"\x1f\x8b"


def read_idx(path: Path) -> np.ndarray:
    """The array of uint8 in an IDX file, packed with gzip or not. Raises TrainerError where it is none."""
    content = _unpacked(path)
    if len(content) < 4 or content[:2] != b"\0\0":
        raise TrainerError(f"{path.name} is not in IDX format: it does not begin with two zero bytes.")
    kind, dimensions = content[2], content[3]
    if kind != UNSIGNED_BYTES or not 1 <= dimensions <= 4:
        raise TrainerError(
            f"{path.name} holds IDX numbers of type {kind} in {dimensions} dimensions. "
            "Give a file of unsigned bytes (type 8) in 1 to 4 dimensions, as MNIST has them."
        )
    start = 4 + 4 * dimensions
    sizes = tuple(int.from_bytes(content[place : place + 4], "big") for place in range(4, start, 4))
    if len(content) - start != prod(sizes):
        raise TrainerError(
            f"{path.name} is cut off or was changed: its head promises {prod(sizes):,} bytes and "
            f"{max(0, len(content) - start):,} follow. Fetch the file again."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(sizes)


def _unpacked(path: Path) -> bytes:
    """The bytes of a file, unpacked up to the limit."""
    most = limits.UNPACKED.value * limits.MB
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
        file.seek(0)
        try:
            content = (gzip.GzipFile(fileobj=file) if packed else file).read(most + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise TrainerError(f"{path.name} cannot be unpacked: it is damaged. Fetch it again.") from error
    limits.UNPACKED.holds(-(-len(content) // limits.MB), path.name)
    return content
