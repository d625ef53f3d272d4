"""Wiring on the canvas: from port to port by clicks, by a drag, by keys; and wires taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from builder.document import Document, Graph, Node
from tests.e2e.screen import (
    box,
    click_wire,
    fits,
    is_selected,
    open_document,
    port,
    press,
    row,
    shows,
    wire,
)
from tests.e2e.server import Server

pytestmark = pytest.mark.slow

CONV = {"out_channels": 8, "kernel_size": 3, "padding": 1}
DOCUMENT = Document(
    "Wires",
    Graph(
        (
            Node("image", "Input", (), {"shape": (8, 6, 6)}),
            Node("conv", "Conv2d", ("image",), CONV),
            Node("relu", "ReLU", ("conv",)),
            Node("add", "Add", ("relu", "conv")),
            Node("answer", "Output", ("add",)),
        )
    ),
)
IDS = [node.id for node in DOCUMENT.main.nodes]


@pytest.fixture
def page(page: Page, server: Server) -> Iterator[Page]:
    """A visitor with the network above in the drawing."""
    open_document(page, server, DOCUMENT)
    yield page


def test_an_output_is_clicked_and_then_what_takes_it(page: Page):
    box(page, "image").hover()
    port(page, "image", "out").click()
    expect(page.get_by_role("status").filter(has_text="A wire from image")).to_be_visible()
    box(page, "add").click()
    expect(wire(page, "image", "add", 2)).to_be_attached()
    is_selected(page, "add")
    fits(page)


def test_an_input_is_clicked_and_then_what_feeds_it(page: Page):
    box(page, "relu").hover()
    port(page, "relu", "in").click()
    expect(box(page, "add")).to_have_class(re.compile("barred"))
    box(page, "image").click()
    expect(wire(page, "image", "relu")).to_be_attached()
    expect(wire(page, "conv", "relu")).to_have_count(0)
    fits(page)


def test_a_wire_is_dragged_from_port_to_port(page: Page):
    box(page, "image").hover()
    port(page, "image", "out").hover()
    page.mouse.down()
    box(page, "add").hover()
    port(page, "add", "in", 1).hover()
    page.mouse.up()
    expect(wire(page, "image", "add", 1)).to_be_attached()
    expect(wire(page, "conv", "add", 1)).to_have_count(0)


def test_what_would_close_a_circle_is_grey_and_takes_no_wire(page: Page):
    box(page, "add").hover()
    port(page, "add", "out").click()
    expect(box(page, "conv")).to_have_class(re.compile("barred"))
    expect(box(page, "answer")).not_to_have_class(re.compile("barred"))
    box(page, "conv").click()
    expect(page.get_by_role("status").filter(has_text="conv cannot take from add")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box(page, "conv")).not_to_have_class(re.compile("barred"))
    expect(wire(page, "add", "conv")).to_have_count(0)
    shows(page, IDS)


def test_by_keyboard_a_source_is_found_by_typing(page: Page):
    box(page, "add").focus()
    page.keyboard.press("c")
    search = page.get_by_role("combobox", name="What feeds add")
    expect(search).to_be_focused()
    expect(page.get_by_role("dialog").get_by_role("option")).to_have_count(3)
    page.keyboard.type("ima")
    expect(page.get_by_role("dialog").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(wire(page, "image", "add", 2)).to_be_attached()
    expect(box(page, "add")).to_be_focused()


def test_by_keyboard_enter_at_once_takes_no_wire_off(page: Page):
    options = page.get_by_role("dialog").get_by_role("option")
    box(page, "add").focus()
    page.keyboard.press("c")
    expect(options).to_have_text(
        [re.compile("^image"), re.compile("^relu.*takes it off"), re.compile("^conv.*takes it off")]
    )
    page.keyboard.press("Enter")
    expect(wire(page, "image", "add", 2)).to_be_attached()
    box(page, "conv").focus()
    page.keyboard.press("c")
    expect(options).to_have_text([re.compile("^image.*takes it off")])
    page.keyboard.press("Enter")  # it is not the marked one
    expect(options).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(wire(page, "image", "conv")).to_have_count(0)


def test_a_clicked_wire_is_taken_away_and_undo_brings_it_back(page: Page):
    click_wire(page, "relu", "add")
    expect(page.get_by_role("button", name="Take the wire from relu to add away")).to_be_visible()
    page.keyboard.press("Delete")
    expect(wire(page, "relu", "add")).to_have_count(0)
    expect(wire(page, "conv", "add", 0)).to_be_attached()
    press(page, "Undo")
    expect(wire(page, "relu", "add")).to_be_attached()


def test_the_next_layer_goes_on_the_wire_that_was_clicked(page: Page):
    click_wire(page, "relu", "add")
    page.get_by_role("button", name="Put the next layer between relu and add").click()
    expect(page.get_by_role("combobox", name="Add a layer or do something")).to_be_focused()
    page.keyboard.type("tanh")
    expect(page.get_by_role("dialog").get_by_role("option").first).to_contain_text("before add")
    page.keyboard.press("Enter")
    expect(wire(page, "tanh1", "add", 0)).to_be_attached()
    expect(wire(page, "relu", "tanh1")).to_be_attached()
    expect(wire(page, "conv", "add", 1)).to_be_attached()
    is_selected(page, "tanh1")


def test_a_layer_is_found_by_name_with_the_keyboard(page: Page):
    box(page, "image").focus()
    page.keyboard.press("/")
    page.keyboard.type("out")
    page.keyboard.press("Enter")
    is_selected(page, "answer")
    expect(box(page, "answer")).to_be_focused()


def test_with_tab_the_drawing_is_three_steps_behind_the_search(page: Page):
    page.get_by_role("searchbox", name="Search layers").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Add Input")).to_be_focused()
    page.keyboard.press("Tab")
    expect(row(page, "conv")).to_be_focused()
    page.keyboard.press("Tab")
    expect(box(page, "conv")).to_be_focused()


def test_several_are_selected_and_put_into_a_block(page: Page):
    box(page, "conv").click()
    box(page, "relu").click(modifiers=["Shift"])
    for name in ("conv", "relu"):
        expect(box(page, name)).to_have_attribute("aria-selected", "true")
    box(page, "add").click(modifiers=["Shift"])
    page.keyboard.press("b")
    page.get_by_role("textbox", name="Make a block of 3 layers").fill("Residual")
    page.keyboard.press("Enter")
    shows(page, ["image", "residual1", "answer"])
    fits(page)


def test_layers_are_copied_and_pasted_behind_the_selected_one(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    box(page, "relu").click()
    page.keyboard.press("Control+c")
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    box(page, "add").click()
    is_selected(page, "add")
    page.keyboard.press("Control+v")
    expect(row(page, "relu1")).to_be_visible()
    expect(wire(page, "relu1", "answer")).to_be_attached()
    assert '"kind": "ReLU"' in page.evaluate("navigator.clipboard.readText()")


def test_the_keys_are_listed(page: Page):
    box(page, "conv").focus()
    page.keyboard.press("?")
    help_page = page.get_by_role("dialog", name="Keys and colours")
    expect(help_page.get_by_text("choose what feeds the layer")).to_be_visible()
    expect(help_page.get_by_role("listitem").filter(has_text="Convolution")).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_page).to_have_count(0)
    expect(box(page, "conv")).to_be_focused()


def test_the_picture_is_saved(page: Page):
    for kind, begins in (("svg", b"<svg"), ("png", b"\x89PNG")):
        press(page, "Save the picture")
        page.keyboard.type(kind)
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        assert download.value.suggested_filename == f"network.{kind}"
        assert Path(download.value.path()).read_bytes().startswith(begins)
