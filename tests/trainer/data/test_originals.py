"""Published sets: fetched with a checksum, brought by hand, and said where neither is possible."""

from __future__ import annotations

import gzip
import hashlib
import threading
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from tests.trainer.conftest import until
from tests.trainer.data.conftest import cifar_batch  # noqa: F401  makes the fixtures of that file known
from trainer.data import DATASETS, originals
from trainer.data.originals import Original
from trainer.data.ready.fetched import idx_pictures
from trainer.errors import TrainerError


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *given) -> None:
        """Not on standard error."""


@pytest.fixture
def published(tmp_path_factory, idx):
    """A small MNIST behind an address on this computer, and its Original."""
    place = tmp_path_factory.mktemp("published")
    random = np.random.default_rng(0)
    files = {}
    for name, count in ((originals.TRAIN_IMAGES, 6), (originals.TEST_IMAGES, 2)):
        files[name] = random.integers(0, 256, (count, 28, 28))
    for name, labels in ((originals.TRAIN_LABELS, [0, 1, 2, 0, 1, 2]), (originals.TEST_LABELS, [1, 2])):
        files[name] = np.array(labels)
    digests = {}
    for name, array in files.items():
        content = gzip.compress(idx(array).read_bytes())
        (place / name).write_bytes(content)
        digests[name] = hashlib.sha256(content).hexdigest()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(place)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Original("small", "Small", f"http://127.0.0.1:{server.server_port}/", digests, 1), place
    server.shutdown()
    server.server_close()
    thread.join()


def small_set(original: Original):
    return replace(DATASETS["mnist"], examples=8, held=2, make=idx_pictures(original), original=original)


def test_a_set_is_fetched_once_and_read_with_its_own_test_part(published):
    original, place = published
    data = small_set(original)
    assert "is not on this computer yet" in data.absent
    split = data.load()
    assert not data.absent
    assert split.train_x.shape == (6, 1, 28, 28) and split.train_x.max() <= 1
    assert split.validation_y.tolist() == [1, 2]
    for file in place.iterdir():
        file.unlink()
    assert data.load(seed=3).train_y.equal(split.train_y)


def test_a_file_with_another_checksum_is_not_taken(published):
    original, place = published
    (place / originals.TEST_LABELS).write_bytes(b"something else")
    with pytest.raises(TrainerError, match="t10k-labels.*its checksum differs. Without a network, fetch"):
        original.fetch()
    assert not original.is_here and not original.path(originals.TEST_LABELS).exists()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "http://no.such.host.invalid/"])
def test_without_a_network_it_is_said_how_to_bring_the_files(published, address):
    original = replace(published[0], address=address)
    with pytest.raises(
        TrainerError, match="could not be downloaded.*upload them on the Data page, or put them"
    ):
        original.fetch()


def test_a_file_that_is_gone_from_its_address_is_said(published):
    original, place = published
    (place / originals.TRAIN_IMAGES).unlink()
    with pytest.raises(TrainerError, match="train-images.* could not be downloaded"):
        original.fetch()


def test_files_are_brought_under_any_name(published):
    original, place = published
    for number, file in enumerate(sorted(place.iterdir())):
        said = original.bring(f"download ({number}).gz", file.read_bytes())
    assert said == "Small is complete."
    assert small_set(original).load().train_x.shape[0] == 6


def test_a_strangers_file_is_not_taken(published):
    original = published[0]
    with pytest.raises(TrainerError, match="evil.gz is none of the files of Small"):
        original.bring("evil.gz", b"x")
    assert not original.folder.exists()


def test_a_download_in_the_background_tells_how_it_ended(published):
    original, place = published
    download = original.download
    download.start()
    until(lambda: not download.runs)
    assert original.is_here and not download.error
    absent = replace(original, name="other", address="http://127.0.0.1:9/").download
    absent.start()
    until(lambda: not absent.runs)
    assert "could not be downloaded" in absent.error


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_every_published_set_is_checked_by_sha256(name):
    entry = DATASETS[name]
    assert entry.original.address.startswith("https://")
    assert all(len(digest) == 64 for digest in entry.original.files.values())
    assert len(entry.labels) == 10 and entry.held == 10_000
