"""The command palette and the keys around it: a network drawn without the pointer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.screen import DIGITS, box, field, fits, is_selected, open_build, press, row, shows
from tests.e2e.server import Server

pytestmark = pytest.mark.slow


@pytest.fixture
def page(page: Page, server: Server) -> Iterator[Page]:
    open_build(page, server)
    yield page


def palette(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Add a layer or do something")


def typed(page: Page, words: str) -> None:
    """Opens the palette with its key and types; the focus stands in the drawing or in the list."""
    page.keyboard.press("a")
    expect(palette(page).get_by_role("combobox")).to_be_focused()
    page.keyboard.type(words)


def test_layers_are_added_one_behind_the_other_by_typing(page: Page):
    box(page, "pool2").focus()
    page.keyboard.press("Space")
    is_selected(page, "pool2")
    typed(page, "conv 32 k5 p2")
    first = palette(page).get_by_role("option").first
    expect(first).to_contain_text("Conv2d(32, kernel_size=5, padding=2)")
    expect(first).to_contain_text("behind pool2")
    page.keyboard.press("Enter")
    expect(box(page, "conv3")).to_be_focused()
    is_selected(page, "conv3")
    typed(page, "drop 0.3")
    page.keyboard.press("Enter")  # before the answer is there, or after it
    expect(box(page, "dropout1")).to_be_focused()
    shows(page, DIGITS[:9] + ["conv3", "dropout1"] + DIGITS[9:])
    fits(page)
    expect(field(page, "p")).to_have_value("0.3")


def test_the_arrow_keys_choose_and_escape_goes_back(page: Page):
    row(page, "relu1").focus()
    page.keyboard.press("Space")
    is_selected(page, "relu1")
    typed(page, "pool")
    options = palette(page).get_by_role("option")
    expect(options.first).to_contain_text("MaxPool2d(2)")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(options.nth(1)).to_contain_text("AvgPool2d(2)")
    page.keyboard.press("Enter")
    is_selected(page, "avgpool1")
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(palette(page)).to_have_count(0)
    expect(row(page, "avgpool1")).to_be_focused()  # where it was opened


def test_what_is_left_out_and_what_is_not_understood_is_said(page: Page):
    box(page, "conv1").focus()
    typed(page, "conv 0.5")
    expect(palette(page).get_by_role("option").first).to_contain_text("leaves out 0.5")
    page.keyboard.press("Control+a")
    page.keyboard.type("qwertz")
    expect(palette(page).get_by_text("Nothing matches.")).to_be_visible()


def test_commands_are_found_by_their_words(page: Page):
    box(page, "relu1").focus()
    page.keyboard.press("Delete")
    expect(box(page, "relu1")).to_have_count(0)
    box(page, "conv1").focus()
    typed(page, "undo")
    page.keyboard.press("Enter")
    shows(page, DIGITS)
    box(page, "conv1").focus()
    typed(page, "templates")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Templates")).to_be_visible()


def test_a_layer_is_shaded_by_its_share_of_the_parameters(page: Page):
    box(page, "conv1").focus()
    page.keyboard.press("w")
    expect(box(page, "fc1").locator(".figure")).to_have_text("60 %")  # 8,256 of 13,802
    press(page, "Shade layers by their parameters")
    expect(box(page, "fc1").locator(".figure")).to_have_text("8.26 k")


def test_who_types_on_after_enter_loses_no_word(page: Page):
    box(page, "conv1").focus()
    page.keyboard.press("Space")
    is_selected(page, "conv1")
    for words in ("gelu", "dropout 0.3", "identity", "undo", "tanh"):
        page.keyboard.press("a")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    shows(page, [*DIGITS[:2], "gelu1", "dropout1", "tanh1", *DIGITS[2:]])
    expect(field(page, "Name")).to_have_value("tanh1")
