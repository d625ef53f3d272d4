"""A file that was given and is not a data set yet: what is guessed of it, corrected, looked at and kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

import session
from components.data_facts import facts
from components.language import message, t
from components.recipe_form import recipe_form
from components.words import escaped
from trainer.data import DataSet, own
from trainer.data.forms import form_of
from trainer.errors import TrainerError

DRAFT, TAKEN = "data draft", "data taken"  # names of what the visit remembers


def draft() -> dict[str, Any] | None:
    """The file being looked at: {"path", "options" that were chosen, "title"}; None where there is none."""
    found = session.recall(DRAFT, None)
    return found if found and Path(found["path"]).exists() else None


def take_in(given: Any) -> None:
    """Makes a draft of what an uploader holds, once. What cannot be read is said."""
    files = given if isinstance(given, list) else [given]
    mark = [file.file_id for file in files]
    if session.recall(TAKEN, None) == mark:
        return
    session.remember(TAKEN, mark)
    try:
        if isinstance(given, list):
            path = own.take_in_folder((file.name, file.getvalue()) for file in files)
        else:
            path = own.take_in(given.name, given.getvalue())
    except TrainerError as error:
        session.say(str(error))
    else:
        session.remember(DRAFT, {"path": str(path), "options": {}, "title": path.stem.replace("_", " ")})


@session.whole
def change(name: str, value: Any) -> None:
    session.remember(DRAFT, {**session.recall(DRAFT, {}), name: value})


@session.whole
def set_option(name: str, value: Any) -> None:
    held = draft()
    if held and value is not None:
        path = Path(held["path"])
        value = tuple(value) if isinstance(value, list) else value
        change("options", form_of(path).changed(path, held["options"], name, value))


@session.whole
def keep() -> None:
    """Makes the draft a data set and chooses it."""
    held = draft()
    if not held:
        return
    path = Path(held["path"])
    try:
        kept = own.keep(path, form_of(path).completed(path, held["options"]), held["title"])
    except (TrainerError, OSError) as error:
        session.say(str(error))
        return
    session.remember("data", kept.name)
    session.remember(DRAFT, None)
    session.say(message(f"{kept.title} was kept. It is chosen for training."))


def draft_shown(look: Callable[[DataSet], None]) -> None:
    """The form of the draft, what it gives, and the buttons that keep or drop it."""
    held = draft()
    path = Path(held["path"])
    form = form_of(path)
    st.markdown(f"#### {escaped(t(form.title))}: {escaped(path.name)}")
    try:
        values = form.completed(path, held["options"])
        options = form.options(path, values)
    except TrainerError as error:
        st.error(escaped(t(str(error))), icon=":material/error:")
        _buttons(ready=False)
        return
    st.caption(t("This is what the file seems to hold. Correct what is wrong, look at it, and keep it."))
    title, _ = st.columns([5, 3], gap="medium")
    title.text_input(
        t("Name"), **session.field("draft-title", held["title"], lambda text: change("title", text))
    )
    recipe_form(f"draft-{path.parent.name}", options, values, field=session.field, on_set=set_option)
    try:
        data = own.drafted(path, values, held["title"])
        notes = own.made(path, values).notes
    except TrainerError as error:
        st.error(escaped(t(str(error))), icon=":material/error:")
        _buttons(ready=False)
        return
    _buttons(ready=True)
    st.markdown(f":green[:material/check_circle: **{escaped(facts(data))}**]")
    for note in notes:
        st.caption(f":material/info: {escaped(t(note))}")
    look(data)


def _buttons(ready: bool) -> None:
    with st.container(horizontal=True):
        st.button(
            t("Keep this data set"),
            type="primary",
            icon=":material/check:",
            disabled=not ready,
            on_click=keep,
            key="keep-data",
        )
        st.button(
            t("Drop it"),
            icon=":material/close:",
            on_click=lambda: session.remember(DRAFT, None),
            key="drop-data",
        )
