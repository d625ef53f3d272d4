"""The preview beside the drawing: what each layer does to one real example."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from builder.templates import template
from tests.e2e.screen import box, field, fill, fits, go_to, open_build, open_document, press, row, state, view
from tests.e2e.server import Server

pytestmark = pytest.mark.slow

FIRST = 90_000  # milliseconds until a new process has loaded torch while other tests run


def picture(page: Page, node: str, words: str) -> Locator:
    """What the selected node gives."""
    return page.get_by_role("img", name=re.compile(rf"^{node}: {words}"))


def test_each_layer_shows_what_it_does_to_one_example(page: Page, server: Server):
    open_build(page, server)
    view(page, "Preview")
    expect(picture(page, "conv1", "Feature maps, 16 × 8 × 8")).to_be_visible(timeout=FIRST)
    expect(page.get_by_text("The example is: 5")).to_be_visible()
    page.get_by_role("button", name="Show what digit gives").click()
    expect(picture(page, "digit", "Numbers, 10")).to_be_visible()
    expect(box(page, "digit")).to_have_attribute("aria-selected", "true")
    row(page, "pool1").click()
    expect(picture(page, "pool1", "Feature maps, 16 × 4 × 4")).to_be_visible()
    field(page, "Number").fill("1")
    field(page, "Number").press("Enter")
    expect(page.get_by_text(re.compile("^The example is: [^5]$"))).to_be_visible()


def test_an_edit_is_seen_in_the_preview_and_in_the_form(page: Page, server: Server):
    open_build(page, server)
    view(page, "Preview")
    expect(picture(page, "conv1", "Feature maps, 16 × 8 × 8")).to_be_visible(timeout=FIRST)
    view(page, "Layer")
    field(page, "out_channels").fill("4")
    field(page, "out_channels").press("Enter")
    expect(picture(page, "conv1", "Feature maps, 4 × 8 × 8")).to_be_visible()
    row(page, "pool1").click()
    expect(picture(page, "pool1", "Feature maps, 4 × 4 × 4")).to_be_visible()


def test_a_run_gives_the_preview_its_weights(page: Page, server: Server):
    page.goto(f"{server.url}/train")
    fits(page)
    fill(page, "epochs", "1")
    press(page, "Start training")
    state(page, "Done")
    go_to(page, "Build")
    view(page, "Preview")
    expect(picture(page, "conv1", "Feature maps, 16 × 8 × 8")).to_be_visible(timeout=FIRST)
    untrained = picture(page, "conv1", "Feature maps").get_attribute("src")
    field(page, "Weights").click()
    page.get_by_role("option", name=re.compile("^Trained")).first.click()  # the newest
    expect(picture(page, "conv1", "Feature maps")).not_to_have_attribute("src", untrained, timeout=FIRST)


def test_a_layer_in_a_block_has_its_picture_too(page: Page, server: Server):
    open_document(page, server, template("tcn"))
    view(page, "Preview")
    expect(page.get_by_role("button", name="Show what layer3 gives")).to_be_visible(timeout=FIRST)
    box(page, "layer3").dblclick()
    row(page, "conv2").click()
    expect(picture(page, "conv2", "A table, a row per step, 32 × 256")).to_be_visible()


def test_a_large_network_says_that_it_has_no_preview(page: Page, server: Server):
    open_document(page, server, template("resnet18"))
    view(page, "Preview")
    expect(page.get_by_text("The network has 11,689,512 parameters.")).to_be_visible()
    fits(page)


def test_it_can_be_turned_off(page: Page, server: Server):
    open_build(page, server)
    view(page, "Preview")
    shown = picture(page, "conv1", "Feature maps")
    expect(shown).to_be_visible(timeout=FIRST)
    field(page, "Example from").click()
    page.get_by_role("option", name="Off", exact=True).click()
    expect(shown).to_have_count(0)
    view(page, "Layer")
    expect(field(page, "out_channels")).to_be_visible()
    expect(shown).to_have_count(0)
