"""A visitor without a browser, with a home of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from builder.service import service
from components import events
from tests.pages.words import REPORTS

APP = Path(__file__).parents[2] / "app.py"


class Framed(PagesManager):
    """Runs pages inside app.py. AppTest forgets, before each run, that app.py has said so, takes the folder
    pages/ for Streamlit's own kind of pages, and would run a page without its frame.
    """

    def __init__(self, *given, **named) -> None:
        PagesManager.uses_pages_directory = False
        super().__init__(*given, **named)


@pytest.fixture(scope="session")
def checker() -> Iterator[None]:
    """The worker that checks networks, ready before the first page is drawn, ended after the last."""
    worker = service()
    worker.devices()  # the answer comes when it has loaded torch
    yield
    worker.close()


@pytest.fixture
def visit(checker: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """visit("train") -> that page, drawn."""
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    monkeypatch.setattr("streamlit.testing.v1.app_test.PagesManager", Framed)
    mount = events.mount

    def heard(*given, key: str, on_event, **named) -> None:
        REPORTS[key] = on_event
        mount(*given, key=key, on_event=on_event, **named)

    monkeypatch.setattr(events, "mount", heard)

    def visit(name: str = "build", locale: str = "en-GB") -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=20)
        app.context = {"locale": locale}
        app.run()
        assert not app.exception
        return app if name == "build" else go(app, name)

    return visit


def go(app: AppTest, name: str) -> AppTest:
    app = app.switch_page(f"pages/{name}.py").run()
    assert not app.exception
    return app
