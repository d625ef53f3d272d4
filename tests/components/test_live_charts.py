"""The live charts: what goes to the browser, what comes back, and what a browser makes of it."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from playwright.sync_api import Browser, expect
from plotly.offline import get_plotlyjs
from streamlit.testing.v1 import AppTest

from components.live_charts import charts_data
from components.scripts import MODULES
from trainer import layout, store, vitals
from trainer.metrics import metrics
from trainer.recorder import Recorder
from trainer.results import stored

ROOT = Path(__file__).parents[2]
RUN = {"token": "0123456789abcdef", "name": "Digits"}
PAGE = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import streamlit as st
import routes
from components.live_charts import live_charts

app = st.App(__file__, routes=routes.ROUTES)

def main():
    ended = st.session_state.setdefault("ended", [])
    run = {{"token": st.query_params.get("run", "0" * 16), "name": "Digits"}}
    live_charts([run], key="charts", every=0.2, on_finished=lambda _, state: ended.append(state))
    st.text(f"ended {{ended}}")

if __name__ == "__main__":
    main()
"""


def test_the_data_holds_addresses_and_no_figures():
    data = charts_data([{**RUN, "color": "#123456", "secret": 1}], "compare", 0.5)
    assert data["runs"] == [{**RUN, "color": "#123456"}]
    assert (data["view"], data["every"]) == ("compare", 0.5)
    assert len(json.dumps(data)) < 500


def test_an_unknown_view_is_refused():
    with pytest.raises(ValueError, match="'run' or 'compare'"):
        charts_data([RUN], "table", 1.0)


def test_a_page_draws_the_component(tmp_path: Path):
    script = tmp_path / "page.py"
    script.write_text(PAGE)
    page = AppTest.from_file(str(script), default_timeout=20).run()
    assert not page.exception
    component = next(each for each in page.main if each.type == "bidi_component")
    assert json.loads(component.proto.json)["runs"][0]["name"] == "Digits"


@pytest.fixture
def in_browser(browser: Browser) -> Iterator[Callable[[str, str], object]]:
    """in_browser(module, code): what a JavaScript function body gives that sees the module as `own`."""

    def serve(route) -> None:
        name = route.request.url.rsplit("/", 1)[-1]
        if name not in MODULES:
            route.fulfill(body="<!doctype html>", content_type="text/html")
        else:
            route.fulfill(body=MODULES[name], content_type="text/javascript")

    page = browser.new_page()
    page.route("**/*", serve)
    page.goto("http://modules.test/")
    program = "async ([name, code]) => new Function('own', code)(await import(`/${name}`))"
    yield lambda module, code: page.evaluate(program, [module, code])
    page.close()


def test_thinning_keeps_every_spike_and_stays_bounded(in_browser):
    line = in_browser(
        "live_lines.js",
        """const line = own.newLine();
        const at = (x) => (x === 1234 ? 99 : x === 777 ? -99 : Math.sin(x));
        for (let x = 0; x < 50000; x++) own.push(line, x, at(x));
        return line;""",
    )
    assert len(line["x"]) <= 4000
    assert line["x"] == sorted(line["x"])
    assert (min(line["y"]), max(line["y"])) == (-99, 99)
    assert line["x"][-1] == 49999


def test_a_line_without_numbers_keeps_its_gap(in_browser):
    line = in_browser(
        "live_lines.js",
        """const line = own.newLine(8);
        for (let x = 0; x < 40; x++) own.push(line, x, x === 3 ? null : x);
        return line;""",
    )
    assert None in line["y"]


def test_a_repeated_step_replaces_what_came_after_it(in_browser):
    line = in_browser(
        "live_lines.js",
        """const line = own.newLine();
        [1, 2, 3, 4].forEach((x) => own.push(line, x, x));
        own.cutFrom(line, 3);
        return line.x;""",
    )
    assert line == [1, 2]


