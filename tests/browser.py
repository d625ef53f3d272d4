"""Finds a Chromium for the end-to-end tests, or installs one: the system's, Debian's, Playwright's.

python tests/browser.py makes sure that there is one and prints where it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
USUAL = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)


def found() -> str | None:
    """The path of a Chromium that is there: $CHROMIUM, the system's, or Playwright's own."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    usual = next((path for path in USUAL if Path(path).exists()), None)
    return named or usual or _playwrights()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _run(*command: str) -> bool:
    print("+", " ".join(command), flush=True)
    return subprocess.run(command).returncode == 0


def install() -> None:
    """Installs a Chromium: Debian's package where there is apt-get, else Playwright's download."""
    if shutil.which("apt-get"):
        root = [] if os.geteuid() == 0 else ["sudo"]
        _run(*root, "apt-get", "update", "-qq")
        if _run(*root, "apt-get", "install", "-y", "-qq", "chromium"):
            return
    _run(sys.executable, "-m", "playwright", "install", "--with-deps", "chromium")


def main() -> int:
    if not found():
        install()
    path = found()
    print(f"Browser for the tests: {path or 'none'}")
    if not path:
        print("Install Chromium, or set CHROMIUM to where one is, and try again.", file=sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
