"""Zip files of strangers, read without unpacking them to the disk and within limits."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trainer.data import limits
from trainer.errors import TrainerError

CHUNK = 1 << 20


class Archive:
    """An open zip file. What its head says of sizes is not believed: each file is read up to the limit."""

    def __init__(self, path: Path, packed: zipfile.ZipFile) -> None:
        self._path, self._packed, self._read = path, packed, 0
        files = [each for each in packed.infolist() if not each.is_dir()]
        limits.ENTRIES.holds(len(files), path.name)
        self.names = [each.filename for each in files if not _hidden(each.filename)]

    def read(self, name: str) -> bytes:
        """One file. Raises TrainerError where it is damaged, locked, or all together grow too large."""
        most = limits.UNPACKED.value * limits.MB
        parts = []
        try:
            with self._packed.open(name) as file:
                while part := file.read(CHUNK):
                    self._read += len(part)
                    if self._read > most:
                        limits.UNPACKED.holds(-(-self._read // limits.MB), self._path.name)
                    parts.append(part)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise TrainerError(f"{name} in {self._path.name} is damaged. Pack the files again.") from error
        except (RuntimeError, NotImplementedError) as error:  # a password, or a method zipfile does not know
            raise TrainerError(
                f"{name} in {self._path.name} is packed with a password or an unknown method. "
                "Pack the files again without one."
            ) from error
        return b"".join(parts)


def _hidden(name: str) -> bool:
    """Whether it is something that an operating system added."""
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The zip file, open. Raises TrainerError where it is none."""
    try:
        packed = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise TrainerError(
            f"{path.name} is not a zip file, or it is damaged. Pack the folder again."
        ) from error
    with packed:
        yield Archive(path, packed)
