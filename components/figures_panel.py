"""The figures of chosen runs to take home: a file in each form, or to be sent to another tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from builder.service import ServiceError
from components.language import dialog, t
from components.words import escaped, memory


@dataclass(frozen=True)
class Figures:
    """What can be made of which runs.

    stem    what the files are called.
    forms   trainer.figures' forms.
    made    form's name -> its file, or None while it is not made.
    make    makes it.              send  sends the runs to an address; both raise ServiceError.
    """

    stem: str
    forms: Sequence[Any]
    made: Callable[[str], bytes | None]
    make: Callable[[Any], bytes]
    send: Callable[[Any, str], None]


@dialog("Export figures", width="large")
def figures_panel(figures: Figures) -> None:
    """Opens over the page; what happens in it draws nothing but itself."""
    st.caption(
        t(
            "Every step, every epoch, how the computer fared, and what was seen of the layers, "
            "of each chosen run."
        )
    )
    for form in figures.forms:
        with st.container(border=True, key=f"form-{form.name}"):
            st.markdown(f"**{escaped(t(form.title))}**")
            st.caption(escaped(t(form.about)))
            if form.missing:
                st.caption(f":material/block: {escaped(t(form.missing))}")
            elif form.ending:
                _file(form, figures)
            else:
                _sending(form, figures)


def _file(form: Any, figures: Figures) -> None:
    """The button that makes the file, or else the one that downloads it."""
    made, place = figures.made(form.name), st.empty()
    if made is None and place.button(
        t("Make {0}", t(form.title)), icon=":material/table:", key=f"make-{form.name}"
    ):
        made = _done(place, lambda: figures.make(form))
    if made is not None:
        place.download_button(
            t("Download {0}, {1}", t(form.title), memory(len(made))),
            made,
            f"{figures.stem}.{form.ending}",
            form.media,
            type="primary",
            icon=":material/download:",
            key=f"download-{form.name}",
            on_click="ignore",
        )


def _sending(form: Any, figures: Figures) -> None:
    address = st.text_input(
        t("Address of the tracking server, or a folder of this computer"),
        placeholder="http://127.0.0.1:5000",
        key=f"address-{form.name}",
    )
    place = st.empty()
    if not place.button(t("Send to {0}", t(form.title)), icon=":material/send:", key=f"send-{form.name}"):
        return
    if not address.strip():  # a button that is disabled would take two clicks: one to leave the field
        place.error(t("Type the address first."))
    elif _done(place, lambda: figures.send(form, address.strip()) or True):
        st.success(t("It is there, in the experiment Layerloom."))


def _done(place: Any, act: Callable[[], Any]) -> Any:
    """What the act gives; where it cannot be done, None, and why is said."""
    try:
        with place.container(), st.spinner(t("Reading the figures.")):
            return act()
    except ServiceError as error:
        place.error(escaped(t(str(error))))
        return None
