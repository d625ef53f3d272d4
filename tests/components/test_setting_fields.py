"""Settings as parts of a form: each in its place, with what is wrong below it."""

import pytest

from components.form import Lines
from components.setting_fields import SettingFields
from trainer import shown
from trainer.choices import Choice
from trainer.data import DATASETS
from trainer.setting import CHOICES, problems

DIGITS = DATASETS["digits"]


def fields_of(values, done=None) -> SettingFields:
    every = shown.every(values, DIGITS)
    return SettingFields(values, lambda *given: done.append(given), problems(every, values))


def keys(part) -> list[str]:
    return [field.key for field in part.fields]


@pytest.mark.parametrize(
    ("name", "choice"), [(name, each) for name in CHOICES for each in CHOICES[name].values()]
)
def test_a_choice_stands_before_its_sentence_and_its_own_arguments(name: str, choice: Choice):
    if name == "loss" and choice.name not in shown.section("loss", {}, DIGITS).setting.choices:
        return  # of other data
    section = shown.section(name, {name: choice.name}, DIGITS)
    first, about, main, more = fields_of({name: choice.name}).section(section)
    assert keys(first) == [name] and first.fields[0].wide and first.fields[0].shown() == choice.name
    assert about == Lines((choice.about,))
    assert sorted(keys(main) + keys(more)) == sorted(param.name for param in section.params)
    assert more.title == f"More settings of {choice.name}" and not main.title


def test_a_setting_is_set_and_an_emptied_one_left_to_its_default():
    done = []
    main, _ = fields_of({}, done).params(shown.section("optimizer", {}, DIGITS).params)
    lr, betas = main.fields[:2]
    lr.on_change("0.5")
    betas.on_change("0.8 x 0.9")
    betas.on_change("")
    assert done == [("lr", 0.5), ("betas", (0.8, 0.9)), ("betas", None)]


def test_what_is_wrong_is_said_below_its_field_alone():
    values = {"epochs": -3, "batch_size": 8}
    main, _ = fields_of(values).params(shown.plain())
    said = {field.key: (field.value, field.problem) for field in main.fields}
    assert said["epochs"] == ("-3", "epochs is -3; it takes a whole number from 1 to 100000.")
    assert said["batch_size"] == ("8", "")
