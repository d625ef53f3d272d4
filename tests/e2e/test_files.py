"""Looking at the network as a table and as code, taking it home, and opening files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from builder import Document
from tests.e2e.screen import (
    DIGITS,
    code,
    download,
    field,
    fill,
    fits,
    message,
    open_build,
    open_file,
    open_menu,
    press,
    says,
    select,
    settled,
    shows,
    until,
    view,
)
from tests.e2e.server import Server

SOURCE = """
from torch import nn

class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 8)
        self.second = nn.Linear(8, 3)

    def forward(self, x):
        return self.second(self.first(x).relu())

if __name__ == "__main__":
    import torch
    print(Tiny()(torch.randn(2, 4)).shape)
"""
# No icon, no smiley, no arrow, no colour, no formula, and nothing to click or to fetch may come of it.
ATTACK = "<img src=x onerror=alert(1)> [go](//evil.a) ![](http://evil.a/b) :material/delete: :red[a] >= $x$"


def run_python(source: Path, folder: Path) -> str:
    """What a Python file prints, run as somebody who downloaded it would."""
    command = [sys.executable, "-W", "error", str(source)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert not done.stderr
    return done.stdout.strip()


def test_the_table_the_code_and_torchinfo_can_be_looked_at(page: Page, server: Server):
    open_build(page, server)
    says(page, "Per example, the batch left out.")
    view(page, "Code")
    expect(code(page)).to_contain_text("class DigitsCNN(nn.Module):")
    expect(code(page)).to_contain_text("nn.Conv2d(1, 16, 3, padding=1, bias=False)")
    view(page, "torchinfo")
    expect(page.get_by_test_id("stCode")).to_contain_text("Total params: 13,754")


def test_the_downloaded_code_runs_by_itself(page: Page, server: Server, tmp_path: Path):
    open_build(page, server)
    menu = open_menu(page)
    got = download(page, menu.get_by_role("button", name="Download PyTorch code"))
    source = tmp_path / "digits_cnn.py"
    source.write_bytes(got.read_bytes())
    assert run_python(source, tmp_path).endswith("(2, 10)")


def test_a_downloaded_document_opens_as_the_same_network_for_somebody_else(
    visitor: Callable[..., Page], server: Server
):
    mine = visitor()
    open_build(mine, server)
    select(mine, "conv1")
    fill(mine, "out_channels", "8")
    fill(mine, "Note", "Narrower than usual")
    settled(mine)
    menu = open_menu(mine)
    text = download(mine, menu.get_by_role("button", name="Download document")).read_text()
    assert Document.from_json(text).to_json() == text
    theirs = visitor()
    open_build(theirs, server)
    open_file(theirs, "digits_cnn.loom.json", text)
    message(theirs, "Opened Digits CNN: 14 layers.")
    select(theirs, "conv1")
    expect(field(theirs, "out_channels")).to_have_value("8")
    expect(field(theirs, "Note")).to_have_value("Narrower than usual")
    menu = open_menu(theirs)
    again = download(theirs, menu.get_by_role("button", name="Download document")).read_text()
    assert again == text


def test_python_source_opens_as_a_network(page: Page, server: Server):
    open_build(page, server)
    open_file(page, "tiny.py", SOURCE)
    message(page, "Opened Tiny")
    expect(page.get_by_role("button", name="Tiny", exact=True)).to_be_visible()
    fits(page)
    select(page, "first")
    expect(field(page, "out_features")).to_have_value("8")


def test_a_template_is_found_in_the_gallery_and_opens_as_a_new_document(page: Page, server: Server):
    open_build(page, server)
    address = page.url
    press(page, "Templates")
    gallery = page.get_by_role("dialog")
    search = gallery.get_by_role("searchbox", name="Search templates")
    search.fill("no such network")
    expect(gallery.get_by_role("status")).to_have_text("No network matches “no such network”.")
    search.fill("iris")
    expect(gallery.get_by_role("status")).to_contain_text("1 of ")
    gallery.get_by_role(
        "button", name=re.compile(r"^Iris MLP\. .* 147 parameters, takes 4 numbers\.$")
    ).click()
    expect(gallery).to_be_hidden()
    expect(page.get_by_role("button", name="Iris MLP", exact=True)).to_be_visible()
    fits(page)
    shows(page, "flower fc1 norm1 relu1 fc2 species".split())
    assert page.url != address
    press(page, "Undo")
    shows(page, DIGITS)
    until(lambda: page.url, address, page)


@pytest.mark.slow
def test_the_gallery_is_walked_through_with_the_keyboard(page: Page, server: Server):
    open_build(page, server)
    press(page, "Templates")
    gallery = page.get_by_role("dialog")
    gallery.get_by_role("searchbox", name="Search templates").fill("resnet")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(gallery.get_by_role("button", name=re.compile(r"^ResNet-18\. "))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="ResNet-18", exact=True)).to_be_visible()
    fits(page)


def test_the_network_is_renamed_in_its_menu(page: Page, server: Server):
    open_build(page, server)
    menu = open_menu(page)
    name = menu.get_by_role("textbox", name="Name of the network")
    name.fill("My first network")
    name.press("Enter")
    expect(page.get_by_role("button", name="My first network", exact=True)).to_be_visible()


def stands_in(place: Locator, words: str, page: Page) -> None:
    """As text. Between its letters there may be the invisible one that keeps Streamlit from reading it."""

    def seen() -> str:
        shown = place.inner_text().replace("\u2060", "")
        return words if words in shown else shown

    until(seen, words, page)


def test_hostile_words_stay_words(page: Page, server: Server):
    asked: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    open_build(page, server)
    note = f'{ATTACK}\n"""; import os\n\' # `code` $x$ :red[red] </text>'
    shape = {"id": "x", "kind": "Input", "params": {"shape": [4]}}
    linear = {"id": "fc", "kind": "Linear", "params": {"out_features": 2}, "note": note}
    nodes = [shape, linear, {"id": "y", "kind": "Output"}]
    document = {"format": "layerloom/1", "name": ATTACK, "main": {"nodes": nodes}}
    open_file(page, "hostile.loom.json", json.dumps(document))
    stands_in(page.get_by_test_id("stPopover").first.get_by_role("button"), ATTACK, page)
    shows(page, ["x", "fc", "y"])
    fits(page)
    select(page, "fc")
    view(page, "Code")
    expect(code(page)).to_contain_text("nn.Linear(4, 2)")
    compile("\n".join(code(page).get_by_role("option").all_inner_texts()), "hostile.py", "exec")
    for place in ("Train", "Compare"):
        page.get_by_role("link", name=place, exact=True).click()
        stands_in(page.get_by_role("heading").first, ATTACK, page)
        expect(page.locator("img[src='x'], a[href*='//evil'], img[src*=evil]")).to_have_count(0)
    assert not dialogs
    assert not [url for url in asked if "//evil" in url]
