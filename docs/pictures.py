"""Takes the pictures of the README anew, in a real browser: python docs/pictures.py"""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS.parent / "benchmarks"), str(DOCS.parent)]

from serving import browser, server  # noqa: E402  the path above comes first

LARGE = {"width": 1440, "height": 900}
LONG = {"width": 1440, "height": 1500}  # the charts stand below each other
TRAINED = 120_000  # milliseconds until ten epochs have been trained


def take(page, name: str) -> None:
    """A picture of the page, when nothing on it moves any more and no pointer rests on it."""
    page.mouse.move(0, 0)
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished.catch(() => 0)))")
    page.wait_for_timeout(1500)  # the charts' last painting
    page.screenshot(path=DOCS / f"{name}.png")


def main() -> None:
    """The Build page with a convolution selected, and the Train page with a run that is done."""
    with server() as app, browser() as chromium:
        page = chromium.new_context(viewport=LARGE).new_page()
        page.goto(app.address)
        page.get_by_text("Everything fits.").wait_for(timeout=60_000)
        page.get_by_role("button", name="Skip the tour").click()
        rows = page.get_by_role("listbox", name="Layers", exact=True)
        rows.get_by_role("option").nth(1).click()
        page.get_by_role("textbox", name="Name", exact=True).wait_for()
        take(page, "build")
        page.set_viewport_size(LONG)
        page.get_by_role("link", name="Train", exact=True).click()
        page.get_by_role("button", name="Start training").first.click()
        page.get_by_text("Done", exact=True).first.wait_for(timeout=TRAINED)
        take(page, "train")


if __name__ == "__main__":
    main()
