"""Forms of figures for the web process: each is made by the command line in a process of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from builder.exporter import run_command
from builder.service import ServiceError
from trainer.figures.form import Form

LARGEST = 200_000_000  # bytes: what is made here passes through the server's memory


def make(form: Form, run_ids: Sequence[str]) -> bytes:
    """The file. Raises ServiceError with what to do."""
    with tempfile.TemporaryDirectory(prefix="layerloom-") as folder:
        path = Path(folder) / f"runs.{form.ending}"
        _run(form, run_ids, str(path), f"{form.title} was not made.")
        if (size := path.stat().st_size) > LARGEST:
            raise ServiceError(
                f"The file has {size / 1e6:,.0f} MB, and here {LARGEST / 1e6:,.0f} MB are made at most. "
                "Choose fewer runs, or use the command line, which has no limit."
            )
        return path.read_bytes()


def send(form: Form, run_ids: Sequence[str], address: str) -> None:
    """Send runs to an address. Raises ServiceError with what to do."""
    _run(form, run_ids, address, f"Nothing was sent to {form.title}.")


def _run(form: Form, run_ids: Sequence[str], target: str, failed: str) -> None:
    words = ["trainer", "runs", "metrics", *run_ids, "--form", form.name, f"--output={target}"]
    run_command(words, failed)
