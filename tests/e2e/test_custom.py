"""A layer written in Python: added, read, trusted, edited and trusted again, by clicks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from builder import custom_edits
from builder.templates import template
from tests.e2e.screen import (
    UNTIL_READY,
    box,
    field,
    fill,
    fits,
    go_to,
    is_selected,
    open_build,
    open_file,
    press,
    row,
    says,
    select,
)
from tests.e2e.server import Server

pytestmark = pytest.mark.slow

NOT_RUN = "halve1 (Halve) runs Python code of its own (class Halve)"


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Code", exact=True)


def trust_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Trust this code", exact=True)


def write(page: Page, code: str) -> None:
    editor(page).fill(code)
    editor(page).press("Control+Enter")


def add_halving(page: Page, server: Server) -> None:
    """Opens a new document and puts a layer written in Python behind its Flatten."""
    open_build(page, server)
    select(page, "flatten")
    page.get_by_role("button", name="Add Custom layer", exact=True).click()
    is_selected(page, "halve1")


def test_a_layer_is_written_trusted_and_asked_about_again_when_it_changes(page: Page, server: Server):
    add_halving(page, server)
    says(page, NOT_RUN)
    expect(box(page, "fc1")).to_have_accessible_name(re.compile("waits for halve1"))
    expect(editor(page)).to_have_value(custom_edits.FIRST)
    trust_button(page).click()
    fits(page, UNTIL_READY)
    expect(box(page, "halve1")).to_have_accessible_name(re.compile("Halve, output 128"))
    fill(page, "limit", "0.5")
    fits(page)
    write(page, custom_edits.FIRST.replace("return x", "return x[:, :64]"))
    says(page, NOT_RUN)
    trust_button(page).click()
    expect(box(page, "halve1")).to_have_accessible_name(re.compile("output 64"))
    fits(page)
    press(page, "Undo")  # back to what was trusted before
    expect(box(page, "halve1")).to_have_accessible_name(re.compile("output 128"))
    fits(page)


def test_code_that_is_none_keeps_what_was_typed_and_says_the_line(page: Page, server: Server):
    add_halving(page, server)
    broken = custom_edits.FIRST.replace("return x", "retrun x")
    write(page, broken)
    expect(page.get_by_text("Line 11: this is not Python (invalid syntax).")).to_be_visible()
    expect(editor(page)).to_have_value(broken)
    expect(trust_button(page)).to_have_count(0)
    write(page, custom_edits.FIRST.replace("Halve(", "Soften("))
    expect(box(page, "halve1")).to_have_accessible_name(re.compile("Soften"))
    expect(trust_button(page)).to_be_visible()
    box(page, "halve1").dblclick()  # there is nothing to open; its form stays
    is_selected(page, "halve1")


def test_code_out_of_a_file_is_not_run(page: Page, server: Server, tmp_path):
    place = tmp_path / "it-ran"
    document = custom_edits.add_custom(template("digits_cnn"), "flatten")
    code = custom_edits.FIRST.replace("while", f"open({str(place)!r}, 'a')\n        while")
    document = custom_edits.set_source(document, "Halve", code)
    open_build(page, server)
    open_file(page, "own.loom.json", document.to_json())
    says(page, NOT_RUN)
    page.keyboard.press("Escape")
    press(page, "Show halve1")
    is_selected(page, "halve1")
    expect(editor(page)).to_have_value(code)
    go_to(page, "Train")
    says(page, "The network uses Halve, which is Python code of its own. Read it and trust it")
    expect(page.get_by_role("button", name="Start training")).to_be_disabled()
    assert not place.exists()


@pytest.fixture
def closed(browser: Browser, tmp_path, monkeypatch) -> Iterator[Server]:
    """A server that runs no code of its users."""
    monkeypatch.setenv("LAYERLOOM_CUSTOM_CODE", "off")
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


def test_a_server_that_is_switched_off_says_so_and_offers_no_trust(closed: Server, page: Page):
    page.goto(closed.url)
    fits(page, UNTIL_READY)
    add_halving(page, closed)
    says(page, "This server runs no code of its users (LAYERLOOM_CUSTOM_CODE=off)")
    says(page, "and none is run here (LAYERLOOM_CUSTOM_CODE=off)")
    expect(trust_button(page)).to_have_count(0)
    expect(row(page, "halve1")).to_be_visible()
    expect(field(page, "limit")).to_have_value("1")
