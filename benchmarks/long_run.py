"""A run of 100,000 steps with 50 layers, written by the recorder that real runs use: how large its file is,
and how long the charts' route takes to open it and to bring it up to date.

python benchmarks/long_run.py [--steps 100000] [--layers 50] [--keep HOME] [--page] [--watch MINUTES]

--keep writes the run into that LAYERLOOM_HOME, so that the page itself can be opened on it.
--page opens it in a real browser, each time to the drawn loss curve, and to the chart of plotly.js, which is
sketched until then: by its address, with all of Streamlit to load; and from the list of runs, by a click on
"Watch". Then from the page's asking for what is newer to its standing there.
--watch has two tabs of a real browser watch the run while its last tenth is recorded, and tells how the
memory of the server grows.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from trainer import layout, metrics, store, vitals  # noqa: E402  the path above comes first
from trainer.pace import ROOM  # noqa: E402
from trainer.recorder import Recorder  # noqa: E402
from trainer.settings import Settings  # noqa: E402

LOOKED = 1500  # milliseconds that a person looks at the list before the click
WARMING = 0.2  # of the time, in which the server's caches fill
LIMITS = {"file": 200e6, "open": 2.0, "refresh": 0.3}  # bytes, seconds


def layers(count: int) -> list[dict]:
    """A stack of convolutions, normalizations and activations."""
    kinds = (("Conv2d", False, 36_928), ("BatchNorm2d", True, 128), ("ReLU", False, 0))
    described = []
    for index in range(count):
        kind, norm, parameters = kinds[index % 3]
        facts = {"norm": norm, "running": norm, "affine": norm, "bias": norm, "parameters": parameters}
        channels = 64 if norm else None
        described.append({"name": f"layer{index}", "kind": kind, "channels": channels, **facts})
    return layout.plan(described)


class LongRun:
    """A run that still goes on, as far as the store knows, of random figures."""

    def __init__(self, steps: int, planned: list[dict]):
        facts = {"name": "Long run", "data": "digits"}
        self.id = store.create("", '{"format": "layerloom/1", "name": "Long"}', Settings().to_json(), **facts)
        self.steps, self.step = steps, 0
        self._planned, self._random = planned, np.random.default_rng(0)
        self._apart = max(1, -(-steps * layout.size_in_bytes(planned) // ROOM))
        self._recorder = Recorder(self.id)
        born = psutil.Process().create_time()
        self._recorder.set(state="running", pid=os.getpid(), born=born, steps=steps, epochs=1, epoch=1)
        self._recorder.set(layers=planned, vitals=vitals.NAMES, started=time.time(), seconds=steps / 100)

    def train(self, until: int) -> None:
        """Record so many steps in all, and write them."""
        random = self._random
        for step in range(self.step + 1, until + 1):
            self._recorder.step(step, float(2 / step**0.3 + random.normal() * 0.02), 0.5)
            if step % self._apart == 0:
                self._recorder.sample(step, *look(self._planned, random))
                self._recorder.vitals(step, np.full(len(vitals.NAMES), 0.5).tobytes())
            self._recorder.commit_if_due()
        self.step = until
        self._recorder.set(step=until)
        self._recorder.commit()

    def end(self) -> None:
        """Write what waits; the run is stopped."""
        self._recorder.set(state="stopped")
        self._recorder.close()


def look(planned: list[dict], random: np.random.Generator) -> tuple[bytes, bytes, bytes]:
    """The blobs of one look, of random numbers."""
    wide, counted, channels = layout.sizes(planned)
    statistics = np.abs(random.normal(size=wide)).astype(np.float32)
    each = statistics[: len(planned) * len(layout.NAMES)].reshape(len(planned), -1)
    each[:, layout.NAMES.index("place")] = np.arange(len(planned))
    for share in ("zeros", "dead", "saturated"):
        each[:, layout.NAMES.index(share)] = 0.1
    each[:, layout.NAMES.index("nonfinite")] = 0
    each[:, layout.NAMES.index("update")] *= 1e-3
    counts = random.integers(0, 200, counted).astype(np.uint16)
    return statistics.tobytes(), counts.tobytes(), random.normal(size=channels).astype(np.float32).tobytes()


def seconds(work: Callable[[], object]) -> tuple[float, int]:
    """How long it takes, and how many bytes of JSON it gives."""
    began = time.perf_counter()
    text = json.dumps(work(), allow_nan=False, separators=(",", ":"))
    return time.perf_counter() - began, len(text)


def ask(steps: int, planned: list[dict]) -> None:
    """Write the run, ask as the browser does, and print figures and limits."""
    run = LongRun(steps, planned)
    run.train(steps)
    run.end()
    file = (store.folder(run.id) / "run.db").stat().st_size
    opened, size = seconds(lambda: metrics.metrics(run.id))
    refreshed, little = seconds(lambda: metrics.metrics(run.id, steps - 50))
    histograms, some = seconds(lambda: metrics.layer(run.id, planned[3]["name"]))
    print(f"run {run.id}, {steps:,} steps, {len(planned)} layers")
    print(f"file        {file / 1e6:7.0f} MB   limit {LIMITS['file'] / 1e6:.0f}")
    print(f"open        {opened:7.2f} s    limit {LIMITS['open']}, {size / 1e6:.2f} MB of JSON")
    print(f"histograms  {histograms:7.2f} s    of one layer, {some / 1e6:.2f} MB of JSON")
    print(f"refresh     {refreshed:7.3f} s    limit {LIMITS['refresh']}, {little / 1e3:.1f} kB of JSON")


FACTS = """(() => {
    const roots = [document, ...[...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean)];
    return roots.map(root => root.querySelector('.live-facts')).find(Boolean);
  })()"""
REFRESHED = f"""() => new Promise(resolve => {{
  const facts = {FACTS}, before = facts.textContent;
  const look = () => {{
    if (facts.textContent === before) return requestAnimationFrame(look);
    const asked = performance.getEntriesByType('resource').filter(({{ name }}) => name.includes('/metrics'));
    resolve(performance.now() - asked.at(-1).startTime);
  }};
  look();
}})"""


DRAWN = """() => new Promise(resolve => {
  let begun = window.watched ? null : 0, drawn = null;
  const press = () => { begun = performance.now(); };
  if (window.watched) window.addEventListener('pointerdown', press, { capture: true });
  const shows = line => figure => /^Loss\\..*\\d/.test(figure.ariaLabel) && figure.querySelector(line);
  const look = () => {
    if (begun === null) return requestAnimationFrame(look);
    const figures = [...document.querySelectorAll('[role=figure]')], now = performance.now() - begun;
    if (figures.some(shows('.live-sketch, .scatterlayer path'))) drawn ??= now;
    if (figures.some(shows('.scatterlayer path'))) resolve([drawn, now]);
    else requestAnimationFrame(look);
  };
  look();
})"""


def by_address(context, address: str) -> tuple:
    """A page on that address, and the milliseconds until its loss curve is drawn, and is plotly.js's."""
    page = context.new_page()
    page.goto(address, wait_until="commit")
    return page, page.evaluate(DRAWN)


