"""What the tests of data share: files written by hand."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def idx(tmp_path: Path):
    """idx(array, name) -> a file in IDX format: the head as published, then the bytes."""

    def write(array: np.ndarray, name: str = "some-idx-ubyte") -> Path:
        head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
        path = tmp_path / name
        path.write_bytes(head + array.astype(np.uint8).tobytes())
        return path

    return write


def cifar_batch(classes, points) -> bytes:
    """A batch of CIFAR-10: per picture its class, then all its red, green and blue points."""
    return b"".join(
        bytes([label]) + bytes([point]) * 3072 for label, point in zip(classes, points, strict=True)
    )
