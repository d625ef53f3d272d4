"""The app as `streamlit run` starts it, on a port and with a home of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from trainer import index, launch, store

ROOT = Path(__file__).parents[2]
DEADLINE = 60.0  # seconds; a start takes two on a quiet machine
LOOK_EVERY = 0.05


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server that can be started again at the same address, with the same home."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.log = folder / "server.log"
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Returns once the server answers; fails with its log where it does not."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={self.port}"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "LAYERLOOM_HOME": str(self.home)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + DEADLINE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.fail(f"The server did not start. Its log:\n{self.log.read_text()}")
            time.sleep(LOOK_EVERY)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):
                return True
        except OSError:
            return False

    def stop(self) -> None:
        """Ends the server and its own process group, and nothing else; runs go on."""
        if self.process is None:
            return
        if hasattr(os, "killpg") and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        else:
            self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def restart(self) -> None:
        self.stop()
        self.start()

    def end_runs(self) -> None:
        """Ends the training that tests have left behind."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LAYERLOOM_HOME", str(self.home))
            for run in index.runs():
                if run.active:
                    launch.end(run.id, grace=0.0)

    def run_process(self, run_id: str) -> psutil.Process:
        """The process that trains a run."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LAYERLOOM_HOME", str(self.home))
            return psutil.Process(store.read(run_id).pid)

    def checkers(self) -> list[psutil.Process]:
        """The worker processes that check networks for this server."""
        children = psutil.Process(self.process.pid).children()
        return [each for each in children if any(w.startswith("builder.") for w in _command(each))]

    def libraries(self) -> str:
        """The files that the web process has mapped into its memory, one a line."""
        if sys.platform == "linux":
            return Path(f"/proc/{self.process.pid}/maps").read_text()
        listing = ["lsof", "-p", str(self.process.pid)]
        return subprocess.run(listing, capture_output=True, text=True, check=True).stdout


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it ended in between
        return []
