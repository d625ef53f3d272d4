"""The app on a port of its own with a home of its own, and a browser on it, for the benchmarks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

ARGUMENTS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
STARTING = 60.0  # seconds


@dataclass(frozen=True)
class Server:
    """Where it listens, and its process."""

    address: str
    process: psutil.Process


@contextmanager
def server() -> Iterator[Server]:
    """The app, ended at the end; LAYERLOOM_HOME is set here too, so that the store is shared."""
    with tempfile.TemporaryDirectory() as home, socket.socket() as found:
        os.environ["LAYERLOOM_HOME"] = home
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
        found.close()
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        with open(Path(home) / "server.log", "wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health")
            yield Server(f"http://127.0.0.1:{port}", psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait()


def _wait(address: str) -> None:
    deadline = time.monotonic() + STARTING
    while True:
        try:
            urllib.request.urlopen(address, timeout=1).read()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@contextmanager
def browser():
    """Chromium, as the end-to-end tests use it."""
    from playwright.sync_api import sync_playwright

    from tests.browser import found

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found(), args=list(ARGUMENTS))
        yield chromium
        chromium.close()
