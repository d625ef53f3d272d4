"""Many browser tabs on one run: what the server uses, how often each tab is refreshed, errors.

python benchmarks/tabs.py [--tabs 20] [--seconds 30]

The tabs are real ones in one Chromium, all visible; the run trains the digits network meanwhile, on
the same cores. The server's share is of one core.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass, field

from serving import browser, server

from builder import to_python
from builder.templates import template
from trainer import launch
from trainer.settings import Settings

LATE = 2.0  # seconds


@dataclass
class Tab:
    """One page and the moments at which its figures came."""

    page: object
    moments: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("response", self._came)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _came(self, response) -> None:
        if "/metrics" not in response.url:
            return
        self.moments.append(response.request.timing["startTime"] / 1e3)  # the browser's own clock
        if response.status != 200:
            self.errors.append(f"{response.status} {response.url}")

    def gaps(self, since: float) -> list[float]:
        """Seconds between two refreshes, after `since`."""
        moments = [moment for moment in self.moments if moment >= since]
        return [later - earlier for earlier, later in zip(moments, moments[1:], strict=False)]


def open_tabs(chromium, address: str, count: int) -> list[Tab]:
    context = chromium.new_context(viewport={"width": 1000, "height": 700})
    tabs = []
    for _ in range(count):
        tab = Tab(context.new_page())
        tab.watch()
        tab.page.goto(address)
        tab.page.get_by_role("progressbar").first.wait_for(timeout=60_000)
        tabs.append(tab)
    return tabs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tabs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    document = template("digits_cnn")
    with server() as app, browser() as chromium:
        settings = Settings.from_values({"epochs": 10_000, "threads": 1})
        run_id = launch.start(document, to_python(document), settings, "digits")
        try:
            tabs = open_tabs(chromium, f"{app.address}/train?run={run_id}", options.tabs)
            begun, used = time.time(), sum(app.process.cpu_times()[:2])
            while time.time() < begun + options.seconds:
                tabs[0].page.wait_for_timeout(200)  # lets Playwright hand on what came
            seconds = time.time() - begun
            share = (sum(app.process.cpu_times()[:2]) - used) / seconds
        finally:
            launch.end(run_id, 5.0)
    report(tabs, begun, share)


def report(tabs: list[Tab], begun: float, share: float) -> None:
    gaps = [gap for tab in tabs for gap in tab.gaps(begun)]
    errors = [error for tab in tabs for error in tab.errors]
    print(f"{len(tabs)} tabs: the server used {share:.0%} of one core")
    if gaps:
        middle, longest = statistics.median(gaps), max(gaps)
        late = sum(gap > LATE for gap in gaps) / len(gaps)
        print(f"refreshed every {middle:.2f} s (median), {longest:.2f} s at the longest")
        print(f"{late:.1%} of the refreshes came more than {LATE:g} s after the one before")
    print(f"{len(errors)} errors {errors[:3] or ''}")


if __name__ == "__main__":
    main()
