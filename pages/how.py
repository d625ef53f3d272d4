"""How to train, on the Train page: the settings, their curve, the search for a rate, and saved presets."""

from __future__ import annotations

import streamlit as st

import session
from components import curves
from components.language import t
from components.preset_panel import preset_panel
from components.rate_finder import rate_finder
from components.settings_form import SettingsForm, remarks
from components.waiting import rerun_when
from components.words import escaped
from pages.chosen import chosen_settings, set_setting
from trainer import finder, presets, schedules, shown
from trainer.agreement import remarks as remarks_on
from trainer.data import DataSet
from trainer.errors import TrainerError
from trainer.settings import Settings


def settings_form(data_set: DataSet, devices: list[str], refused: bool) -> None:
    """refused: whether the network cannot be trained, so that no rate can be searched either."""
    fitting = shown.fitting(chosen_settings(), data_set)
    form = SettingsForm("training", fitting, field=session.field, on_set=set_setting)
    form.params(shown.plain())
    form.section(shown.section("loss", fitting, data_set))
    form.section(shown.section("optimizer", fitting, data_set))
    search(fitting, data_set, refused)
    form.section(shown.section("schedule", fitting, data_set))
    try:
        settings = Settings.from_values(fitting)
    except TrainerError as error:  # Start says it too; here it stands beside what is wrong
        st.warning(escaped(t(str(error))), icon=":material/error:")
    else:
        rate_curve(settings, data_set)
        remarks(remarks_on(settings))
    form.folded(shown.folded(fitting, data_set, devices))


def rate_curve(settings: Settings, data_set: DataSet) -> None:
    """How the learning rate will move; nothing where it stays."""
    schedule = schedules.SCHEDULES[settings.schedule]
    if schedule.waits:
        st.caption(t("The curve follows from the validation loss, so there is none to draw yet."))
    elif settings.schedule != "none":
        plan = settings.plan(shown.steps_per_epoch(settings, data_set))
        points = schedules.curve(schedule, plan, curves.POINTS)
        places = [(step / plan.steps_per_epoch, rate) for step, rate in points]
        curves.rate_curve(places, settings.epochs, stepped=schedule.per == schedules.EPOCH)


def search(chosen: dict, data_set: DataSet, refused: bool) -> None:
    """The learning-rate finder. Its answer is for these settings alone; with others it is asked anew."""
    document = session.visit().document
    without_rate = finder.deciding(chosen)
    try:
        asked = finder.key(document, without_rate, data_set.name)
    except TrainerError:  # said below the form
        asked, refused = ("", "", ""), True
    ours = finder.finder()
    answer = ours.answer(asked)
    waits = ours.asked(asked) and answer is None
    rate_finder(
        answer,
        waits=waits,
        refused=refused,
        on_ask=lambda: ours.ask(document, without_rate, data_set.name),
        on_use=lambda rate: set_setting("lr", rate),
    )
    if waits:
        rerun_when(lambda: ours.answer(asked) is not None)


# --- presets


def saved() -> None:
    """The panel of presets."""
    names, taken = presets.names(), session.recall("preset", "")
    preset_panel(
        names,
        taken if taken in names else "",
        session.recall("preset-name", ""),
        field=session.field,
        on_take=take,
        on_type=lambda name: session.remember("preset-name", name),
        on_save=save,
        on_rename=rename,
        on_delete=delete,
    )


@session.whole
def take(name: str) -> None:
    try:
        session.remember("training", presets.load(name))
    except TrainerError as error:
        session.say(str(error))
        return
    name_now(name)


@session.whole
def save() -> None:
    try:
        name_now(presets.save(session.recall("preset-name", ""), chosen_settings()))
    except TrainerError as error:
        session.say(str(error))


@session.whole
def rename() -> None:
    try:
        name_now(presets.rename(session.recall("preset", ""), session.recall("preset-name", "")))
    except TrainerError as error:
        session.say(str(error))


@session.whole
def delete() -> None:
    presets.delete(session.recall("preset", ""))
    name_now("")


def name_now(name: str) -> None:
    """The preset that was taken or saved last, whose name stands in the field."""
    session.remember("preset", name)
    session.remember("preset-name", name)
