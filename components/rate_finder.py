"""The learning-rate finder beside the form: ask, wait, look at the curve, use a rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from components.curves import search_curve
from components.language import message, t
from components.words import escaped

RULE = message(
    "Tries rates from 0.000001 to 10 on fresh weights, a batch each. Suggested: where the smoothed loss "
    "falls fastest, and a tenth of the rate where it is lowest."
)


def rate_finder(answer: Any, *, waits: bool, refused: bool, on_ask: Callable[[], None], on_use) -> None:
    """answer: what was found, or a sentence why nothing was, or None; waits: a search goes on."""
    st.button(
        t("Search a learning rate"),
        icon=":material/query_stats:",
        width="stretch",
        help=t(RULE),
        disabled=refused or waits,
        on_click=on_ask,
    )
    if waits:
        st.caption(t(":material/hourglass_top: Trying rates. This takes some seconds."))
    elif isinstance(answer, str):
        st.warning(escaped(t(answer)), icon=":material/error:")
    elif answer is not None:
        marked = [answer.steepest, answer.tenth]
        search_curve(answer.rates, answer.losses, marked)
        titles = (message("where the loss falls fastest"), message("a tenth of the lowest loss's rate"))
        for number, (rate, title) in enumerate(zip(marked, titles, strict=True)):
            st.button(
                t(f"Use {rate:g}: {title}"),
                key=f"use-rate-{number}",
                width="stretch",
                on_click=on_use,
                args=(rate,),
            )
