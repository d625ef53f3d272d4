"""What stands where there is nothing yet: what belongs there, what to do, and a button that does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from components.language import t
from components.words import escaped


@dataclass(frozen=True)
class Offer:
    """A button below the sentence.

    on_click  what it does; None where the page asks whether it was pressed, to go to another page.
    args      what on_click gets.
    why_not   why it cannot be pressed now, '' where it can.
    """

    label: str
    icon: str
    on_click: Callable[..., Any] | None = None
    args: Sequence[Any] = field(default_factory=tuple)
    why_not: str = ""


def empty(heading: str, sentence: str, *offers: Offer, key: str, quiet: bool = False) -> str:
    """Draws the place, the first offer as the one to take.

    heading   '' where the place has one already.
    quiet     another button in sight is the one to take.
    Returns the label of the offer that was pressed in this run, else ''.
    """
    pressed = ""
    with st.container(key=f"empty-{key}"):
        if heading:
            st.markdown(f"#### {escaped(t(heading))}")
        st.caption(escaped(t(sentence)))
        if not offers:
            return pressed
        with st.container(horizontal=True):
            for place, offer in enumerate(offers):
                if st.button(
                    escaped(t(offer.label)),
                    icon=f":material/{offer.icon}:",
                    type="primary" if place == 0 and not quiet else "secondary",
                    key=f"empty-{key}-{place}",
                    on_click=offer.on_click,
                    args=tuple(offer.args),
                    disabled=bool(offer.why_not),
                    help=escaped(t(offer.why_not)) or None,
                ):
                    pressed = offer.label
    return pressed
