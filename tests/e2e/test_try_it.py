"""Try it: a trained run answers what a person types, draws or chooses."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.screen import press
from tests.e2e.server import Server
from tests.e2e.test_access import complaints
from tests.trainer.answering.trained import trained
from trainer.answering import process
from trainer.data.forms import form_of
from trainer.data.own import keep, take_in

FIRST = 90_000  # milliseconds until a new process has loaded torch while other tests run


@pytest.fixture
def opened(page: Page, server: Server) -> Callable[..., str]:
    """opened(data, ...) -> the id of a run whose page is open and has answered."""

    def opened(data: str, **given) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LAYERLOOM_HOME", str(server.home))
            run_id = trained(data, **given)
        page.goto(f"{server.url}/try_it?run={run_id}")
        expect(answer(page)).to_have_attribute("aria-busy", "false", timeout=FIRST)
        return run_id

    return opened


def answer(page: Page) -> Locator:
    return page.get_by_role("region", name="Answer")


def bars(page: Page) -> list[str]:
    return answer(page).get_by_role("list", name="Answer").get_by_role("listitem").all_inner_texts()


def expected(server: Server, run_id: str, petal_width: float) -> list[str]:
    """The bars of the first example with another petal width, as the network itself gives them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(server.home))
        *row, _ = process.answer(run_id, {"example": 0})["example"]["given"]["row"]
        classes = process.answer(run_id, {"row": [*row, petal_width]})["classes"]
    return [f"{each['label']}\n{100 * each['chance']:.1f} %" for each in classes]


def test_a_row_is_answered_as_it_is_typed_and_far_out_with_a_warning(page: Page, server: Server, opened):
    run_id = opened("iris")
    expect(
        page.get_by_text(re.compile(r"^The true answer is (setosa|versicolor|virginica)\.$"))
    ).to_be_visible()
    field = page.get_by_role("textbox", name="petal width", exact=True)
    field.fill("20")
    expect(
        answer(page).get_by_text("petal width is 20. The network was trained with 0.1 to 2.5")
    ).to_be_visible()
    assert bars(page) == expected(server, run_id, 20)
    field.fill("1.0")
    expect(answer(page).get_by_text("petal width is 20.")).to_have_count(0)
    page.reload()  # the address keeps the run
    expect(page.get_by_role("textbox", name="petal width", exact=True)).to_be_visible(timeout=FIRST)


@pytest.mark.slow
def test_a_number_that_is_none_is_said(page: Page, opened, tolerated: list[str]):
    tolerated.append("422")
    opened("diabetes")
    page.get_by_role("textbox", name="age", exact=True).fill("old")
    expect(answer(page).get_by_text("age is 'old', which is no number")).to_be_visible()


@pytest.mark.slow
def test_a_drawing_is_answered_by_mouse_and_by_keys(page: Page, opened):
    opened("digits")
    expect(page.get_by_text(re.compile(r"^The true answer is \d\.$"))).to_be_visible()
    pad = page.get_by_role("application", name=re.compile("^Drawing pad"))
    press(page, "Clear")
    expect(answer(page).get_by_text("Nothing is drawn yet.")).to_be_visible()
    place = pad.bounding_box()
    page.mouse.move(place["x"] + 150, place["y"] + 60)
    page.mouse.down()
    page.mouse.move(place["x"] + 150, place["y"] + 240, steps=10)
    page.mouse.up()
    expect(answer(page).get_by_text("Nothing is drawn yet.")).to_have_count(0)
    assert len(bars(page)) == 10
    press(page, "Undo stroke")
    expect(answer(page).get_by_text("Nothing is drawn yet.")).to_be_visible()
    pad.focus()
    for key in ("Space", *["Shift+ArrowDown"] * 3, "Space"):
        page.keyboard.press(key)
    expect(answer(page).get_by_text("Nothing is drawn yet.")).to_have_count(0)
    assert len(bars(page)) == 10


@pytest.mark.slow
def test_typed_text_is_answered_and_unknown_letters_are_said(page: Page, opened):
    opened("contains_letter")
    page.get_by_role("textbox", name="Text, up to 16 letters").fill("Bnn7")
    expect(answer(page).get_by_text("Unknown: B, 7. It counts as [unk].")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="7 unknown")).to_be_visible()
    assert complaints(page) == []


@pytest.mark.slow
def test_a_series_has_a_key_to_its_lines_where_a_forecast_is_drawn(page: Page, server: Server, opened):
    hand = page.get_by_text("Draw the line anew with the pointer")
    key = page.get_by_text("Dashed: the answer; grey: the true answer.")
    opened("sine_waves")
    expect(hand).to_be_visible()
    expect(key).to_be_visible()
    opened(walks_kept(server))
    expect(hand).to_be_visible()
    expect(key).to_be_hidden()


def walks_kept(server: Server) -> str:
    """A data set of one's own: which way a walk goes."""
    ways, file = np.arange(60) % 2, io.BytesIO()
    walks = (2 * ways - 1)[:, None, None] * np.linspace(0, 1, 12, dtype=np.float32)[:, None]
    np.savez(file, x=walks, y=ways)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(server.home))
        path = take_in("walks.npz", file.getvalue())
        return keep(path, form_of(path).completed(path, {})).name


@pytest.mark.slow
def test_a_file_is_answered_and_one_that_is_no_picture_is_said(page: Page, opened, tolerated: list[str]):
    tolerated.append("422")
    opened("shapes")
    choose = page.get_by_label("Choose a picture")
    choose.set_input_files(files=[{"name": "a.png", "mimeType": "image/png", "buffer": b"only text"}])
    expect(answer(page).get_by_text("The file cannot be read as a picture.")).to_be_visible()
    choose.set_input_files("docs/build.png")
    expect(answer(page).get_by_text("was squeezed to 16 by 16")).to_be_visible()


@pytest.mark.slow
def test_the_run_leads_there_and_a_deleted_one_is_missed(
    page: Page, server: Server, opened, tolerated: list[str]
):
    run_id = opened("moons")
    page.goto(f"{server.url}/train?run={run_id}")
    expect(page.get_by_role("button", name="Try it", exact=True)).to_be_visible(timeout=FIRST)
    press(page, "Try it")
    expect(page).to_have_url(re.compile(rf"/try_it\?.*run={run_id}"))
    expect(page.get_by_role("img", name=re.compile("^Points that were trained on"))).to_be_visible(
        timeout=FIRST
    )
    page.goto(f"{server.url}/try_it?run={'0' * 16}")
    expect(page.get_by_text("The run in the address is not here any more.")).to_be_visible()
