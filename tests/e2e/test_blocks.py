"""Blocks: layers put together, opened, given params, repeated, and taken apart, by clicks."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screen import box, field, fill, fits, message, open_build, press, row, select, shows
from tests.e2e.server import Server

OUTSIDE = ["image", "step1", "conv2", "norm2", "relu2", "pool2", "flatten", "fc1", "relu3", "fc2", "digit"]
INSIDE = ["x", "conv1", "norm1", "relu1", "pool1", "out"]


def make_step(page: Page) -> None:
    """Puts the first four layers into a block named Step."""
    press(page, "Make a block")
    layers = page.get_by_role("combobox", name="Layers in the block")
    for name in ("norm1", "relu1", "pool1"):
        layers.click()
        layers.fill(name)
        page.get_by_role("listbox").get_by_role("option", name=name, exact=True).click()
    fill(page, "Name of the block", "Step")
    press(page, "Make the block")
    expect(row(page, "step1")).to_be_visible()
    page.keyboard.press("Escape")
    fits(page)


def test_a_block_is_made_opened_given_a_param_and_repeated(page: Page, server: Server):
    open_build(page, server)
    make_step(page)
    shows(page, OUTSIDE)
    select(page, "step1")
    press(page, "Open block")
    shows(page, INSIDE)
    fill(page, "Params", "channels=16")
    select(page, "conv1")
    fill(page, "out_channels", "=channels")
    fits(page)
    page.get_by_role("button", name="Back to Digits CNN").click()
    shows(page, OUTSIDE)
    select(page, "step1")
    fill(page, "channels", "24")
    expect(box(page, "step1")).to_have_attribute("aria-label", re.compile("output 24 × 4 × 4"))
    fits(page)


def test_a_block_is_opened_with_two_clicks_in_the_drawing(page: Page, server: Server):
    open_build(page, server)
    make_step(page)
    box(page, "step1").dblclick()
    shows(page, INSIDE)


@pytest.mark.slow
def test_a_sum_of_what_is_no_param_is_refused_at_its_layer(page: Page, server: Server):
    open_build(page, server)
    make_step(page)
    select(page, "step1")
    press(page, "Open block")
    select(page, "conv1")
    fill(page, "out_channels", "=width")
    expect(box(page, "conv1")).to_have_attribute("aria-label", re.compile("the block has no param 'width'"))
    press(page, "Undo")
    fits(page)


def test_a_block_is_exploded_into_its_layers(page: Page, server: Server):
    open_build(page, server)
    before = page.get_by_text("13,754").first
    expect(before).to_be_visible()
    make_step(page)
    select(page, "step1")
    press(page, "Explode")
    expect(row(page, "conv1")).to_be_visible()
    fits(page)
    expect(page.get_by_text("13,754").first).to_be_visible()


def test_a_layer_is_repeated(page: Page, server: Server):
    open_build(page, server)
    select(page, "relu3")
    page.get_by_text("Weights and repeats").click()
    fill(page, "repeat", "3")
    expect(box(page, "relu3")).to_have_attribute("aria-label", re.compile("3 in a row"))
    fits(page)
    expect(field(page, "shares")).to_be_visible()


@pytest.mark.slow
def test_a_name_that_is_taken_is_refused_with_a_sentence(page: Page, server: Server):
    open_build(page, server)
    press(page, "Make a block")
    fill(page, "Name of the block", "Linear")
    press(page, "Make the block")
    message(page, "Linear is a layer or block already")
