"""What all tests share: no test reads or writes the state of whoever runs it."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="session")
def _home_of_the_tests(tmp_path_factory: pytest.TempPathFactory):
    """An empty LAYERLOOM_HOME for the whole session; a test that writes takes one of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(tmp_path_factory.mktemp("home")))
        yield
