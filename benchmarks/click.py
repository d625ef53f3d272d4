"""From a click to the new picture, in a real browser: selecting a layer, and an edit.

python benchmarks/click.py [--layers 10 100 300] [--clicks 50]

Times are taken inside the page, from the click's event to the canvas saying that it has painted
what the click led to (its data-rev attribute changes); medians and the 95th percentile.
"""

from __future__ import annotations

import argparse
import statistics

from edit import chain
from serving import browser, server

from builder import store

WATCH = """() => new Promise(resolve => {
  const canvas = document.querySelector('.canvas[data-rev]')
    ?? [...document.querySelectorAll('*')].map(e => e.shadowRoot?.querySelector('[data-rev]')).find(Boolean);
  let begun = null;
  window.addEventListener('pointerdown', () => { begun = performance.now(); }, { once: true, capture: true });
  const observer = new MutationObserver(() => {
    observer.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - begun));
  });
  observer.observe(canvas, { attributes: true, attributeFilter: ['data-rev'] });
})"""


def timed(page, act) -> float:
    """Milliseconds from the click that `act` makes to the new picture."""
    handle = page.evaluate_handle(f"() => {{ window.painted = ({WATCH})(); }}")
    act()
    handle.dispose()
    return page.evaluate("() => window.painted")


def measure(chromium, address: str, layers: int, clicks: int) -> None:
    document_id = store.create(chain(layers))
    page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{address}/?doc={document_id}")
    page.get_by_text("Everything fits.").wait_for(timeout=60_000)
    page.get_by_role("listbox", name="Network").wait_for()
    rows = page.get_by_role("listbox", name="Layers", exact=True).get_by_role("option")
    selects = [timed(page, rows.nth(2 + index % 5).click) for index in range(clicks)]
    rows.nth(4).click()  # a Dropout
    more = page.get_by_role("button", name="Increment", exact=True).first
    less = page.get_by_role("button", name="Decrement", exact=True).first
    more.wait_for()
    page.get_by_text("Dropout", exact=True).first.wait_for()
    edits = [timed(page, (less if index % 2 else more).click) for index in range(clicks)]
    page.context.close()
    for name, times in (("select", selects), ("edit", edits)):
        ranked = sorted(times)
        print(
            f"{layers:>7} {name:>8} {statistics.median(ranked):>8.0f} "
            f"{ranked[int(len(ranked) * 0.95)]:>8.0f} {ranked[-1]:>8.0f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layers", type=int, nargs="+", default=[10, 100, 300])
    parser.add_argument("--clicks", type=int, default=50)
    options = parser.parse_args()
    print(f"{'layers':>7} {'click':>8} {'median':>8} {'p95':>8} {'longest':>8}   ms")
    with server() as app, browser() as chromium:
        for layers in options.layers:
            measure(chromium, app.address, layers, options.clicks)


if __name__ == "__main__":
    main()
