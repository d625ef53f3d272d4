"""The list of documents, versions of one, differences, and links that hold a whole network."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from builder import edits, links, store
from builder.templates import template
from tests.e2e.screen import (
    DIGITS,
    fill,
    message,
    open_build,
    open_chain,
    open_menu,
    press,
    row,
    select,
    shows,
    until,
)
from tests.e2e.server import Server

pytestmark = pytest.mark.slow

IRIS = "flower fc1 norm1 relu1 fc2 species".split()
WITHOUT_NORM1 = [name for name in DIGITS if name != "norm1"]


@pytest.fixture
def kept(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a document that lies in the server's store; nobody has it open."""
    monkeypatch.setenv("LAYERLOOM_HOME", str(server.home))
    name = f"Flowers {uuid.uuid4().hex[:6]}"  # the store is shared by all tests of a worker
    store.create(edits.rename_document(template("iris_mlp"), name))
    return name


def open_dialog(page: Page, button: str, name: str) -> Locator:
    """A dialog out of the menu of the network, which closes behind it."""
    open_menu(page).get_by_role("button", name=button, exact=True).click()
    dialog = page.get_by_role("dialog", name=name)
    expect(dialog.get_by_role("heading", name=name)).to_be_visible()
    return dialog


def documents(page: Page, search: str) -> Locator:
    """The list of documents, those with a name."""
    dialog = open_dialog(page, "All documents", "Documents")
    box = dialog.get_by_role("textbox", name="Search documents")
    box.fill(search)
    box.press("Enter")
    return dialog


def names(dialog: Locator) -> list[str]:
    """What the list shows; the invisible letters that tell equal names apart left out."""
    labels = dialog.get_by_role("radiogroup", name="Documents").get_by_role("radio")
    found = labels.evaluate_all(
        "radios => radios.map(each => each.labels[0]?.querySelector('p').innerText ?? '')"
    )
    return sorted(name.replace("\u2060", "") for name in found)


def remove_norm1(page: Page) -> None:
    select(page, "norm1")
    press(page, "Delete")
    shows(page, WITHOUT_NORM1)


def test_a_document_of_the_list_is_opened_and_undo_goes_back(page: Page, server: Server, kept: str):
    open_build(page, server)
    dialog = documents(page, kept)
    until(lambda: names(dialog), [kept], page)
    expect(
        dialog.get_by_text(re.compile(r"^changed today \d\d:\d\d · 6 layers · [\d.]+ kB$|B$"))
    ).to_be_visible()
    dialog.get_by_role("button", name="Open", exact=True).click()
    expect(dialog).to_be_hidden()
    shows(page, IRIS)
    press(page, "Undo")
    shows(page, DIGITS)


