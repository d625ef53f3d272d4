"""Choosing data and runs, and taking home what a run made."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from components.words import escaped, shape

STATE_WORDS = {
    "queued": ":gray-badge[:material/schedule: waiting in the queue]",
    "starting": ":blue-badge[:material/hourglass_top: starting]",
    "running": ":blue-badge[:material/sync: training]",
    "paused": ":orange-badge[:material/pause_circle: paused]",
    "stopping": ":orange-badge[:material/stop_circle: stopping]",
    "done": ":green-badge[:material/check_circle: done]",
    "stopped": ":orange-badge[:material/stop_circle: stopped]",
    "failed": ":red-badge[:material/error: failed]",
    "lost": ":red-badge[:material/help: lost]",
}


def data_choice(
    data_sets: Mapping[str, Any],
    chosen: str,
    *,
    field: Callable[..., dict[str, Any]],
    on_change: Callable[[str], Any],
) -> str:
    """The data set to train on, with what it is; its name."""
    st.selectbox(
        "Data",
        list(data_sets),
        format_func=lambda name: data_sets[name].title,
        **field("data", chosen, on_change),
    )
    data = data_sets[chosen]
    st.caption(
        f"{escaped(data.description)} {data.examples:,} examples of {shape(data.shape)}, "
        f"{data.classes} classes."
    )
    return chosen


def weights_choice() -> bytes | None:
    """A file of trained weights to begin with, or None to begin at random."""
    with st.expander("Begin with trained weights"):
        file = st.file_uploader(
            "Weights of this network",
            type=["safetensors"],
            help="A file that a run of this network gave. Without one, the seed draws the weights.",
        )
    return file.getvalue() if file else None


def run_title(run: Any) -> str:
    """A run in a list: its name, what it trained on, and when.

    Not how far it is: Streamlit tells options apart by their words, so one whose words change between
    a drawing and a click would come back as these words.
    """
    moment = time.strftime("%d %b %H:%M:%S", time.localtime(run.created))
    variant = f" ({run.variant})" if run.variant else ""
    fork = f", forked after step {run.parent_step:,}" if run.parent else ""
    return f"{run.name}{variant} on {run.data}, {moment}{fork}"


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
        "Run",
        [None, *titles],
        format_func=lambda run_id: titles.get(run_id, "Choose a run to look at"),
        label_visibility="collapsed",
        **field("run", shown.id if shown else None, lambda run_id: run_id and on_change(run_id)),
    )


def run_heading(run: Any, store: Any, stem: str) -> str:
    """What is trained, and what can be taken home; "export" when that is asked for.

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
    """The source that was trained, its weights, the document; and the button for all other forms."""
    weights: Path | None = store.weights(run.id)
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.download_button(
            "PyTorch code",
            store.source(run.id),
            f"{stem}.py",
            "text/x-python",
            icon=":material/code:",
            help="Exactly the source that this run trains.",
        )
        st.download_button(
            "Trained weights",
            _content(weights, weights.stat().st_mtime_ns) if weights else "",
            f"{stem}.safetensors",
            "application/octet-stream",
            icon=":material/download:",
            disabled=weights is None,
            help="In safetensors format." if weights else "There are none until the run ends.",
        )
        st.download_button(
            "Document",
            store.document(run.id),
            f"{stem}.loom.json",
            "application/json",
            icon=":material/draft:",
        )
        asked = st.button(
            "Export",
            icon=":material/ios_share:",
            disabled=weights is None,
            help="ONNX, torch.export, a notebook, a script that repeats the run, pictures."
            if weights
            else "There is nothing to export until the run ends.",
        )
    return "export" if asked else ""
