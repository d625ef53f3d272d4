"""The tour: what a newcomer sees, how they go through it or away from it, and how it comes again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from components.tour import STEPS
from tests.e2e.screen import box, canvas, fits, go_to, is_selected, open_build, press, row, until
from tests.e2e.server import Server

TITLES = [step.title for step in STEPS]
OVERLAP = """([one, other]) => Math.max(0, Math.min(one.right, other.right) - Math.max(one.left, other.left))
    * Math.max(0, Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top))"""


def tour(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Tour, ")


def at(page: Page, place: int) -> Locator:
    """The tour, once it is at a step, counted from 1."""
    found = page.get_by_role("dialog", name=f"Tour, {place} of {len(STEPS)} {TITLES[place - 1]}")
    expect(found).to_be_visible()
    return found


def act(page: Page, name: str) -> None:
    tour(page).get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def newcomer(visitor: Callable[..., Page], server: Server) -> Page:
    page = visitor(newcomer=True)
    open_build(page, server)
    return page


def test_a_newcomer_goes_through_it_once(newcomer: Page):
    for place in range(1, len(STEPS)):
        at(newcomer, place)
        act(newcomer, "Next")
    at(newcomer, len(STEPS))
    act(newcomer, "Back")
    at(newcomer, len(STEPS) - 1)
    act(newcomer, "Next")
    act(newcomer, "Done")
    expect(tour(newcomer)).to_be_hidden()
    newcomer.reload()
    fits(newcomer)
    expect(box(newcomer, "conv1")).to_be_visible()
    expect(tour(newcomer)).to_have_count(0)


def test_it_is_skipped_and_comes_again_on_request(newcomer: Page):
    act(newcomer, "Skip the tour")
    expect(tour(newcomer)).to_be_hidden()
    press(newcomer, "Keys and colours")
    press(newcomer, "Take the tour")
    at(newcomer, 1)
    expect(newcomer.get_by_role("dialog", name="Keys and colours")).to_have_count(0)
    newcomer.keyboard.press("Escape")
    expect(tour(newcomer)).to_be_hidden()
    box(newcomer, "conv1").focus()
    newcomer.keyboard.press("a")
    newcomer.get_by_role("combobox", name="Add a layer or do something").fill("tour")
    newcomer.keyboard.press("Enter")
    at(newcomer, 1)


@pytest.mark.slow
def test_the_keyboard_is_enough(newcomer: Page):
    expect(at(newcomer, 1)).to_be_focused()
    newcomer.keyboard.press("ArrowRight")
    at(newcomer, 2)
    newcomer.keyboard.press("ArrowLeft")
    at(newcomer, 1)
    newcomer.keyboard.press("Tab")
    expect(tour(newcomer).get_by_role("button", name="Skip the tour")).to_be_focused()
    newcomer.keyboard.press("Tab")
    newcomer.keyboard.press("Enter")
    at(newcomer, 2)
    newcomer.keyboard.press("Escape")
    expect(tour(newcomer)).to_be_hidden()


@pytest.mark.slow
def test_the_focus_goes_back_to_where_it_was(page: Page, server: Server):
    open_build(page, server)
    box(page, "conv1").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("?")
    press(page, "Take the tour")
    at(page, 1)
    page.keyboard.press("Escape")
    expect(box(page, "norm1")).to_be_focused()


@pytest.mark.slow
def test_the_page_below_can_be_used_and_does_not_disturb_it(newcomer: Page):
    act(newcomer, "Next")
    act(newcomer, "Next")
    row(newcomer, "conv2").click()
    is_selected(newcomer, "conv2")
    newcomer.get_by_text("More arguments", exact=True).click()
    newcomer.get_by_role("spinbutton", name="groups", exact=True).fill("3")
    newcomer.keyboard.press("Enter")
    expect(newcomer.get_by_text("1 problem to solve")).to_be_visible()
    at(newcomer, 3)
    act(newcomer, "Next")
    at(newcomer, 4)


@pytest.mark.slow
def test_who_leaves_the_page_has_ended_it(newcomer: Page):
    at(newcomer, 1)
    go_to(newcomer, "Train")
    expect(newcomer.get_by_role("button", name="Start training")).to_be_visible()
    expect(tour(newcomer)).to_have_count(0)
    go_to(newcomer, "Build")
    fits(newcomer)
    expect(box(newcomer, "conv1")).to_be_visible()
    expect(tour(newcomer)).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["large", "small"])
def test_each_step_stands_in_the_window_beside_what_it_speaks_of(
    visitor: Callable[..., Page], server: Server, size: tuple[int, int]
):
    width, height = size
    page = visitor(newcomer=True, viewport={"width": width, "height": height}, reduced_motion="reduce")
    open_build(page, server)
    for place, step in enumerate(STEPS, 1):
        card = at(page, place)
        expect(card).to_be_in_viewport(ratio=1)
        things = [page.locator(selector) for selector in step.at]
        (thing, *_) = [
            each for each in things if each.count() and (each.bounding_box() or {"x": -1})["x"] >= 0
        ]
        expect(thing).to_be_in_viewport(ratio=0.5)
        boxes = [each.evaluate("each => each.getBoundingClientRect().toJSON()") for each in (card, thing)]
        covered = page.evaluate(OVERLAP, boxes) / (boxes[1]["width"] * boxes[1]["height"])
        assert covered <= (0.45 if width < 640 else 0), step.title
        page.keyboard.press("ArrowRight")


@pytest.mark.slow
def test_on_a_phone_the_page_goes_back_to_where_it_was(visitor: Callable[..., Page], server: Server):
    page = visitor(newcomer=True, viewport={"width": 390, "height": 844})
    open_build(page, server)
    expect(canvas(page)).to_be_in_viewport(ratio=0.5)
    act(page, "Next")
    until(lambda: page.get_by_test_id("stMain").evaluate("main => main.scrollTop") > 100, True, page)
    act(page, "Skip the tour")
    until(lambda: page.get_by_test_id("stMain").evaluate("main => main.scrollTop"), 0, page)


ON_PAGE = """each => {
  const { left, top, width, height } = each.getBoundingClientRect();
  const { scrollTop } = document.querySelector('[data-testid="stMain"]');
  return [left, top + scrollTop, width, height].map(Math.round);
}"""


@pytest.mark.slow
def test_it_moves_nothing_on_the_page(newcomer: Page):
    places = (
        box(newcomer, "conv1"),
        row(newcomer, "conv1"),
        newcomer.get_by_role("heading", name="Problems"),
    )
    before = [place.evaluate(ON_PAGE) for place in places]
    act(newcomer, "Skip the tour")
    expect(tour(newcomer)).to_be_hidden()
    assert [place.evaluate(ON_PAGE) for place in places] == before
