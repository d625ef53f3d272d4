"""Live charts of runs: the browser polls the app's own route and draws with plotly.js.

The script does not run again while a run goes on. The drawing is a set of JavaScript modules that
routes.py serves, because Streamlit sends inline scripts anew with every message.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import plotly

from components import assets, events
from components.language import ENGLISH, LANGUAGES, chosen
from components.languages.catalogue import FOLDER

FRONTEND = Path(__file__).parent / "frontend"
# Name -> source of the modules the browser may fetch.
MODULES = {path.name: path.read_text(encoding="utf-8") for path in sorted(FRONTEND.glob("*.js"))}
# In the modules' address, with the language, so that browsers may keep them for good.
_SOURCES = "".join(MODULES.values()).encode() + b"".join(map(Path.read_bytes, sorted(FOLDER.glob("*.po"))))
VERSION = hashlib.sha256(_SOURCES).hexdigest()[:12]

MODULE_ROUTE = "app-js/{version}/{name}"
PLOTLY_ROUTE = "vendor/plotly.min.js"

EVENTS: events.Fields = {"finished": {"token": str, "state": str}, "measure": {"token": str}}
RUN_FACTS = ("token", "name", "color", "state")

_component = assets.component(
    "layerloom_live_charts",
    html='<div class="live"></div>',
    css=(FRONTEND / "live_charts.css").read_text(encoding="utf-8"),
    js="live_charts.js",
    isolate_styles=False,  # plotly.js styles the page's head, which no shadow root sees
)


_soon = assets.component(
    "layerloom_charts_soon",
    html='<div class="soon"></div>',
    css=".soon { height: 0; }",
    js="live_soon.js",
)


def charts_soon() -> None:
    """Has the browser load what draws charts, when it has nothing else to do; for pages that lead to some."""
    _soon(key="charts-soon", data=addresses(), height="content")


def live_charts(
    runs: list[dict[str, Any]],
    *,
    key: str,
    view: Literal["run", "compare"] = "run",
    every: float = 1.0,
    height: int | None = None,
    on_finished: Callable[[str, str], Any] | None = None,
    on_measure: Callable[[str], Any] | None = None,
) -> None:
    """Draw runs and keep them up to date in the browser, without running the script again.

    runs         dicts with "token" (the run's id), "name", "color" (left out: the theme's), and
                 "state", what the page knows: where that is final, the end is not announced.
    view         "run" draws the first run in full; "compare" lays all over each other.
    every        seconds between two polls.
    height       pixels, with a scroll bar; None: as high as the charts need.
    on_finished  called once with (token, state) when a run ends while it is drawn. The script then
                 runs again in any case, so that the page can offer what a finished run has.
    on_measure   called with a token when the gap between training and evaluation mode is asked for.
    """

    def handle(event: events.Event) -> None:
        if event["type"] == "measure" and on_measure:
            on_measure(event["token"])
        elif event["type"] == "finished" and on_finished:
            on_finished(event["token"], event["state"])

    events.mount(
        _component,
        charts_data(runs, view, every),
        key=key,
        fields=EVENTS,
        on_event=handle,
        height=height or "content",
    )


def charts_data(runs: list[dict[str, Any]], view: str, every: float) -> dict[str, Any]:
    """What goes to the browser: no figures, only where they are.

    Raises ValueError for an unknown view.
    """
    if view not in ("run", "compare"):
        raise ValueError(f"live_charts has no view '{view}': use 'run' or 'compare'.")
    return {
        "runs": [{fact: run[fact] for fact in RUN_FACTS if run.get(fact)} for run in runs],
        "view": view,
        "every": every,
        **addresses(),
    }


def addresses() -> dict[str, str]:
    """Where the browser finds the charts' modules and plotly.js."""
    return {
        "script": MODULE_ROUTE.format(version=f"{VERSION}-{chosen()}", name="live_component.js"),
        "plotly": f"{PLOTLY_ROUTE}?version={plotly.__version__}",
    }


def module(name: str, version: str) -> tuple[str, bool]:
    """A module in the language of a version, and whether that version is of now. Raises KeyError."""
    number, _, language = version.partition("-")
    known = language if language in LANGUAGES else ENGLISH
    text = MODULES[name]
    if name == "say.js":
        text = assets.with_messages(text, known, of="".join(MODULES.values()))
    return text, (number, language) == (VERSION, known)
