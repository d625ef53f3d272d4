"""A picture of every page in tests/screenshots, large and small, light and dark; none scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.screen import SCREENSHOTS, fill, fits, go_to, press, state
from tests.e2e.server import Server

SIZES = {"1440x900": (1440, 900), "390x844": (390, 844)}
PAGES = {
    "build": lambda page: fits(page),
    "data": lambda page: expect(page.get_by_text("Digits CNN fits this data.")).to_be_visible(),
    "train": lambda page: state(page, "Done"),
    "compare": lambda page: expect(page.get_by_text("Done", exact=True)).to_have_count(2, timeout=DONE),
    "runs": lambda page: expect(page.get_by_role("table", name="Runs")).to_be_visible(),
    "try_it": lambda page: expect(page.get_by_role("region", name="Answer")).to_be_visible(),
}
DONE = 60_000  # milliseconds until a comparison ends
OVERFLOW = """() => [document.scrollingElement, document.querySelector('[data-testid=stMain]')]
    .map(element => element.scrollWidth - element.clientWidth)"""


@pytest.fixture(scope="module")
def addresses(browser: Browser, server: Server) -> dict[str, str]:
    """Page -> its address, with a run and a comparison to look at."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    found = {"build": server.url} | {name: f"{server.url}/{name}" for name in ("data", "runs", "try_it")}
    page.goto(f"{server.url}/train")
    fill(page, "epochs", "3")
    press(page, "Start training")
    page.wait_for_url("**run=*")
    found["train"] = page.url
    go_to(page, "Compare")
    press(page, "Compare BatchNorm2d and LayerNorm")
    page.wait_for_url("**compare=*")
    found["compare"] = page.url
    context.close()
    return found


# All four with the slow tests: a page that is right where it is narrow and dark is seldom wrong elsewhere.
LOOKS = [
    pytest.param(size, scheme, marks=[] if width < 640 and scheme == "dark" else pytest.mark.slow)
    for size, (width, _) in SIZES.items()
    for scheme in ("light", "dark")
]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_every_page_is_pictured(
    visitor: Callable[..., Page], addresses: dict[str, str], size: str, scheme: str
):
    width, height = SIZES[size]
    page = visitor(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
        has_touch=width < 640,
    )
    SCREENSHOTS.mkdir(exist_ok=True)
    for name, settled in PAGES.items():
        page.goto(addresses[name])
        settled(page)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=SCREENSHOTS / f"{name}_{size}_{scheme}.png")
        assert page.evaluate(OVERFLOW) == [0, 0], name
