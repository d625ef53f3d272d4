"""The keys of the Build page, in the drawing and in the list: several layers selected and changed by them;
and keys as Caps Lock and input methods send them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from builder.document import Block, Document, Graph, Node
from tests.e2e.screen import (
    DIGITS,
    box,
    canvas,
    field,
    fits,
    is_selected,
    layer_list,
    menu,
    message,
    open_build,
    open_document,
    row,
    scale,
    shows,
    until,
    wire,
)
from tests.e2e.server import Server

FIRST = ["conv1", "norm1", "relu1"]


@pytest.fixture
def page(page: Page, server: Server) -> Iterator[Page]:
    open_build(page, server)
    yield page


def are_selected(page: Page, *nodes: str) -> None:
    """These and no others, in the drawing and in the list."""
    for listbox in (canvas(page), layer_list(page)):
        names = re.compile("^(" + "|".join(nodes) + "), ")
        expect(listbox.get_by_role("option", selected=True)).to_have_count(len(nodes))
        expect(listbox.get_by_role("option", selected=True, name=names)).to_have_count(len(nodes))


def sends(place: Locator, key: str, **fields) -> None:
    """A key as an input method sends it: the browser's own keyboard has none of these."""
    place.dispatch_event("keydown", {"key": key, "bubbles": True, "composed": True, **fields})


