"""What a form of figures is: how it is called, what it needs, and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from trainer.errors import TrainerError


@dataclass(frozen=True)
class Form:
    """A form that runs' figures can take.

    about    what it is, in a sentence for people.
    write    write(run ids, target): makes the file, or sends to the address, that target names.
    ending   of the file; '' for one that is sent to an address.
    package  what has to be installed for it, '' for nothing more; install names the requirements with it.
    """

    name: str
    title: str
    about: str
    write: Callable[[Sequence[str], str], None]
    ending: str = ""
    media: str = "application/octet-stream"
    package: str = ""
    install: str = ""

    @property
    def missing(self) -> str:
        """What to do before this form can be made here; '' where all is there."""
        if not self.package or find_spec(self.package):
            return ""
        return f"{self.title} needs the package {self.package}. Install it: pip install -r {self.install}"

    def made(self, run_ids: Sequence[str], target: str) -> None:
        """Write it. Raises TrainerError where a package is missing, and KeyError for an unknown run."""
        if self.missing:
            raise TrainerError(self.missing)
        self.write(run_ids, target)
