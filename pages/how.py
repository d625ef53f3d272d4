"""How to train, on the Train page: the settings, their curve, the search for a rate, and saved presets."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import streamlit as st

import session
from components import curves
from components.form import Part, form
from components.language import t
from components.preset_panel import preset_panel
from components.rate_finder import rate_finder
from components.setting_fields import SettingFields, remarks
from components.waiting import rerun_when
from components.words import escaped
from pages.chosen import chosen_settings, set_setting
from trainer import finder, presets, schedules, shown
from trainer.agreement import remarks as remarks_on
from trainer.data import DataSet
from trainer.errors import TrainerError
from trainer.setting import CHOICES, problems
from trainer.settings import Settings


def settings_form(data_set: DataSet, devices: list[str], refused: bool) -> None:
    """refused: whether the network cannot be trained, so that no rate can be searched either."""
    fitting = shown.fitting(chosen_settings(), data_set)
    wrong = problems(shown.every(fitting, data_set), fitting)
    fields = SettingFields(fitting, set_setting, wrong)
    loss, optimizer, schedule = (shown.section(name, fitting, data_set) for name in CHOICES)
    drawn("settings", fields.params(shown.plain()), fields.section(loss), fields.section(optimizer))
    search(fitting, data_set, refused)
    drawn("schedule", fields.section(schedule))
    try:
        settings = Settings.from_values(fitting)
    except TrainerError as error:  # Start says it too; here it stands beside what is wrong
        if not wrong:  # what is wrong with a single value stands below its field
            st.warning(escaped(t(str(error))), icon=":material/error:")
    else:
        rate_curve(settings, data_set)
        remarks(remarks_on(settings))
    drawn("more-settings", fields.folded(shown.folded(fitting, data_set, devices)))


def drawn(key: str, *parts: Iterable[Part]) -> None:
    """A form: settings up to where something else stands between them."""
    form([*chain(*parts)], of="settings", key=key, whole=session.whole)


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
