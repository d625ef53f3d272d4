"""From a click to the new picture, in a real browser: a layer selected, an edit, another page.

python benchmarks/click.py [--layers 10 100 300] [--clicks 50] [--history 500]

Times are taken inside the page, from the press of the mouse. "edit": a Dropout's p, to the frame after the
canvas has painted another picture (its data-rev is another one); "sizes": a convolution's out_channels, so
that what flows behind it changes; "add": the layer once more, and all behind it moves. Each edit makes a
network that was never checked before. "edit later" is "edit" behind so many other edits, to see whether the
length of the undo history counts. "select": to the frame after the layer's box is marked
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
    ("Data", "See what there is to train on"),
    ("Train", "Start training"),
    ("Compare", "The same seed"),
    ("Runs", "Find what was trained"),
    ("Try it", "Give a trained run"),
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
    edits_of(page, rows, layers, clicks)
    if history:
        lengthen(document_id, history)
        page.reload()
        page.get_by_text("Everything fits.").wait_for(timeout=60_000)
        told(layers, "edit later", pushed(page, rows, clicks))
    for name, words in PAGES * 2:
        switched(page, name, words)  # what is loaded once per server
    times = [(name, switched(page, name, words)) for name, words in PAGES * (clicks // len(PAGES))]
    told(layers, "page", [time for _, time in times])
    page.context.close()


def edits_of(page, rows, layers: int, clicks: int) -> None:
    """An argument that changes no shape, one that does, and layers more."""
    told(layers, "edit", pushed(page, rows, clicks))
    rows.nth(1).click()  # the first convolution
    wider = page.get_by_role("button", name="Increment out_channels", exact=True)
    told(layers, "sizes", [timed(page, wider.click) for _ in range(clicks)])
    rows.nth(4).click()
    once_more = page.get_by_role("button", name="Duplicate", exact=True)
    times = [timed(page, once_more.click) for _ in range(clicks)]
    told(layers, "add", times)
    for _ in range(clicks):
        timed(page, page.get_by_role("button", name="Undo", exact=True).click)


def pushed(page, rows, clicks: int) -> list[float]:
    """Steps of a Dropout's p, up and down; a share of its own each time, so no network is checked twice."""
    rows.nth(4).click()
    field = page.get_by_role("spinbutton", name="p", exact=True)
    more = page.get_by_role("button", name="Increment p", exact=True)
    more.wait_for()
    times = []
    for _ in range(clicks):
        fresh = next(FRESH)
        timed(page, lambda fresh=fresh: enter(page, field, f"{fresh:.5f}"))
        times.append(timed(page, more.click))
    return times


def enter(page, field, value: str) -> None:
    """Typed, and sent by a click beside the field, as the clock starts with a press of the mouse."""
    field.fill(value)
    page.get_by_role("heading", name="Dropout", exact=True, level=4).click()


FRESH = (0.1 + step / 20_011 for step in range(1, 10_000))


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
