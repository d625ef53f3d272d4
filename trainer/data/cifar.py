"""CIFAR-10's binary version: per picture one byte of class and 3 x 32 x 32 bytes, red, green, blue.

The Python version is a pickle, which could run anything; it is never read (cs.toronto.edu/~kriz/cifar.html).
"""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from trainer.errors import TrainerError

SHAPE = (3, 32, 32)
RECORD = 1 + 3 * 32 * 32
CLASSES = 10
MOST = 10_000 * RECORD  # bytes of one batch
BATCHES = (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin")


def read_batch(content: bytes, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (examples, 3, 32, 32) and classes (examples,) of a batch, both uint8. Raises TrainerError."""
    if not content or len(content) % RECORD:
        raise TrainerError(
            f"{name} has {len(content):,} bytes, which are no whole number of pictures of {RECORD:,} bytes. "
            "It is cut off, or not of CIFAR-10's binary version: fetch cifar-10-binary.tar.gz."
        )
    rows = np.frombuffer(content, np.uint8).reshape(-1, RECORD)
    if rows[:, 0].max() >= CLASSES:
        raise TrainerError(
            f"{name} has a picture of class {rows[:, 0].max()}, and CIFAR-10 has classes 0 to 9. "
            "It is not of CIFAR-10's binary version: fetch cifar-10-binary.tar.gz."
        )
    return rows[:, 1:].reshape(-1, *SHAPE), rows[:, 0]


def read_archive(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """All pictures of cifar-10-binary.tar.gz, those to test on last. Raises TrainerError."""
    try:
        with tarfile.open(path) as archive:
            found = dict(_batches(archive))
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise TrainerError(f"{path.name} cannot be unpacked: it is damaged. Fetch it again.") from error
    lacking = [name for name in BATCHES if name not in found]
    if lacking:
        raise TrainerError(
            f"{path.name} has no {lacking[0]} in it. It is not CIFAR-10's binary version: "
            "fetch cifar-10-binary.tar.gz."
        )
    pictures, classes = zip(*(read_batch(found[name], name) for name in BATCHES), strict=True)
    return np.concatenate(pictures), np.concatenate(classes)


def _batches(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each batch, at most its proper size; nothing is unpacked to the disk."""
    for member in archive:
        name = member.name.rsplit("/", 1)[-1]
        if member.isfile() and name in BATCHES:
            yield name, archive.extractfile(member).read(MOST + 1)
