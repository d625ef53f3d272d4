"""Runs: everything that was trained, newest first."""

from datetime import datetime

import streamlit as st

import session
from components.empty import Offer, empty
from components.language import day, message, t
from components.queue_panel import queue_panel
from components.run_panel import badge
from components.words import escaped
from pages import run_acts
from pages.trying import try_it
from trainer import metrics, policy, queue, recovery, store
from trainer.data import title
from trainer.settings import SETTINGS

SHOWN = 50


def row(run: store.Run) -> None:
    with st.container(border=True, key=f"run-{run.id}"):
        words, buttons = st.columns([4, 1], vertical_alignment="center")
        with words:
            variant = f" · {escaped(run.variant)}" if run.variant else ""
            st.markdown(f"**{escaped(run.name)}**{variant} {badge(run.state)}")
            st.caption(facts(run))
            if run.message and run.state in ("failed", "lost"):
                st.caption(f":red[{escaped(t(run.message))}]")
        with buttons, st.container(horizontal=True, horizontal_alignment="right"):
            actions(run)


def facts(run: store.Run) -> str:
    """What it trained on, when, how far it came, and how well it did."""
    moment = datetime.fromtimestamp(run.created)
    when = f"{day(moment, 'yMMMd')} {moment:%H:%M}"
    parts = [t(title(run.data)), when, t(f"epoch {run.epoch} of {run.epochs}")]
    measures = metrics.metrics(run.id)["measures"]
    accuracy, r2 = ((measures.get(name) or [None])[-1] for name in ("accuracy", "r2"))
    if accuracy is not None:
        parts.append(t(f"validation accuracy {100 * accuracy:.1f} %"))
    if r2 is not None:
        parts.append(t(f"validation R² {r2:.3f}"))
    if run.parent:
        parts.append(t(f"forked after step {run.parent_step:,}"))
    if run.state == "queued" and (place := queue.place(run.id)):
        parts.append(t(f"{place.ahead} before it in the queue"))
    return escaped(" · ".join(parts))


def actions(run: store.Run) -> None:
    if run.state in store.RESUMABLE:
        st.button(
            t("Resume"),
            key=f"resume-{run.id}",
            icon=":material/resume:",
            on_click=run_acts.ACTS["resume"],
            args=(run.id,),
        )
    if run.active:
        st.button(
            t("Stop"),
            key=f"stop-{run.id}",
            icon=":material/stop:",
            on_click=run_acts.ACTS["stop"],
            args=(run.id,),
        )
    if run.group and st.button(t("Compare"), key=f"compare-{run.id}", icon=":material/balance:"):
        session.go("compare", run.group)
        st.switch_page("pages/compare.py")
    try_it(run)
    if st.button(t("Watch"), key=f"watch-{run.id}", icon=":material/monitoring:"):
        session.go("run", run.id)
        st.switch_page("pages/train.py")


def nothing_trained() -> None:
    asked = empty(
        message("Nothing was trained yet"),
        message(
            "A run stands here once it was started: how it went, and the way back to its charts "
            "and its weights."
        ),
        Offer(message("Train the drawn network"), "play_circle"),
        key="runs",
    )
    if asked:
        st.switch_page("pages/train.py")


@session.whole
def set_limit(device: str, runs: int) -> None:
    try:
        policy.set_limit(device, runs)
    except ValueError as error:
        session.say(str(error))


def main() -> None:
    recovery.resume_lost(store.runs())
    runs = store.runs()
    if not runs:
        nothing_trained()
        return
    devices = {"cpu", *(run.settings.get("device", "cpu") for run in runs)}
    queue_panel(
        {device: policy.limit(device) for device in SETTINGS["device"].choices if device in devices},
        policy.is_fixed,
        policy.resumes_lost(),
        field=session.field,
        on_limit=set_limit,
        on_resumes=policy.set_resumes_lost,
    )
    for run in runs[:SHOWN]:
        row(run)


main()
