"""Taking a network home: the bundle, and each of its parts alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from builder.export import Exported, Part
from builder.service import ServiceError
from components.language import dialog, message, t
from components.words import escaped, memory

MAKING = message("Making the bundle: exporting, and comparing what was exported.")
LASTS = message("Making the bundle takes about ten seconds; it holds every file below.")


@dataclass(frozen=True)
class Take:
    """What can be taken home.

    stem      what the files of the bundle and the document are called.
    parts     all of them, in the bundle's order.
    at_once   part -> its text, for parts that need no making.
    not_here  part -> why the server does not make it.
    made      the bundle, or None while it is not made.        make  makes it; raises ServiceError.
    about     a sentence on the weights.
    """

    stem: str
    parts: Sequence[Part]
    at_once: Mapping[str, str]
    not_here: Mapping[str, str]
    made: Callable[[], Exported | None]
    make: Callable[[], Exported]
    about: str


@dialog("Export", width="large")
def export_panel(take: Take) -> None:
    """Opens over the page; what happens in it draws nothing but itself."""
    st.caption(escaped(f"{t(take.about)} {t(LASTS)}"))
    made = _made(take)
    with st.container(key="parts-of-export"):
        for part in take.parts:
            _row(part, take, made)


def _made(take: Take) -> Exported | None:
    """The bundle, with the button that makes it, or else the one that downloads it."""
    made, place = take.made(), st.empty()
    if made is None and place.button(t("Make the bundle"), type="primary", icon=":material/package_2:"):
        try:
            with place.container(), st.spinner(t(MAKING)):
                made = take.make()
        except ServiceError as error:
            place.error(escaped(t(str(error))))
    if made is not None:
        place.download_button(
            t(f"Download the bundle, {memory(made.path.stat().st_size)}"),
            made.path.read_bytes(),
            f"{take.stem}.zip",
            "application/zip",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
    return made


def _row(part: Part, take: Take, made: Exported | None) -> None:
    """A part: the button that downloads it, and what it is or why it is not there."""
    name = f"{take.stem}.loom.json" if part.name == "document" else part.file.split("/")[-1]
    content: str | bytes | None = take.at_once.get(part.name)
    why = take.not_here.get(part.name, "")
    if made is not None and content is None:
        content = made.content(part.file) if part.file in made.sizes else None
        why = made.left_out.get(part.name, why)
    with st.container(horizontal=True, vertical_alignment="center", key=f"export-{part.name}"):
        st.download_button(
            name if len(name) < 30 else part.name,
            content or "",
            name,
            icon=":material/download:",
            width=210,
            disabled=content is None,
            help=None if content is not None or why else t("Make the bundle first."),
            key=f"download-{part.name}",
            on_click="ignore",
        )
        remark = made.remarks.get(part.name, "") if made else ""
        size = f"{memory(len(content))}." if content is not None else ""
        about = escaped(" ".join(filter(None, (t(part.about), size, t(remark)))))
        st.caption(f":material/block: {escaped(t(why))}" if why else about)
