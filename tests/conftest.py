"""What all tests share: no test reads or writes the state of whoever runs it."""

from __future__ import annotations

import os
from collections.abc import Iterator

# Before anything imports torch: workers beside each other, each with a thread per processor, wait for
# one another most of the time.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests import browser as browsers

# The same examples in every run, and no limit on their time: the machine may be busy. Others are tried with
# pytest --hypothesis-profile=search
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile("same")

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(autouse=True, scope="session")
def _home_of_the_tests(tmp_path_factory: pytest.TempPathFactory):
    """An empty LAYERLOOM_HOME for the whole session; a test that writes takes one of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of a worker: Playwright cannot be started twice in a process."""
    path = browsers.found()
    if path is None:
        pytest.fail("There is no Chromium for the end-to-end tests. Run: python tests/browser.py")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
