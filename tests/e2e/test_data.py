"""The Data page in a browser: a look at a set, a file that is brought, and training on it."""

from __future__ import annotations

import io
import re
import zipfile

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.screen import chart, choose, fill, fits, go_to, press, says, state
from tests.e2e.server import Server

ROWS = [f"{n % 10},{n % 7 / 2},{['low', 'high'][n % 10 > 4]}" for n in range(120)]
CSV = "\n".join(["left,right,kind", *ROWS])


@pytest.fixture
def page(page: Page, server: Server):
    """A visitor on the Data page. What they leave training is ended."""
    page.goto(f"{server.url}/data")
    expect(page.get_by_role("radio", name="Handwritten digits", exact=True)).to_be_checked()
    yield page
    server.end_runs()


def look_at(page: Page, title: str) -> None:
    page.get_by_role("radio", name=title, exact=True).locator("xpath=ancestor::label").click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


def bring(page: Page, name: str, content: str | bytes, form: str = "Table") -> None:
    page.get_by_text("Bring your own data", exact=True).click()
    content = content.encode() if isinstance(content, str) else content
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.get_by_label("A file", exact=True).locator("input[type=file]").set_input_files(files=[file])
    expect(page.get_by_role("heading", name=f"{form}: {name}")).to_be_visible()


def trained_on(page: Page, title: str) -> None:
    """Keep what was brought, and train the network that is offered for it to the end."""
    fill(page, "Name", title)
    press(page, "Keep this data set")
    press(page, f"Open Network for {title}, which fits")
    expect(page.get_by_text(f"Network for {title} fits this data.")).to_be_visible()
    press(page, "Use for training")
    fits(page)
    press(page, "Start training")
    state(page, "Done")


@pytest.mark.slow
def test_a_table_is_brought_its_target_chosen_and_a_network_trained_on_it(page: Page):
    bring(page, "things.csv", CSV)
    expect(page.get_by_text("120 examples of 2 numbers, 2 classes.")).to_be_visible()
    choose(page, "Target", "right")
    expect(page.get_by_text(re.compile("1 value to predict|7 classes")).first).to_be_visible()
    choose(page, "Target", "kind")
    expect(page.get_by_text("120 examples of 2 numbers, 2 classes.")).to_be_visible()
    fill(page, "Name", "My things")
    press(page, "Keep this data set")
    expect(page.get_by_role("radio", name="My things", exact=True)).to_be_checked()
    press(page, "Open Network for My things, which fits")
    expect(page.get_by_text("Network for My things fits this data.")).to_be_visible()
    press(page, "Use for training")
    fits(page)
    press(page, "Start training")
    state(page, "Done")
    expect(chart(page, "Boundary")).to_have_accessible_name(re.compile("of the points shown lie where"))
    page.reload()
    expect(chart(page, "Boundary")).to_have_accessible_name(re.compile("At step 30"))


@pytest.mark.slow
def test_a_column_s_type_is_corrected_and_trained_with(page: Page):
    bring(page, "things.csv", CSV)
    choose(page, "Columns taken as categories", "left")
    page.keyboard.press("Escape")
    expect(page.get_by_text("120 examples of 11 numbers, 2 classes.")).to_be_visible()
    trained_on(page, "By ten words")


@pytest.mark.slow
def test_arrays_of_a_file_are_trained_on(page: Page):
    random, file = np.random.default_rng(0), io.BytesIO()
    np.savez(file, x=random.normal(size=(60, 1, 8, 8)).astype("float32"), y=np.arange(60) % 3)
    bring(page, "blobs.npz", file.getvalue(), "Arrays")
    expect(page.get_by_text("60 examples", exact=False).first).to_be_visible()
    trained_on(page, "Blobs")


@pytest.mark.slow
def test_pictures_in_folders_by_class_are_trained_on(page: Page):
    random, file = np.random.default_rng(0), io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for number in range(24):
            picture = io.BytesIO()
            points = random.integers(0, 256, (12, 12, 3), np.uint8) // (1 + number % 2)
            Image.fromarray(points).save(picture, "PNG")
            packed.writestr(f"{['bright', 'dark'][number % 2]}/{number}.png", picture.getvalue())
    bring(page, "light.zip", file.getvalue(), "Pictures")
    expect(page.get_by_text("24 examples", exact=False).first).to_be_visible()
    trained_on(page, "Light")


def test_a_file_that_cannot_be_read_is_said(page: Page):
    bring(page, "broken.csv", 'a,b\n1,"2\n')
    expect(page.get_by_role("alert").filter(has_text="quote that is not closed")).to_be_visible()
    expect(page.get_by_role("button", name="Keep this data set", exact=True)).to_be_disabled()
    press(page, "Drop it")
    expect(page.get_by_role("heading", name="Handwritten digits", exact=True)).to_be_visible()


def test_what_does_not_fit_is_repaired_from_here(page: Page):
    look_at(page, "Shapes")
    expect(page.get_by_role("alert").filter(has_text="image takes (1, 8, 8)")).to_be_visible()
    press(page, "Open Network for Shapes, which fits")
    expect(page.get_by_text("Network for Shapes fits this data.")).to_be_visible()
    go_to(page, "Train")
    fits(page)
    expect(page.get_by_role("button", name="Start training")).to_be_enabled()


def test_a_published_set_says_how_to_come_by_it(page: Page):
    look_at(page, "MNIST")
    expect(page.get_by_role("button", name="Download about 12 MB", exact=True)).to_be_enabled()
    page.get_by_text("Without a network: bring the files").click()
    says(page, "train-images-idx3-ubyte.gz")
    go_to(page, "Train")
    expect(page.get_by_role("alert").filter(has_text="MNIST is not on this computer yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Start training")).to_be_disabled()
