"""Choosing data and runs, and taking home what a run made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from components.data_facts import facts
from components.language import day, message, t
from components.words import escaped, told_apart

# State -> colour, icon, word.
STATES = {
    "queued": ("gray", "schedule", message("waiting in the queue")),
    "starting": ("blue", "hourglass_top", message("starting")),
    "running": ("blue", "sync", message("training")),
    "paused": ("orange", "pause_circle", message("paused")),
    "stopping": ("orange", "stop_circle", message("stopping")),
    "done": ("green", "check_circle", message("done")),
    "stopped": ("orange", "stop_circle", message("stopped")),
    "failed": ("red", "error", message("failed")),
    "lost": ("red", "help", message("lost")),
}


def badge(state: str) -> str:
    """A run's state as a badge, in Markdown."""
    color, icon, word = STATES.get(state, ("gray", "help", state))
    return f":{color}-badge[:material/{icon}: {t(word)}]"


def data_choice(
    data_sets: Mapping[str, Any],
    chosen: str,
    *,
    field: Callable[..., dict[str, Any]],
    on_change: Callable[[str], Any],
) -> str:
    """The data set to train on, with what it is; its name."""
    titles = {name: _title(data_sets, name) for name in data_sets}
    st.selectbox(
        t("Data"),
        list(data_sets),
        format_func=told_apart(titles, shown=str).get,
        **field("data", chosen, on_change),
    )
    data = data_sets[chosen]
    st.caption(f"{escaped(t(data.description))} {facts(data)}")
    return chosen


def _title(data_sets: Mapping[str, Any], name: str) -> str:
    """A person's own set may be called as a ready one is."""
    data = data_sets[name]
    if not data.own:
        return t(data.title)
    alike = any(not each.own and each.title == data.title for each in data_sets.values())
    return t("{0} (your own)", data.title) if alike else data.title


def weights_choice() -> bytes | None:
    """A file of trained weights to begin with, or None to begin at random."""
    with st.expander(t("Begin with trained weights")):
        file = st.file_uploader(
            t("Weights of this network"),
            type=["safetensors"],
            help=t("A file that a run of this network gave. Without one, the seed draws the weights."),
        )
    return file.getvalue() if file else None


def run_title(run: Any) -> str:
    """A run in a list: its name, what it trained on, and when.

    Not how far it is: Streamlit tells options apart by their words, so one whose words change between
    a drawing and a click would come back as these words.
    """
    began = datetime.fromtimestamp(run.created)
    name = f"{run.name} ({run.variant})" if run.variant else run.name
    moment = f"{day(began, 'MMMd')} {began:%H:%M:%S}"
    if run.parent:
        return t("{0} on {1}, {2}, forked after step {3}", name, run.data, moment, f"{run.parent_step:,}")
    return t("{0} on {1}, {2}", name, run.data, moment)


def run_choice(
    runs: Sequence[Any],
    shown: Any,
    *,
    field: Callable[..., dict[str, Any]],
    on_change: Callable[[str], Any],
) -> None:
    """Which run to look at, newest first."""
    if not runs:
        return
    titles = {run.id: run_title(run) for run in runs}
    st.selectbox(
        t("Run"),
        [None, *titles],
        format_func=lambda run_id: titles.get(run_id, t("Choose a run to look at")),
        label_visibility="collapsed",
        # A title that has changed since it was drawn comes back as it was, and is no run.
        **field("run", shown.id if shown else None, lambda run_id: run_id in titles and on_change(run_id)),
    )


def run_heading(run: Any, store: Any, stem: str) -> str:
    """What is trained, and what can be taken home; "export" or "try" when that is asked for.

    How it stands is said by the live charts, which know it sooner.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        variant = f" · {escaped(run.variant)}" if run.variant else ""
        st.markdown(f"#### {escaped(run.name)}{variant}")
        return _downloads(run, store, stem)


@lru_cache(4)
def _content(path: Path, _changed: int) -> bytes:
    """A file's bytes, read once until it changes: the page is drawn again with every click."""
    return path.read_bytes()


def _downloads(run: Any, store: Any, stem: str) -> str:
    """The source that was trained, its weights, the document; and the buttons for all other forms and for
    trying the run.
    """
    weights: Path | None = store.weights(run.id)
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.download_button(
            t("PyTorch code"),
            store.source(run.id),
            f"{stem}.py",
            "text/x-python",
            icon=":material/code:",
            help=t("Exactly the source that this run trains."),
        )
        st.download_button(
            t("Trained weights"),
            _content(weights, weights.stat().st_mtime_ns) if weights else "",
            f"{stem}.safetensors",
            "application/octet-stream",
            icon=":material/download:",
            disabled=weights is None,
            help=t("In safetensors format.") if weights else t("There are none until the run ends."),
        )
        st.download_button(
            t("Document"),
            store.document(run.id),
            f"{stem}.loom.json",
            "application/json",
            icon=":material/draft:",
        )
        asked = st.button(
            t("Export"),
            icon=":material/ios_share:",
            disabled=weights is None,
            help=t("ONNX, torch.export, a notebook, a script that repeats the run, pictures.")
            if weights
            else t("There is nothing to export until the run ends."),
        )
        tried = st.button(
            t("Try it"),
            icon=":material/touch_app:",
            help=t("Give the run an input of your own and see what it answers."),
        )
    return "export" if asked else "try" if tried else ""