def from_the_list(context, address: str) -> list[float]:
    """The milliseconds from a click on "Watch" to the drawn loss curve, and to that of plotly.js."""
    page = context.new_page()
    page.goto(address)
    page.get_by_role("table", name="Runs").get_by_role("button", name="Long run").first.click()
    page.get_by_role("button", name="Watch").wait_for()
    page.wait_for_timeout(LOOKED)
    page.evaluate_handle(f"() => {{ window.watched = true; window.drawn = ({DRAWN})(); }}").dispose()
    page.get_by_role("button", name="Watch").click()
    took = page.evaluate("() => window.drawn")
    page.close()
    return took


def show(steps: int, planned: list[dict], times: int = 10) -> None:
    """Open the page on the run, and bring it up to date, so many times each; print the times."""
    from serving import browser, server

    with server() as app, browser() as chromium:
        run = LongRun(steps, planned)
        run.train(steps - 100 * times)
        opened, refreshed = [], []
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        for _ in range(times + 1):
            page, took = by_address(context, f"{app.address}/train?run={run.id}")
            opened.append(took)
            if len(opened) <= times:
                page.close()
        for _ in range(times):
            page.wait_for_timeout(1500)  # between two askings
            page.evaluate_handle(f"() => {{ window.refreshed = ({REFRESHED})(); }}").dispose()
            run.train(run.step + 100)
            refreshed.append(page.evaluate("() => window.refreshed"))
        page.close()
        watched = [from_the_list(context, f"{app.address}/runs") for _ in range(times)]
        run.end()
    print("page opened in a fresh browser: curve after {:.0f} ms, chart after {:.0f}".format(*opened[0]))
    found = {"refreshed": refreshed}
    for place, part in enumerate(("curve", "chart")):
        found[f"by address, {part}"] = [each[place] for each in opened[1:]]
        found[f"from the list, {part}"] = [each[place] for each in watched]
    for what, times in sorted(found.items()):
        print(f"page {what:<20} {np.median(times):6.0f} ms in the median, {max(times):.0f} at the longest")


def watch(steps: int, planned: list[dict], minutes: float) -> None:
    """Let two tabs watch the run's last tenth, in so many minutes; print what the server's memory does."""
    from serving import browser, server  # a browser is needed for this alone
    from tabs import open_tabs

    with server() as app, browser() as chromium:
        run = LongRun(steps, planned)
        run.train(steps * 9 // 10)
        tabs = open_tabs(chromium, f"{app.address}/train?run={run.id}", 2)
        began, readings = time.monotonic(), []
        while (passed := time.monotonic() - began) < 60 * minutes:
            run.train(steps * 9 // 10 + int(steps / 10 * passed / (60 * minutes)))
            readings.append((passed, app.process.memory_info().rss / 1e6))
            tabs[0].page.wait_for_timeout(500)  # lets Playwright hand on what came
        run.end()
    came, errors = (sum(len(getattr(tab, what)) for tab in tabs) for what in ("moments", "errors"))
    settled = np.array([reading for reading in readings if reading[0] > 60 * minutes * WARMING])
    slope = np.polyfit(settled[:, 0] / 3600, settled[:, 1], 1)[0]
    print(f"two tabs watched {run.step:,} steps for {minutes:g} minutes: {came} refreshes, {errors} errors")
    print("server's memory, MB, from fifth to fifth:", *_fifths([megabytes for _, megabytes in readings]))
    print(f"slope after the first fifth: {slope:+.1f} MB an hour")


def _fifths(values: list[float]) -> list[str]:
    return [f"{values[min(len(values) - 1, len(values) * part // 5)]:.0f}" for part in range(6)]


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--layers", type=int, default=50)
    parser.add_argument("--keep", default="")
    parser.add_argument("--page", action="store_true")
    parser.add_argument("--watch", type=float, default=0.0, metavar="MINUTES")
    arguments = parser.parse_args()
    planned = layers(arguments.layers)
    if arguments.page:
        show(arguments.steps, planned)
        return
    if arguments.watch:
        watch(arguments.steps, planned, arguments.watch)
        return
    with tempfile.TemporaryDirectory() as home:
        os.environ["LAYERLOOM_HOME"] = arguments.keep or home
        ask(arguments.steps, planned)


if __name__ == "__main__":
    main()
