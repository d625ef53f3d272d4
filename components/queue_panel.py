"""How many runs may compute at once on each device, and whether lost runs come back by themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from components.language import message, t

DEVICES = {"cpu": message("the processor"), "cuda": message("the graphics card")}


def queue_panel(
    limits: Mapping[str, int],
    fixed: Callable[[str], bool],
    resumes: bool,
    *,
    field: Callable[..., dict[str, Any]],  # see session.field
    on_limit: Callable[[str, int], Any],
    on_resumes: Callable[[bool], Any],
) -> None:
    """The limits by device, from 1 to 64; those that the environment fixes can be read only."""
    st.markdown(t("##### The queue"))
    with st.container(horizontal=True, vertical_alignment="bottom", key="queue-panel"):
        for device, limit in limits.items():
            st.number_input(
                t(f"Runs at once on {DEVICES.get(device, device)}"),
                min_value=1,
                max_value=64,
                width=230,
                disabled=fixed(device),
                help=t("The others wait in the queue: first come, first served."),
                **field(f"limit-{device}", limit, lambda runs, device=device: on_limit(device, runs)),
            )
        st.toggle(
            t("Resume lost runs"),
            help=t(
                "A run whose process was ended from outside goes on from its last checkpoint when a page or "
                "a command looks, three times at most without a new checkpoint."
            ),
            **field("resume-lost", resumes, on_resumes),
        )
