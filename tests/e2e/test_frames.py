"""Blocks drawn open in the picture around them, what is edited in there; and the marks on a box."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from builder.document import Block, Document, Graph, Node
from tests.e2e.screen import box, field, fill, fits, is_selected, open_document, row
from tests.e2e.server import Server

pytestmark = pytest.mark.slow

LINEAR = {"out_features": 16}
STEP = Block(
    Graph(
        (
            Node("x", "Input"),
            Node("fc", "Linear", ("x",), {"out_features": "=wide"}),
            Node("out", "Output", ("fc",)),
        )
    ),
    {"wide": 16},
)
DOCUMENT = Document(
    "Frames",
    Graph(
        (
            Node("image", "Input", (), {"shape": (16,)}),
            Node("first", "Step", ("image",), repeat=3, note="Three in a row."),
            Node("second", "Step", ("first",), {"wide": 32}),
            Node("fc1", "Linear", ("second",), LINEAR, frozen=True),
            Node("fc2", "Linear", ("fc1",), LINEAR),
            Node("fc3", "Linear", ("fc2",), LINEAR, shares="fc2"),
            Node("answer", "Output", ("fc3",)),
        )
    ),
    {"Step": STEP},
)


@pytest.fixture
def page(page: Page, server: Server) -> Iterator[Page]:
    """A visitor with the network above in the drawing."""
    open_document(page, server, DOCUMENT)
    yield page


def test_marks_are_said(page: Page):
    for node, words in (("first", "3 in a row"), ("fc1", "frozen"), ("fc3", "shares the weights of fc2")):
        for place in (box(page, node), row(page, node)):
            expect(place).to_have_accessible_name(re.compile(f", {words}, "))
    expect(box(page, "first")).to_have_accessible_description(re.compile("Note: Three in a row."))
    expect(page.locator(".canvas").get_by_text("same weights")).to_be_visible()


def test_a_block_is_opened_in_the_picture_and_shows_the_shapes_of_that_use(page: Page):
    box(page, "second").focus()
    page.keyboard.press("o")
    expect(box(page, "second/fc")).to_have_accessible_name(re.compile("Linear 32, output 32"))
    expect(row(page, "second")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(box(page, "second/x")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(box(page, "second/fc")).to_be_focused()
    page.keyboard.press("o")  # no block: nothing
    box(page, "second").focus()
    page.keyboard.press("o")
    expect(box(page, "second/fc")).to_have_count(0)
    expect(box(page, "second")).to_be_focused()


def test_a_layer_in_a_frame_is_edited_there_in_all_uses_of_its_block(page: Page):
    box(page, "first").locator(".fold").click()
    box(page, "first/fc").click()
    expect(page.get_by_text("used 4 times: an edit shows wherever it is used")).to_be_visible()
    expect(field(page, "out_features")).to_have_value("=wide")
    fill(page, "Name", "linear")
    expect(box(page, "first/linear")).to_be_visible()
    box(page, "second").locator(".fold").click()
    expect(box(page, "second/linear")).to_have_accessible_name(re.compile("Linear 32, output 32"))
    fits(page)


def test_frames_stay_open_over_an_edit_and_close_with_their_block(page: Page):
    box(page, "second").locator(".fold").click()
    expect(box(page, "second/fc")).to_be_visible()
    box(page, "fc1").click()
    is_selected(page, "fc1")
    fill(page, "out_features", "24")
    expect(box(page, "fc1")).to_have_accessible_name(re.compile("output 24"))
    expect(box(page, "second/fc")).to_be_visible()
    box(page, "second").locator(".head").click()
    is_selected(page, "second")
    page.keyboard.press("Delete")
    expect(box(page, "second/fc")).to_have_count(0)
