"""Mistakes: each is said at its layer, in a sentence, and repaired with one click."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from builder import block_edits
from tests.e2e.screen import (
    DIGITS,
    box,
    canvas,
    field,
    fill,
    fits,
    go_to,
    is_selected,
    layer_list,
    open_build,
    open_chain,
    open_document,
    press,
    row,
    says,
    select,
    shows,
    unfold,
    view,
)
from tests.e2e.server import Server
from tests.networks import chain

GROUPS = "conv2 (Conv2d) has groups=3, which does not divide in_channels=16."
IMAGE = {"id": "image", "kind": "Input", "params": {"shape": [3, 8, 8]}}
ANSWER = {"id": "answer", "kind": "Output"}


def divided_wrongly(page: Page, server: Server) -> None:
    open_build(page, server)
    select(page, "conv2")
    unfold(page)
    fill(page, "groups", "3")
    says(page, "1 problem to solve, 8 layers wait.")


def test_a_mistake_is_said_at_its_layer_and_what_follows_waits(page: Page, server: Server):
    divided_wrongly(page, server)
    says(page, GROUPS)
    for place in (box, row):
        expect(place(page, "conv2")).to_have_accessible_name(re.compile(f"error: {re.escape(GROUPS)}"))
        for name in DIGITS[6:]:
            expect(place(page, name)).to_have_accessible_name(re.compile("waits for conv2"))
    says(page, "No totals until then.")
    expect(page.get_by_text("Everything fits.")).to_have_count(0)
    says(page, "No totals while something is wrong.")
    shows(page, DIGITS)


@pytest.mark.slow
def test_groups_that_divide_are_one_click_away(page: Page, server: Server):
    divided_wrongly(page, server)
    press(page, "Set groups to 2")
    fits(page)
    select(page, "conv2")
    expect(field(page, "groups")).to_have_value("2")


@pytest.mark.slow
def test_undo_takes_a_mistake_back_in_the_form_too(page: Page, server: Server):
    divided_wrongly(page, server)
    press(page, "Undo")
    fits(page)
    expect(field(page, "groups")).to_have_value("1")


@pytest.mark.slow
def test_the_button_at_a_problem_goes_to_its_layer(page: Page, server: Server):
    divided_wrongly(page, server)
    select(page, "image")
    press(page, "Show conv2")
    expect(field(page, "Name")).to_have_value("conv2")


def test_a_flatten_is_inserted_with_one_click(page: Page, server: Server):
    open_build(page, server)
    select(page, "flatten")
    press(page, "Delete")
    select(page, "fc1")
    fill(page, "in_features", "128")
    expect(box(page, "fc1")).to_have_accessible_name(re.compile("error: fc1 .*in_features=128"))
    press(page, "Insert a Flatten before fc1")
    fits(page)
    shows(page, [name if name != "flatten" else "flatten1" for name in DIGITS])
    expect(field(page, "in_features")).to_have_value("128")


def test_the_incoming_size_is_used_with_one_click(page: Page, server: Server):
    open_build(page, server)
    select(page, "conv2")
    fill(page, "in_channels", "3")
    says(page, "conv2 (Conv2d) has in_channels=3 and gets (16, 4, 4)")
    press(page, "Use the incoming size, 16")
    fits(page)
    expect(field(page, "in_channels")).to_have_value("")
    expect(field(page, "in_channels")).to_have_attribute("placeholder", re.compile("^16, the channels of "))


@pytest.mark.slow
def test_a_layer_for_another_number_of_dimensions_is_replaced(page: Page, server: Server):
    wrong = {"id": "norm", "kind": "BatchNorm1d"}
    open_chain(page, server, IMAGE, wrong, ANSWER)
    says(page, "1 problem to solve, 1 layer waits.")
    press(page, "Make norm a BatchNorm2d")
    fits(page)
    expect(row(page, "norm")).to_have_accessible_name("norm, BatchNorm2d, output 3 × 8 × 8")


def test_a_button_says_before_the_click_what_it_changes(page: Page, server: Server):
    divided_wrongly(page, server)
    says(page, "conv2: groups 3 → 2")
    press(page, "Set groups to 2")
    fits(page)
    says(page, "None are known.")


def test_the_first_problem_moves_nothing_on_the_page(page: Page, server: Server):
    open_build(page, server)
    select(page, "conv2")
    unfold(page)
    field(page, "groups").scroll_into_view_if_needed()
    places = (canvas(page), layer_list(page), field(page, "groups"))
    before = [place.bounding_box()["y"] for place in places]
    fill(page, "groups", "3")
    says(page, GROUPS)
    assert [place.bounding_box()["y"] for place in places] == before


def test_all_problems_are_counted_errors_first(page: Page, server: Server):
    layers = ("lost", "Conv2d", {"out_channels": 4, "kernel_size": 3}), ("norm", "BatchNorm2d", {})
    nodes = [{"id": name, "kind": kind, "params": params} for name, kind, params in layers]
    wrong = {"id": "wrong", "kind": "Conv2d", "params": {"out_channels": 4, "kernel_size": 99}}
    open_chain(page, server, IMAGE, *nodes, wrong, ANSWER)
    expect(page.get_by_role("heading", name="Problems (2)")).to_be_visible()
    said = page.get_by_role("paragraph").filter(has_text=re.compile(r"(Error|Warning)\."))
    expect(said).to_contain_text(["wrong (Conv2d) slides a window", "lost (Conv2d) has a bias"])


def test_a_warning_stands_in_nobodys_way_and_goes_with_one_click(page: Page, server: Server):
    row_of_numbers = {"id": "x", "kind": "Input", "params": {"shape": [20]}}
    softmax = {"id": "softmax", "kind": "Softmax", "params": {"dim": 1}}
    open_chain(page, server, row_of_numbers, softmax, ANSWER)
    fits(page)
    page.get_by_role("link", name="1 warning").click()
    says(page, "CrossEntropyLoss, the loss in training, applies a softmax itself")
    says(page, "removes softmax (Softmax)")
    press(page, "Remove softmax")
    says(page, "None are known.")


@pytest.mark.slow
def test_a_warning_past_the_border_of_a_block_is_gone_to_and_mended_in_the_block(page: Page, server: Server):
    relu, tanh = ("relu", "ReLU"), ("tanh", "Tanh")
    conv = ("conv", "Conv2d", {"out_channels": 4, "kernel_size": 3})
    document = chain(relu, conv, ("norm", "BatchNorm2d"), tanh, shape=(3, 8, 8))
    document = block_edits.make_block(document, ("relu", "conv"), "Look")
    document = block_edits.make_block(document, ("norm", "tanh"), "Even")
    open_document(page, server, document)
    says(page, "conv (Conv2d) has a bias. even1/norm behind it subtracts each channel's mean")
    press(page, "Show look1/conv")
    expect(field(page, "Name")).to_have_value("conv")
    unfold(page)
    expect(field(page, "bias")).to_be_checked()
    says(page, "Look/conv: bias True → False")
    press(page, "Set bias to False")
    says(page, "None are known.")
    expect(field(page, "bias")).not_to_be_checked()
    press(page, "Undo")
    says(page, "conv (Conv2d) has a bias.")


@pytest.mark.slow
def test_batches_that_the_network_cannot_train_on_are_said_where_they_are_chosen(page: Page, server: Server):
    numbers = {"id": "x", "kind": "Input", "params": {"shape": [64]}}
    open_chain(page, server, numbers, {"id": "norm", "kind": "BatchNorm1d"}, ANSWER)
    go_to(page, "Train")
    fill(page, "batch_size", "1")
    says(page, "norm (BatchNorm1d) evens numbers out over the batch, and batch_size is 1")
    expect(page.get_by_role("button", name="Start training")).to_be_disabled()
    says(page, "batch_size 1 → 32")
    press(page, "Set batch_size to 32")
    expect(field(page, "batch_size")).to_have_value("32")
    expect(page.get_by_text("and batch_size is 1")).to_have_count(0)


def test_a_problem_is_gone_to_with_the_keyboard_and_the_drawing_comes_into_sight(visitor, server: Server):
    page = visitor(viewport={"width": 390, "height": 844})
    divided_wrongly(page, server)
    page.get_by_role("link", name="See the problems").press("Enter")
    show = page.get_by_role("button", name="Show conv2", exact=True)
    expect(show).to_be_in_viewport()
    expect(box(page, "conv2")).not_to_be_in_viewport()
    show.press("Enter")
    expect(box(page, "conv2")).to_be_in_viewport()
    is_selected(page, "conv2")


@pytest.mark.slow
def test_two_mistakes_are_both_said(page: Page, server: Server):
    first = {"id": "first", "kind": "Conv2d", "params": {"out_channels": 4, "kernel_size": 99}}
    sizes = {"in_features": 5, "out_features": 2}
    branch = {"id": "second", "kind": "Linear", "inputs": ["image"], "params": sizes}
    joined = {"id": "joined", "kind": "Add", "inputs": ["first", "second"]}
    open_chain(page, server, IMAGE, first, branch, joined, ANSWER)
    says(page, "2 problems to solve, 2 layers wait.")
    says(page, "first (Conv2d) slides a window")
    says(page, "second (Linear) has in_features=5")


@pytest.mark.slow
def test_an_output_that_is_missing_is_added_with_one_click(page: Page, server: Server):
    open_build(page, server)
    select(page, "digit")
    press(page, "Delete")
    says(page, "The network has no Output")
    press(page, "Add an Output")
    fits(page)


@pytest.mark.slow
def test_there_is_no_code_while_something_is_wrong(page: Page, server: Server):
    divided_wrongly(page, server)
    view(page, "Code")
    expect(
        page.get_by_role("status").filter(has_text="There is no code while something is wrong")
    ).to_be_visible()
    press(page, "Digits CNN")
    expect(page.get_by_role("button", name="Download PyTorch code")).to_be_disabled()
