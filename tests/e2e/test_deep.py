"""A network of more than fifty layers is read as easily as a small one, on a small screen too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from builder import to_python
from tests.e2e.screen import fits
from tests.e2e.server import Server
from tests.networks import chain
from trainer import launch
from trainer.settings import Settings

LEGIBLE = 11  # pixels of a letter's height, about
NAME = "encoder_stage_with_a_long_name_projection"


@pytest.fixture
def deep(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """An ended run of 54 layers."""
    monkeypatch.setenv("LAYERLOOM_HOME", str(server.home))
    stages = [
        layer
        for number in range(1, 18)
        for layer in (
            (f"{NAME}_{number}", "Linear", {"out_features": 32}),
            (f"norm{number}", "BatchNorm1d"),
            (f"relu{number}", "ReLU"),
        )
    ]
    document = chain(("flat", "Flatten"), *stages, ("fc", "Linear", {"out_features": 10}), name="Deep")
    run_id = launch.start(document, to_python(document), Settings(epochs=2, threads=1), "digits")
    assert launch.wait(run_id, 300).state == "done"
    return run_id


def box(part: Locator) -> dict[str, float]:
    return part.evaluate("e => { const { top, bottom, left, right } = e.getBoundingClientRect(); "
                         "return { top, bottom, left, right }; }")  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1440])
def test_each_of_fifty_layers_has_a_row_a_name_and_a_box(visitor, server: Server, deep: str, width: int):
    page = visitor(viewport={"width": width, "height": 844})
    page.goto(f"{server.url}/train?run={deep}")
    rows = page.get_by_role("listbox", name="Layers of the map").get_by_role("option")
    expect(rows).to_have_count(53)
    plot = page.get_by_role("figure", name="All layers over time").locator(".nsewdrag")
    rows.first.scroll_into_view_if_needed()
    plot.wait_for()
    whole = box(plot)
    assert abs(box(rows.first)["top"] - whole["top"]) < 2
    assert abs(box(rows.last)["bottom"] - whole["bottom"]) < 2  # so each name stands at its row
    assert (whole["bottom"] - whole["top"]) / 53 >= 1.4 * LEGIBLE and whole["right"] - whole["left"] > 120

    rows.first.click()
    for _ in range(4):  # flat, then the first stage, then the second stage's projection
        page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("option", name=f"{NAME}_2", exact=True)
    expect(chosen).to_be_focused()
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(page.get_by_label("Layer", exact=True)).to_have_value(f"{NAME}_2")
    name = box(chosen.locator("bdi"))
    assert box(chosen)["left"] <= name["left"] and name["right"] <= min(width, box(chosen)["right"])

    page.keyboard.press("End")
    graph = page.get_by_role("group", name="Layers of the network")
    last = graph.get_by_role("button", name="fc", exact=True)
    expect(last).to_have_attribute("aria-pressed", "true")
    expect(last).to_be_in_viewport()
    drawn = graph.locator("svg").evaluate("e => e.getBoundingClientRect().width / e.viewBox.baseVal.width")
    assert 14 * drawn >= LEGIBLE
    fits(page)
