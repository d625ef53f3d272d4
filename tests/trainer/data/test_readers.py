"""The readers of IDX and of CIFAR's binary version, against files written by hand."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest

from tests.trainer.data.conftest import cifar_batch
from trainer.data.cifar import BATCHES, read_archive, read_batch
from trainer.data.idx import read_idx
from trainer.errors import TrainerError


@pytest.mark.parametrize("shape", [(5,), (2, 3), (3, 4, 5)])
def test_an_idx_file_gives_the_array_it_was_written_from(idx, shape):
    array = np.arange(np.prod(shape)).reshape(shape)
    assert np.array_equal(read_idx(idx(array)), array)


def test_an_idx_file_may_be_packed(idx, tmp_path):
    plain = idx(np.arange(6).reshape(2, 3))
    packed = tmp_path / "some.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_idx(packed).tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "does not begin with two zero bytes"),
        (b"PK\x03\x04", "does not begin with two zero bytes"),
        (b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0", "numbers of type 13 in 1 dimensions"),
        (b"\0\0\x08\x09" + b"\0" * 36, "in 9 dimensions"),
        (b"\0\0\x08\x01\0\0\0\x05abc", "promises 5 bytes and 3 follow"),
        (b"\0\0\x08\x01\0\0\0\x02abc", "promises 2 bytes and 3 follow"),
        (b"\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "bytes and 0 follow"),
        (b"\0\0\x08\x02\0\0", "and 0 follow"),
        (gzip.compress(b"\0\0\x08\x01\0\0\0\x01a", mtime=0)[:-9], "cannot be unpacked"),
    ],
)
def test_a_file_that_is_no_idx_is_refused_with_what_is_wrong(tmp_path, content, said):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(content)
    with pytest.raises(TrainerError, match=said):
        read_idx(path)


def test_a_packed_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_DATA_UNPACKED_MB", "1")
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(5_000_000)))
    with pytest.raises(TrainerError, match="LAYERLOOM_DATA_UNPACKED_MB"):
        read_idx(path)


def test_a_cifar_batch_has_the_class_before_the_picture():
    pictures, classes = read_batch(cifar_batch([3, 9], [7, 200]), "data_batch_1.bin")
    assert classes.tolist() == [3, 9] and pictures.shape == (2, 3, 32, 32)
    assert pictures[0].max() == 7 and pictures[1].min() == 200


def test_red_green_and_blue_are_the_channels_in_this_order():
    content = bytes([0]) + bytes([1]) * 1024 + bytes([2]) * 1024 + bytes([3]) * 1024
    (picture,), _ = read_batch(content, "a.bin")
    assert [channel.flat[0] for channel in picture] == [1, 2, 3]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no whole number of pictures"),
        (cifar_batch([1], [1])[:-1], "no whole number of pictures"),
        (cifar_batch([10], [1]), "a picture of class 10"),
    ],
)
def test_a_damaged_batch_is_refused(content, said):
    with pytest.raises(TrainerError, match=said):
        read_batch(content, "data_batch_1.bin")


def archive(path: Path, names, prefix: str = "cifar-10-batches-bin/") -> Path:
    with tarfile.open(path, "w:gz") as packed:
        for number, name in enumerate(names):
            content = cifar_batch([number % 10], [number])
            entry = tarfile.TarInfo(prefix + name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    return path


def test_an_archive_is_read_in_order_with_the_test_batch_last(tmp_path):
    shuffled = ("test_batch.bin", "readme.html", *BATCHES[:5][::-1])
    pictures, classes = read_archive(archive(tmp_path / "c.tar.gz", shuffled))
    assert len(pictures) == 6
    assert classes.tolist() == [6, 5, 4, 3, 2, 0]


def test_nothing_of_an_archive_is_written_to_the_disk(tmp_path):
    path = archive(tmp_path / "c.tar.gz", BATCHES, prefix="../../../evil/")
    read_archive(path)
    assert [each.name for each in tmp_path.rglob("*")] == ["c.tar.gz"]


@pytest.mark.parametrize("names", [BATCHES[:5], ()])
def test_an_archive_that_lacks_a_batch_is_refused(tmp_path, names):
    with pytest.raises(TrainerError, match="has no .*bin in it"):
        read_archive(archive(tmp_path / "c.tar.gz", names))


def test_what_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "c.tar.gz"
    path.write_bytes(b"\x80\x04\x95 a pickle")
    with pytest.raises(TrainerError, match="cannot be unpacked"):
        read_archive(path)
