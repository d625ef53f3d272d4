"""What is no network: a sentence says which thing, what is wrong and what to do, and nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screen import DIGITS, box, fits, message, open_build, open_file, open_menu, press, shows, until
from tests.e2e.server import Server

WITHOUT_NORM1 = [name for name in DIGITS if name != "norm1"]
NEWER = json.dumps({"format": "layerloom/9", "name": "From the future", "main": {"nodes": []}})


@pytest.fixture
def edited(page: Page, server: Server) -> Page:
    """A page with an edit that could be lost, and its step back."""
    open_build(page, server)
    box(page, "norm1").click()
    box(page, "norm1").press("Delete")
    shows(page, WITHOUT_NORM1)
    fits(page)
    return page


def nothing_is_lost(page: Page, address: str) -> None:
    """The network is as it was, under its address, and Undo still takes the edit back."""
    page.keyboard.press("Escape")
    shows(page, WITHOUT_NORM1)
    fits(page)
    assert page.url == address
    press(page, "Undo")
    shows(page, DIGITS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "a.loom.json",
            "this is no document",
            "a.loom.json was not opened. line 1, column 1: This is not JSON",
        ),
        ("a.loom.json", NEWER, "made by a newer Layerloom; this one reads layerloom/1. Update Layerloom"),
        ("a.loom.json", b"\xff\xfe\x00", "a.loom.json was not opened. It is not text in UTF-8"),
        ("a.py", "def broken(:", "a.py was not opened."),
        ("a.py", "print('no network')", "a.py was not opened."),
        ("photo.png", b"\x89PNG\r\n\x1a\n", "photo.png was not opened. It is not text in UTF-8"),
        (
            "data.csv",
            "1,2,3",
            "data.csv was not opened. It is neither a Layerloom document nor PyTorch source.",
        ),
        ("README", "# Read me", "Open a .loom.json or a .py file."),
    ],
)
def test_a_file_that_is_no_network_is_refused(edited: Page, name: str, content: str | bytes, sentence: str):
    address = edited.url
    open_file(edited, name, content)
    message(edited, sentence)
    nothing_is_lost(edited, address)


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_sent(edited: Page, tmp_path: Path):
    address, sent = edited.url, []
    edited.on("request", lambda request: sent.append(request) if request.method != "GET" else None)
    huge = tmp_path / "huge.loom.json"
    with huge.open("wb") as file:
        file.truncate(50 * 2**20)
    open_menu(edited).get_by_label("Open a file").set_input_files(huge)
    message(edited, "huge.loom.json was not opened. It has 52,428,800 bytes, and 5,000,000 is the limit.")
    assert not sent
    nothing_is_lost(edited, address)


@pytest.mark.slow
def test_after_a_refusal_the_same_file_can_be_opened_once_it_is_right(edited: Page, tmp_path: Path):
    path = tmp_path / "net.loom.json"
    path.write_text("{")
    open_menu(edited).get_by_label("Open a file").set_input_files(path)
    message(edited, "net.loom.json was not opened.")
    node = {"id": "x", "kind": "Input", "params": {"shape": [4]}}
    nodes = [node, {"id": "y", "kind": "Output"}]
    path.write_text(json.dumps({"format": "layerloom/1", "name": "Small", "main": {"nodes": nodes}}))
    open_menu(edited).get_by_label("Open a file").set_input_files(path)
    message(edited, "Opened Small: 2 layers.")
    shows(edited, ["x", "y"])
    expect(edited.get_by_role("dialog")).to_be_hidden()  # the menu has closed over its drawing


PASTE = """(drawing, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    drawing.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, composed: true }));
}"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "buy milk",
            "The clipboard holds no layers but other text. Copy layers with Ctrl+C, then paste them.",
        ),
        ('{"format": "layer', "The clipboard holds no layers that can be pasted. line 1"),
        (NEWER, "made by a newer Layerloom"),
        (
            " ",
            "The clipboard holds no network: there is no text on it. Copy layers with Ctrl+C",
        ),
        ("x" * 6_000_000, "The clipboard holds more than 5,000,000 letters, which is the limit"),
    ],
    ids=["words", "half", "newer", "nothing", "six million letters"],
)
def test_what_is_no_layers_is_not_pasted(edited: Page, text: str, sentence: str):
    address = edited.url
    box(edited, "conv1").evaluate(PASTE, text)
    message(edited, sentence)
    nothing_is_lost(edited, address)


def test_a_link_that_was_cut_in_half_is_refused(edited: Page):
    address = edited.url
    edited.goto(f"{address}&network=1.eNqNkE1PwzAMhv9KlXM")
    message(edited, "The link does not hold a whole network: it was cut short or changed on its way.")
    until(lambda: edited.url, address, edited)
    nothing_is_lost(edited, address)
