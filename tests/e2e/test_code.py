"""The code beside the drawing: marked, walked through, changed and read back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from builder.templates import template
from tests.e2e.screen import (
    DIGITS,
    box,
    code,
    fits,
    go_to,
    open_build,
    open_document,
    press,
    row,
    shows,
    until,
    view,
)
from tests.e2e.server import Server

pytestmark = pytest.mark.slow


def open_code(page: Page, server: Server) -> None:
    open_build(page, server)
    view(page, "Code")
    expect(code(page)).to_contain_text("class DigitsCNN(nn.Module):")


def line(page: Page, words: str) -> Locator:
    """The one line of code that holds these words."""
    return code(page).get_by_role("option").filter(has_text=words)


def marked(page: Page) -> list[str]:
    lines = code(page).get_by_role("option", selected=True)
    return [text.strip() for text in lines.all_inner_texts()]


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Code to read back", exact=True)


def edit(page: Page, before: str, after: str) -> None:
    """Opens the editor and has one piece of the code replaced."""
    press(page, "Edit")
    replace(page, before, after)


def replace(page: Page, before: str, after: str) -> None:
    text = editor(page).input_value()
    assert before in text
    editor(page).fill(text.replace(before, after))


def status(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def test_the_lines_of_the_selected_layer_are_marked_and_brought_into_sight(page: Page, server: Server):
    open_code(page, server)
    row(page, "fc1").click()
    until(lambda: marked(page), ["self.fc1 = nn.Linear(128, 64)", "fc1 = self.fc1(flatten)"], page)
    expect(line(page, "self.fc1 = ")).to_be_in_viewport()


def test_a_click_on_a_line_selects_its_layer(page: Page, server: Server):
    open_code(page, server)
    line(page, "pool2 = self.pool2(relu2)").click()
    expect(box(page, "pool2")).to_have_attribute("aria-selected", "true")
    expect(row(page, "pool2")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(box(page, "relu2")).to_have_attribute("aria-selected", "true")
    line(page, "import torch").first.click(force=True)  # it leads nowhere
    until(lambda: marked(page), ["self.relu2 = nn.ReLU()", "relu2 = self.relu2(norm2)"], page)


def test_a_line_of_a_block_selects_the_layer_in_the_block(page: Page, server: Server):
    open_document(page, server, template("tcn"))
    view(page, "Code")
    line(page, "conv2 = self.conv2(pad2)").click()
    expect(row(page, "conv2")).to_have_attribute("aria-selected", "true")
    until(lambda: marked(page)[-1:], ["conv2 = self.conv2(pad2)"], page)
    line(page, "self.widen = ").click()
    expect(row(page, "widen")).to_have_attribute("aria-selected", "true")
    line(page, "self.layer3 = ").click()
    expect(box(page, "layer3")).to_have_attribute("aria-selected", "true")


def test_an_edit_of_the_drawing_changes_the_code(page: Page, server: Server):
    open_code(page, server)
    row(page, "relu3").click()
    page.keyboard.press("Delete")
    expect(line(page, "relu3")).to_have_count(0)
    press(page, "Undo")
    expect(line(page, "self.relu3 = ")).to_have_count(1)


def test_changed_code_is_read_back_as_one_edit(page: Page, server: Server):
    open_code(page, server)
    edit(page, "self.fc1 = nn.Linear(128, 64)", "self.fc1 = nn.Linear(128, 32)")
    replace(page, "self.fc2 = nn.Linear(64, 10)", "self.fc2 = nn.Linear(32, 10)")
    editor(page).press("Control+Enter")
    status(page, "Read back: 14 layers.")
    expect(line(page, "self.fc1 = ")).to_contain_text("nn.Linear(128, 32)")
    fits(page)
    press(page, "Undo")
    expect(line(page, "self.fc1 = ")).to_contain_text("nn.Linear(128, 64)")
    shows(page, DIGITS)


def test_what_cannot_be_taken_over_is_noted_at_its_line_and_the_text_stays(page: Page, server: Server):
    open_code(page, server)
    edit(page, "self.relu1 = nn.ReLU()", "self.relu1 = mystery(3)")
    press(page, "Read back")
    notes = page.get_by_role("list", name="Notes on the code")
    expect(notes).to_contain_text("the source does not say what mystery is")
    shows(page, [name for name in DIGITS if name != "relu1"])
    assert "mystery(3)" in editor(page).input_value()
    notes.get_by_role("button", name="Line 28", exact=True).click()
    chosen = editor(page).evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert chosen.strip() == "relu1 = self.relu1(norm1)"


def test_a_slip_of_the_pen_changes_nothing_and_is_shown_at_its_line(page: Page, server: Server):
    open_code(page, server)
    edit(page, "nn.Flatten()", "nn.Flatten(")
    editor(page).press("Control+Enter")
    status(page, "The network stays as it was.")
    expect(page.get_by_role("list", name="Notes on the code")).to_contain_text("is not Python")
    shows(page, DIGITS)
    replace(page, "nn.Flatten(\n", "nn.Flatten(1)\n")
    editor(page).press("Control+Enter")
    status(page, "Read back: 14 layers.")
    expect(editor(page)).to_be_hidden()


def test_what_is_typed_outlives_a_rerun_another_page_and_a_reload(page: Page, server: Server):
    open_code(page, server)
    edit(page, "class DigitsCNN", "# half a thought\nclass DigitsCNN")
    row(page, "fc2").click()
    expect(box(page, "fc2")).to_have_attribute("aria-selected", "true")
    assert "# half a thought" in editor(page).input_value()
    go_to(page, "Runs")
    go_to(page, "Build")
    until(lambda: "# half a thought" in editor(page).input_value(), True, page)
    page.reload()
    fits(page)
    view(page, "Code")
    until(lambda: "# half a thought" in editor(page).input_value(), True, page)
    editor(page).press("Escape")
    expect(code(page)).to_be_visible()
    press(page, "Go on editing")
    assert "# half a thought" in editor(page).input_value()


def test_tab_indents_and_shift_tab_takes_it_back(page: Page, server: Server):
    open_code(page, server)
    press(page, "Edit")
    editor(page).fill("a\nb")
    editor(page).press("Home")
    editor(page).press("Tab")
    expect(editor(page)).to_have_value("a\n    b")
    editor(page).press("Control+a")
    editor(page).press("Tab")
    expect(editor(page)).to_have_value("    a\n        b")
    editor(page).press("Shift+Tab")
    expect(editor(page)).to_have_value("a\n    b")


def test_the_code_is_copied_as_it_stands(visitor, server: Server):
    page = visitor(permissions=["clipboard-read", "clipboard-write"])
    open_code(page, server)
    press(page, "Copy")
    status(page, "Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == [
        text.removesuffix("\n") for text in code(page).get_by_role("option").all_inner_texts()
    ]
    assert copied.startswith('"""Digits CNN: a network drawn with Layerloom."""\n')


def test_code_that_was_not_changed_is_no_edit(page: Page, server: Server):
    open_code(page, server)
    press(page, "Edit")
    editor(page).press("Control+Enter")
    expect(code(page)).to_be_visible()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def test_a_plain_chain_is_shown_as_a_sequential_where_that_is_chosen(page: Page, server: Server):
    open_code(page, server)
    page.get_by_text("As nn.Sequential").click()
    expect(code(page)).to_contain_text("network = nn.Sequential(")
    line(page, '("conv2",').click()
    expect(row(page, "conv2")).to_have_attribute("aria-selected", "true")
    page.get_by_text("As nn.Sequential").click()
    expect(code(page)).to_contain_text("class DigitsCNN(nn.Module):")
