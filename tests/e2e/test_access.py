"""What axe-core finds on the pages: nothing serious, in light and dark, also with a menu open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.screen import (
    box,
    chart,
    code,
    go_to,
    open_build,
    open_menu,
    press,
    settled,
    state,
    view,
)
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


OPENED_BY_KEYS = {
    "a": ("dialog", "Add a layer or do something"),
    "c": ("dialog", "What feeds conv1"),
    "r": ("dialog", "Replace conv1"),
    "?": ("dialog", "Keys and colours"),
    "Shift+F10": ("menu", "conv1"),
    "w": ("button", "Shade layers by their parameters"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neither_does_what_the_keys_open(visitor: Callable[..., Page], server: Server, scheme: str):
    page = visitor(color_scheme=scheme)
    open_build(page, server)
    for key, (role, name) in OPENED_BY_KEYS.items():
        box(page, "conv1").focus()
        page.keyboard.press(key)
        expect(page.get_by_role(role, name=name)).to_be_visible()
        expect(page.get_by_text("Looking…")).to_have_count(0)
        assert (key, complaints(page)) == (key, [])
        page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neither_do_the_dialogs_and_views_of_the_build_page(
    visitor: Callable[..., Page], server: Server, scheme: str
):
    page = visitor(color_scheme=scheme)
    open_build(page, server)
    for name, from_menu in (
        ("Documents", "All documents"),
        ("Versions", "Versions"),
        ("Templates", ""),
        ("Export", ""),
    ):
        if from_menu:
            open_menu(page).get_by_role("button", name=from_menu).click()
        else:
            press(page, name)
        dialog = page.get_by_role("dialog", name=name)
        expect(dialog.get_by_role("heading", name=name, exact=True)).to_be_visible()
        settled(page)
        assert (name, complaints(page)) == (name, [])
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_have_count(0)
    view(page, "Code")
    expect(code(page)).to_be_visible()
    assert complaints(page) == []
    view(page, "Preview")
    expect(page.get_by_role("group", name="What each layer gives")).to_be_visible(timeout=60_000)
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
