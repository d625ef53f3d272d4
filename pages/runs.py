"""Runs: everything that was trained, newest first."""

import time

import streamlit as st

import session
from components.run_panel import STATE_WORDS
from components.words import escaped
from trainer import launch, store

SHOWN = 50


def row(run: store.Run) -> None:
    with st.container(border=True, key=f"run-{run.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            variant = f" · {escaped(run.variant)}" if run.variant else ""
            moment = time.strftime("%d %b %Y, %H:%M", time.localtime(run.created))
            st.markdown(f"**{escaped(run.name)}**{variant} {STATE_WORDS.get(run.state, '')}")
            st.caption(f"{escaped(run.data)} · {moment} · epoch {run.epoch} of {run.epochs}")
            if st.button("Watch", key=f"watch-{run.id}", icon=":material/monitoring:"):
                session.go("run", run.id)
                st.switch_page("pages/train.py")
            if run.active:
                st.button(
                    "Stop",
                    key=f"stop-{run.id}",
                    icon=":material/stop:",
                    on_click=launch.stop,
                    args=(run.id,),
                )
        if run.message and run.state in ("failed", "lost"):
            st.caption(f":red[{escaped(run.message)}]")


def main() -> None:
    st.markdown("#### Runs")
    runs = store.runs()
    if not runs:
        st.caption("Nothing was trained yet. Start a run on the Train page.")
    for run in runs[:SHOWN]:
        row(run)


main()
