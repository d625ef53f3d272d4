"""Runs: everything that was trained, newest first."""

import time

import streamlit as st

import session
from components.empty import Offer, empty
from components.run_panel import STATE_WORDS
from components.words import escaped
from trainer import launch, metrics, store
from trainer.data import title

SHOWN = 50


def row(run: store.Run) -> None:
    with st.container(border=True, key=f"run-{run.id}"):
        words, buttons = st.columns([4, 1], vertical_alignment="center")
        with words:
            variant = f" · {escaped(run.variant)}" if run.variant else ""
            st.markdown(f"**{escaped(run.name)}**{variant} {STATE_WORDS.get(run.state, '')}")
            st.caption(facts(run))
            if run.message and run.state in ("failed", "lost"):
                st.caption(f":red[{escaped(run.message)}]")
        with buttons, st.container(horizontal=True, horizontal_alignment="right"):
            actions(run)


def facts(run: store.Run) -> str:
    """What it trained on, when, how far it came, and how well it did."""
    moment = time.strftime("%d %b %Y, %H:%M", time.localtime(run.created))
    parts = [title(run.data), moment, f"epoch {run.epoch} of {run.epochs}"]
    accuracies = metrics.metrics(run.id)["validation"]["accuracy"]
    if accuracies and accuracies[-1] is not None:
        parts.append(f"validation accuracy {100 * accuracies[-1]:.1f} %")
    return escaped(" · ".join(parts))


def actions(run: store.Run) -> None:
    if run.active:
        st.button("Stop", key=f"stop-{run.id}", icon=":material/stop:", on_click=launch.stop, args=(run.id,))
    if run.group and st.button("Compare", key=f"compare-{run.id}", icon=":material/balance:"):
        session.go("compare", run.group)
        st.switch_page("pages/compare.py")
    if st.button("Watch", key=f"watch-{run.id}", icon=":material/monitoring:"):
        session.go("run", run.id)
        st.switch_page("pages/train.py")


def nothing_trained() -> None:
    asked = empty(
        "Nothing was trained yet",
        "A run stands here once it was started: how it went, and the way back to its charts and its weights.",
        Offer("Train the drawn network", "play_circle"),
        key="runs",
    )
    if asked:
        st.switch_page("pages/train.py")


def main() -> None:
    runs = store.runs()
    if not runs:
        nothing_trained()
    for run in runs[:SHOWN]:
        row(run)


main()
