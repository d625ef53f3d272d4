"""From a click to the new picture, in a real browser: a layer selected, an edit, another page.

python benchmarks/click.py [--layers 10 100 300] [--clicks 50] [--history 500]

Times are taken inside the page, from the press of the mouse. "edit": to the frame after the canvas has
painted another picture (its data-rev is another one); "edit later" is the same behind so many other edits,
to see whether the length of the undo history counts. "select": to the frame after the layer's box is marked
in the drawing, which the browser does by itself; "form": to that layer's form, which the server sends.
A page is there when what is named in PAGES can be seen and nothing of the page before is left.
Each click waits until the page has taken in the one before. Medians and 95th percentiles.
"""

from __future__ import annotations

import argparse
import statistics

from edit import chain
from serving import browser, server

from builder import edits, store

BEGUN = """let begun = null;
  window.addEventListener('pointerdown', () => { begun = performance.now(); }, { once: true, capture: true });
  const inside = (wanted) =>
    [...document.querySelectorAll('*')].map(e => e.shadowRoot?.querySelector(wanted)).find(Boolean);
  const canvas = inside('.canvas');
  const when = (there) => {
    const look = () => begun && there() ? resolve(performance.now() - begun) : requestAnimationFrame(look);
    look();
  };"""
PAINTED = f"""() => new Promise(resolve => {{ {BEGUN}
  const before = canvas.dataset.rev;
  new MutationObserver((_, observer) => {{
    if (!begun || canvas.dataset.rev === before) return;
    observer.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - begun));
  }}).observe(canvas, {{ attributes: true, attributeFilter: ['data-rev'] }});
}})"""
MARKED = f"""id => new Promise(resolve => {{ {BEGUN}
  const marked = () => canvas.querySelector('[role=option][aria-selected=true]');
  when(() => marked()?.getAttribute('aria-label').startsWith(id + ','));
}})"""
FORMED = f"""id => new Promise(resolve => {{ {BEGUN}
  when(() => inside('.form .text input')?.value === id);
}})"""

PAGES = (
    ("Train", "Start training"),
    ("Compare", "The same seed"),
    ("Runs", "Find what was trained"),
    ("Build", "Everything fits"),
)
THERE = f"""words => new Promise(resolve => {{ {BEGUN}
  when(() => {{
    const main = document.querySelector('[data-testid="stMain"]');
    return main?.innerText.includes(words) && !main.querySelector('[data-stale="true"]');
  }});
}})"""
SETTLED = """() => document.querySelector('[data-testid="stApp"]').dataset.testScriptState === 'notRunning'"""


def timed(page, act, seen: str = PAINTED, what: str = "") -> float:
    """Milliseconds from the click that `act` makes until `seen`."""
    page.wait_for_function(SETTLED)
    page.evaluate_handle(f"what => {{ window.painted = ({seen})(what); }}", what).dispose()
    act()
    return page.evaluate("() => window.painted")


def switched(page, name: str, words: str) -> float:
    """Milliseconds from the click on a page's name to that page."""
    return timed(page, page.get_by_role("link", name=name, exact=True).click, THERE, words)


def measure(chromium, address: str, layers: int, clicks: int, history: int) -> None:
    document_id = store.create(chain(layers))
    page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{address}/?doc={document_id}")
    page.get_by_text("Everything fits.").wait_for(timeout=60_000)
    page.get_by_role("listbox", name="Network").wait_for()
    page.get_by_role("button", name="Skip the tour").click()  # it would stand before the form
    rows = page.get_by_role("listbox", name="Layers", exact=True).get_by_role("option")
    for told_as, seen in (("select", MARKED), ("form", FORMED)):
        names = [f"layer{1 + index % 5}" for index in range(clicks)]
        times = [timed(page, rows.nth(2 + index % 5).click, seen, name) for index, name in enumerate(names)]
        told(layers, told_as, times)
    rows.nth(4).click()  # a Dropout
    more = page.get_by_role("button", name="Increment p", exact=True)
    less = page.get_by_role("button", name="Decrement p", exact=True)
    more.wait_for()

    def edited() -> list[float]:
        return [timed(page, (less if index % 2 else more).click) for index in range(clicks)]

    told(layers, "edit", edited())
    if history:
        lengthen(document_id, history)
        page.reload()
        page.get_by_text("Everything fits.").wait_for(timeout=60_000)
        rows.nth(4).click()
        more.wait_for()
        told(layers, "edit later", edited())
    for name, words in PAGES * 2:
        switched(page, name, words)  # what is loaded once per server
    times = [(name, switched(page, name, words)) for name, words in PAGES * (clicks // len(PAGES))]
    told(layers, "page", [time for _, time in times])
    page.context.close()


def lengthen(document_id: str, steps: int) -> None:
    """Makes so many edits of the document, as another tab would."""
    kept = store.load(document_id)
    for step in range(steps):
        name = kept.document.main.of_kind("Dropout")[0].id
        edited = edits.set_param(kept.document, name, "p", (1 + step % 98) / 100)
        kept = store.save(document_id, edited, kept.revision)


def told(layers: int, click: str, times: list[float]) -> None:
    ranked = sorted(times)
    print(
        f"{layers:>7} {click:>11} {statistics.median(ranked):>8.0f} "
        f"{ranked[int(len(ranked) * 0.95)]:>8.0f} {ranked[-1]:>8.0f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layers", type=int, nargs="+", default=[10, 100, 300])
    parser.add_argument("--clicks", type=int, default=50)
    parser.add_argument("--history", type=int, default=500)
    options = parser.parse_args()
    print(f"{'layers':>7} {'click':>11} {'median':>8} {'p95':>8} {'longest':>8}   ms")
    with server() as app, browser() as chromium:
        for layers in options.layers:
            measure(chromium, app.address, layers, options.clicks, options.history)


if __name__ == "__main__":
    main()
