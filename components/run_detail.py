"""What is known of the chosen run, what people write about it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.language import t
from components.run_output import run_output
from components.run_panel import badge
from components.settings_table import written
from components.times import when
from components.words import count, escaped

BROKEN = ("failed", "lost")  # states of a run that nobody wanted


@dataclass(frozen=True)
class Shelf:
    """What is done with runs, and what the page knows that a run does not say.

    acts       what is asked of a run by name: resume, stop; each is called with its id.
    rename, tag, note   called with an id and what was typed.
    delete     called with ids.
    field      session.field.
    known      all tags there are.
    ahead      how many wait before a queued run, None where it does not wait.
    output     what a run's process printed.
    longest    of a name and of a note, in letters; most: of tags.
    """

    acts: Mapping[str, Callable[[str], Any]]
    rename: Callable[[str, str], Any]
    tag: Callable[[str, list[str]], Any]
    note: Callable[[str, str], Any]
    delete: Callable[[Sequence[str]], Any]
    field: Callable[..., dict[str, Any]]
    known: Sequence[str]
    ahead: Callable[[str], int | None]
    output: Callable[[str], str]
    longest: tuple[int, int]
    most: int


def run_detail(entry: Any, data: str, resumable: bool, shelf: Shelf) -> str:
    """Draws it; which button was pressed that leads elsewhere: "watch", "try", "group", "export", or ""."""
    run = entry.run
    variant = f" · {escaped(run.variant)}" if run.variant else ""
    st.markdown(f"#### {escaped(run.name)}{variant}")
    st.markdown(badge(run.state))
    if run.message and run.state in (*BROKEN, "stopped"):
        st.caption(f":red[{escaped(t(run.message))}]" if run.state != "stopped" else escaped(t(run.message)))
    st.caption(_facts(entry, data, shelf))
    if run.state in BROKEN:
        run_output(shelf.output(run.id))
    pressed = _buttons(run, resumable, shelf)
    _written(run, shelf)
    with st.expander(t("Settings")):
        st.table(
            {name: written(value) for name, value in {"data": run.data, **run.settings}.items()},
            border="horizontal",
        )
    return pressed


def _facts(entry: Any, data: str, shelf: Shelf) -> str:
    """What it trained on, when, how far it came, how large its network is."""
    run = entry.run
    parts = [data, when(run.created), t(f"epoch {run.epoch} of {run.epochs}")]
    if entry.parameters is not None:
        parts.append(t(f"{count(entry.parameters)} parameters"))
    if run.device:
        parts.append(t(f"on {run.device}"))
    if run.parent:
        parts.append(t(f"forked after step {run.parent_step:,}"))
    if (ahead := shelf.ahead(run.id)) is not None:
        parts.append(t(f"number {ahead + 1} in the queue"))
    return escaped(" · ".join(parts))


def _buttons(run: Any, resumable: bool, shelf: Shelf) -> str:
    pressed = ""
    with st.container(horizontal=True, key="run-actions"):
        if st.button(t("Watch"), type="primary", icon=":material/monitoring:"):
            pressed = "watch"
        if st.button(t("Try it"), icon=":material/touch_app:"):
            pressed = "try"
        if resumable:
            _act("resume", t("Resume"), "resume", run, shelf)
        if run.active:
            _act("stop", t("Stop"), "stop", run, shelf)
        if run.group and st.button(
            t("Compare group"), icon=":material/balance:", help=t("The runs it was started with.")
        ):
            pressed = "group"
        if st.button(t("Export figures"), icon=":material/ios_share:"):
            pressed = "export"
        delete_button([run], shelf)
    return pressed


def _act(name: str, label: str, icon: str, run: Any, shelf: Shelf) -> None:
    st.button(label, icon=f":material/{icon}:", on_click=shelf.acts[name], args=(run.id,), key=f"act-{name}")


def delete_button(runs: Sequence[Any], shelf: Shelf) -> None:
    """Deletes runs at once, since that can be undone; cannot be pressed while one of them trains."""
    active = [run for run in runs if run.active]
    st.button(
        t("Delete"),
        icon=":material/delete:",
        on_click=shelf.delete,
        args=([run.id for run in runs],),
        disabled=bool(active),
        help=t("{0} has not ended. Stop it first, then delete it.", escaped(active[0].name))
        if active
        else t("It can be undone for a day."),
        key="delete-runs",
    )


def _written(run: Any, shelf: Shelf) -> None:
    """Name, tags and note: kept when the field is left."""
    name, note = shelf.longest
    st.text_input(
        t("Name"),
        max_chars=name,
        **shelf.field(f"run-name-{run.id}", run.name, lambda new: shelf.rename(run.id, new)),
    )
    st.multiselect(
        t("Tags"),
        sorted({*shelf.known, *run.tags}),
        accept_new_options=True,
        max_selections=shelf.most,
        placeholder=t("Type a tag and press Enter"),
        **shelf.field(f"run-tags-{run.id}", run.tags, lambda tags: shelf.tag(run.id, tags)),
    )
    st.text_area(
        t("Note"),
        max_chars=note,
        height=110,
        placeholder=t("What you wanted to know, and what came out."),
        **shelf.field(f"run-note-{run.id}", run.note, lambda text: shelf.note(run.id, text)),
    )
