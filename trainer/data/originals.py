"""Published data sets that are fetched once: by pooch, with a checksum, or out of files that a person brings.

The files lie as they were published under LAYERLOOM_HOME/data/originals/NAME, so that a folder can be
carried from one computer to another.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from builder.home import home
from trainer.errors import TrainerError

PATIENCE = 30  # seconds without a byte


@dataclass(frozen=True)
class Original:
    """The files of one published data set.

    address   where they are, with a slash at the end.      files  name -> its SHA-256.
    megabytes of all of them together.
    """

    name: str
    title: str
    address: str
    files: Mapping[str, str]
    megabytes: int

    @property
    def folder(self) -> Path:
        return home() / "data" / "originals" / self.name

    @property
    def is_here(self) -> bool:
        """Whether every file is in its place. What was fetched or uploaded was checked when it came."""
        return all((self.folder / name).exists() for name in self.files)

    @property
    def lacking(self) -> list[str]:
        """The files that are not here yet."""
        return [name for name in self.files if not (self.folder / name).exists()]

    def path(self, name: str) -> Path:
        return self.folder / name

    def fetch(self) -> None:
        """Downloads what is not here yet, checked by its checksum. Raises TrainerError with how to
        bring the files by hand.
        """
        if self.is_here:
            return
        import pooch  # loads requests, which no page needs

        pooch.get_logger().setLevel(logging.WARNING)
        downloader = pooch.HTTPDownloader(timeout=PATIENCE)
        for name in self.lacking:
            try:
                pooch.retrieve(
                    self.address + name,
                    f"sha256:{self.files[name]}",
                    fname=name,
                    path=self.folder,
                    downloader=downloader,
                )
            except ValueError as error:  # pooch's word for a wrong checksum
                raise TrainerError(
                    f"{name} was downloaded and is not the published file: its checksum differs. "
                    f"{self.by_hand}"
                ) from error
            except OSError as error:  # no network, no such address, or no room on the disk
                raise TrainerError(
                    f"{name} could not be downloaded from {self.address}. {self.by_hand}"
                ) from error

    @property
    def by_hand(self) -> str:
        """How to bring the files without a network, as a sentence."""
        return (
            f"Without a network, fetch {' and '.join(self.files)} elsewhere and upload "
            f"{'them' if len(self.files) > 1 else 'it'} on the Data page, or put "
            f"{'them' if len(self.files) > 1 else 'it'} into {self.folder}."
        )

    def bring(self, name: str, content: bytes) -> str:
        """Takes a file that a person gives; what came of it, as a sentence. It is known by its checksum,
        so it may have any name. Raises TrainerError for a file that is none of this data set's.
        """
        digest = hashlib.sha256(content).hexdigest()
        known = next((file for file, wanted in self.files.items() if wanted == digest), None)
        if known is None:
            raise TrainerError(
                f"{name} is none of the files of {self.title}: its checksum differs. "
                f"Take {', '.join(self.files)} as they were published, still packed."
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        waiting = self.folder / f"{known}.part"
        waiting.write_bytes(content)
        waiting.replace(self.folder / known)
        if self.is_here:
            return f"{self.title} is complete."
        return f"{name} was taken. Still to come: {', '.join(self.lacking)}."

    @cached_property
    def download(self) -> Download:
        """Its download in the background, the same one for every visitor."""
        return Download(self)


class Download:
    """A download in a thread of its own, which a page looks at."""

    def __init__(self, original: Original) -> None:
        self._original = original
        self._thread: threading.Thread | None = None
        self.error = ""

    @property
    def runs(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begins, unless it has begun."""
        if self.runs:
            return
        self.error = ""
        self._thread = threading.Thread(target=self._fetch, daemon=True)
        self._thread.start()

    def _fetch(self) -> None:
        try:
            self._original.fetch()
        except TrainerError as error:
            self.error = str(error)


GOOGLE = "https://storage.googleapis.com/cvdf-datasets/mnist/"
ZALANDO = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
TORONTO = "https://www.cs.toronto.edu/~kriz/"
TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"
ARCHIVE = "cifar-10-binary.tar.gz"

MNIST = Original(
    "mnist",
    "MNIST",
    GOOGLE,
    {
        TRAIN_IMAGES: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        TRAIN_LABELS: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        TEST_IMAGES: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        TEST_LABELS: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
    12,
)
FASHION_MNIST = Original(
    "fashion_mnist",
    "Fashion-MNIST",
    ZALANDO,
    {
        TRAIN_IMAGES: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        TRAIN_LABELS: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        TEST_IMAGES: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        TEST_LABELS: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
    31,
)
CIFAR10 = Original(
    "cifar10",
    "CIFAR-10",
    TORONTO,
    {ARCHIVE: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"},
    170,
)
