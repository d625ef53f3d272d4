"""A run's results on real examples: what it says of them, what it gets wrong, and how it sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from builder.templates import template
from tests.e2e.screen import chart, choose, fill, fits, go_to, open_document, press, state
from tests.e2e.server import Server


@pytest.fixture
def page(page: Page, server: Server) -> Iterator[Page]:
    """A visitor on the Train page, with the digits network. What they leave training is ended."""
    page.goto(f"{server.url}/train")
    fits(page)
    yield page
    server.end_runs()


def examples(page: Page) -> Locator:
    return page.get_by_role("region", name="Examples", exact=True)


def view(page: Page, name: str) -> None:
    """Has one view of the examples shown."""
    examples(page).get_by_role("button", name=name, exact=True).click()


def trained(page: Page, epochs: int) -> None:
    fill(page, "epochs", str(epochs))
    press(page, "Start training")
    state(page, "Done")


def trained_on(page: Page, data: str, network: str, epochs: int) -> None:
    choose(page, "Data", data)
    page.get_by_role("button", name=re.compile(rf"Open {network}.*, which fits")).click()
    fits(page)
    trained(page, epochs)


def test_examples_are_followed_and_a_cell_of_the_confusion_leads_to_its_own(page: Page):
    trained(page, 2)
    cards = examples(page).get_by_role("figure")
    expect(cards).to_have_count(24)
    expect(cards.first).to_contain_text(re.compile(r"Right: \d.*Says: \d · [\d.]+ %"))
    expect(cards.first.get_by_role("img")).to_have_accessible_name(re.compile("Right since|Wrong at"))
    confusion = chart(page, "Confusion")
    confusion.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "Enter"):
        confusion.press(key)
    expect(confusion).to_have_accessible_name(re.compile(r"1 taken for 1: \d+ times"))
    expect(page.get_by_label("Right class")).to_have_value("1")
    expect(page.get_by_label("Said class")).to_have_value("1")
    expect(examples(page).get_by_text(re.compile(r"^1 taken for 1: \d+ examples\.$"))).to_be_visible()
    expect(cards.first).to_contain_text(re.compile(r"Right: 1.*Says: 1"))
    view(page, "Embedding")
    expect(chart(page, "Examples as the last layer sees them")).to_have_accessible_name(
        re.compile("Example 1 is")
    )
    view(page, "Feature maps")
    examples(page).get_by_role("combobox", name="Layer shown").select_option("conv2")
    expect(examples(page).get_by_role("img", name=re.compile("What conv2 gives: 32 × 4 × 4"))).to_be_visible()
    view(page, "Filters")
    expect(examples(page).get_by_role("img", name="Filter 16, before and after")).to_be_visible()


@pytest.mark.slow
def test_a_transformer_shows_where_it_looks(page: Page, server: Server):
    open_document(page, server, template("letter_transformer"))
    go_to(page, "Train")
    choose(page, "Data", "Contains the letter a")
    fits(page)
    trained(page, 2)
    expect(examples(page).get_by_role("figure")).to_have_count(12)
    expect(examples(page).get_by_role("button", name="Filters", exact=True)).to_have_count(0)
    view(page, "Attention")
    expect(chart(page, "Attention")).to_have_accessible_name(re.compile("4 heads, 16 by 16 steps"))
    examples(page).get_by_role("button", name="Head 2", exact=True).click()
    expect(examples(page).get_by_role("combobox", name="Head", exact=True)).to_have_value("1")


@pytest.mark.slow
def test_predicted_values_are_drawn_against_the_right_ones(page: Page):
    trained_on(page, "Diabetes", "Diabetes MLP", 10)
    view(page, "Mistakes")
    expect(chart(page, "Said against right")).to_have_accessible_name(re.compile("is off by .* on average"))
    expect(examples(page).get_by_role("heading", name="The worst")).to_be_visible()
