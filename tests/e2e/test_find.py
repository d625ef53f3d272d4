"""Finding a layer, also one inside a closed block."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from builder.document import Block, Document, Graph, Node
from builder.templates import template
from tests.e2e.screen import box, field, open_document
from tests.e2e.server import Server

pytestmark = pytest.mark.slow


def options(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Find a layer").get_by_role("option")


def is_reached(page: Page, node: str) -> None:
    """Selected, in sight and with the focus."""
    expect(box(page, node)).to_have_attribute("aria-selected", "true")
    expect(field(page, "Name")).to_have_value(node.rpartition("/")[2])
    expect(box(page, node)).to_be_focused()
    expect(box(page, node)).to_be_in_viewport(ratio=1)


def test_a_layer_in_a_closed_block_is_found_and_its_block_opened(page: Page, server: Server):
    open_document(page, server, template("resnet18"))
    box(page, "image").focus()
    page.keyboard.press("Control+f")
    page.keyboard.type("norm2")
    expect(options(page).first).to_contain_text("stage1/norm2")
    expect(options(page).first).to_contain_text("in a closed block")
    page.keyboard.press("Enter")
    is_reached(page, "stage1/norm2")
    page.keyboard.press("/")
    page.keyboard.type("norm2")
    page.keyboard.press("Enter")
    is_reached(page, "stage1/norm2")  # drawn now, and found as ever


def test_on_a_phone_the_page_is_scrolled_to_what_is_found(visitor: Callable[..., Page], server: Server):
    page = visitor(viewport={"width": 390, "height": 640})
    open_document(page, server, template("resnet18"))
    for typed, found in (("pool1", "pool1"), ("fc", "fc"), ("norm2", "stage1/norm2")):
        box(page, "image").focus()
        page.keyboard.press("/")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        is_reached(page, found)


def test_in_blocks_in_blocks_it_is_found_by_enter_before_the_answer(page: Page, server: Server):
    step = Block(Graph((Node("x", "Input"), Node("act", "ReLU", ("x",)), Node("out", "Output", ("act",)))))
    outer = Block(Graph((Node("x", "Input"), Node("in1", "Step", ("x",)), Node("out", "Output", ("in1",)))))
    nodes = (
        Node("image", "Input", (), {"shape": (8,)}),
        Node("one", "Outer", ("image",), repeat=3),
        Node("answer", "Output", ("one",)),
    )
    open_document(page, server, Document("Nested", Graph(nodes), {"Step": step, "Outer": outer}))
    box(page, "image").focus()
    page.keyboard.press("/")
    page.keyboard.type("act")
    page.keyboard.press("Enter")
    is_reached(page, "one/in1/act")
    page.keyboard.press("ArrowUp")
    expect(box(page, "one/in1/x")).to_be_focused()
