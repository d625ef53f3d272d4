"""Live charts of runs: the browser polls the app's own route and draws with plotly.js.

The script does not run again while a run goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import plotly

from components import assets, events, scripts

PLOTLY_ROUTE = "vendor/plotly.min.js"

EVENTS: events.Fields = {"finished": {"token": str, "state": str}, "measure": {"token": str}}
RUN_FACTS = ("token", "name", "color", "state")

_component = assets.component(
    "layerloom_live_charts",
    html='<div class="live"></div>',
    css=(scripts.FRONTEND / "live_charts.css").read_text(encoding="utf-8"),
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
    """Where the browser finds what draws the charts, and plotly.js."""
    return {
        "script": scripts.address("live_charts.js"),
        "plotly": f"{PLOTLY_ROUTE}?version={plotly.__version__}",
    }
