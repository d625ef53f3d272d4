"""Where things are on the screen, by role and label, and what a person waits for."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from builder import Document, store
from tests.e2e.server import Server

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"  # ignored by git
DIGITS = "image conv1 norm1 relu1 pool1 conv2 norm2 relu2 pool2 flatten fc1 relu3 fc2 digit".split()
PATIENCE = 20.0  # seconds; reached when something is broken
UNTIL_READY = 90.0  # seconds until a new checker has loaded torch while other tests train

expect.set_options(timeout=PATIENCE * 1000)


def until(read: Callable[[], Any], wanted: Any, page: Page, patience: float = PATIENCE) -> None:
    """Waits until `read` gives `wanted`; fails with both."""
    deadline = time.monotonic() + patience
    while (seen := read()) != wanted:
        if time.monotonic() > deadline:
            assert seen == wanted
        page.wait_for_timeout(50)  # between two looks


def settled(page: Page) -> None:
    """Waits until the page has taken in what was typed last."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


# --- the Build page


def open_build(page: Page, server: Server) -> None:
    """A new document, checked."""
    page.goto(server.url)
    fits(page)


def fits(page: Page, seconds: float = PATIENCE) -> None:
    """Waits until the page says so."""
    expect(page.get_by_text("Everything fits.")).to_be_visible(timeout=seconds * 1000)


def canvas(page: Page) -> Locator:
    return page.get_by_role("listbox", name=re.compile(r"^Network, \d+ layers$"))


