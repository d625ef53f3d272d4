"""An input for a trained run, and what the run says to it: asked by the browser, past the script."""

from __future__ import annotations

from components import assets

_component = assets.component(
    "layerloom_try",
    html='<div class="try"></div>',
    css=assets.style("try.css"),
    js="try.js",
)


def try_panel(token: str, *, key: str) -> None:
    """Draws the panel for a run.

    token  the run's id, which is the permission to ask it: see run_answer in routes.py.
    """
    _component(key=key, data={"token": token}, height="content")
