"""Runs are found again, written about, compared, taken along, deleted and brought back."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.e2e.screen import download, fill, go_to, press, says, settled
from tests.e2e.server import Server
from tests.trainer.runs import ended
from trainer import launch, store
from trainer.figures.long import rows


@pytest.fixture
def made(server: Server, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """made(name, ...) -> a run in the server's home."""
    monkeypatch.setenv("LAYERLOOM_HOME", str(server.home))
    return ended


def table(page: Page) -> Locator:
    return page.get_by_role("table", name="Runs")


def names(page: Page) -> list[str]:
    return table(page).get_by_role("rowheader").get_by_role("button").all_inner_texts()


def found(page: Page, words: str | re.Pattern) -> None:
    """What is said of how many runs were found and chosen."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def open_runs(page: Page, server: Server, words: str = "") -> None:
    """The list, with only those runs whose name, note, ... has the words."""
    page.goto(f"{server.url}/runs")
    expect(table(page)).to_be_visible()
    page.get_by_role("searchbox", name="Search runs").fill(words)


def choose(page: Page, name: str) -> None:
    table(page).get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value(name)


def add(page: Page, name: str) -> None:
    """To those that are chosen."""
    table(page).get_by_role("checkbox", name=f"Choose {name}", exact=True).check()


def test_runs_are_written_about_compared_taken_along_and_deleted(page: Page, server: Server, made):
    first, second = made("Zebra one"), made("Zebra two", settings={"lr": 0.5}, losses=[0.9, 0.1, 0.3])
    open_runs(page, server, "zebra")
    assert names(page) == ["Zebra two", "Zebra one"]
    table(page).get_by_role("button", name="Validation loss").click()
    assert names(page) == ["Zebra one", "Zebra two"]
    choose(page, "Zebra one")
    page.get_by_role("textbox", name="Note").fill("Striped")
    page.get_by_role("textbox", name="Note").press("Control+Enter")
    expect(table(page).get_by_text("has a note")).to_be_visible()
    assert store.read(first).note == "Striped"
    add(page, "Zebra two")
    found(page, "2 chosen")
    expect(page.get_by_role("heading", name="2 runs are chosen")).to_be_visible()
    press(page, "Compare")
    expect(page).to_have_url(re.compile(rf"runs={first}-{second}"))
    page.reload()
    expect(page.get_by_role("heading", name="Zebra one against Zebra two")).to_be_visible()
    expect(page.get_by_role("region", name="Results").get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("row", name="lr 0.01 0.5")).to_be_visible()
    press(page, "All runs")
    page.get_by_role("searchbox", name="Search runs").fill("striped")
    choose(page, "Zebra one")
    press(page, "Delete")
    found(page, "No run matches")
    says(page, "Deleted, and kept for a day: Zebra one.")
    press(page, "Undo the deletion")
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Zebra one")
    assert names(page) == ["Zebra one"]


@pytest.mark.slow
def test_the_figures_come_home_as_csv(page: Page, server: Server, made):
    ids = [made("Okapi one", losses=[0.5, float("inf"), float("nan")]), made("Okapi two")]
    open_runs(page, server, "okapi")
    page.get_by_role("checkbox", name="Choose all runs that are found").check()
    press(page, "Export figures")
    dialog = page.get_by_role("dialog", name="Export figures")
    expect(dialog.get_by_text("MLflow", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Make CSV").click()
    file = download(page, dialog.get_by_role("button", name="Download CSV"))
    with file.open(newline="") as opened:
        written = list(csv.DictReader(opened))
    wanted = [row for run_id in ids for row in rows(run_id)]
    key = lambda row: (row["run"], row["split"], row["metric"], int(row["step"]))  # noqa: E731
    assert [row["value"] for row in sorted(written, key=key)] == [
        str(row["value"]) for row in sorted(map(vars, wanted), key=key)
    ]


@pytest.mark.slow
def test_the_keyboard_walks_sorts_and_chooses(page: Page, server: Server, made):
    for number in range(3):
        made(f"Gnu {number}")
    open_runs(page, server, "gnu")
    page.get_by_role("button", name="Tags").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Choose Gnu 2")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Gnu 1")
    expect(page.get_by_role("checkbox", name="Choose Gnu 1")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Gnu 0")
    head = page.get_by_role("columnheader", name="Name")
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert names(page) == ["Gnu 0", "Gnu 1", "Gnu 2"]
    head.get_by_role("button").press("Enter")
    assert names(page) == ["Gnu 2", "Gnu 1", "Gnu 0"]


@pytest.mark.slow
def test_a_run_that_trains_is_stopped_before_it_is_deleted(page: Page, server: Server, made):
    from builder import to_python
    from builder.templates import template
    from trainer.settings import Settings

    document = template("moons_mlp")
    run_id = launch.start(
        document, to_python(document), Settings(epochs=100_000, threads=1), "moons", name="Yak"
    )
    open_runs(page, server, "yak")
    choose(page, "Yak")
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_disabled()
    expect(table(page).get_by_text("Training", exact=True)).to_be_visible(timeout=60_000)
    press(page, "Stop")
    expect(table(page).get_by_text("Stopped", exact=True)).to_be_visible(timeout=60_000)
    press(page, "Delete")
    says(page, "Deleted, and kept for a day: Yak.")
    press(page, "Delete for good")
    press(page, "Delete 1 for good")
    expect(page.get_by_text("Deleted, and kept for a day")).to_be_hidden()
    assert not store.folder(run_id).exists()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out_of_the_list_or_a_comparison(visitor, server: Server, made, scheme: str):
    page = visitor(color_scheme=scheme, viewport={"width": 390, "height": 844})
    one, two = (f"Ibex {scheme} {number}" for number in (1, 2))
    ids = [made(one, tags=["a"], note="b"), made(two, state="failed", message="No.")]
    open_runs(page, server, f"ibex {scheme}")
    choose(page, two)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    assert _complaints(page) == []
    page.goto(f"{server.url}/runs?runs={'-'.join(ids)}")
    expect(page.get_by_role("heading", name=f"{one} against {two}")).to_be_visible()
    expect(page.get_by_role("img", name="The difference, drawn")).to_be_visible()
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert _complaints(page) == []


def _complaints(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in violations
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.slow
def test_the_filter_outlives_another_page(page: Page, server: Server, made):
    for number in range(60):
        made(f"Eland {number:02}", tags=["even"] if number % 2 == 0 else [], losses=[0.1])
    open_runs(page, server, "eland")
    found(page, re.compile(r"^60 (of \d+ )?runs$"))
    assert len(names(page)) == 50
    press(page, "Next page")
    assert names(page)[-1] == "Eland 00"
    page.get_by_role("combobox", name="Tag").select_option("even")
    assert len(names(page)) == 30
    go_to(page, "Data")
    go_to(page, "Runs")
    expect(page.get_by_role("searchbox", name="Search runs")).to_have_value("eland")
    assert len(names(page)) == 30
    choose(page, "Eland 58")
    fill(page, "Name", "Kudu")
    expect(table(page).get_by_role("button", name="Kudu")).to_be_hidden()  # it is no Eland any more