def test_a_live_tab_and_a_reloaded_one_draw_the_same(in_browser, tmp_path: Path, monkeypatch):
    """A run of thousands of steps, polled as it goes, against one question for all of it."""
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    run_id = store.create("", "{}", "{}", layers=LAYERS, vitals=vitals.NAMES)
    recorder, noise = Recorder(run_id), np.random.default_rng(0).exponential(size=9000)
    polled, cursor = [], -1
    for step, loss in enumerate(noise, 1):
        recorder.step(step, 1e3 if step == 1234 else float(loss), 0.0 if step == 4321 else 0.5)
        recorder.vitals(step, np.full(len(vitals.NAMES), 50.0 if step == 2345 else 1.0).tobytes())
        if step % 300 == 0:
            recorder.commit()
            polled.append(metrics(run_id, cursor))
            cursor = polled[-1]["cursor"]
    recorder.close()
    live, reloaded = in_browser(
        "live_history.js",
        f"""return [{json.dumps(polled)}, [{json.dumps(metrics(run_id))}]].map((answers) => {{
          const history = own.newHistory();
          answers.forEach((answer) => own.append(history, answer));
          return {{ ...history.training, rate: history.vitals.get("lr") }};
        }});""",
    )
    for name, wanted in {"loss": 1e3, "accuracy": 0.0, "smooth_loss": None, "rate": 50.0}.items():
        ours, theirs = (dict(zip(each[name]["x"], each[name]["y"], strict=True)) for each in (live, reloaded))
        both = ours.keys() & theirs.keys()
        assert len(both) > 50 and all(ours[step] == theirs[step] for step in both), name
        assert wanted is None or (wanted in ours.values() and wanted in theirs.values()), name


def test_histograms_on_a_common_range_lose_no_value(in_browser):
    columns = in_browser(
        "live_bins.js",
        """const histograms = [
          { step: 1, low: -1, high: 1, counts: [1, 2, 3, 4] },
          { step: 2, low: -5, high: 3, counts: [4, 0, 0, 4] },
          { step: 3, low: 2, high: 2, counts: [8, 0, 0, 0] },
          { step: 4, low: null, high: null, counts: [0, 0, 0, 0] }];
        const rows = own.rebin(histograms, own.commonRange(histograms));
        return histograms.map((_, column) => rows.map((row) => row[column]));""",
    )
    assert [sum(column) for column in columns[:3]] == pytest.approx([1, 1, 1])
    assert set(columns[3]) == {None}


def test_columns_are_joined_and_no_layers_spike_is_lost(in_browser):
    columns = in_browser(
        "live_columns.js",
        """const columns = own.newColumns();
        const at = (step) => (step === 1234 ? 99 : step === 777 ? -99 : step === 50 ? null : Math.sin(step));
        for (let step = 0; step < 5000; step++)
          own.appendColumns(columns, { step: [step], low: { mean: [[at(step), 0]] }, high: {} });
        const line = own.lineOf(columns, "mean", 0);
        return { ...line, out: own.standingOut(line) };""",
    )
    assert len(columns["x"]) == len(columns["low"]) == len(columns["high"]) <= 360
    assert columns["x"] == sorted(columns["x"]) and columns["x"][-1] == 4999
    assert (min(columns["low"]), max(columns["high"])) == (-99, 99)
    assert {99, -99} <= set(columns["out"])


def test_a_repeated_look_replaces_what_came_after_it(in_browser):
    columns = in_browser(
        "live_columns.js",
        """const columns = own.newColumns();
        const given = (step) => ({ step, low: { mean: step.map((at) => [at]) }, high: {} });
        own.appendColumns(columns, given([1, 2, 3, 4]));
        own.appendColumns(columns, given([3]));
        return [columns.step, columns.low.mean, columns.high.mean];""",
    )
    assert columns == [[1, 2, 3], [[1], [2], [3]], [[1], [2], [3]]]


def test_a_browser_reads_the_arrays_of_a_result(in_browser):
    arrays = {
        "likely": np.array([[0.25, -1.5]], np.float32),
        "maps": np.array([[0, 255, 7]], np.uint8),
        "said": np.array([3, -1], np.int32),
    }
    text = base64.b64encode(stored.packed(arrays, labels=["ä", "b"])).decode()
    read = in_browser(
        "live_examples_feed.js",
        f"""const {{ facts, ...arrays }} = own.decoded("{text}");
        const plain = Object.entries(arrays).map(([name, {{ shape, values }}]) => [name, shape, [...values]]);
        return [facts, plain.sort()];""",
    )
    wanted = [[name, list(each.shape), each.ravel().tolist()] for name, each in sorted(arrays.items())]
    assert read == [{"labels": ["ä", "b"]}, wanted]


STAGE = """const place = document.body.appendChild(document.createElement("div"));
        place.style.cssText = "position: relative; width: 400px; height: 300px";
        const words = { tickfont: { size: 11, color: "gray" }, gridcolor: "white", title: { text: "" } };
        const margin = { l: 40, r: 10, t: 10, b: 40 };
        """


