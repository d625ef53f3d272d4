"""The versions of a document, over the page: when, what changed, how it looked; and back to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from builder.compared import in_short
from builder.difference import differences
from builder.document import Document
from builder.versions import Version
from components.comparison import comparison
from components.empty import Offer, empty
from components.language import dialog, message, t
from components.times import when
from components.words import escaped, told_apart

HEIGHT = 300  # pixels of the list
NOW = 0  # in the place of a version's number: the document as it is
RULE = message(
    "A version is kept where work has paused for five minutes, and after 50 edits: all of the last day, one "
    "of each day of the last month, then one a month."
)


@dataclass(frozen=True)
class Past:
    """What the list shows, asked anew with every click in it, and what it does."""

    versions: Callable[[], Sequence[Version]]
    document: Callable[[], Document]
    messages: Callable[[], Sequence[str]]
    keep: Callable[[], Any]
    restore: Callable[[Document], Any]


@dialog("Versions", width="large", on_dismiss="rerun")
def version_list(past: Past, opened_from: Document) -> None:
    """Opens over the page, and closes when a version was restored."""
    document = past.document()
    if document is not opened_from:
        st.rerun()
    st.caption(t(RULE))
    versions = past.versions()
    if not versions:
        empty(
            "",
            message("There is no version yet. Keep one, and you can come back to the network as it is now."),
            Offer(message("Keep a version now"), "bookmark_add", past.keep),
            key="versions",
        )
        return
    st.button(t("Keep a version now"), icon=":material/bookmark_add:", on_click=past.keep)
    with st.container():
        for each in past.messages():
            st.warning(escaped(t(each)))
    if len(versions) == 1:
        st.caption(t("This is the only one so far. Change the network and keep another, to compare the two."))
    by_number = {each.number: each for each in versions}
    times = told_apart({each.number: when(each.kept) for each in versions})
    number = _rows(versions, times)
    others = [NOW, *(each for each in by_number if each != number)]
    left, right = st.columns([1.4, 1], vertical_alignment="bottom")
    other = left.selectbox(
        t("Compare with"),
        others,
        format_func=(times | {NOW: t("the network as it is now")}).get,
    )
    right.button(
        t("Restore this version"),
        type="primary",
        icon=":material/restore:",
        width="stretch",
        on_click=past.restore,
        args=(by_number[number].document,),
        disabled=by_number[number].document == document,
        help=t("It becomes an edit: Undo returns to what is there now."),
    )
    _difference(by_number, number, other, document)


def _rows(versions: Sequence[Version], times: Mapping[int, str]) -> int:
    with st.container(height=min(HEIGHT, 40 + 60 * len(versions)), border=True):
        return st.radio(
            t("Versions"),
            [each.number for each in versions],
            format_func=times.get,
            captions=[*map(_news, versions, [*versions[1:], None])],
            label_visibility="collapsed",
        )


def _news(version: Version, before: Version | None) -> str:
    """What a version has that the one before it had not."""
    layers = t(f"{len(version.document.main.nodes):,} layers")
    if before is None:
        return " · ".join((layers, t("the first one")))
    return " · ".join((layers, t(in_short(differences(before.document, version.document)))))


def _difference(by_number: dict[int, Version], number: int, other: int, now: Document) -> None:
    """From the older one of the two to the newer one."""
    mine = by_number[number]
    if other == NOW:
        steps = t(f"From this version, {when(mine.kept)}, to the network as it is now.")
        comparison(mine.document, now, steps=steps)
        return
    first, second = sorted((mine, by_number[other]), key=lambda each: each.number)
    steps = t(f"From {when(first.kept)} to {when(second.kept)}.")
    comparison(first.document, second.document, steps=steps)
