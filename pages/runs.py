"""Runs: everything that was trained, newest first."""

import time

import streamlit as st

import session
from components.run_panel import STATE_WORDS
from components.words import escaped
from trainer import launch, metrics, store
from trainer.data import DATASETS

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
    title = DATASETS[run.data].title if run.data in DATASETS else run.data
    parts = [title, moment, f"epoch {run.epoch} of {run.epochs}"]
    measures = metrics.metrics(run.id)["measures"]
    accuracy, r2 = ((measures.get(name) or [None])[-1] for name in ("accuracy", "r2"))
    if accuracy is not None:
        parts.append(f"validation accuracy {100 * accuracy:.1f} %")
    if r2 is not None:
        parts.append(f"validation R² {r2:.3f}")
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


def main() -> None:
    st.markdown("#### Runs")
    st.caption("Everything that was trained here, newest first.")
    runs = store.runs()
    if not runs:
        st.info("Nothing was trained yet. Start a run on the Train page.", icon=":material/info:")
    for run in runs[:SHOWN]:
        row(run)


main()
