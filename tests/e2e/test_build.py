"""Drawing a network: the page it opens on, the palette, the form, and every edit."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from builder.catalogue import CATALOGUE
from tests.e2e.screen import (
    DIGITS,
    box,
    canvas,
    choose,
    field,
    fill,
    fits,
    is_selected,
    message,
    open_build,
    press,
    row,
    says,
    select,
    shows,
    unfold,
    until,
)
from tests.e2e.server import Server

SHAPES = ["C1 H8 W8", *["C16 H8 W8"] * 3, "C16 H4 W4", *["C32 H4 W4"] * 3, "C32 H2 W2"]
SHAPES += ["F128", "F64", "F64", "F10"]


@pytest.fixture
def page(page: Page, server: Server) -> Iterator[Page]:
    """A visitor on the Build page, with a document of their own."""
    open_build(page, server)
    yield page


def test_it_opens_on_a_network_for_digits_that_fits(page: Page):
    shows(page, DIGITS)
    expect(canvas(page)).to_have_accessible_name("Network, 14 layers")
    totals = page.get_by_role("paragraph").filter(has_text="Everything fits.")
    expect(totals).to_contain_text("13,754 parameters")
    expect(totals).to_contain_text("91,776 multiply-adds")


def test_every_arrow_says_what_flows_along_it(page: Page):
    labels = page.locator(".canvas text.shape")
    until(lambda: sorted(labels.all_text_contents()), sorted(SHAPES), page)
    press(page, "Name the dimensions")
    expect(labels.first).to_have_text("1 × 8 × 8")
    page.reload()
    expect(labels.first).to_have_text("1 × 8 × 8")  # the browser remembers it


def test_the_palette_finds_a_layer_and_adds_it_behind_the_selected_one(page: Page):
    select(page, "conv2")
    page.get_by_role("searchbox", name="Search layers").fill("group")
    page.get_by_role("button", name="Add GroupNorm").click()
    shows(page, DIGITS[:6] + ["groupnorm1"] + DIGITS[6:])
    is_selected(page, "groupnorm1")
    fits(page)
    expect(field(page, "Input")).to_have_value("conv2")
    select(page, "norm2")
    expect(field(page, "Input")).to_have_value("groupnorm1")


def test_what_is_clicked_at_once_in_several_places_is_done_in_that_order(page: Page):
    """As on a slow server: it hears of all the clicks together."""
    select(page, "relu1")
    page.get_by_role("searchbox", name="Search layers").fill("group")
    add = page.get_by_role("button", name="Add GroupNorm")
    remove = page.get_by_role("button", name="Delete", exact=True)
    clicked = [remove, row(page, "pool2"), add, row(page, "conv2"), add, row(page, "fc1")]
    found = [each.element_handle() for each in clicked]
    page.evaluate("found => found.forEach((each) => each.click())", found)
    with_norms = DIGITS[:3] + ["pool1", "conv2", "groupnorm2", "norm2", "relu2", "pool2", "groupnorm1"]
    shows(page, with_norms + DIGITS[9:])
    is_selected(page, "fc1")


def test_the_palette_says_when_it_finds_nothing(page: Page):
    page.get_by_role("searchbox", name="Search layers").fill("qwertz")
    expect(page.get_by_text("No layer matches “qwertz”.")).to_be_visible()


@pytest.mark.parametrize("kind", ["GroupNorm", "LSTM", "TransformerEncoderLayer"])
def test_the_form_has_every_argument_of_the_constructor_with_its_help(page: Page, kind: str):
    select(page, "fc2")
    page.get_by_role("button", name=f"Add {kind}", exact=True).click()
    expect(page.get_by_role("heading", name=kind)).to_be_visible()
    if page.get_by_text("More arguments").is_visible():
        unfold(page)
    for param in CATALOGUE[kind].params:
        expect(field(page, param.name)).to_be_visible()
    help_button = page.get_by_role("button", name=f"Help for {CATALOGUE[kind].params[0].name}")
    help_button.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("Takes ")


def test_the_form_shows_pytorchs_defaults_and_what_is_read_off_the_input(page: Page):
    select(page, "conv2")
    for name, value in {"out_channels": "32", "kernel_size": "3", "padding": "1"}.items():
        expect(field(page, name)).to_have_value(value)
    expect(field(page, "in_channels")).to_have_value("")
    expect(field(page, "in_channels")).to_have_attribute("placeholder", "16, the channels of pool1")
    expect(field(page, "dilation")).not_to_be_visible()  # what seldom matters is folded
    unfold(page)
    expect(field(page, "bias")).not_to_be_checked()  # the norm behind it has one
    for name in ("stride", "dilation", "groups"):
        expect(field(page, name)).to_have_value("1")
    expect(field(page, "padding_mode")).to_have_value("zeros")


@pytest.mark.slow
def test_two_sizes_are_typed_and_the_formula_puts_the_numbers_in(page: Page):
    select(page, "conv1")
    expect(page.get_by_text("H_out = (8 + 2*1 - 3)/1 + 1 = 8")).to_be_visible()
    fill(page, "kernel_size", "3x5")
    expect(field(page, "kernel_size")).to_have_value("3x5")
    expect(page.get_by_text("H_out = (8 + 2*1 - 3)/1 + 1 = 8")).to_be_visible()
    expect(page.get_by_text("W_out = (8 + 2*1 - 5)/1 + 1 = 6")).to_be_visible()
    expect(row(page, "conv1")).to_have_accessible_name(re.compile("output 16 × 8 × 6"))
    link = page.get_by_role("link", name="PyTorch's page")
    expect(link).to_have_attribute("href", re.compile(r"torch\.nn\.Conv2d\.html$"))


def test_a_click_in_the_drawing_and_one_in_the_list_select(page: Page):
    is_selected(page, "conv1")
    press(page, "Show everything")
    box(page, "fc1").click()
    is_selected(page, "fc1")
    expect(field(page, "out_features")).to_have_value("64")
    row(page, "pool1").click()
    is_selected(page, "pool1")
    expect(field(page, "kernel_size")).to_have_value("2")


def test_an_argument_changes_what_flows(page: Page):
    select(page, "conv1")
    fill(page, "out_channels", "8")
    expect(box(page, "conv1")).to_have_accessible_name(re.compile("output 8 × 8 × 8"))
    expect(row(page, "pool1")).to_have_accessible_name(re.compile("output 8 × 4 × 4"))
    fits(page)
    press(page, "Undo")
    expect(field(page, "out_channels")).to_have_value("16")
    press(page, "Redo")
    expect(field(page, "out_channels")).to_have_value("8")


def test_a_skip_connection_is_two_choices(page: Page):
    select(page, "norm2")
    page.get_by_role("button", name="Add Add", exact=True).click()
    is_selected(page, "add1")
    fits(page)
    chosen = page.get_by_role("group", name="Selected values")
    expect(chosen).to_contain_text("norm2")
    expect(chosen).to_contain_text("conv2")
    expect(page.locator(".canvas path.arrow")).to_have_count(15)


def test_an_input_is_chosen_in_the_form(page: Page):
    select(page, "relu1")
    choose(page, "Input", "conv1")
    fits(page)
    expect(field(page, "Input")).to_have_value("conv1")
    says(page, "norm1 (BatchNorm2d) feeds nothing")


def test_layers_are_edited_with_buttons(page: Page):
    select(page, "relu2")
    press(page, "Duplicate")
    shows(page, DIGITS[:8] + ["relu4"] + DIGITS[8:])
    is_selected(page, "relu4")
    press(page, "Move down")
    shows(page, DIGITS[:9] + ["relu4"] + DIGITS[9:])
    press(page, "Move up")
    shows(page, DIGITS[:8] + ["relu4"] + DIGITS[8:])
    press(page, "Delete")
    shows(page, DIGITS)
    is_selected(page, "relu2")
    press(page, "Undo")
    shows(page, DIGITS[:8] + ["relu4"] + DIGITS[8:])
    press(page, "Redo")
    shows(page, DIGITS)
    fits(page)


def test_layers_are_edited_with_the_keyboard_on_the_drawing(page: Page):
    box(page, "relu2").click()
    is_selected(page, "relu2")
    page.keyboard.press("Control+d")
    shows(page, DIGITS[:8] + ["relu4"] + DIGITS[8:])
    is_selected(page, "relu4")
    box(page, "relu4").focus()
    page.keyboard.press("Alt+ArrowDown")
    shows(page, DIGITS[:9] + ["relu4"] + DIGITS[9:])
    page.keyboard.press("Alt+ArrowUp")
    shows(page, DIGITS[:8] + ["relu4"] + DIGITS[8:])
    page.keyboard.press("Delete")
    shows(page, DIGITS)
    page.keyboard.press("Control+z")
    shows(page, DIGITS[:8] + ["relu4"] + DIGITS[8:])
    page.keyboard.press("Control+Shift+z")
    shows(page, DIGITS)
    fits(page)


def test_the_arrow_keys_walk_through_the_drawing(page: Page):
    box(page, "conv2").click()
    is_selected(page, "conv2")
    page.keyboard.press("ArrowDown")
    expect(box(page, "norm2")).to_be_focused()
    page.keyboard.press("Space")
    is_selected(page, "norm2")
    page.keyboard.press("End")
    expect(box(page, "digit")).to_be_focused()


def test_a_layer_is_renamed_everywhere(page: Page):
    select(page, "conv2")
    fill(page, "Name", "second")
    shows(page, ["second" if name == "conv2" else name for name in DIGITS])
    is_selected(page, "second")
    select(page, "norm2")
    expect(field(page, "Input")).to_have_value("second")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("norm1", "Another layer is named"), ("two words", "cannot name a node"), ("forward", "Try")],
)
def test_a_name_that_cannot_be_is_refused_with_a_sentence(page: Page, name: str, sentence: str):
    select(page, "conv2")
    fill(page, "Name", name)
    message(page, sentence)
    expect(field(page, "Name")).to_have_value("conv2")
    shows(page, DIGITS)


SLOW = pytest.mark.slow


@pytest.mark.parametrize("pause", [pytest.param(0, marks=SLOW), 40, pytest.param(90, marks=SLOW)])
def test_quick_clicks_are_all_counted(page: Page, pause: int):
    select(page, "relu3")
    button = page.get_by_role("button", name="Add ReLU", exact=True).element_handle()
    for _ in range(8):
        button.evaluate("button => button.click()")
        page.wait_for_timeout(pause)  # the rhythm of the hand, not a wait for the page
    added = [f"relu{number}" for number in range(4, 12)]
    shows(page, DIGITS[:12] + added + DIGITS[12:])
    fits(page)
    expect(page.get_by_test_id("stToast")).to_have_count(0)
    page.reload()
    shows(page, DIGITS[:12] + added + DIGITS[12:])


def test_a_share_is_pushed_stepped_and_typed(page: Page):
    select(page, "relu3")
    page.get_by_role("button", name="Add Dropout", exact=True).click()
    is_selected(page, "dropout1")
    share, slider = field(page, "p"), page.get_by_role("slider", name="p", exact=True)
    slider.fill("0.3")
    expect(box(page, "dropout1")).to_have_accessible_name(re.compile("Dropout p 0.3"))
    expect(share).to_have_value("0.3")
    press(page, "Increment p")
    expect(box(page, "dropout1")).to_have_accessible_name(re.compile("Dropout p 0.35"))
    share.press("ArrowDown")
    share.press("Shift+ArrowDown")  # ten steps, and no further than the least
    expect(share).to_have_value("0")
    expect(slider).to_have_value("0")
    share.fill("0.45")
    row(page, "image").click()  # leaving the field is enough
    expect(box(page, "dropout1")).to_have_accessible_name(re.compile("Dropout p 0.45"))


def test_what_is_being_typed_outlives_a_drawing_of_the_page(page: Page):
    select(page, "conv1")
    field(page, "Note").fill("seen by")
    page.get_by_role("radio", name="torchinfo", exact=True).evaluate("radio => radio.click()")
    expect(page.get_by_test_id("stCode")).to_contain_text("Total params")
    expect(field(page, "Note")).to_have_value("seen by")
    field(page, "Note").press_sequentially(" all")
    field(page, "Note").press("Enter")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    page.reload()
    select(page, "conv1")
    expect(field(page, "Note")).to_have_value("seen by all")


def test_f1_explains_the_argument_and_escape_closes_it(page: Page):
    select(page, "conv1")
    field(page, "kernel_size").press("F1")
    expect(page.get_by_role("tooltip")).to_contain_text("Several are typed as 3x5.")
    field(page, "kernel_size").press("Escape")
    expect(page.get_by_role("tooltip")).not_to_be_visible()
    field(page, "kernel_size").press("Escape")
    expect(box(page, "conv1")).to_be_focused()
