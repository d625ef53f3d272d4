"""A look at a data set: its examples, how often each answer occurs, and the range of each number."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components import curves
from components.language import message, t
from components.words import escaped

SIDE = 72  # pixels of a picture on the page
LARGE = 4  # times as many points as that are sent, for sharp screens
MOST_COLUMNS = 50  # of a table
MOST_CLASSES = 40  # in the chart
MOST_POINTS = 1000
SHORT = 3  # letters of a class's name that fit below an upright bar
SERIES = 4  # examples drawn as lines
MOST_TEXT = 400  # letters of an example


def examples(data: Any, x: np.ndarray, y: np.ndarray, points: tuple[np.ndarray, np.ndarray]) -> None:
    """Examples x (examples, *shape) with their answers y, in the form that suits them.

    points  more of them: of data of two numbers as many as can be seen are drawn.
    """
    answers = [data.said(answer) for answer in y]
    if data.high:
        _texts(data, x, answers)
    elif data.is_image:
        _pictures(x, answers)
    elif data.shape == (2,) and data.task == "classification":
        _points(data, *points)
    elif len(data.shape) == 2:
        _series(data, x[:SERIES], y[:SERIES], answers)
    else:
        _table(data, x, answers)


def _pictures(x: np.ndarray, answers: Sequence[str]) -> None:
    """Each picture enlarged without smoothing, so that single points can be seen."""
    low, high = min(0.0, float(x.min())), max(1.0, float(x.max()))  # scaled ones are shown in their own range
    bytes_ = ((x - low) / (high - low) * 255).round().astype(np.uint8).transpose(0, 2, 3, 1)
    grown = [_grown(picture) for picture in bytes_]
    captions, spoken = (
        [escaped(answer) for answer in answers],
        [t(f"An example of {each}") for each in answers],
    )
    st.image(grown, caption=captions, alt=spoken, width=SIDE, output_format="PNG")


def _grown(picture: np.ndarray) -> np.ndarray:
    times = max(1, math.ceil(LARGE * SIDE / max(picture.shape[:2]) / 2))
    return picture.repeat(times, 0).repeat(times, 1).squeeze()


def _points(data: Any, x: np.ndarray, y: np.ndarray) -> None:
    names = data.features or (t("first feature"), t("second feature"))
    curves.points(x[:MOST_POINTS], [data.said(answer) for answer in y[:MOST_POINTS]], names)


def _series(data: Any, x: np.ndarray, y: np.ndarray, answers: Sequence[str]) -> None:
    forecast = data.task == "regression" and data.shape[1] == 1
    columns = st.columns(2)
    for number, (series, answer) in enumerate(zip(x, y, strict=True)):
        lines = {name: list(enumerate(line)) for name, line in zip(_columns(data), series.T, strict=True)}
        if forecast:
            last = len(series) - 1
            lines = {
                t("seen"): list(enumerate(series[:, 0])),
                t("to be predicted"): list(enumerate([series[-1, 0], *answer], last)),
            }
        with columns[number % 2]:
            if not forecast:
                st.caption(t(f"Answer: {escaped(answers[number])}"))
            curves.lines(lines, key=f"series-{number}")


def _columns(data: Any) -> list[str]:
    return list(data.features) or _numbered(data.shape[-1])


def _numbered(count: int) -> list[str]:
    return [t(f"number {place}") for place in range(1, count + 1)]


def _texts(data: Any, x: np.ndarray, answers: Sequence[str]) -> None:
    rows = [
        {t("Text"): _text(data.tokens, row), t("Answer"): answer}
        for row, answer in zip(x, answers, strict=True)
    ]
    numbers = [" ".join(map(str, row.ravel()[:64])) for row in x]
    frame = pd.DataFrame(rows).assign(**{t("Tokens"): numbers})
    st.dataframe(frame, hide_index=True, width="stretch", height=420)
    st.caption(
        t(
            "[pad] fills texts that are shorter than the length; "
            "[unk] stands for what is not in the vocabulary."
        )
    )


def _text(tokens: Sequence[str], row: np.ndarray) -> str:
    """An example as text, with the number of its [pad]."""
    parts = [tokens[number] if number < len(tokens) else f"[{number}]" for number in row.ravel()]
    pads = 0
    while parts and parts[-1] == "[pad]":
        parts.pop()
        pads += 1
    between = "" if all(len(part) == 1 or part in ("[pad]", "[unk]") for part in parts) else " "
    text = between.join(parts).replace("\n", "↵")[:MOST_TEXT]
    return f"{text} [pad]×{pads}" if pads else text


def _table(data: Any, x: np.ndarray, answers: Sequence[str]) -> None:
    flat = x.reshape(len(x), -1)[:, :MOST_COLUMNS]
    names = list(data.features)[:MOST_COLUMNS] or [
        t(f"number {place}") for place in range(1, flat.shape[1] + 1)
    ]
    frame = pd.DataFrame(flat.astype(float).round(4), columns=names)
    title = data.labels[0] if data.task == "regression" and data.targets == 1 else t("Answer")
    frame.insert(0, title if title not in names else t("Answer"), answers)
    st.dataframe(frame, hide_index=True, width="stretch", height=420)
    if x[0].size > MOST_COLUMNS:
        st.caption(t(f"The first {MOST_COLUMNS} of {x[0].size:,} numbers."))


def balance(names: Sequence[str], train: np.ndarray, held: np.ndarray, classes: bool) -> None:
    """How many examples of each class, or range of values, are in the training and the validation part."""
    shown = slice(MOST_CLASSES)
    lying = classes and max(map(len, names)) > SHORT  # so that the names are read without turning one's head
    curves.part_bars(
        names[shown],
        {t("Training"): train[shown], t("Validation"): held[shown]},
        title=t("class") if classes else t("value from"),
        lying=lying,
    )
    if len(names) > MOST_CLASSES:
        st.caption(t(f"The first {MOST_CLASSES} of {len(names):,} classes."))
    seen = (train + held)[: len(names)]
    if classes and len(seen) and seen.min() * 10 < seen.max():
        rare, often = names[int(seen.argmin())], names[int(seen.argmax())]
        times = seen.max() / max(1, seen.min())
        words = t(
            f"{often} occurs {times:.0f} times as often as {rare}. "
            "Accuracy alone flatters a network that ignores it."
        )
        st.caption(f":material/balance: {escaped(words)}")


# What the trainer calls the channels of pictures.
CHANNELS = (message("grey"), message("red"), message("green"), message("blue"))


def ranges(found: Sequence[Any], looked_at: int, features: Sequence[str]) -> None:
    """The extent of each number, and how often it is missing; names of features are a person's own."""
    frame = pd.DataFrame(
        [
            (each.name if features else t(each.name), each.low, each.mean, each.high, each.missing)
            for each in found
        ],
        columns=[t("Number"), t("Smallest"), t("Mean"), t("Largest"), t("Missing")],
    )
    rows = min(len(frame), 10)
    st.dataframe(frame.round(4), hide_index=True, width="stretch", height=36 * (rows + 1))
    st.caption(t(f"As they are, before scaling; measured on {looked_at:,} examples."))


def split_in_words(train: int, held: int, own: bool, stratified: bool) -> str:
    """How the data are divided, as a sentence."""
    if own:
        return t(f"{train:,} to train on and {held:,} to validate on: the data set's own parts.")
    if stratified:
        return t(f"{train:,} to train on and {held:,} to validate on, each class divided alike.")
    return t(f"{train:,} to train on and {held:,} to validate on, drawn from all alike.")


def view_choice(
    chosen: str, views: Sequence[str], *, field: Callable[..., dict[str, Any]], on_change: Any
) -> None:
    """Whether examples are shown as they are or as they are trained on."""
    st.segmented_control(
        t("Examples"),
        list(views),
        format_func=t,
        label_visibility="collapsed",
        **field("data-view", chosen, on_change),
    )
