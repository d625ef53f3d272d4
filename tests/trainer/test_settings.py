"""Settings: read from words, refused with a sentence, kept as JSON."""

import pytest

from trainer.data import find
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
        ("compile", "perhaps", "compile takes True or False"),
        ("momentun", "0.9", "There is no setting 'momentun'"),
        ("momentum", "0.9", "'momentum' is an argument of SGD, RMSprop, and none of these is chosen."),
        ("betas", "0.9", "betas takes 2 numbers. Write them as 0.9, 0.9."),
        ("betas", "0.9,2", "betas is (0.9, 2.0)"),
        ("precision", "fp16", "precision fp16 is for graphics cards."),
        ("cuda_graphs", "true", "cuda_graphs needs a graphics card."),
        ("schedule", "StepLr", "'StepLR'"),
    ],
)
def test_a_word_that_does_not_fit_is_refused_with_its_name(name, word, said):
    with pytest.raises(TrainerError, match=".*") as refused:
        Settings.from_words({name: word})
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"optimizer": "SGD", "momentun": "0.5"}, "Did you mean 'momentum'?"),
        ({"optimizer": "SGD", "nesterov": "yes", "momentum": "0"}, "nesterov needs momentum above 0"),
        ({"optimizer": "Rprop", "weight_decay": "0.1"}, "Rprop has no weight decay."),
        ({"optimizer": "Rprop", "etas": "1x2"}, "etas takes one number between 0 and 1"),
        ({"schedule": "MultiStepLR", "milestones": "8x5"}, "milestones must rise."),
        ({"schedule": "CyclicLR", "lr": "0.00001"}, "Make base_lr smaller than lr."),
        ({"device": "cuda", "compile": "1", "cuda_graphs": "1"}, "Turn one of them off."),
    ],
)
def test_settings_that_do_not_go_together_are_refused_with_what_to_do(words, said):
    with pytest.raises(TrainerError) as refused:
        Settings.from_words(words)
    assert said in str(refused.value)


def test_the_arguments_of_what_is_chosen_are_settings_too():
    words = {
        "optimizer": "SGD",
        "momentum": "0.8",
        "nesterov": "on",
        "schedule": "MultiStepLR",
        "milestones": "2,4",
    }
    settings = Settings.from_words(words)
    assert settings.of("optimizer") == {"momentum": 0.8, "dampening": 0.0, "nesterov": True}
    assert settings.of("schedule") == {"milestones": (2, 4), "gamma": 0.1}
    assert Settings.from_json(settings.to_json()) == settings


def test_what_belongs_to_another_optimizer_is_left_aside_in_a_kept_run():
    assert Settings.from_values({"optimizer": "Adam", "momentum": 0.9}) == Settings()


def test_the_learning_rate_is_the_optimizers_own_until_one_is_given():
    assert Settings(optimizer="Adadelta").lr == 1.0
    assert Settings(optimizer="AdamW").weight_decay == 0.01
    assert Settings(optimizer="Adadelta", lr=0.5).lr == 0.5


def test_the_loss_follows_from_the_data():
    assert Settings().for_data(find("digits")).loss == "CrossEntropyLoss"
    assert Settings().for_data(find("diabetes")).loss == "MSELoss"
    with pytest.raises(TrainerError, match="MSELoss is for regression and digits has classes."):
        Settings(loss="MSELoss").for_data(find("digits"))
    with pytest.raises(TrainerError, match="takes no label_smoothing"):
        Settings.from_values({"label_smoothing": 0.1}).for_data(find("diabetes"))


def test_every_value_that_does_not_fit_is_named_at_once():
    with pytest.raises(TrainerError) as refused:
        Settings.from_words({"lr": "-1", "epochs": "x"})
    assert "lr" in str(refused.value) and "epochs" in str(refused.value)


def test_every_default_fits_and_every_setting_is_explained():
    assert Settings() == Settings.from_values({each.name: each.default for each in SETTINGS.values()})
    assert all(each.help.endswith(".") for each in SETTINGS.values())
