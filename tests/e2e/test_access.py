"""What axe-core finds on the pages: nothing serious, in light and dark, also with a menu open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.screen import box, chart, go_to, open_build, press, state
from tests.e2e.server import Server

pytestmark = pytest.mark.slow

WORST = ("serious", "critical")
HEADINGS = {
    "Data": "Digits CNN fits this data.",
    "Train": "Train the drawn network on data",
    "Compare": "Trains the drawn network",
    "Runs": "Find what was trained here",
}


def complaints(page: Page) -> list[str]:
    """What a person would be kept from, and where."""
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished.catch(() => 0)))")
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]}: {node['failureSummary']}"
        for each in found
        if each["impact"] in WORST
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_keeps_anybody_out(visitor: Callable[..., Page], server: Server, scheme: str):
    page = visitor(color_scheme=scheme)
    open_build(page, server)
    assert complaints(page) == []
    for name, words in HEADINGS.items():
        go_to(page, name)
        expect(page.get_by_text(words).first).to_be_visible()
        assert complaints(page) == []


@pytest.mark.parametrize(
    "key, name", [("a", "Add a layer or do something"), ("?", "Keys and colours"), ("w", "")]
)
def test_neither_does_what_the_keys_open(page: Page, server: Server, key: str, name: str):
    open_build(page, server)
    box(page, "conv1").focus()
    page.keyboard.press(key)
    if name:
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
    assert complaints(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_run_that_is_watched_tried_and_listed_keeps_nobody_out(
    visitor: Callable[..., Page], server: Server, scheme: str
):
    page = visitor(color_scheme=scheme)
    open_build(page, server)
    go_to(page, "Train")
    press(page, "Start training")
    state(page, "Done")
    expect(chart(page, "Loss")).to_be_visible()
    assert complaints(page) == []
    press(page, "Try it")
    expect(page.get_by_text("What the network gets, 8 × 8 points")).to_be_visible(timeout=60_000)
    assert complaints(page) == []
    go_to(page, "Runs")
    page.get_by_role("checkbox").last.click()
    expect(page.get_by_role("button", name="Export figures")).to_be_visible()
    assert complaints(page) == []
