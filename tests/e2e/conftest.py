"""A server and a browser per worker of the tests, and a visitor of its own for every test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from components.tour import SEEN

pytest.register_assert_rewrite("tests.e2e.screen")  # before it is imported: its asserts show values
from tests.e2e.screen import SCREENSHOTS, UNTIL_READY, fits  # noqa: E402
from tests.e2e.server import Server  # noqa: E402

PATIENCE = 20_000  # milliseconds until a click or a fill gives up
TOUR_WAS_SEEN = (
    f'try {{ localStorage.setItem("{SEEN}", "shown"); }} catch {{}}'  # a blank page has no storage
)
# On a page that is not the first, Streamlit's client looks for its server under that page's address too.
PROBES = re.compile(r"/\w+/_stcore/(health|host-config)$")


@pytest.fixture(scope="session")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, with its checker ready: the first visitor has waited for it."""
    server = Server(tmp_path_factory.mktemp("server"))
    server.start()
    with browser.new_page() as first:
        first.goto(server.url)
        fits(first, UNTIL_READY)
    yield server
    server.stop()
    server.end_runs()


@pytest.fixture
def tolerated() -> list[str]:
    """Patterns of console errors that the test at hand brings about on purpose."""
    return []


@pytest.fixture
def visitor(
    browser: Browser, tolerated: list[str], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """visitor(newcomer=False, **context) -> a page in a browser session of its own.

    newcomer  whether the browser has not shown the tour yet.
    An error in the page fails the test.
    """
    contexts, errors = [], []
    failed_before = request.session.testsfailed

    def enter(newcomer: bool = False, **given) -> Page:
        options = {"viewport": {"width": 1440, "height": 900}, "accept_downloads": True, **given}
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        if not newcomer:
            context.add_init_script(TOUR_WAS_SEEN)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"page error: {error}"))
        page.on("console", lambda message: errors.extend(_complaint(message)))
        return page

    yield enter
    if request.session.testsfailed > failed_before:
        _picture_failure(contexts, request.node.name)
    for context in contexts:
        context.close()
    unexpected = [e for e in errors if not any(re.search(each, e) for each in tolerated)]
    assert not unexpected


def _complaint(message) -> list[str]:
    address = message.location.get("url", "")
    wanted = message.type == "error" and not PROBES.search(address)
    return [f"console: {message.text} {address}"] if wanted else []


def _picture_failure(contexts, test: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    name = re.sub(r"\W+", "_", test)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=SCREENSHOTS / f"failed_{name}_{number}.png")


@pytest.fixture
def page(visitor: Callable[..., Page]) -> Page:
    """A visitor who has not opened anything yet."""
    return visitor()
