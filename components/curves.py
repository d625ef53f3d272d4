"""Small pictures beside the settings: the learning rate over a run, and what a search for one has found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.language import t

POINTS = 240  # about as many as the picture is wide
HEIGHT = 210  # pixels
LINE = "#2f6fdf"
MARK = "#d9822b"


def rate_curve(points: Sequence[tuple[float, float]], epochs: int, *, stepped: bool) -> None:
    """The learning rate over a run, (epochs gone by, rate). stepped: it moves after epochs alone."""
    rates = [rate for _, rate in points]
    rows = [{"epoch": epoch, "lr": rate} for epoch, rate in (*points, (epochs, rates[-1]))]
    words = t(
        f"Learning rate over {epochs} epochs: from {rates[0]:.3g} to {rates[-1]:.3g}, "
        f"at most {max(rates):.3g}."
    )
    mark = {
        "type": "line",
        "color": LINE,
        "strokeWidth": 2,
        "interpolate": "step-after" if stepped else "linear",
    }
    encoding = {
        "x": _axis("epoch", t("Epoch"), scale={"domain": [0, epochs], "nice": False}),
        "y": _axis("lr", None, scale={"zero": True}, axis={"format": "~g", "tickCount": 3}),
    }
    _picture("rate-curve", t("Learning rate"), words, rows, [{"mark": mark, "encoding": encoding}])


def search_curve(rates: Sequence[float], losses: Sequence[float], marked: Sequence[float]) -> None:
    """The smoothed loss at each rate that was tried; the suggested rates are marked."""
    rows = [{"lr": rate, "loss": loss} for rate, loss in zip(rates, losses, strict=True)]
    found = ", ".join(f"{rate:g}" for rate in marked)
    words = t(f"Loss at learning rates from {rates[0]:.2g} to {rates[-1]:.2g}; marked: {found}.")
    x = _axis("lr", t("Learning rate"), scale={"type": "log"}, axis={"format": "~e", "tickCount": 4})
    y = _axis("loss", None, scale={"zero": False}, axis={"format": "~g", "tickCount": 3})
    line = {"mark": {"type": "line", "color": LINE, "strokeWidth": 2}, "encoding": {"x": x, "y": y}}
    marks = {
        "data": {"values": [{"lr": rate} for rate in marked]},
        "mark": {"type": "rule", "color": MARK, "strokeWidth": 1.5, "strokeDash": [4, 3]},
        "encoding": {"x": x},
    }
    _picture("search-curve", t("Loss at each rate"), words, rows, [line, marks])


def _axis(name: str, title: str | None, **more: Any) -> dict[str, Any]:
    return {"field": name, "type": "quantitative", "title": title, **more}


def _picture(key: str, title: str, words: str, rows: list[dict], layer: list[dict]) -> None:
    heading = {"text": title, "anchor": "start", "fontSize": 13, "fontWeight": "normal", "offset": 4}
    spec = {
        "description": words,
        "title": heading,
        "height": HEIGHT,
        "data": {"values": rows},
        "layer": layer,
    }
    st.vega_lite_chart(spec, key=key, width="stretch")
