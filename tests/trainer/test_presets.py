"""Presets: kept, taken, renamed and deleted; what does not fit is refused with a sentence."""

import sqlite3

import pytest

from builder.home import home
from trainer import presets
from trainer.__main__ import main
from trainer.errors import TrainerError
from trainer.settings import Settings

VALUES = {"optimizer": "SGD", "momentum": 0.5, "schedule": "MultiStepLR", "milestones": (2, 4), "epochs": 3}


def test_what_was_saved_is_what_is_taken():
    assert presets.save("  My   run ", VALUES) == "My run"
    presets.save("another", {})
    assert presets.names() == ["another", "My run"]
    assert presets.load("My run") == VALUES
    assert Settings.from_values(presets.load("My run")) == Settings.from_values(VALUES)


def test_a_preset_is_replaced_renamed_and_deleted():
    presets.save("a", VALUES)
    presets.save("a", {"epochs": 9})
    assert presets.load("a") == {"epochs": 9}
    presets.rename("a", "b")
    presets.save("c", {})
    with pytest.raises(TrainerError, match="There is a preset 'c' already."):
        presets.rename("b", "c")
    presets.delete("b")
    assert presets.names() == ["c"]


def test_names_and_settings_that_do_not_fit_are_refused():
    for name, said in (("  ", "has no name"), ("x" * 61, "Use 60 at most")):
        with pytest.raises(TrainerError, match=said):
            presets.save(name, {})
    with pytest.raises(TrainerError, match="epochs is 0"):
        presets.save("a", {"epochs": 0})
    with pytest.raises(TrainerError, match="Did you mean 'fast'"):
        presets.save("fast", {})
        presets.load("fst")


def test_a_preset_that_does_not_fit_any_more_says_so():
    presets.save("old", {})
    with sqlite3.connect(home() / "presets.db") as connection:
        connection.execute("UPDATE presets SET settings = '{\"rate\": 1}'")
    connection.close()
    with pytest.raises(TrainerError, match="The preset 'old' does not fit any more.*Delete it."):
        presets.load("old")


def test_the_command_line_begins_with_a_preset_and_words_go_before_it(tmp_path, capsys):
    presets.save("mine", {"epochs": 2, "optimizer": "SGD", "momentum": 0.5})
    file = tmp_path / "net.loom.json"
    assert main(["run", str(file), "--data", "digits", "--preset", "nine"]) == 1
    assert "Did you mean 'mine'?" in capsys.readouterr().err
    settings = Settings.from_words({"epochs": "5"}, presets.load("mine"))
    assert (settings.epochs, settings.arguments["momentum"]) == (5, 0.5)
