"""Several visitors, several tabs, reloads, and a server that has just started."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.e2e.screen import (
    DIGITS,
    UNTIL_READY,
    box,
    fill,
    fits,
    go_to,
    message,
    open_build,
    press,
    row,
    select,
    settled,
    shows,
    until,
)
from tests.e2e.server import Server

CHANGED_ELSEWHERE = "This document was changed in another tab."
BLUE, NEAR = (47, 111, 223), 30  # of 255; the line fades
WITHOUT_NORM1 = [name for name in DIGITS if name != "norm1"]


def test_no_run_counts_on_what_the_browser_may_have_let_go_of(page: Page, server: Server):
    asked = []
    page.on(
        "websocket", lambda wire: wire.on("framesent", lambda sent: asked.append(BackMsg.FromString(sent)))
    )
    open_build(page, server)
    for node in ("norm1", "fc1"):
        select(page, node)
    runs = [each.rerun_script for each in asked if each.WhichOneof("type") == "rerun_script"]
    assert len(runs) > 1
    assert not any(each.cached_message_hashes for each in runs)


def test_a_reload_keeps_the_network(page: Page, server: Server):
    open_build(page, server)
    select(page, "norm1")
    press(page, "Delete")
    shows(page, WITHOUT_NORM1)
    page.reload()
    shows(page, WITHOUT_NORM1)
    fits(page)


@pytest.mark.slow
def test_a_reload_keeps_what_can_be_undone_and_redone(page: Page, server: Server):
    open_build(page, server)
    for node in ("norm1", "relu1"):
        select(page, node)
        press(page, "Delete")
        expect(row(page, node)).to_have_count(0)
    press(page, "Undo")
    shows(page, WITHOUT_NORM1)
    page.reload()
    shows(page, WITHOUT_NORM1)
    press(page, "Redo")
    shows(page, [name for name in WITHOUT_NORM1 if name != "relu1"])
    press(page, "Undo")
    press(page, "Undo")
    shows(page, DIGITS)
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


@pytest.mark.slow
def test_a_restart_of_the_server_keeps_what_can_be_undone(page: Page, server: Server, tolerated: list[str]):
    open_build(page, server)
    select(page, "norm1")
    press(page, "Delete")
    shows(page, WITHOUT_NORM1)
    tolerated += ["ERR_CONNECTION_REFUSED", "WebSocket", "Failed to load resource", "ERR_"]
    server.restart()
    page.reload()
    shows(page, WITHOUT_NORM1)
    press(page, "Undo")
    shows(page, DIGITS)
    fits(page, UNTIL_READY)


@pytest.mark.slow
def test_a_lost_connection_loses_nothing(page: Page, server: Server, tolerated: list[str]):
    open_build(page, server)
    select(page, "norm1")
    tolerated += ["WebSocket", "ERR_", "Failed to load resource", "when disconnected from server"]
    page.context.set_offline(True)
    press(page, "Delete")
    shows(page, DIGITS)
    page.context.set_offline(False)
    shows(page, WITHOUT_NORM1)
    server.restart()  # the page stays as it is, and connects again by itself
    select(page, "relu1")
    press(page, "Delete")
    shows(page, [name for name in WITHOUT_NORM1 if name != "relu1"])
    press(page, "Undo")
    press(page, "Undo")
    shows(page, DIGITS)
    fits(page, UNTIL_READY)


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


def two_tabs(visitor: Callable[..., Page], server: Server) -> tuple[Page, Page]:
    """Two tabs on one document; the first one has just removed norm1, and the second was told."""
    first, stale = visitor(), visitor()
    open_build(first, server)
    stale.goto(first.url)
    fits(stale)
    select(first, "norm1")
    press(first, "Delete")
    shows(first, WITHOUT_NORM1)
    expect(stale.get_by_role("alert").filter(has_text=CHANGED_ELSEWHERE)).to_be_visible()
    shows(stale, DIGITS)
    return first, stale


def test_a_second_tab_is_told_and_shows_the_newer_network(visitor: Callable[..., Page], server: Server):
    _, stale = two_tabs(visitor, server)
    press(stale, "Show the newer network")
    shows(stale, WITHOUT_NORM1)
    expect(stale.get_by_text(CHANGED_ELSEWHERE)).to_have_count(0)
    press(stale, "Undo")
    shows(stale, DIGITS)


@pytest.mark.slow
def test_a_second_tab_takes_over_and_the_first_one_is_told(visitor: Callable[..., Page], server: Server):
    first, stale = two_tabs(visitor, server)
    press(stale, "Take over with this one")
    message(stale, "Undo brings the other tab's back.")
    shows(stale, DIGITS)
    expect(first.get_by_role("alert").filter(has_text=CHANGED_ELSEWHERE)).to_be_visible()
    press(stale, "Undo")
    shows(stale, WITHOUT_NORM1)


@pytest.mark.slow
def test_an_edit_in_a_stale_tab_is_made_in_a_copy(visitor: Callable[..., Page], server: Server):
    first, stale = two_tabs(visitor, server)
    select(stale, "conv2")
    fill(stale, "out_channels", "8")
    message(stale, "Your edit was made in a copy")
    expect(stale.get_by_role("button", name="Digits CNN (copy)", exact=True)).to_be_visible()
    expect(row(stale, "conv2")).to_have_accessible_name("conv2, Conv2d 8, k3, p1, no bias, output 8 × 4 × 4")
    shows(stale, DIGITS)
    shows(first, WITHOUT_NORM1)
    assert stale.url != first.url


@pytest.mark.slow
def test_a_tab_on_another_page_is_told_there(visitor: Callable[..., Page], server: Server):
    first, other = visitor(), visitor()
    open_build(first, server)
    other.goto(first.url.replace("/?", "/train?"))
    expect(other.get_by_role("button", name="Start training", exact=True)).to_be_enabled()
    select(first, "norm1")
    press(first, "Delete")
    expect(other.get_by_role("alert").filter(has_text=CHANGED_ELSEWHERE)).to_be_visible()
    press(other, "Show the newer network")
    expect(other.get_by_text(CHANGED_ELSEWHERE)).to_have_count(0)
    go_to(other, "Build")
    shows(other, WITHOUT_NORM1)


def test_an_address_that_names_nothing_opens_a_new_network_and_says_so(page: Page, server: Server):
    page.goto(f"{server.url}/?doc=AAAAAAAAAAAAAAAAAAAAAA")
    message(page, "That document is not here any more. A new one was opened.")
    shows(page, DIGITS)


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_line_above_the_page_says_that_something_takes_long(page: Page, server: Server):
    open_build(page, server)
    select(page, "conv2")
    settled(page)
    assert not has_line(page)
    (checker,) = server.checkers()
    checker.suspend()  # for less than the time after which it would be ended
    try:
        fill(page, "out_channels", "8")
        until(lambda: has_line(page), True, page, patience=10.0)
    finally:
        checker.resume()
    fits(page)
    settled(page)
    assert not has_line(page)


def has_line(page: Page) -> bool:
    """Whether the blue line is seen at the upper edge, of whatever length."""
    edge = page.screenshot(clip={"x": 0, "y": 1, "width": 1440, "height": 1})
    pixels = np.asarray(Image.open(io.BytesIO(edge)).convert("RGB")).reshape(-1, 3)
    return bool((np.abs(pixels - np.array(BLUE)).max(axis=1) < NEAR).any())


def test_a_checker_that_dies_is_started_again(page: Page, server: Server):
    open_build(page, server)
    (checker,) = server.checkers()
    checker.kill()
    select(page, "conv2")
    fill(page, "out_channels", "8")
    fits(page, UNTIL_READY)
    expect(row(page, "conv2")).to_have_accessible_name("conv2, Conv2d 8, k3, p1, no bias, output 8 × 4 × 4")


def test_the_web_process_never_loads_torch(page: Page, server: Server):
    open_build(page, server)
    for place in ("Train", "Compare", "Runs", "Build"):
        page.get_by_role("link", name=place, exact=True).click()
        expect(page.get_by_test_id("stMain")).to_contain_text(
            "Find what was trained here" if place == "Runs" else "fits"
        )
    page.get_by_role("radio", name="torchinfo").click()
    expect(page.get_by_test_id("stCode")).to_contain_text("Total params")
    mapped = server.libraries()
    assert "python" in mapped
    assert "libtorch" not in mapped


def test_what_was_clicked_last_counts_on_the_page_that_is_gone_to_at_once(page: Page, server: Server):
    open_build(page, server)
    select(page, "norm2")
    delete = page.get_by_role("button", name="Delete", exact=True)
    link = page.get_by_role("link", name="Train", exact=True)
    delete.evaluate("(button, link) => { button.click(); link.click(); }", link.element_handle())
    expect(page).to_have_url(re.compile(r"/train(\?|$)"))
    expect(page.get_by_text("13,690").first).to_be_visible()  # parameters: norm2 had 64