def test_a_sketch_draws_values_where_they_are_and_nothing_where_there_are_none(in_browser):
    inked = in_browser(
        "live_sketch.js",
        STAGE
        + """const layout = { margin, font: { family: "sans-serif" }, xaxis: words, yaxis: words };
        const line = { color: "rgb(255,0,0)", width: 3 };
        const low = { type: "scatter", x: [0, 1, 2, 3, 4], y: [0, 0, null, 1, 1], line };
        own.sketch(place, { traces: [low], layout });
        const page = place.querySelector("canvas");
        const { data, width } = page.getContext("2d").getImageData(0, 0, page.width, page.height);
        const pixels = Array.from({ length: data.length / 4 }, (_, at) => at);
        const red = pixels.filter((at) => data[4 * at] > 200 && data[4 * at + 1] < 90);
        return red.map((at) => [(at % width) / width, Math.floor(at / width) / page.height]);""",
    )
    below, above = ([(x, y) for x, y in inked if part(y)] for part in (lambda y: y > 0.5, lambda y: y < 0.5))
    assert below and max(x for x, _ in below) < 0.4
    assert above and min(x for x, _ in above) > 0.7


def test_layers_stand_in_the_order_in_which_they_ran(in_browser):
    order = in_browser(
        "live_columns.js",
        """const columns = { step: [1], low: { place: [[1, 0, null]] }, high: {} };
        return own.forwardOrder(columns, [{}, {}, {}]);""",
    )
    assert order == [1, 0, 2]


def test_an_operation_in_a_block_marks_the_block_in_the_drawing(in_browser):
    states = in_browser(
        "live_graph.js",
        """const graph = own.newGraph(() => {});
        for (const id of ["stage1", "fc"]) graph.boxes.set(id, document.createElement("div"));
        const marks = new Map([["stage1[0]/divide", "error"], ["fc", "warning"]]);
        own.showGraph(graph, [{ name: "fc" }], "fc", marks);
        return [...graph.boxes.values()].map(({ dataset }) => dataset.state);""",
    )
    assert states == ["error", "warning"]


def test_numbers_read_as_people_write_them(in_browser):
    words = in_browser(
        "live_words.js",
        """return [own.number(0.41234), own.number(-12345.6), own.number(null),
          own.number(0.00001234), own.number(0), own.percent(0.9731), own.timeLeft(12.3),
          own.timeLeft(0.2), own.timeLeft(null), own.duration(4000), own.plain("<a&b>")];""",
    )
    assert words == [
        *("0.412", "−12,346", "–", "1.23e−5", "0", "97.3 %"),
        *("about 12 s left", "almost there", "", "67 min", "&lt;a&amp;b&gt;"),
    ]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    (tmp_path / "page.py").write_text(PAGE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"port": port, "address": "127.0.0.1", "headless": "true", "fileWatcherType": "none"}
    flags = [f"--server.{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "streamlit", "run", str(tmp_path / "page.py"), *flags]
    with (tmp_path / "server.log").open("w") as log:
        process = subprocess.Popen([*command, "--browser.gatherUsageStats=false"], stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    for _ in range(400):
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield url
    process.terminate()
    process.wait(10)


NORM = {
    "name": "bn1",
    "kind": "BatchNorm2d",
    "norm": True,
    "channels": 2,
    "running": True,
    "affine": True,
    "bias": True,
    "parameters": 4,
}
LAYERS = layout.plan([NORM])
WIDE, COUNTED, CHANNELS = layout.sizes(LAYERS)
LOOK = (
    np.full(WIDE, 0.5, np.float32).tobytes(),
    np.ones(COUNTED, np.uint16).tobytes(),
    np.full(CHANNELS, 0.5, np.float32).tobytes(),
)


def smoothed(steps: int) -> float:
    """The weighted mean of the recorded losses, each weighing 0.95 of the next."""
    weights = [0.95 ** (steps - step) for step in range(1, steps + 1)]
    return sum(w * 2 / step for step, w in enumerate(weights, 1)) / sum(weights)


def record(recorder: Recorder, steps: range) -> None:
    for step in steps:
        recorder.step(step, 2 / step, step / 100)
        recorder.sample(step, *LOOK)
    recorder.set(step=steps[-1])
    recorder.commit()


def test_new_figures_arrive_in_the_same_drawing_and_keep_the_zoom(server: str, browser: Browser):
    me = psutil.Process()
    facts = {"state": "running", "pid": me.pid, "born": me.create_time(), "steps": 60, "epochs": 1}
    run_id = store.create("", "{}", "{}", layers=LAYERS, started=time.time(), **facts)
    recorder = Recorder(run_id)
    record(recorder, range(1, 30))
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server}?run={run_id}")
    loss = page.get_by_role("figure", name="Loss. Training")
    loss.locator(".main-svg").first.wait_for()
    page.evaluate("window.drawing = document.querySelector('.live-drawing .main-svg')")
    box = loss.bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 250, box["y"] + 160, steps=4)
    page.mouse.up()
    zoom = "element => element._fullLayout.xaxis.range"
    drawing = loss.element_handle()
    page.wait_for_function("element => element._fullLayout.xaxis.range[0] > 1", arg=drawing)
    zoomed = loss.evaluate(zoom)
    record(recorder, range(30, 60))
    newest = f"Loss. Training {smoothed(59):.3g} at step 59; no validation yet."
    expect(loss).to_have_accessible_name(newest, timeout=5000)
    page.wait_for_function("element => element.data[0].x.length === 59", arg=drawing)
    assert loss.evaluate(zoom) == zoomed
    assert page.evaluate("document.querySelector('.live-drawing .main-svg') === window.drawing")
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "98")
    expect(page.get_by_label("Normalization layer", exact=True)).to_have_value("bn1")
    recorder.set(state="done", finished=time.time())
    recorder.close()
    expect(page.get_by_text("ended ['done']")).to_be_visible(timeout=8000)
    page.close()
    assert not errors


