"""What can be asked of a run: to pause, go on, do one batch, stop, learn at another rate, resume; and a
fork of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from builder.kinds import Param
from components.form import Part, Whole, form
from components.language import dialog, message, t
from components.words import escaped


@dataclass(frozen=True)
class Button:
    """A button of a run: what it asks for, and when it is there."""

    act: str
    label: str
    icon: str
    help: str
    there: Callable[[Any], bool]


def _is_paused(run: Any) -> bool:
    return run.active and run.wanted == "pause"


# By what is wanted, not by the state: that follows a batch later, without the page being drawn again.
BUTTONS = (
    Button(
        "bring_back",
        message("Bring it back"),
        "undo",
        message("Into the list of runs again."),
        lambda run: run.deleted is not None,
    ),
    Button(
        "pause",
        message("Pause"),
        "pause",
        message("After the current batch; another run may compute in the meantime."),
        lambda run: run.active and run.wanted != "pause",
    ),
    Button("go_on", message("Continue"), "play_arrow", message("Once it is its turn."), _is_paused),
    Button("step", message("Step"), "skip_next", message("One batch, and a pause behind it."), _is_paused),
    Button(
        "stop",
        message("Stop"),
        "stop",
        message("Takes effect within one batch; what is trained so far can be downloaded."),
        lambda run: run.active,
    ),
    Button(
        "resume",
        message("Resume"),
        "resume",
        message("Goes on from the last checkpoint, as if it had never ended."),
        lambda run: run.state in ("stopped", "failed", "lost"),
    ),
    Button(
        "fork",
        message("Fork"),
        "call_split",
        message("A new run that goes on from a checkpoint of this one, with other settings."),
        lambda run: True,
    ),
)


def run_control(
    run: Any,
    rate: Param,
    acts: Mapping[str, Callable[..., Any]],
    field: Callable[..., dict[str, Any]],
    *,
    follows: str = "",
) -> None:
    """The buttons of a run and the field of its learning rate.

    acts  what is done with the run's id, by the names of BUTTONS, and "set_rate" with a rate as well.
    field  see session.field.
    follows  the schedule that moves the rate; "" where it stays as a person sets it.
    """
    if run.deleted is not None:
        st.warning(
            t("This run was deleted. For a day it can be brought back, then its files go."),
            icon=":material/delete:",
        )
    with st.container(horizontal=True, vertical_alignment="bottom", key="run-control"):
        for each in BUTTONS:
            if each.there(run):
                st.button(
                    t(each.label),
                    key=f"{each.act}-{run.id}",
                    icon=f":material/{each.icon}:",
                    on_click=acts[each.act],
                    args=(run.id,),
                    disabled=run.state == "stopping",
                    help=t(each.help),
                )
        if run.active and run.state != "stopping":
            _rate_field(run, rate, acts["set_rate"], field, follows)


def _rate_field(
    run: Any,
    rate: Param,
    set_rate: Callable[[str, float], Any],
    field: Callable[..., dict[str, Any]],
    follows: str,
) -> None:
    kept = t("Counts from the next batch on, and is kept in the run's train.py.")
    moved = t(f"{follows} goes on, as if it had begun with this as its lr: its rates are multiplied alike.")
    value = float(run.lr or run.settings.get("lr", rate.default))
    st.number_input(
        t("Base learning rate") if follows else t("Learning rate now"),
        min_value=rate.low,
        max_value=rate.high,
        step=max(value / 10, 1e-6),
        format="%g",
        width=170,
        help=f"{moved} {kept}" if follows else kept,
        **field(f"rate-{run.id}", value, lambda lr: set_rate(run.id, lr)),
    )


@dataclass(frozen=True)
class Fork:
    """What the dialog of a fork of a run works with.

    kept      the checkpoints there are (step, epoch, loss, best), the newest first.
    fields    the settings that may change, as parts of a form.
    start     takes the step; whether a run was started.
    closed    called when the dialog is closed without one.
    messages  what went wrong, in sentences, once.
    """

    run_id: str
    name: str
    kept: Sequence[Any]
    fields: Callable[[], Sequence[Part]]
    start: Callable[[int], bool]
    closed: Callable[[], Any]
    messages: Callable[[], list[str]]
    whole: Whole


def fork_panel(fork: Fork) -> None:
    """Opens over the page; what happens in it draws nothing but itself."""
    dialog("Fork a run", on_dismiss=fork.closed)(_fork_form)(fork)


def _title(kept: Any) -> str:
    if kept.loss is None:
        return t(f"Step {kept.step:,}, in epoch {kept.epoch}")
    words = t(f"Step {kept.step:,}, the end of epoch {kept.epoch}: validation loss {kept.loss:.4g}")
    return t(f"{words}, the best") if kept.best else words


def _fork_form(fork: Fork) -> None:
    if not fork.kept:
        st.info(t("There is no checkpoint yet. Pause the run: that writes one."))
        return
    st.caption(
        t(
            "A new run takes over the weights, the optimizer and the place in the data of "
            f"{escaped(fork.name)} and goes on with these settings. "
            "The order of the data stays: so do its seed and batch size."
        )
    )
    titles = {each.step: _title(each) for each in fork.kept}
    step = st.selectbox(t("Checkpoint"), list(titles), format_func=titles.get)
    form(fork.fields(), of=fork.run_id, key="fork", whole=fork.whole)
    if st.button(t("Start the fork"), type="primary", icon=":material/call_split:", width="stretch"):
        if fork.start(step):
            st.rerun()
        for sentence in fork.messages():
            st.error(escaped(t(sentence)))
