"""Settings: read from words, refused with a sentence, kept as JSON."""

import pytest

from trainer.errors import TrainerError
from trainer.settings import SETTINGS, Settings


def test_words_become_values():
    settings = Settings.from_words({"lr": "0.01", "epochs": "3", "optimizer": "SGD"})
    assert (settings.lr, settings.epochs, settings.optimizer) == (0.01, 3, "SGD")


def test_settings_survive_json():
    settings = Settings(lr=0.5, batch_size=7)
    assert Settings.from_json(settings.to_json()) == settings


@pytest.mark.parametrize(
    ("name", "word", "said"),
    [
        ("lrr", "1", "Did you mean 'lr'?"),
        ("lr", "fast", "lr takes a number"),
        ("lr", "nan", "lr takes a number"),
        ("epochs", "0", "epochs is 0"),
        ("epochs", "1.5", "epochs takes a whole number"),
        ("optimizer", "Adamw", "'AdamW'"),
        ("device", "tpu", "'cuda'"),
    ],
)
def test_a_word_that_does_not_fit_is_refused_with_its_name(name, word, said):
    with pytest.raises(TrainerError, match=".*") as refused:
        Settings.from_words({name: word})
    assert said in str(refused.value)


def test_every_value_that_does_not_fit_is_named_at_once():
    with pytest.raises(TrainerError) as refused:
        Settings.from_words({"lr": "-1", "epochs": "x"})
    assert "lr" in str(refused.value) and "epochs" in str(refused.value)


def test_every_default_fits_and_every_setting_is_explained():
    assert Settings() == Settings.from_values({each.name: each.default for each in SETTINGS.values()})
    assert all(each.help.endswith(".") for each in SETTINGS.values())