def test_curves_are_there_before_what_draws_them(server: str, browser: Browser):
    run_id = store.create("", "{}", "{}", layers=LAYERS, started=time.time(), state="running", steps=60)
    recorder = Recorder(run_id)
    record(recorder, range(1, 30))
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.route("**/plotly.min.js*", lambda route: route.abort())
    page.goto(f"{server}?run={run_id}")
    loss = page.get_by_role("figure", name="Loss. Training")
    loss.locator(".live-sketch").wait_for()
    assert not loss.locator(".main-svg").count()
    page.unroute("**/plotly.min.js*")
    record(recorder, range(30, 40))  # the next answer asks for it again
    loss.locator(".main-svg").first.wait_for()
    expect(loss.locator(".live-sketch")).to_have_count(0)
    recorder.close()
    page.close()


THEME = '{ font: "sans-serif", text: "black", muted: "gray", grid: "silver", border: "gray", panel: "white" }'


@pytest.mark.parametrize(("steps", "zoomed"), [(2, None), (4, None), (300, [10.2, 12.1])])
def test_an_axis_of_steps_shows_whole_steps_however_few_are_in_sight(in_browser, steps, zoomed):
    code = f"""{get_plotlyjs()};
        return import("/live_figures.js").then(async ({{ layoutOf }}) => {{
            const chart = own.newChart("Loss");
            document.body.replaceChildren(chart.card);
            chart.drawing.style.cssText = "width: 600px; height: 300px";
            Object.assign(chart, {{ inSight: true, plotly: window.Plotly }});
            const x = Array.from({{ length: {steps} }}, (_, at) => at + 1);
            const figure = () => ({{ traces: [{{ x, y: x }}], layout: layoutOf({THEME}) }});
            own.show(chart, {{ says: "", empty: "", note: "", figure }});
            await chart.drawn;
            const zoomed = {json.dumps(zoomed)};
            if (zoomed) await window.Plotly.relayout(chart.drawing, {{ "xaxis.range": zoomed }});
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            const ticks = [...chart.drawing.querySelectorAll(".xtick text")].map((each) => each.textContent);
            own.removeChart(chart);
            return ticks;
        }});"""
    ticks = in_browser("live_plot.js", code)
    assert ticks == (["11", "12"] if zoomed else [str(1 + step) for step in range(steps)])


def test_a_sketch_of_few_steps_has_no_ticks_between_them(in_browser):
    said = in_browser(
        "live_sketch.js",
        STAGE
        + """const xaxis = { ...words, tickformat: ",~f" };
        const layout = { margin, font: { family: "sans-serif" }, xaxis, yaxis: { ...words, range: [5, 6] } };
        const said = [];
        const draw = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = (text) => said.push(text);
        const line = { color: "red", width: 3 };
        own.sketch(place, { traces: [{ type: "scatter", x: [1, 2, 3], y: [5, 6, 5], line }], layout });
        CanvasRenderingContext2D.prototype.fillText = draw;
        return said;""",
    )
    assert {"1", "2", "3"} <= set(said) and not {"1.5", "2.5", "1.2"} & set(said)