def test_a_document_is_renamed_duplicated_deleted_and_brought_back(page: Page, server: Server, kept: str):
    open_build(page, server)
    dialog = documents(page, kept)
    until(lambda: names(dialog), [kept], page)
    name = dialog.get_by_role("textbox", name="New name")
    name.fill(f"{kept} renamed")
    name.press("Enter")
    until(lambda: names(dialog), [f"{kept} renamed"], page)
    dialog.get_by_role("button", name="Duplicate", exact=True).click()
    both = [f"{kept} renamed", f"{kept} renamed (copy)"]
    until(lambda: names(dialog), both, page)
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(dialog.get_by_text("was deleted")).to_be_visible()
    until(lambda: len(names(dialog)), 1, page)
    dialog.get_by_role("button", name="Delete", exact=True).click()
    until(lambda: len(names(dialog)), 0, page)
    page.reload()
    dialog = documents(page, kept)
    dialog.get_by_role("button", name="Undo the deletion", exact=True).click()
    until(lambda: len(names(dialog)), 1, page)
    dialog.get_by_role("button", name="Undo the deletion", exact=True).click()
    until(lambda: names(dialog), both, page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_open_document_is_not_deleted(page: Page, server: Server):
    open_build(page, server)
    own = f"Own {uuid.uuid4().hex[:6]}"
    menu = open_menu(page)
    menu.get_by_role("textbox", name="Name of the network").fill(own)
    menu.get_by_role("textbox", name="Name of the network").press("Enter")
    expect(page.get_by_role("button", name=own, exact=True)).to_be_visible()
    menu.get_by_role("button", name="All documents", exact=True).click()
    dialog = page.get_by_role("dialog", name="Documents")
    dialog.get_by_role("textbox", name="Search documents").fill(own)
    dialog.get_by_role("textbox", name="Search documents").press("Enter")
    until(lambda: names(dialog), [own], page)
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("is open here, so it was not deleted.")
    assert names(dialog) == [own]


def test_two_documents_are_compared(page: Page, server: Server, kept: str):
    open_build(page, server)
    dialog = documents(page, kept)
    until(lambda: names(dialog), [kept], page)
    dialog.get_by_text("Compare it with the open document").click()
    expect(dialog.get_by_text(re.compile(r"^\d+ added, \d+ removed, \d+ changed$"))).to_be_visible()
    expect(dialog.get_by_role("listitem").filter(has_text="removes conv1 (Conv2d)")).to_be_visible()
    expect(dialog.get_by_role("img").last).to_be_visible()


def test_a_version_is_kept_compared_and_restored(page: Page, server: Server):
    open_build(page, server)
    dialog = open_dialog(page, "Versions", "Versions")
    expect(dialog.get_by_text("There is no version yet.")).to_be_visible()
    dialog.get_by_role("button", name="Keep a version now").click()
    expect(dialog.get_by_role("radio")).to_have_count(1)
    expect(dialog.get_by_text("No difference", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    remove_norm1(page)
    select(page, "conv2")
    fill(page, "out_channels", "8")
    expect(row(page, "conv2")).to_have_accessible_name("conv2, Conv2d 8, k3, p1, no bias, output 8 × 4 × 4")
    dialog = open_dialog(page, "Versions", "Versions")
    expect(dialog.get_by_text("1 removed, 1 changed", exact=True)).to_be_visible()
    expect(dialog.get_by_role("listitem").filter(has_text="removes norm1 (BatchNorm2d)")).to_be_visible()
    expect(dialog.get_by_role("listitem").filter(has_text="conv2: out_channels 32 → 8")).to_be_visible()
    dialog.get_by_role("button", name="Restore this version").click()
    expect(dialog).to_be_hidden()
    message(page, "The older version is back.")
    shows(page, DIGITS)
    press(page, "Undo")
    shows(page, WITHOUT_NORM1)


# --- links


def test_a_copied_link_opens_the_same_network_for_somebody_else_as_a_new_document(
    visitor: Callable[..., Page], server: Server
):
    mine = visitor(permissions=["clipboard-read", "clipboard-write"])
    open_build(mine, server)
    remove_norm1(mine)
    menu = open_menu(mine)
    menu.get_by_role("button", name="Copy link", exact=True).click()
    expect(menu.get_by_role("status")).to_contain_text("Copied: the whole document, in ")
    link = mine.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{server.url}/?network=1.")
    theirs = visitor()
    theirs.goto(link)
    message(theirs, "Opened Digits CNN out of the link, as a new document.")
    shows(theirs, WITHOUT_NORM1)
    assert "network=" not in theirs.url
    assert theirs.url != mine.url
    select(theirs, "conv1")
    press(theirs, "Delete")
    expect(row(theirs, "conv1")).to_have_count(0)
    shows(mine, WITHOUT_NORM1)
    address = theirs.url
    theirs.reload()
    expect(row(theirs, "conv1")).to_have_count(0)
    assert theirs.url == address


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (links.packed(template("iris_mlp"))[:-20], "it was cut short or changed on its way"),
        (
            links.packed(template("iris_mlp"))[: len(links.packed(template("iris_mlp"))) // 2],
            "Ask for it again.",
        ),
        (links.packed(template("iris_mlp"))[:60] + "<script>", "it was cut short or changed on its way"),
        ("9.abc", "The link was made by another Layerloom."),
    ],
)
def test_a_broken_link_is_told_and_nothing_is_lost(page: Page, server: Server, broken: str, sentence: str):
    open_build(page, server)
    remove_norm1(page)
    address = page.url
    page.goto(f"{address}&network={broken}")
    message(page, sentence)
    shows(page, WITHOUT_NORM1)
    until(lambda: page.url, address, page)


def test_a_network_that_is_too_large_for_a_link_is_told_so(page: Page, server: Server):
    notes = ["".join(uuid.uuid5(uuid.NAMESPACE_URL, f"{a} {b}").hex for a in range(15)) for b in range(60)]
    layers = [{"id": f"relu{place}", "kind": "ReLU", "note": note} for place, note in enumerate(notes)]
    image = {"id": "x", "kind": "Input", "params": {"shape": [4]}}
    open_chain(page, server, image, *layers, {"id": "y", "kind": "Output"}, name="Large")
    open_menu(page, "Large")
    expect(page.get_by_text("Large is too large for a link")).to_be_visible()
    expect(page.get_by_text("Download the document and send the file.")).to_be_visible()
