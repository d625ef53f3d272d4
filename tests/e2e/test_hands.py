"""What is done to layers and wires with the keyboard alone, and through the context menu."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from builder.document import Block, Document, Graph, Node
from tests.e2e.screen import (
    DIGITS,
    box,
    click_wire,
    field,
    fill,
    fits,
    is_selected,
    layer_list,
    menu,
    open_build,
    open_document,
    row,
    select,
    shows,
    until,
    view,
    wire,
)
from tests.e2e.server import Server

pytestmark = pytest.mark.slow


@pytest.fixture
def page(page: Page, server: Server) -> Iterator[Page]:
    open_build(page, server)
    yield page


# --- Enter and Escape: to the form and back


def test_enter_leads_to_the_first_argument_and_escape_back(page: Page):
    box(page, "fc1").focus()
    page.keyboard.press("Enter")
    is_selected(page, "fc1")
    expect(field(page, "out_features")).to_be_focused()
    page.keyboard.type("48")
    page.keyboard.press("Enter")
    expect(box(page, "fc1")).to_have_accessible_name("fc1, Linear 48, output 48")
    page.keyboard.press("Escape")
    expect(box(page, "fc1")).to_be_focused()


def test_enter_brings_the_form_back_where_something_else_stands(page: Page):
    view(page, "Code")
    box(page, "relu1").focus()
    page.keyboard.press("Enter")
    expect(field(page, "Name")).to_have_value("relu1")
    expect(page.get_by_role("radio", name="Layer", exact=True)).to_be_checked()


def test_with_nothing_in_hand_a_layer_is_added_and_found(page: Page):
    shows(page, DIGITS)
    page.keyboard.press("/")
    page.keyboard.type("relu3")
    page.keyboard.press("Enter")
    is_selected(page, "relu3")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("a")
    page.keyboard.type("dropout 0.4")
    page.keyboard.press("Enter")
    is_selected(page, "dropout1")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+z")
    shows(page, DIGITS)
    page.keyboard.press("Control+f")
    expect(page.get_by_role("combobox", name="Find a layer")).to_be_focused()


# --- wires


def test_a_layer_is_put_on_a_wire_by_keys(page: Page):
    box(page, "conv2").focus()
    page.keyboard.press("i")
    expect(page.get_by_role("status").filter(has_text="from pool1 to conv2 is selected")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.type("batchnorm2d")
    expect(page.get_by_role("dialog").get_by_role("option").first).to_contain_text("before conv2")
    page.keyboard.press("Enter")
    expect(wire(page, "pool1", "batchnorm1")).to_be_attached()
    expect(wire(page, "batchnorm1", "conv2")).to_be_attached()
    expect(box(page, "batchnorm1")).to_be_focused()
    fits(page)


def test_the_wires_of_a_layer_are_walked_through_and_one_is_taken_away(page: Page, server: Server):
    nodes = (
        Node("image", "Input", (), {"shape": (8,)}),
        Node("relu", "ReLU", ("image",)),
        Node("add", "Add", ("relu", "image", "relu")),
        Node("answer", "Output", ("add",)),
    )
    open_document(page, server, Document("Three wires", Graph(nodes)))
    box(page, "add").focus()
    said = page.get_by_role("status").filter(has_text="is selected")
    for source in ("relu", "image", "relu"):
        page.keyboard.press("i")
        expect(said).to_contain_text(f"The wire from {source} to add")
    page.keyboard.press("i")
    expect(said).to_have_count(0)
    page.keyboard.press("i")
    page.keyboard.press("i")
    page.keyboard.press("Delete")
    expect(wire(page, "image", "add", 1)).to_have_count(0)
    fits(page)


# --- another kind


def test_a_layer_is_replaced_by_typing_and_keeps_what_fits(page: Page):
    box(page, "conv1").focus()
    page.keyboard.press("r")
    page.keyboard.type("convtranspose2d")
    page.keyboard.press("Enter")
    expect(box(page, "conv1")).to_have_accessible_name(
        "conv1, ConvTranspose2d 16, k3, p1, no bias, output 16 × 8 × 8"
    )
    expect(box(page, "conv2")).to_have_accessible_name("conv2, Conv2d 32, k3, p1, no bias, output 32 × 4 × 4")
    expect(box(page, "conv1")).to_be_focused()


def test_all_layers_of_a_kind_are_replaced_at_once(page: Page):
    box(page, "norm1").focus()
    page.keyboard.press("r")
    page.get_by_role("radio", name="All 2 BatchNorm2d").click()
    page.get_by_role("combobox", name="Replace norm1").fill("groupnorm")
    page.get_by_role("combobox", name="Replace norm1").press("Enter")
    for node in ("norm1", "norm2"):
        expect(box(page, node)).to_have_accessible_name(
            f"{node}, GroupNorm 4, output {'16 × 8 × 8' if node == 'norm1' else '32 × 4 × 4'}"
        )
    page.keyboard.press("Control+z")
    expect(box(page, "norm1")).to_have_accessible_name("norm1, BatchNorm2d, output 16 × 8 × 8")


# --- the context menu


def test_the_menu_of_a_layer_opens_with_keys_and_acts(page: Page):
    box(page, "relu1").focus()
    page.keyboard.press("Shift+F10")
    expect(menu(page, "relu1").get_by_role("menuitem", name="Edit its arguments")).to_be_focused()
    page.keyboard.press("d")
    expect(menu(page, "relu1").get_by_role("menuitem", name="Duplicate")).to_be_focused()
    page.keyboard.press("Enter")
    shows(page, [*DIGITS[:4], "relu4", *DIGITS[4:]])
    expect(menu(page, "relu1")).to_have_count(0)


def test_escape_closes_the_menu_and_the_focus_is_back(page: Page):
    box(page, "relu1").focus()
    page.keyboard.press("ContextMenu")
    page.keyboard.press("End")
    expect(menu(page, "relu1").get_by_role("menuitem", name="Remove")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu(page, "relu1")).to_have_count(0)
    expect(box(page, "relu1")).to_be_focused()
    shows(page, DIGITS)


def test_a_right_click_is_for_what_is_under_the_pointer(page: Page):
    box(page, "pool1").click(button="right")
    is_selected(page, "pool1")
    menu(page, "pool1").get_by_role("menuitem", name="Remove").click()
    shows(page, [node for node in DIGITS if node != "pool1"])
    click_wire(page, "image", "conv1")
    box(page, "relu1").click()
    place = wire(page, "image", "conv1").bounding_box()
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] - 12, button="right")
    menu(page, "Wire").get_by_role("menuitem", name="Put a layer on the wire").click()
    page.keyboard.type("identity")
    page.keyboard.press("Enter")
    expect(wire(page, "image", "identity1")).to_be_attached()
    page.mouse.click(*corner(page), button="right")
    menu(page, "Drawing").get_by_role("menuitem", name="Undo").click()
    expect(wire(page, "image", "conv1")).to_be_attached()


def corner(page: Page) -> tuple[float, float]:
    """A place of the drawing where nothing stands."""
    place = page.locator(".canvas").bounding_box()
    return place["x"] + place["width"] - 60, place["y"] + 60


def test_the_menu_stands_in_the_window_where_the_drawing_ends_below_it(visitor: Callable, server: Server):
    phone = visitor(viewport={"width": 390, "height": 844})
    open_build(phone, server)
    box(phone, "conv2").click(button="right")
    items = menu(phone, "conv2").get_by_role("menuitem")
    expect(items.first).to_be_focused()
    for item in (items.first, items.last):
        expect(item).to_be_in_viewport(ratio=1)


def test_several_have_a_menu_of_their_own(page: Page):
    box(page, "conv1").click()
    for node in ("norm1", "relu1"):
        box(page, node).click(modifiers=["Shift"])
    box(page, "norm1").click(button="right")
    menu(page, "3 layers").get_by_role("menuitem", name="Remove 3 layers").click()
    shows(page, ["image", *DIGITS[4:]])


# --- several, and their order


def test_a_box_drawn_around_layers_selects_them(page: Page):
    first, last = box(page, "conv1").bounding_box(), box(page, "relu1").bounding_box()
    page.keyboard.down("Shift")
    page.mouse.move(first["x"] - 40, first["y"] + 5)
    page.mouse.down()
    page.mouse.move(last["x"] + 60, last["y"] + 20, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    for node in ("conv1", "norm1", "relu1"):
        expect(box(page, node)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("status").filter(has_text="3 layers are selected")).to_be_visible()


def test_a_layer_is_moved_by_dragging_its_row(page: Page):
    handle = row(page, "norm1").locator(".handle").bounding_box()
    page.mouse.move(handle["x"] + 6, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 6, row(page, "relu1").bounding_box()["y"] + 12, steps=5)
    page.mouse.up()
    shows(page, ["image", "conv1", "relu1", "norm1", *DIGITS[4:]])
    fits(page)


def test_several_that_are_selected_go_along_when_one_of_their_rows_is_dragged(page: Page):
    select(page, "norm1")
    row(page, "relu1").click(modifiers=["Shift"])
    expect(row(page, "relu1")).to_have_attribute("aria-selected", "true")
    handle = row(page, "relu1").locator(".handle").bounding_box()
    page.mouse.move(handle["x"] + 6, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 6, row(page, "pool1").bounding_box()["y"] + 12, steps=5)
    page.mouse.up()
    shows(page, ["image", "conv1", "pool1", "norm1", "relu1", *DIGITS[5:]])
    fits(page)


def test_layers_are_cut_in_one_tab_and_pasted_in_another(visitor: Callable[..., Page], server: Server):
    one = visitor()
    one.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_build(one, server)
    box(one, "relu1").click()
    one.keyboard.press("Control+x")
    shows(one, [node for node in DIGITS if node != "relu1"])
    expect(one.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    other = one.context.new_page()
    open_build(other, server)
    select(other, "flatten")
    other.keyboard.press("Control+v")
    shows(other, [*DIGITS[:10], "relu4", *DIGITS[10:]])


# --- the whole, without a pointer


def test_a_network_is_drawn_with_the_keyboard_alone(page: Page, server: Server):
    nodes = (Node("image", "Input", (), {"shape": (1, 8, 8)}), Node("answer", "Output", ("image",)))
    open_document(page, server, Document("By keys", Graph(nodes)))
    shows(page, ["image", "answer"])
    page.keyboard.press("/")
    page.keyboard.type("image")
    page.keyboard.press("Enter")
    is_selected(page, "image")
    for words, added in (
        ("conv 8 k3 p1", "conv1"),
        ("relu", "relu1"),
        ("add", "add1"),
        ("flatten", "flatten1"),
    ):
        page.keyboard.press("a")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        is_selected(page, added)
    page.keyboard.press("a")
    page.keyboard.type("linear 10")
    page.keyboard.press("Enter")
    is_selected(page, "linear1")
    expect(box(page, "linear1")).to_be_focused()
    until(lambda: layer_list(page).get_by_role("option").count(), 7, page)
    fits(page)


STEP = Block(Graph((Node("x", "Input"), Node("a", "ReLU", ("x",)), Node("out", "Output", ("a",)))))


def test_enter_on_a_selected_block_goes_into_it(page: Page, server: Server):
    nodes = (
        Node("image", "Input", (), {"shape": (8,)}),
        Node("step", "Step", ("image",)),
        Node("answer", "Output", ("step",)),
    )
    open_document(page, server, Document("Blocks", Graph(nodes), {"Step": STEP}))
    box(page, "step").focus()
    page.keyboard.press("Space")
    is_selected(page, "step")
    page.keyboard.press("Enter")
    shows(page, ["x", "a", "out"])


# --- faster than the server answers


def test_what_is_entered_right_after_a_new_name_counts(page: Page):
    select(page, "conv1")
    fill(page, "Name", "first")
    fill(page, "out_channels", "24")  # in the form that is on the screen: it is the old name's
    expect(box(page, "first")).to_have_accessible_name("first, Conv2d 24, k3, p1, no bias, output 24 × 8 × 8")
