"""Taking a network home in its other forms: what is there at once, and what is made on a click."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import onnxruntime
import pytest
from playwright.sync_api import Locator, Page, expect

from builder.export import PARTS
from tests.e2e.screen import download, fill, fits, open_build, press, state
from tests.e2e.server import Server

pytestmark = pytest.mark.slow

UNTIL_MADE = 180_000  # milliseconds, while other tests train


def open_export(page: Page) -> Locator:
    press(page, "Export")
    dialog = page.get_by_role("dialog", name="Export")
    expect(dialog).to_be_visible()
    return dialog


def part(dialog: Locator, name: str) -> Locator:
    return dialog.get_by_role("button", name=name, exact=True)


def make(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Make the bundle", exact=True).click()
    expect(dialog.get_by_role("button", name=re.compile("^Download the bundle"))).to_be_visible(
        timeout=UNTIL_MADE
    )


def test_a_drawn_network_is_taken_home(page: Page, server: Server, tmp_path: Path):
    open_build(page, server)
    dialog = open_export(page)
    picture = download(page, part(dialog, "graph.svg")).read_text()
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    expect(part(dialog, "model.onnx")).to_be_disabled()
    make(dialog)
    bundle = download(page, dialog.get_by_role("button", name=re.compile("^Download the bundle")))
    with zipfile.ZipFile(bundle) as packed:
        assert set(packed.namelist()) == {"README.md", *(each.file for each in PARTS)}
    onnx = download(page, part(dialog, "model.onnx"))
    session = onnxruntime.InferenceSession(onnx.read_bytes(), providers=["CPUExecutionProvider"])
    assert session.get_inputs()[0].shape == ["batch", 1, 8, 8]


def test_a_run_is_taken_home_with_the_script_that_repeats_it(page: Page, server: Server):
    page.goto(f"{server.url}/train")
    fits(page)
    expect(page.get_by_role("button", name="Export", exact=True)).to_have_count(0)
    fill(page, "epochs", "1")
    press(page, "Start training")
    state(page, "Done")
    dialog = open_export(page)
    make(dialog)
    assert "Repeats the run Digits CNN" in download(page, part(dialog, "train.py")).read_text()
    assert download(page, part(dialog, "data.npz")).stat().st_size > 1000
    expect(part(dialog, "run.json")).to_be_enabled()
