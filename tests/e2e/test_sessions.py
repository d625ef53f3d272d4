"""Several visitors, several tabs, reloads, and a server that has just started."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.screen import (
    DIGITS,
    UNTIL_READY,
    box,
    field,
    fill,
    fits,
    message,
    open_build,
    press,
    row,
    select,
    shows,
)
from tests.e2e.server import Server

WITHOUT_NORM1 = [name for name in DIGITS if name != "norm1"]


def test_a_reload_keeps_the_network(page: Page, server: Server):
    open_build(page, server)
    select(page, "norm1")
    press(page, "Delete")
    shows(page, WITHOUT_NORM1)
    page.reload()
    shows(page, WITHOUT_NORM1)
    fits(page)


def test_two_visitors_do_not_see_each_others_network(visitor: Callable[..., Page], server: Server):
    mine, theirs = visitor(), visitor()
    open_build(mine, server)
    open_build(theirs, server)
    assert mine.url != theirs.url
    select(mine, "norm1")
    press(mine, "Delete")
    shows(mine, WITHOUT_NORM1)
    theirs.reload()
    shows(theirs, DIGITS)


def test_the_address_opens_the_same_network_for_somebody_else(visitor: Callable[..., Page], server: Server):
    mine, theirs = visitor(), visitor()
    open_build(mine, server)
    select(mine, "norm1")
    press(mine, "Delete")
    shows(mine, WITHOUT_NORM1)
    theirs.goto(mine.url)
    shows(theirs, WITHOUT_NORM1)


def test_an_edit_in_a_stale_tab_is_refused_and_the_newer_version_loaded(
    visitor: Callable[..., Page], server: Server
):
    first, stale = visitor(), visitor()
    open_build(first, server)
    stale.goto(first.url)
    fits(stale)
    select(first, "norm1")
    press(first, "Delete")
    shows(first, WITHOUT_NORM1)
    select(stale, "conv2")
    fill(stale, "out_channels", "8")
    message(stale, "This network was changed in another tab; the newer version was loaded.")
    shows(stale, WITHOUT_NORM1)
    select(stale, "conv2")
    expect(field(stale, "out_channels")).to_have_value("32")
    fill(stale, "out_channels", "8")
    expect(row(stale, "conv2")).to_have_accessible_name("conv2, Conv2d 8, k3, p1, output 8 × 4 × 4")


def test_an_address_that_names_nothing_opens_a_new_network_and_says_so(page: Page, server: Server):
    page.goto(f"{server.url}/?doc=AAAAAAAAAAAAAAAAAAAAAA")
    message(page, "The address names a document that is not here.")
    shows(page, DIGITS)


def test_the_page_is_there_before_the_checker_is(page: Page, server: Server, tolerated: list[str]):
    server.restart()
    page.goto(server.url, wait_until="commit")
    deadline = time.monotonic() + 20
    while not (checkers := server.checkers()):
        assert time.monotonic() < deadline, "the checker was never started"
        time.sleep(0.01)
    (checker,) = checkers
    checker.suspend()
    try:
        expect(page.get_by_text("Checking: the checker is starting.")).to_be_visible()
        expect(box(page, "fc2")).to_have_accessible_name("fc2, Linear 10, being checked")
        expect(row(page, "fc2")).to_be_visible()
        expect(page.get_by_text("Everything fits.")).to_have_count(0)
    finally:
        checker.resume()
    fits(page, UNTIL_READY)
    shows(page, DIGITS)


def test_a_checker_that_dies_is_started_again(page: Page, server: Server):
    open_build(page, server)
    (checker,) = server.checkers()
    checker.kill()
    select(page, "conv2")
    fill(page, "out_channels", "8")
    fits(page, UNTIL_READY)
    expect(row(page, "conv2")).to_have_accessible_name("conv2, Conv2d 8, k3, p1, output 8 × 4 × 4")


def test_the_web_process_never_loads_torch(page: Page, server: Server):
    open_build(page, server)
    for place in ("Train", "Compare", "Runs", "Build"):
        page.get_by_role("link", name=place, exact=True).click()
        expect(page.get_by_test_id("stMain")).to_contain_text("Runs" if place == "Runs" else "fits")
    page.get_by_role("radio", name="torchinfo").click()
    expect(page.get_by_test_id("stCode")).to_contain_text("Total params")
    mapped = server.libraries()
    assert "python" in mapped
    assert "libtorch" not in mapped
