"""Training: start, watch, stop, take home; and a run that outlives pages and servers."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screen import (
    chart,
    choose,
    download,
    field,
    fill,
    fits,
    go_to,
    press,
    progress,
    says,
    state,
    step,
    unfold,
    until,
)
from tests.e2e.server import Server

LOAD = """
import runpy, sys
from safetensors.torch import load_file
network = runpy.run_path(sys.argv[1])["DigitsCNN"]()
network.load_state_dict(load_file(sys.argv[2]))
print(sum(parameter.numel() for parameter in network.parameters()))
"""
AWAY = r"ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket"


@pytest.fixture
def page(page: Page, server: Server) -> Iterator[Page]:
    """A visitor on the Train page, with the digits network. What they leave training is ended."""
    page.goto(f"{server.url}/train")
    fits(page)
    yield page
    server.end_runs()


def start(page: Page, **settings: str) -> None:
    for name, value in settings.items():
        fill(page, name, value)
    press(page, "Start training")
    expect(page).to_have_url(re.compile(r"run=[0-9a-f]{16}"))


def fill_advanced(page: Page, name: str, value: str) -> None:
    page.get_by_text("Repeating a run", exact=True).click()
    fill(page, name, value)


def validation_accuracy(page: Page) -> float:
    name = chart(page, "Accuracy").get_attribute("aria-label")
    return float(re.search(r"validation ([\d.]+) %", name)[1])


def test_a_run_is_watched_to_its_end_and_taken_home(page: Page, tmp_path: Path):
    start(page)
    expect(progress(page)).to_be_visible()
    expect(chart(page, "Loss")).to_be_visible()
    expect(chart(page, "Loss")).to_have_accessible_name(re.compile(r"Training [\d.]+ at step \d+"))
    expect(chart(page, "Accuracy")).to_have_accessible_name(re.compile(r"validation [\d.]+ %"))
    page.get_by_label("Statistic", exact=True).select_option("Activation mean")
    page.get_by_label("Layer", exact=True).select_option("conv2")
    everywhere = chart(page, "All layers over time")
    expect(everywhere).to_have_accessible_name(re.compile(r"Activation mean of conv2 is"))
    page.get_by_role("group", name="Layers of the network").get_by_role("button", name="fc1").press("Enter")
    expect(page.get_by_label("Layer", exact=True)).to_have_value("fc1")
    expect(chart(page, "Newest gradient")).to_have_accessible_name(re.compile(r"fc1: from"))
    expect(chart(page, "Throughput")).to_have_accessible_name(re.compile(r"Throughput \d"))
    expect(page.get_by_role("heading", name="Normalization layers")).to_be_visible()
    expect(page.get_by_label("Normalization layer", exact=True)).to_have_value("norm1")
    state(page, "Done")
    expect(progress(page)).to_have_attribute("aria-valuenow", "100")
    assert validation_accuracy(page) > 95
    files = {}
    for name, file in (("PyTorch code", "net.py"), ("Trained weights", "net.safetensors")):
        got = download(page, page.get_by_role("button", name=name, exact=True))
        files[name] = tmp_path / file
        files[name].write_bytes(got.read_bytes())
    command = [sys.executable, "-c", LOAD, *map(str, files.values())]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.split()[-1] == "13754"
    address = page.url
    page.reload()
    state(page, "Done")
    assert page.url == address
    assert validation_accuracy(page) > 95


@pytest.mark.slow
def test_the_gap_between_training_and_evaluation_mode_is_measured_when_asked(page: Page):
    start(page, epochs="1")
    state(page, "Done")
    gap = page.get_by_role("article").filter(has=page.get_by_role("heading", name="Training mode against"))
    press(gap, "Measure")
    expect(gap.get_by_role("status")).to_have_text(re.compile(r"mode"), timeout=60_000)
    expect(gap).to_contain_text(
        re.compile(r"At step \d+, on \d+ training examples in batches of 32: loss \d")
    )
    expect(gap.get_by_role("listitem")).to_contain_text(["norm1", "norm2", "The network's answer"])
    gap.get_by_role("button", name="Show the charts of norm2").click()
    expect(page.get_by_label("Normalization layer", exact=True)).to_have_value("norm2")
    page.reload()
    expect(gap.get_by_role("listitem").first).to_contain_text(re.compile(r"By itself[\d.]+ %"))


@pytest.mark.slow
def test_a_setting_that_was_just_typed_counts_when_start_is_clicked(page: Page):
    field(page, "epochs").fill("3")
    press(page, "Start training")  # without Enter, without a rest
    expect(page.get_by_text(re.compile(r"^Epoch \d of 3 ")).first).to_be_visible()
    state(page, "Done")


def test_settings_survive_a_change_of_page(page: Page):
    fill(page, "epochs", "7")
    choose(page, "optimizer", "SGD")
    go_to(page, "Build")
    fits(page)
    go_to(page, "Train")
    expect(field(page, "epochs")).to_have_value("7")
    expect(field(page, "optimizer")).to_have_value("SGD")


@pytest.mark.slow
def test_a_long_run_is_stopped(page: Page):
    start(page, epochs="2000")
    state(page, "Training")
    press(page, "Stop")
    state(page, "Stopped", seconds=30)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Trained weights", exact=True)).to_be_enabled()


@pytest.mark.slow
def test_a_long_run_outlives_the_server(page: Page, server: Server, tolerated: list[str]):
    tolerated.append(AWAY)
    start(page, epochs="2000")
    state(page, "Training")
    expect(chart(page, "Loss")).to_have_accessible_name(re.compile(r"at step \d+"))
    address, before = page.url, step(page)
    server.restart()
    page.goto(address)
    state(page, "Training")
    first = step(page)
    assert first > before
    until(lambda: step(page) > first, True, page)
    press(page, "Stop")
    state(page, "Stopped", seconds=30)


def test_a_run_is_paused_done_batch_by_batch_and_gone_on_with(page: Page):
    start(page, epochs="2000")
    state(page, "Training")
    press(page, "Pause")
    state(page, "Paused")
    before = step(page)
    press(page, "Step")
    until(lambda: step(page), before + 1, page)
    fill(page, "Learning rate now", "0.02")
    expect(page.get_by_text(re.compile("learning rate 0.02"))).to_be_visible()
    expect(field(page, "Learning rate now")).to_have_value("0.02")
    press(page, "Continue")
    state(page, "Training")
    until(lambda: step(page) > before + 1, True, page)
    press(page, "Stop")
    state(page, "Stopped", seconds=30)
    expect(page.get_by_role("button", name="Resume", exact=True)).to_be_visible()


@pytest.mark.slow
def test_a_killed_run_goes_on_by_itself_while_it_is_watched(page: Page, server: Server):
    fill_advanced(page, "checkpoint_every", "1")
    start(page, epochs="2000")
    state(page, "Training")
    until(lambda: step(page) > 20, True, page)
    process = server.run_process(re.search(r"run=([0-9a-f]{16})", page.url)[1])
    process.kill()
    until(lambda: process.is_running() and process.status() != "zombie", False, page)
    state(page, "Training")
    reached = step(page)
    until(lambda: step(page) > reached, True, page)
    press(page, "Stop")
    state(page, "Stopped", seconds=30)
    press(page, "Resume")
    state(page, "Training")


@pytest.mark.slow
def test_a_fork_is_a_run_of_its_own(page: Page):
    start(page, epochs="2000")
    state(page, "Training")
    press(page, "Pause")
    state(page, "Paused")
    parent, reached = page.url, step(page)
    press(page, "Fork")
    dialog = page.get_by_role("dialog")
    checkpoint = dialog.get_by_role("combobox", name="Checkpoint")
    expect(checkpoint).to_have_value(re.compile(f"^Step {reached:,}, "))
    dialog.get_by_role("spinbutton", name="lr", exact=True).fill("0.01")
    dialog.get_by_role("spinbutton", name="lr", exact=True).press("Enter")
    dialog.get_by_role("button", name="Start the fork", exact=True).click()
    until(lambda: page.url != parent, True, page, patience=60.0)
    expect(page.get_by_text(re.compile(r"^Epoch [\d,]+ of 2,000")).first).to_be_visible(timeout=60_000)
    until(lambda: step(page) > reached, True, page, patience=60.0)
    go_to(page, "Runs")
    page.get_by_role("rowheader").filter(has_text="forked").first.get_by_role("button").click()
    expect(page.get_by_text(f"forked after step {reached:,}").first).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Runs at once on the processor")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "network"),
    [("Contains the letter a", "Letter"), ("Iris flowers", "Iris MLP")],
)
def test_other_data_offers_a_network_that_fits(page: Page, data: str, network: str):
    choose(page, "Data", data)
    expect(page.get_by_role("alert").filter(has_text="Set the shape of image to")).to_be_visible()
    expect(page.get_by_role("button", name="Start training")).to_be_disabled()
    page.get_by_role("button", name=re.compile(rf"Open {network}.*, which fits")).click()
    expect(page.get_by_role("heading", name=re.compile(network)).first).to_be_visible()
    fits(page)
    start(page, epochs="2")
    state(page, "Done")
    assert 0 < validation_accuracy(page) <= 100


def test_a_network_with_a_problem_is_not_trained(page: Page):
    go_to(page, "Build")
    fits(page)
    unfold(page)
    fill(page, "groups", "3")
    expect(page.get_by_text("1 problem to solve")).to_be_visible()
    go_to(page, "Train")
    says(page, "The network has problems. Solve them on the Build page first.")
    expect(page.get_by_role("button", name="Start training")).to_be_disabled()


@pytest.mark.slow
def test_the_decision_boundary_moves_with_every_step(page: Page):
    choose(page, "Data", "Two moons")
    page.get_by_role("button", name=re.compile(r"Open .*, which fits")).click()
    fits(page)
    start(page, epochs="2000")
    state(page, "Training")
    press(page, "Pause")
    state(page, "Paused")
    for _ in range(2):
        done = step(page)
        press(page, "Step")
        moved = re.compile(rf"At step ({done + 1:,}|{done + 1}) ")
        expect(chart(page, "Boundary")).to_have_accessible_name(moved, timeout=10_000)
    press(page, "Stop")


@pytest.mark.slow
def test_what_the_figures_say_leads_to_the_layer(page: Page):
    """A rate of 1,000,000 loses all numbers: the first layer is named, red, and one click away."""
    choose(page, "Data", "Contains the letter a")
    page.get_by_role("button", name=re.compile(r"Open Letter.*, which fits")).click()
    fits(page)
    choose(page, "optimizer", "SGD")
    start(page, lr="1000000")
    state(page, "Failed")
    says(page, "is the first layer whose values are not finite")
    graph = page.get_by_role("group", name="Layers of the network")
    named = graph.locator("[data-state=error]")
    expect(named).to_have_count(1)
    page.get_by_role("button", name=re.compile("Show where: .* is the first layer")).click()
    expect(page.get_by_label("Statistic", exact=True)).to_have_value("nonfinite")
    expect(page.get_by_label("Layer", exact=True)).to_have_value(named.get_attribute("aria-label"))
