"""Data: the sets there are, one's own files, and a look at each before it is trained on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

import session
from components.data_facts import facts
from components.data_list import data_list, file_upload, originals
from components.data_preview import balance, examples, ranges, split_in_words, view_choice
from components.form import form
from components.language import message, t
from components.setting_fields import SettingFields
from components.waiting import rerun_when
from components.words import escaped
from pages.chosen import chosen_data, chosen_settings, set_setting
from pages.drafting import draft, draft_shown, take_in
from pages.fitting import obstacles, obstacles_shown
from trainer.data import CLASSIFICATION, DataSet, all_sets, limits, own
from trainer.data.augmenting import fits
from trainer.data.forms import ENDINGS
from trainer.data.profile import Profile, places, profile, trained_on
from trainer.data.profile import balance as balance_of
from trainer.errors import TrainerError
from trainer.setting import PREPARING, problems
from trainer.settings import GROUP_OF, SETTINGS, Settings

AS_THEY_ARE, AS_TRAINED = VIEWS = (message("As they are"), message("As trained on"))


def settings() -> Settings:
    """Those of the Train page; while one of them does not fit, the defaults of those that matter here."""
    try:
        return Settings.from_values(chosen_settings())
    except TrainerError:
        return Settings()


@session.whole
def choose(name: str) -> None:
    session.remember("data", name)
    session.remember("data draft", None)


@session.whole
def delete(name: str) -> None:
    gone = all_sets()[name].title
    own.delete(name)
    session.say(message(f"{gone} was deleted. Runs that trained on it keep their figures."))


@session.whole
def bring_originals(data: DataSet, files: list) -> None:
    for file in files:
        try:
            session.say(data.original.bring(file.name, file.getvalue()))
        except TrainerError as error:
            session.say(str(error))


# --- the parts of the page


def sets_and_files() -> None:
    given = file_upload(ENDINGS, limits.in_words(), limits.LIMITS, limits.FILE.value)
    if given:
        take_in(given)
    data_list(all_sets(), chosen_data(), field=session.field, on_change=choose)


def heading(data: DataSet) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"#### {escaped(t(data.title))}")
        if not data.absent and st.button(
            t("Use for training"), type="primary", icon=":material/play_circle:", key="use-data"
        ):
            st.switch_page("pages/train.py")
        if data.own:
            with st.popover(t("Delete"), icon=":material/delete:"):
                st.caption(t("Its arrays are deleted. Runs that trained on it keep their figures."))
                st.button(t("Delete this data set"), on_click=delete, args=(data.name,), key="delete-data")
    st.caption(f"{escaped(t(data.description))} {facts(data)}")


def fit(data: DataSet) -> None:
    """Whether the drawn network can be trained on it."""
    st.markdown(t("##### The drawn network"))
    answer = session.visit().answer()
    if answer is None or answer.report.checking:
        rerun_when(session.checker_has_answered)
    if answer is None:
        st.caption(t(":material/hourglass_top: Checking whether the network fits: the checker is starting."))
        return
    found = obstacles(data, answer)
    name = escaped(session.visit().document.name)
    if not found:
        st.markdown(t(f":green[:material/check_circle: **{name} fits this data.**]"))
    if found:
        obstacles_shown(data, found, answer)


def preparation(data: DataSet, found: Profile, given: Settings) -> None:
    """Split, scaling and augmentation: settings of the next run, as on the Train page."""
    names = ["seed", *([] if data.held else ["validation"])]
    if data.dtype == "float32":
        names += ["scaling", *fits(data.shape, data.dtype)]
    st.markdown(t("##### Preparation"))
    train, held = data.parts(found.answers, given.seed, given.validation)
    st.caption(split_in_words(len(train), len(held), bool(data.held), data.task == CLASSIFICATION))
    params, chosen = [replace(SETTINGS[name], advanced=False) for name in names], chosen_settings()
    fields = SettingFields(chosen, set_and_show, problems(params, chosen))
    form(fields.params(params), of="settings", key="preparation", whole=session.whole)
    st.caption(t("These are settings of the next run, the same as on the Train page."))


@session.whole
def set_and_show(name: str, value: Any) -> None:
    """Sets a setting; one that changes what the network sees is shown in the examples at once."""
    set_setting(name, value)
    if GROUP_OF[name] == PREPARING:
        session.remember("data view", AS_TRAINED)


def looks(data: DataSet, found: Profile, given: Settings) -> None:
    view = session.recall("data view", AS_THEY_ARE)
    view_choice(
        view,
        VIEWS,
        field=session.field,
        on_change=lambda new: session.remember("data view", new or AS_THEY_ARE),
    )
    rows, everything = places(data, found), np.arange(len(found.x))
    if view == AS_TRAINED:
        x, more = (trained_on(data, found, given, chosen) for chosen in (rows, everything))
    else:
        x, more = found.x[rows], found.x
    with st.container(key="examples"):
        examples(data, x, found.y[rows], (more, found.y))


def whole_look(data: DataSet, beside: Callable[[DataSet], None] = lambda data: None) -> None:
    """Examples, preparation, balance and ranges of a set that is here, and what is to stand beside them."""
    given = settings()
    try:
        with st.spinner(t("Reading the examples")):  # the first ones load scikit-learn
            found = profile(data, given.seed)
    except TrainerError as error:
        st.error(escaped(t(str(error))))
        return
    left, right = st.columns([5, 3], gap="medium")
    with left:
        looks(data, found, given)
    with right:
        beside(data)
        preparation(data, found, given)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        st.markdown(t("##### Answers"))
        balance(*balance_of(data, found, given), classes=data.task == CLASSIFICATION)
    if found.ranges:
        with right:
            st.markdown(t("##### Ranges"))
            ranges(found.ranges, len(found.x), data.features)


def absent(data: DataSet) -> None:
    """A published set whose files are not here."""
    files = originals(data, on_download=data.original.download.start, most=limits.FILE.value)
    if files:
        st.button(
            t(f"Take {len(files)} files") if len(files) > 1 else t("Take {0}", escaped(files[0].name)),
            on_click=bring_originals,
            args=(data, files),
            key="take-originals",
        )
    if data.original.download.runs:
        rerun_when(lambda: not data.original.download.runs)


def main() -> None:
    left, right = st.columns([1, 3], gap="medium")
    with left:
        sets_and_files()
    with right:
        if draft() is not None:
            draft_shown(whole_look)
            return
        data = all_sets()[chosen_data()]
        heading(data)
        if data.absent:
            absent(data)
        else:
            whole_look(data, fit)


main()
