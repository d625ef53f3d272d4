"""How the drawing is looked at: its size, what is in sight, what it says, and whether that can be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from builder.catalogue import FAMILIES, KINDS
from builder.document import Document, Graph, Node
from builder.templates import template
from tests.e2e.screen import (
    DIGITS,
    box,
    canvas,
    field,
    fill,
    fits,
    is_selected,
    open_build,
    open_document,
    open_file,
    press,
    scale,
    select,
    settled,
    shows,
    unfold,
    until,
    view,
    wire,
)
from tests.e2e.server import Server

pytestmark = pytest.mark.slow

FIRST = 90_000  # milliseconds until a new process has loaded torch while other tests run
ENOUGH = 4.5  # of contrast, for words: WCAG 2.2, 1.4.3

# The contrast of every word on a box or a label with what it stands on, as the browser has mixed the colours.
CONTRASTS = """(host) => {
  const page = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const mixed = (...fills) => {
    for (const fill of [getComputedStyle(host).backgroundColor, ...fills]) {
      page.fillStyle = fill;
      page.fillRect(0, 0, 1, 1);
    }
    return [...page.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const weights = [0.2126, 0.7152, 0.0722];
  const light = (color) => weights.reduce((sum, part, at) => sum + part * linear(color[at] / 255), 0);
  const contrast = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const words = [...host.querySelectorAll(".box text, .label text")].filter((each) => each.textContent);
  return words.map((each) => {
    const under = each.closest(".box")?.querySelector(".card") ?? each.previousElementSibling;
    const ground = getComputedStyle(under).fill;
    return [each.textContent, contrast(mixed(ground, getComputedStyle(each).fill), mixed(ground))];
  });
}"""


def first_of_each_family() -> Document:
    """A layer of every family, some of them with problems."""
    kinds = {kind.family: kind for kind in reversed(KINDS)}
    nodes = [Node("image", "Input", (), {"shape": (8, 6, 6)})]
    for place, family in enumerate(FAMILIES):
        kind = kinds[family]
        nodes.append(Node(f"layer{place}", kind.name, ("image",) if kind.inputs else (), kind.start()))
    return Document("Families", Graph(tuple(nodes)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_of_the_drawing_can_be_read(visitor: Callable[..., Page], server: Server, scheme: str):
    page = visitor(color_scheme=scheme)
    open_build(page, server)
    open_file(page, "families.loom.json", first_of_each_family().to_json())
    expect(box(page, "layer3")).to_have_accessible_name(re.compile("error: |warning: |waits for"))
    page.keyboard.press("Escape")
    host = page.locator(".canvas")
    for _ in ("plain", "shaded"):
        page.evaluate("Promise.all(document.getAnimations().map(each => each.finished.catch(() => 0)))")
        found = host.evaluate(CONTRASTS)
        assert len(found) > 40
        assert [each for each in found if each[1] < ENOUGH] == []
        press(page, "Shade layers by their parameters")


@pytest.fixture
def page(page: Page, server: Server) -> Iterator[Page]:
    open_build(page, server)
    shows(page, DIGITS)
    yield page


def is_in_sight(page: Page, node: str) -> None:
    """The whole box stands within the canvas."""

    def inside() -> bool:
        place, frame = box(page, node).bounding_box(), page.locator(".canvas").bounding_box()
        above = place["y"] >= frame["y"] - 1
        return above and place["y"] + place["height"] <= frame["y"] + frame["height"] + 1

    until(inside, True, page)


def test_it_is_zoomed_panned_and_fitted(page: Page):
    before = scale(page)
    press(page, "Zoom in")
    until(lambda: scale(page) > before, True, page)
    box(page, "relu1").hover()
    page.mouse.wheel(0, 2000)
    is_in_sight(page, "digit")
    press(page, "Show everything")
    for node in (DIGITS[0], DIGITS[-1]):
        is_in_sight(page, node)


def test_the_map_shows_a_network_that_is_larger_than_the_view(page: Page):
    map_ = page.locator(".canvas .map")
    expect(map_).to_be_visible()
    place = map_.bounding_box()
    page.mouse.click(place["x"] + 8, place["y"] + place["height"] - 6)
    is_in_sight(page, "digit")
    press(page, "Show everything")
    expect(map_).to_be_hidden()


def test_a_change_keeps_what_is_selected_in_sight(page: Page):
    for node in ("digit", "fc1"):
        select(page, node)
        is_in_sight(page, node)
    box(page, "fc1").focus()
    for _ in range(3):
        page.keyboard.press("Control+d")
    is_selected(page, "linear3")
    is_in_sight(page, "linear3")
    fits(page)
    settled(page)
    page.keyboard.press("Home")
    is_in_sight(page, "image")


def test_the_colours_have_a_legend(page: Page):
    press(page, "Keys and colours")
    legend = page.get_by_role("dialog", name="Keys and colours").get_by_role("listitem")
    assert legend.all_text_contents()[:3] == ["Input and output", "Convolution", "Normalization"]


def test_dimensions_are_named_in_a_block_opened_in_place_and_entered(page: Page, server: Server):
    open_document(page, server, template("gpt2_small"))
    labels = page.locator(".canvas text.shape")
    box(page, "blocks").locator(".fold").click()
    expect(box(page, "blocks/fc1")).to_be_visible()
    expect(labels.filter(has_text="T1024 F3072").first).to_be_attached()
    box(page, "blocks").focus()
    page.keyboard.press("Enter")
    expect(canvas(page).get_by_role("option", name=re.compile("^norm1, "))).to_be_visible()
    expect(labels.first).to_have_text("T1024 F768")


# --- pictures in the boxes


def pictures(page: Page, node: str) -> Locator:
    """The small picture in a box: an image, or the bars of a row of numbers."""
    return box(page, node).locator(".picture image, .picture .bars")


def test_each_box_shows_what_it_gives_and_nothing_moves_when_it_comes(page: Page):
    press(page, "Show what each layer gives")
    expect(box(page, "digit").locator(".place")).to_be_attached()
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished.catch(() => 0)))")
    places = [box(page, node).evaluate("each => each.style.transform") for node in DIGITS]
    expect(pictures(page, "conv1")).to_have_count(4, timeout=FIRST)
    for node in ("image", "digit"):
        expect(pictures(page, node)).to_have_count(1)
    assert [box(page, node).evaluate("each => each.style.transform") for node in DIGITS] == places
    before = pictures(page, "conv1").first.get_attribute("href")
    view(page, "Preview")
    fill(page, "Number", "3")
    expect(pictures(page, "conv1").first).not_to_have_attribute("href", before)
    press(page, "Show what each layer gives")
    expect(pictures(page, "conv1")).to_have_count(0)


def test_pictures_follow_an_edit_and_wait_where_something_is_wrong(page: Page):
    box(page, "conv1").focus()
    page.keyboard.press("p")
    expect(pictures(page, "conv1")).to_have_count(4, timeout=FIRST)
    select(page, "conv1")
    fill(page, "out_channels", "2")
    expect(pictures(page, "conv1")).to_have_count(1)  # fewer than four maps: the first
    unfold(page)
    fill(page, "groups", "3")
    expect(page.locator(".canvas")).to_have_class(re.compile("outdated"))
    expect(pictures(page, "image")).to_have_count(1)
    expect(field(page, "groups")).to_have_value("3")


def test_a_layer_in_an_open_block_has_its_picture(page: Page, server: Server):
    open_document(page, server, template("tcn"))
    press(page, "Show what each layer gives")
    expect(pictures(page, "layer3")).to_have_count(1, timeout=FIRST)
    box(page, "layer3").locator(".fold").click()
    expect(pictures(page, "layer3/conv2")).to_have_count(1)


def test_a_large_network_keeps_no_places_and_says_why(page: Page, server: Server):
    open_document(page, server, template("resnet18"))
    press(page, "Show what each layer gives")
    expect(
        page.get_by_role("status").filter(has_text="The network has 11,689,512 parameters.")
    ).to_be_visible()
    expect(page.locator(".canvas .place")).to_have_count(0)


def test_what_is_out_of_sight_moves_along_without_gliding(page: Page, server: Server):
    open_document(page, server, chain(40))
    below = [box(page, "relu40"), wire(page, "relu39", "relu40").locator("..")]
    places = [each.evaluate(PLACE) for each in below]
    box(page, "relu1").focus()
    page.keyboard.press("Control+d")
    expect(box(page, "relu41")).to_be_focused()
    for each, (left, top) in zip(below, places, strict=True):
        until(lambda each=each, top=top: each.evaluate(PLACE)[1] > top, True, page)
        assert each.evaluate(PLACE)[0] == left
        expect(each).to_have_css("transition-property", "none")
    expect(box(page, "relu1")).not_to_have_css("transition-property", "none")


def test_what_is_added_fades_in_and_a_drawing_as_a_whole_does_not(page: Page, server: Server):
    open_document(page, server, chain(4))
    page.emulate_media(reduced_motion="reduce")  # nothing moves, so what would fade in stays marked
    fading = page.locator(".canvas .new")
    expect(fading).to_have_count(0)
    select(page, "relu2")
    press(page, "Duplicate")
    expect(box(page, "relu5")).to_have_class(re.compile("new"))
    expect(canvas(page).locator(".new")).to_have_count(1)
    page.emulate_media(reduced_motion="no-preference")
    expect(fading).to_have_count(0)


@pytest.mark.parametrize("what", ["a press of the mouse", "a key"])
def test_what_glides_stands_where_it_was_going_when_the_next_thing_is_done(page, server, what):
    open_document(page, server, chain(12))
    drawing = canvas(page)
    drawing.evaluate(SLOWLY)
    box(page, "relu1").focus()
    page.keyboard.press("Control+d")
    expect(box(page, "relu13")).to_be_focused()
    until(lambda: drawing.evaluate(GLIDES) > 0, True, page)
    if what == "a key":
        page.keyboard.press("Shift")
    else:
        page.get_by_role("heading", name="ReLU", exact=True, level=4).click()
    assert drawing.evaluate(GLIDES) == 0


SLOWLY = """host => {
  const style = document.createElement("style");
  style.textContent = ".box { transition-duration: 60s !important; }";
  host.append(style);
}"""
GLIDES = "host => host.getAnimations({ subtree: true }).length"
PLACE = "group => { const { e, f } = new DOMMatrix(group.style.transform); return [e, f]; }"


def chain(length: int) -> Document:
    """So many ReLU in a row: far more than the view holds."""
    names = [f"relu{place}" for place in range(1, length + 1)]
    layers = [
        Node(name, "ReLU", (before,)) for before, name in zip(["image", *names[:-1]], names, strict=True)
    ]
    ends = Node("image", "Input", (), {"shape": (8,)}), Node("answer", "Output", (names[-1],))
    return Document("Forty", Graph((ends[0], *layers, ends[1])))