def dialog(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog", name=name)


def test_several_are_selected_moved_duplicated_and_removed_by_keys_one_undo_each(page: Page):
    box(page, "conv1").focus()
    page.keyboard.press("Space")
    for key in ("Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowUp"):
        page.keyboard.press(key)
    are_selected(page, *FIRST)
    expect(box(page, "relu1")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    shows(page, ["image", "pool1", *FIRST, *DIGITS[5:]])
    are_selected(page, *FIRST)
    page.keyboard.press("Control+d")
    copies = ["conv3", "batchnorm1", "relu4"]
    shows(page, ["image", "pool1", *FIRST, *copies, *DIGITS[5:]])
    are_selected(page, *copies)
    expect(wire(page, "relu1", "conv3")).to_be_attached()
    expect(wire(page, "relu4", "conv2")).to_be_attached()
    expect(box(page, "conv3")).to_be_focused()
    page.keyboard.press("Delete")
    shows(page, ["image", "pool1", *FIRST, *DIGITS[5:]])
    for _ in range(3):
        page.keyboard.press("Control+z")
    shows(page, DIGITS)


@pytest.mark.slow
def test_single_layers_are_put_into_the_selection_and_taken_out(page: Page):
    box(page, "conv1").focus()
    page.keyboard.press("Space")
    for node in ("relu1", "fc1"):
        box(page, node).focus()
        page.keyboard.press("Shift+Space")
    are_selected(page, "conv1", "relu1", "fc1")
    page.keyboard.press("Alt+ArrowDown")
    message(page, "conv1 and relu1 do not stand next to each other in the list")
    box(page, "conv1").focus()
    page.keyboard.press("Shift+Space")
    are_selected(page, "relu1", "fc1")
    is_selected(page, "relu1")
    shows(page, DIGITS)


@pytest.mark.slow
def test_layers_are_selected_together_within_one_frame(page: Page, server: Server):
    step = Block(Graph((Node("x", "Input"), Node("a", "ReLU", ("x",)), Node("out", "Output", ("a",)))))
    nodes = (
        Node("image", "Input", (), {"shape": (8,)}),
        Node("step", "Step", ("image",)),
        Node("tanh", "Tanh", ("step",)),
        Node("answer", "Output", ("tanh",)),
    )
    open_document(page, server, Document("Frames", Graph(nodes), {"Step": step}))
    box(page, "step").focus()
    page.keyboard.press("o")
    expect(box(page, "step/a")).to_be_visible()
    page.keyboard.press("Shift+ArrowDown")
    are_selected(page, "step", "tanh")
    box(page, "step/a").focus()
    page.keyboard.press("Shift+Space")
    expect(page.get_by_role("status").filter(has_text="a stands in another frame")).to_be_visible()
    are_selected(page, "step", "tanh")


@pytest.mark.slow
def test_several_rows_are_selected_marked_and_removed(page: Page):
    row(page, "conv1").click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    are_selected(page, *FIRST)
    expect(row(page, "relu1")).to_be_focused()
    page.keyboard.press("Delete")
    shows(page, ["image", *DIGITS[4:]])
    expect(row(page, "image")).to_be_focused()
    page.keyboard.press("Control+z")
    shows(page, DIGITS)
    row(page, "conv1").click()
    row(page, "relu1").click(modifiers=["Shift"])
    are_selected(page, "conv1", "relu1")
    page.keyboard.press("Escape")
    are_selected(page, "conv1")
    row(page, "fc1").focus()
    page.keyboard.press("Control+d")
    is_selected(page, "linear1")
    expect(row(page, "linear1")).to_be_focused()


@pytest.mark.slow
def test_the_focus_stays_near_what_is_selected_and_removed_at_once(page: Page):
    """As on a slow server: it hears of all the keys together."""
    for place in (row, box):
        place(page, "pool1").click()
        is_selected(page, "pool1")
        place(page, "pool1").evaluate(PRESS, ["Shift+ArrowDown", "Shift+ArrowDown", "Delete"])
        shows(page, [*DIGITS[:4], *DIGITS[7:]])
        expect(place(page, "relu1")).to_be_focused()
        page.keyboard.press("Control+z")
        shows(page, DIGITS)


PRESS = """(place, keys) => keys.forEach((chord) => {
  const heard = { bubbles: true, composed: true, cancelable: true };
  const init = { key: chord.split("+").at(-1), shiftKey: chord.includes("Shift"), ...heard };
  place.getRootNode().activeElement.dispatchEvent(new KeyboardEvent("keydown", init));
})"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "opens"),
    [
        ("a", "Add a layer or do something"),
        ("b", "Make a block of relu1"),
        ("c", "What feeds relu1"),
        ("r", "Replace relu1"),
        ("/", "Find a layer"),
        ("Control+f", "Find a layer"),
        ("?", "Keys and colours"),
    ],
)
def test_a_key_in_the_list_opens_what_it_opens_in_the_drawing_and_escape_leads_back(
    page: Page, key: str, opens: str
):
    row(page, "relu1").focus()
    page.keyboard.press(key)
    expect(dialog(page, opens)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog(page, opens)).to_have_count(0)
    expect(row(page, "relu1")).to_be_focused()


@pytest.mark.slow
def test_the_list_has_the_context_menu_the_clipboard_and_the_way_to_the_form(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    row(page, "relu1").focus()
    page.keyboard.press("Shift+F10")
    expect(menu(page, "relu1")).to_be_visible()
    page.keyboard.press("Escape")
    expect(row(page, "relu1")).to_be_focused()
    page.keyboard.press("Control+x")
    shows(page, [node for node in DIGITS if node != "relu1"])
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    page.keyboard.press("Control+v")
    shows(page, DIGITS)
    row(page, "fc1").focus()
    page.keyboard.press("Enter")
    is_selected(page, "fc1")
    expect(field(page, "out_features")).to_be_focused()


@pytest.mark.slow
def test_the_menu_of_several_duplicates_and_moves_them(page: Page):
    box(page, "conv1").click()
    for node in FIRST[1:]:
        box(page, node).click(modifiers=["Shift"])
    box(page, "norm1").click(button="right")
    menu(page, "3 layers").get_by_role("menuitem", name="Move down").click()
    shows(page, ["image", "pool1", *FIRST, *DIGITS[5:]])
    box(page, "norm1").click(button="right")
    menu(page, "3 layers").get_by_role("menuitem", name="Duplicate").click()
    are_selected(page, "conv3", "batchnorm1", "relu4")
    fits(page)


@pytest.mark.slow
def test_undone_steps_come_back_with_either_key(page: Page):
    box(page, "relu1").focus()
    page.keyboard.press("Delete")
    left = [node for node in DIGITS if node != "relu1"]
    shows(page, left)
    for redo in ("Control+y", "Control+Shift+Z"):
        page.keyboard.press("Control+z")
        shows(page, DIGITS)
        page.keyboard.press(redo)
        shows(page, left)


@pytest.mark.slow
def test_after_all_was_removed_and_brought_back_the_keys_go_on_in_the_drawing(page: Page):
    box(page, "relu1").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(page.get_by_text("Nothing is drawn here yet. Add an Input to begin.")).to_be_visible()
    page.keyboard.press("Control+z")
    shows(page, DIGITS)
    selected = canvas(page).get_by_role("option", selected=True)
    expect(selected).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(selected).not_to_be_focused()
    expect(canvas(page).locator(":focus")).to_have_role("option")


@pytest.mark.slow
def test_the_view_is_changed_by_keys(page: Page):
    box(page, "conv1").focus()
    before = scale(page)
    page.keyboard.press("+")
    until(lambda: scale(page) > before, True, page)
    page.keyboard.press("-")
    until(lambda: abs(scale(page) - before) < 0.01, True, page)
    page.keyboard.press("0")
    until(lambda: scale(page) < before, True, page)
    names = page.get_by_role("button", name="Name the dimensions")
    expect(names).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("n")
    expect(names).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".canvas text.shape").first).to_have_text("1 × 8 × 8")


# --- Caps Lock and input methods


@pytest.mark.slow
def test_caps_lock_changes_no_key(page: Page):
    box(page, "relu1").focus()
    page.keyboard.press("C")  # a capital letter without Shift
    expect(dialog(page, "What feeds relu1")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+D")
    is_selected(page, "relu4")
    page.keyboard.press("Control+Z")
    shows(page, DIGITS)
    page.keyboard.press("Control+Shift+z")  # with Shift it gives small letters, and redoes as ever
    shows(page, [*DIGITS[:4], "relu4", *DIGITS[4:]])
    page.keyboard.press("Shift+c")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "opens"),
    [("？", "Keys and colours"), ("／", "Find a layer"), ("、", "Find a layer")],  # full width
)
def test_signs_of_a_chinese_keyboard_are_those_of_any(page: Page, key: str, opens: str):
    for place in (box(page, "relu1"), row(page, "relu1")):
        place.focus()
        sends(place, key)
        expect(dialog(page, opens)).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog(page, opens)).to_have_count(0)


@pytest.mark.slow
def test_while_an_input_method_composes_its_keys_are_its_own(page: Page):
    for fields in ({"key": "c", "isComposing": True}, {"key": "Process"}, {"key": "Delete", "keyCode": 229}):
        sends(box(page, "relu1"), **fields)
        sends(row(page, "relu1"), **fields)
    expect(page.get_by_role("dialog")).to_have_count(0)
    box(page, "relu1").focus()
    page.keyboard.press("/")
    search = page.get_by_role("combobox", name="Find a layer")
    search.fill("fc1")
    for key in ("Enter", "ArrowDown", "Escape"):
        sends(search, key, isComposing=True)
    expect(search).to_be_focused()
    search.press("Enter")
    is_selected(page, "fc1")
    palette = page.get_by_role("searchbox", name="Search layers")
    palette.fill("tanh")
    sends(palette, "Enter", isComposing=True)
    palette.press("Enter")
    is_selected(page, "tanh1")
    shows(page, [*DIGITS[:11], "tanh1", *DIGITS[11:]])


# --- a clipboard without text

PASTE_A_PICTURE = """(drawing) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File(["x"], "picture.png", { type: "image/png" }));
    drawing.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, composed: true }));
}"""


@pytest.mark.slow
def test_a_picture_on_the_clipboard_is_not_taken_for_what_was_copied_before(
    visitor: Callable[..., Page], server: Server
):
    page = visitor()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_build(page, server)
    box(page, "relu1").click()
    page.keyboard.press("Control+c")
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    until(lambda: "ReLU" in page.evaluate("navigator.clipboard.readText()"), True, page)
    box(page, "relu1").evaluate(PASTE_A_PICTURE)
    message(page, "The clipboard holds no network: there is no text on it.")
    shows(page, DIGITS)
