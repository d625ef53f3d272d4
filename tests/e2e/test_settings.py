"""How to train, by hand: optimizer, schedule with its curve, a rate that is searched, presets, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.screen import chart, choose, field, fill, fits, press, state
from tests.e2e.server import Server


@pytest.fixture
def page(page: Page, server: Server) -> Iterator[Page]:
    """A visitor on the Train page, with the digits network. What they leave training is ended."""
    page.goto(f"{server.url}/train")
    fits(page)
    yield page
    server.end_runs()


def curve(page: Page, words: str) -> Locator:
    """A picture beside the form, by what it says."""
    return page.get_by_label(re.compile(words))  # its role, graphics-document, is none that Playwright knows


def test_an_optimizer_and_a_schedule_are_chosen_seen_and_trained_with(page: Page):
    choose(page, "optimizer", "SGD")
    expect(field(page, "momentum")).to_have_value("0.9")
    field(page, "nesterov").check()
    fill(page, "lr", "0.1")
    fill(page, "epochs", "2")
    choose(page, "schedule", "OneCycleLR")
    expect(curve(page, "Learning rate over 2 epochs: from 0.004 to .*, at most 0.1")).to_be_visible()
    fill(page, "epochs", "3")
    expect(curve(page, "Learning rate over 3 epochs")).to_be_visible()
    press(page, "Start training")
    state(page, "Done")
    expect(chart(page, "Confusion")).to_be_visible()
    expect(chart(page, "F1")).to_have_accessible_name(re.compile(r"Validation 0\.\d+"))


@pytest.mark.slow
def test_folds_the_focus_and_what_is_typed_stay_while_the_page_is_drawn_anew(page: Page):
    page.get_by_text("Looking inside", exact=True).click()
    fill(page, "telemetry_every", "-5")
    expect(page.get_by_text("telemetry_every is -5; it takes")).to_be_visible()
    expect(field(page, "telemetry_every")).to_be_focused()
    expect(field(page, "telemetry_every")).to_have_value("-5")
    page.keyboard.press("ArrowUp")
    expect(field(page, "telemetry_every")).to_have_value("-4")
    fill(page, "telemetry_every", "2")
    expect(page.get_by_text("telemetry_every is")).to_have_count(0)
    field(page, "loss").focus()
    choose(page, "loss", "NLLLoss")  # its own arguments go, and the form is another
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(field(page, "label_smoothing")).to_have_count(0)
    expect(field(page, "optimizer")).to_be_focused()
    expect(field(page, "telemetry_every")).to_be_visible()


@pytest.mark.slow
def test_a_rate_is_searched_and_used(page: Page):
    press(page, "Search a learning rate")
    use = page.get_by_role("button", name=re.compile("where the loss falls fastest"))
    expect(use).to_be_visible(timeout=120_000)
    expect(curve(page, "Loss at learning rates from")).to_be_visible()
    rate = re.search(r"Use ([\d.e-]+)", use.inner_text())[1]
    use.click()
    expect(field(page, "lr")).to_have_value(rate)


@pytest.mark.slow
def test_a_preset_is_saved_and_taken_again(page: Page):
    fill(page, "epochs", "7")
    press(page, "Presets")
    fill(page, "Name", "Seven")
    press(page, "Save these settings")
    expect(page.get_by_role("button", name="Delete Seven", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.reload()
    fits(page)
    expect(field(page, "epochs")).to_have_value("10")
    press(page, "Presets")
    choose(page, "Take a preset", "Seven")
    expect(field(page, "epochs")).to_have_value("7")
    press(page, "Delete Seven")
    expect(page.get_by_role("button", name="Delete Seven", exact=True)).to_have_count(0)


@pytest.mark.slow
def test_numbers_are_predicted_with_a_loss_of_their_own(page: Page):
    choose(page, "Data", "Diabetes")
    page.get_by_role("button", name=re.compile("Open Diabetes MLP, which fits")).click()
    fits(page)
    expect(field(page, "loss")).to_have_value("MSELoss")
    press(page, "Start training")
    state(page, "Done")
    expect(chart(page, "R²")).to_have_accessible_name(re.compile("Validation"))
    expect(chart(page, "Accuracy")).to_have_count(0)
