"""Small pictures: the learning rate over a run, what a search for one has found, and how data are divided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components.language import t

POINTS = 240  # about as many as the picture is wide
HEIGHT = 210  # pixels
BARS, BAR = 120, 24  # pixels of a chart of lying bars, and of each bar
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


def part_bars(names: Sequence[str], parts: Mapping[str, Sequence[int]], *, title: str, lying: bool) -> None:
    """How many examples of each class, or range of values, each part has, one part upon the other.

    title   what the names are names of.
    """
    rows = [
        {"name": name, "part": part, "count": int(count)}
        for part, counts in parts.items()
        for name, count in zip(names, counts, strict=False)
    ]
    words = "; ".join(f"{part} {sum(map(int, counts)):,}" for part, counts in parts.items())
    along = {"field": "name", "type": "nominal", "title": title, "sort": None}
    amount = {"field": "count", "type": "quantitative", "title": t("examples"), "stack": "zero"}
    color = {"field": "part", "type": "nominal", "title": None, "sort": None, "legend": {"orient": "bottom"}}
    tips = [{"field": each["field"], "title": each["title"] or " "} for each in (along, color, amount)]
    encoding = (
        {"x": amount, "y": along} if lying else {"x": {**along, "axis": {"labelAngle": 0}}, "y": amount}
    )
    layer = {"mark": {"type": "bar"}, "encoding": {**encoding, "color": color, "tooltip": tips}}
    _picture("part-bars", None, words, rows, [layer], BARS + BAR * len(names) if lying else 260)


def points(places: Sequence[Sequence[float]], classes: Sequence[str], names: Sequence[str]) -> None:
    """Points in the plane, (x, y) each, in the colour of their class; names of both axes."""
    rows = [
        {"x": float(x), "y": float(y), "class": each} for (x, y), each in zip(places, classes, strict=True)
    ]
    encoding = {
        "x": _axis("x", names[0], scale={"zero": False}),
        "y": _axis("y", names[1], scale={"zero": False}),
        "color": {"field": "class", "type": "nominal", "title": None, "legend": {"orient": "bottom"}},
        "tooltip": [{"field": each} for each in ("class", "x", "y")],
    }
    layer = {"mark": {"type": "circle", "size": 24}, "encoding": encoding}
    words = t("{0} points of {1} classes", f"{len(rows):,}", len(set(classes)))
    _picture("points", None, words, rows, [layer], 460)


def lines(found: Mapping[str, Sequence[tuple[int, float]]], *, key: str) -> None:
    """Numbers by their step, (step, number), a line for each name."""
    rows = [
        {"step": step, "number": float(number), "line": name}
        for name, line in found.items()
        for step, number in line
    ]
    names = {"field": "line", "type": "nominal", "title": None, "sort": None, "legend": {"orient": "bottom"}}
    encoding = {
        "x": _axis("step", t("step")),
        "y": _axis("number", None, scale={"zero": False}),
        "color": names,
        "tooltip": [{"field": each} for each in ("line", "step", "number")],
    }
    _picture(key, None, ", ".join(found), rows, [{"mark": {"type": "line"}, "encoding": encoding}], 190)


def _axis(name: str, title: str | None, **more: Any) -> dict[str, Any]:
    return {"field": name, "type": "quantitative", "title": title, **more}


def _picture(
    key: str, title: str | None, words: str, rows: list[dict], layer: list[dict], height: int = HEIGHT
) -> None:
    """words   what it shows, for who cannot see it. Vega would describe each mark too, in English alone."""
    heading = {"text": title, "anchor": "start", "fontSize": 13, "fontWeight": "normal", "offset": 4}
    spec = {
        "description": words,
        **({"title": heading} if title else {}),
        "height": height,
        "data": {"values": rows},
        "layer": [{**each, "mark": {**each["mark"], "aria": False}} for each in layer],
        "config": {"aria": False},
    }
    st.vega_lite_chart(spec, key=key, width="stretch")
