"""One network, two normalizations; and the list of everything that was trained."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.screen import fill, fits, go_to, open_build, press, says, select, state
from tests.e2e.server import Server

DONE = 60_000  # milliseconds for two short runs at once


def result(page: Page, variant: str) -> Locator:
    """A variant's row in the table of results."""
    return (
        page.get_by_role("region", name="Results")
        .get_by_role("row")
        .filter(has=page.get_by_role("button", name=variant, exact=True))
    )


def compare(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/train")
    fits(page)
    fill(page, "epochs", "2")
    go_to(page, "Compare")
    press(page, "Compare BatchNorm2d and LayerNorm")
    expect(page).to_have_url(re.compile(r"compare=[0-9a-f]{16}"))


def test_one_click_compares_two_normalizations(page: Page, server: Server):
    compare(page, server)
    for variant in ("BatchNorm2d", "LayerNorm"):
        expect(result(page, variant).get_by_text("Done", exact=True)).to_be_visible(timeout=DONE)
        expect(result(page, variant)).to_contain_text(re.compile(r"\d\d\.\d %"))
        expect(page.get_by_text(f"norm1 ({variant})", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("LayerNorm uses the statistics of each example"))).to_be_visible()
    expect(
        page.get_by_role("figure", name=re.compile(r"^Accuracy\. .*BatchNorm2d.*LayerNorm"))
    ).to_be_visible()
    address = page.url
    page.reload()
    expect(result(page, "LayerNorm").get_by_text("Done", exact=True)).to_be_visible()
    assert page.url == address
    go_to(page, "Runs")
    table = page.get_by_role("table", name="Runs")
    for variant in ("BatchNorm2d", "LayerNorm"):
        expect(table.get_by_role("rowheader").filter(has_text=variant).first).to_be_visible()
    table.get_by_role("button", name="Digits CNN").first.click()
    expect(page.get_by_role("button", name="Compare group")).to_be_visible()
    page.get_by_role("button", name="Watch").click()
    expect(page).to_have_url(re.compile(r"/train\?.*run=[0-9a-f]{16}"))
    state(page, "Done")


@pytest.mark.slow
def test_a_comparison_is_stopped_as_a_whole(page: Page, server: Server):
    page.goto(f"{server.url}/train")
    fits(page)
    fill(page, "epochs", "2000")
    go_to(page, "Compare")
    press(page, "Compare BatchNorm2d and LayerNorm")
    for variant in ("BatchNorm2d", "LayerNorm"):
        training = result(page, variant).get_by_text("Training", exact=True)
        expect(training).to_be_visible(timeout=DONE)
    press(page, "Stop all")
    for variant in ("BatchNorm2d", "LayerNorm"):
        stopped = result(page, variant).get_by_text("Stopped", exact=True)
        expect(stopped).to_be_visible(timeout=DONE)


def test_a_network_without_normalization_says_what_to_do(page: Page, server: Server):
    open_build(page, server)
    for node in ("norm1", "norm2"):
        select(page, node)
        press(page, "Delete")
    go_to(page, "Compare")
    says(page, "The network has no normalization layer to exchange.")