def layer_list(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Layers", exact=True)


def box(page: Page, node: str) -> Locator:
    """A node in the drawing; in a frame by its path, stage1/conv."""
    name = node.replace("/", r"\/")  # Playwright puts the pattern between slashes
    return canvas(page).get_by_role("option", name=re.compile(rf"^{name}, "))


def row(page: Page, node: str) -> Locator:
    """A node in the layer list."""
    return layer_list(page).get_by_role("option", name=re.compile(rf"^{node}, "))


def _names(listbox: Locator) -> list[str]:
    return listbox.get_by_role("option").evaluate_all(
        "options => options.map(option => option.getAttribute('aria-label'))"
    )


def _ids(listbox: Locator) -> list[str]:
    return [name.split(",")[0] for name in _names(listbox)]


def shows(page: Page, ids: list[str]) -> None:
    """Drawing and list both show exactly these nodes in this order, and say the same of each."""
    until(lambda: (_ids(canvas(page)), _ids(layer_list(page))), (ids, ids), page)
    until(lambda: _names(canvas(page)) == _names(layer_list(page)), True, page)


def is_selected(page: Page, node: str) -> None:
    """In the drawing, in the list and in the form."""
    for place in (box(page, node), row(page, node)):
        expect(place).to_have_attribute("aria-selected", "true")
    expect(field(page, "Name")).to_have_value(node)


def select(page: Page, node: str) -> None:
    row(page, node).click()
    is_selected(page, node)


def field(page: Page, name: str) -> Locator:
    """A widget of the form, by what it is called."""
    roles = ("textbox", "spinbutton", "combobox", "checkbox")
    first, *others = (page.get_by_role(role, name=name, exact=True) for role in roles)
    for other in others:
        first = first.or_(other)
    return first


def fill(page: Page, name: str, value: str) -> None:
    """Types a value into a field and leaves it with Enter."""
    field(page, name).fill(value)
    field(page, name).press("Enter")


def unfold(page: Page) -> None:
    """Opens what the form keeps folded: the arguments that seldom matter."""
    fold = page.get_by_role("group").filter(has=page.get_by_text("More arguments", exact=True))
    if fold.get_attribute("open") is None:
        page.get_by_text("More arguments", exact=True).click()


def choose(page: Page, name: str, option: str) -> None:
    """Takes an option of a list to choose from."""
    place = field(page, name)
    if place.evaluate("place => place.localName === 'select'"):
        place.select_option(label=option)
        return
    place.click()
    page.get_by_role("option", name=option, exact=True).click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def view(page: Page, name: str) -> None:
    """Has a view shown: Layer or Code beside the drawing, Layers or torchinfo below it."""
    page.get_by_role("radio", name=name, exact=True).click()


def code(page: Page) -> Locator:
    """The lines of the code beside the drawing."""
    return page.get_by_role("listbox", name="Code of the network", exact=True)


def says(page: Page, words: str) -> None:
    """A sentence that stands on the page, the drawing and the list left out."""
    expect(page.get_by_role("paragraph").filter(has_text=words)).to_be_visible()


def message(page: Page, words: str) -> None:
    """A message that the page shows for a while."""
    expect(page.get_by_test_id("stToast").filter(has_text=words)).to_be_visible()


# --- files


def open_menu(page: Page, network: str = "Digits CNN") -> Locator:
    menu = page.get_by_role("dialog")
    if not menu.is_visible():
        press(page, network)
    expect(menu).to_be_visible()
    return menu


def open_file(page: Page, name: str, content: str | bytes, network: str = "Digits CNN") -> None:
    """Opens a file through the menu of the network."""
    menu = open_menu(page, network)
    content = content.encode() if isinstance(content, str) else content
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    menu.get_by_label("Open a file").set_input_files(files=[file])


def open_chain(page: Page, server: Server, *nodes: dict, name: str = "Chain") -> None:
    """A network out of a file: each node takes the one before it."""
    page.goto(server.url)
    fits(page)
    document = {"format": "layerloom/1", "name": name, "main": {"nodes": list(nodes)}}
    open_file(page, "chain.loom.json", json.dumps(document))
    until(lambda: _ids(layer_list(page)), [node["id"] for node in nodes], page)
    page.keyboard.press("Escape")


def download(page: Page, button: Locator) -> Path:
    with page.expect_download() as event:
        button.click()
    return Path(event.value.path())


# --- the Train page


def go_to(page: Page, name: str) -> None:
    """Another page of the app, by its link."""
    page.get_by_role("link", name=name, exact=True).click()
    expect(page).to_have_url(re.compile(rf"/{name.lower()}(\?|$)" if name != "Build" else r"/(\?|$)"))


def progress(page: Page) -> Locator:
    return page.get_by_role("progressbar", name="Progress of the run")


def state(page: Page, words: str, seconds: float = 60.0) -> None:
    """Waits for what the line above the charts says of the run."""
    expect(page.get_by_text(words, exact=True).first).to_be_visible(timeout=seconds * 1000)


def step(page: Page) -> int:
    """The step the run is at, as the page says."""
    facts = page.get_by_text(re.compile(r"^Epoch [\d,]+ of")).first.inner_text()
    return int(re.search(r"step ([\d,]+)", facts)[1].replace(",", ""))


def chart(page: Page, title: str) -> Locator:
    return page.get_by_role("figure", name=re.compile(rf"^{title}\. "))


# --- the drawing


def scale(page: Page) -> float:
    """How large the drawing is seen; 1: a pixel a unit."""
    transform = page.locator(".canvas .world").evaluate("each => each.style.transform")
    return float(re.search(r"scale\((.*)\)", transform)[1])


def port(page: Page, node: str, side: str, slot: int = 0) -> Locator:
    """A port of a node, `in` or `out`: for the pointer alone, so it has no role; `c` is for the keyboard."""
    ports = box(page, node).locator(f'.port[data-side="{side}"][data-slot="{slot}"]')
    return ports.locator(".dot")


def wire(page: Page, source: str, target: str, slot: int = 0) -> Locator:
    """The line from a node to an input of another, for the pointer alone."""
    return page.locator(f'.canvas .wire[data-id^="{source}."][data-id$=">{target}.{slot}"] .arrow')


def click_wire(page: Page, source: str, target: str, slot: int = 0) -> None:
    """Clicks a wire where it is seen, near its arrow's head."""
    found = wire(page, source, target, slot).bounding_box()
    page.mouse.click(found["x"] + found["width"] / 2, found["y"] + found["height"] - 12)


def menu(page: Page, name: str) -> Locator:
    """The context menu of a node, a wire or the drawing."""
    return page.get_by_role("menu", name=name, exact=True)


def stored(server: Server, document: Document) -> str:
    """The id of a document that lies in the server's store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(server.home))
        return store.create(document)


def open_document(page: Page, server: Server, document: Document) -> None:
    """A document out of the server's store, in the drawing."""
    page.goto(f"{server.url}/?doc={stored(server, document)}")
    fits(page)
