"""Runs that were chosen to be compared: curves, results, settings and networks against the first one's."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import session
from builder.compared import in_short
from builder.difference import differences
from builder.document import Document, DocumentError
from components.comparison import comparison as difference
from components.language import t
from components.live_charts import live_charts
from components.settings_table import settings_table
from components.words import escaped, told_apart
from trainer import compared, launch, store
from trainer.data import title
from trainer.store import Run

ADDRESS = "runs"  # the part of the address with their ids
SEPARATOR = "-"  # stands in an address as it is


@session.whole
def open_comparison(ids: Sequence[str]) -> None:
    session.go(ADDRESS, SEPARATOR.join(ids))


@session.whole
def close_comparison() -> None:
    session.go(ADDRESS, "")


def in_address() -> list[str]:
    """The ids of the runs in the address, each once; none where it names no comparison."""
    ids = [each for each in session.address(ADDRESS).split(SEPARATOR) if store.RUN_ID.fullmatch(each)]
    return list(dict.fromkeys(ids))[: compared.MOST]


def comparison(ids: Sequence[str]) -> None:
    """Draws it; runs that are not here any more are left out, which is said."""
    st.button(t("All runs"), icon=":material/arrow_back:", on_click=close_comparison)
    runs = [run for run_id in ids if (run := _known(run_id))]
    if len(runs) < len(ids):
        gone = len(ids) - len(runs)
        st.info(t(f"Not here any more: {gone} of the runs in the address."))
    if len(runs) < compared.FEWEST:
        st.caption(t("There is nothing to compare: choose two runs or more in the list."))
        return
    titles = compared.titles(runs)
    _heading(runs, titles)
    live_charts(
        [{"token": run.id, "name": name, "state": run.state} for run, name in zip(runs, titles, strict=True)],
        key=f"compare-{SEPARATOR.join(run.id for run in runs)}",
        view="compare",
    )
    st.markdown(f"#### {t('Settings that differ')}")
    st.caption(t("What is other than the first run's is bold."))
    settings_table(titles, *compared.settings(runs))
    st.markdown(f"#### {t('Networks')}")
    st.caption(t("What would make each of them of {0}'s.", escaped(titles[0])))
    _networks(runs, titles)


def _known(run_id: str) -> Run | None:
    try:
        return store.read(run_id)
    except KeyError:
        return None


def _heading(runs: Sequence[Run], titles: Sequence[str]) -> None:
    active = [run for run in runs if run.active]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(t("#### {0} against {1}", escaped(titles[0]), escaped(", ".join(titles[1:]))))
        if active:
            st.button(
                t("Stop all"),
                icon=":material/stop:",
                on_click=lambda: [launch.stop(run.id) for run in active],
            )
    names = dict.fromkeys(t(title(run.data)) for run in runs)
    st.caption(escaped(t("Trained on {0}.", ", ".join(names))))


# --- their networks


def _networks(runs: Sequence[Run], titles: Sequence[str]) -> None:
    """What makes each other network of the first one's, and one of these differences drawn."""
    documents = [_document(run) for run in runs]
    first = documents[0]
    if first is None:
        st.caption(t("The network of the first run cannot be read, so there is nothing to compare with."))
        return
    known = {number: document for number, document in enumerate(documents[1:], 1) if document}
    short = {number: in_short(differences(first, document)) for number, document in known.items()}
    st.markdown(
        "\n".join(f"- **{escaped(titles[number])}**: {escaped(t(words))}" for number, words in short.items())
    )
    other = [number for number in known if differences(first, known[number])]
    if not other:
        return
    labels = told_apart({number: titles[number] for number in other})
    shown = st.selectbox(t("Show the difference to"), other, format_func=labels.get)
    steps = t("From the network of {0} to that of {1}.", titles[0], titles[shown])
    difference(first, known[shown], steps=steps)


def _document(run: Run) -> Document | None:
    try:
        return Document.from_json(store.document(run.id))
    except (OSError, DocumentError):
        return None
