"""The learning-rate finder: its rule on curves one can foresee, and on the digits."""

import math
import time

import pytest

from builder import to_python
from builder.templates import template
from tests.trainer.conftest import until
from trainer import finder
from trainer.data import find
from trainer.errors import TrainerError
from trainer.search import HIGHEST, LOWEST, STEPS, Found, search, smoothed, suggested
from trainer.settings import Settings

RATES = [10.0 ** (place / 10 - 6) for place in range(71)]


def test_the_suggestions_are_where_the_loss_falls_fastest_and_a_tenth_of_the_lowest():
    # A step down at 1e-3, the bottom at 1e-1, then up.
    losses = [2 - math.tanh(2 * (math.log10(r) + 3)) + max(0.0, math.log10(r) + 1) ** 2 for r in RATES]
    found = suggested(RATES, losses)
    assert found.steepest == pytest.approx(1e-3, rel=0.01)
    assert found.tenth == pytest.approx(1e-2, rel=0.3)


def test_a_loss_that_only_rises_still_gets_an_answer():
    found = suggested(RATES, [1.0 + place for place in range(71)])
    assert LOWEST / 20 < found.tenth < found.steepest < 1e-4


def test_smoothing_leaves_a_constant_as_it_is():
    assert smoothed([3.0] * 9) == pytest.approx([3.0] * 9)


def test_on_the_digits_it_finds_a_rate_that_learns_and_the_same_again(train):
    source = to_python(template("digits_cnn"))
    found = search(source, Settings(optimizer="SGD", threads=1), find("digits"))
    assert found == search(source, Settings(optimizer="SGD", threads=1), find("digits"))
    assert found.tenth >= LOWEST and 1e-3 < found.steepest < 1
    assert len(found.rates) == len(found.losses) <= STEPS and found.rates[-1] <= HIGHEST * 1.001
    assert Found.from_json(found.to_json()) == found
    run = train(source, optimizer="SGD", lr=found.steepest, epochs=1)
    assert sum(run.confusion[label][label] for label in range(10)) > 300  # of 360


def test_a_network_that_cannot_train_is_said():
    with pytest.raises(TrainerError, match="conv1 or what follows it cannot work with"):
        search(to_python(template("digits_cnn")), Settings(), find("iris"))


def test_an_answer_stays_while_the_run_is_planned():
    values = {"optimizer": "SGD", "momentum": 0.5, "lr": 1.0, "epochs": 3, "schedule": "StepLR", "gamma": 0.5}
    assert finder.deciding(values) == {"optimizer": "SGD", "momentum": 0.5}


@pytest.mark.slow
def test_the_page_asks_a_process_of_its_own_and_waits(home):
    ours, document = finder.Finder(), template("iris_mlp")
    values = {"optimizer": "SGD", "momentum": 0.5, "threads": 1}
    asked = finder.key(document, values, "iris")
    assert not ours.asked(asked)
    began = time.monotonic()
    ours.ask(document, values, "iris")
    assert time.monotonic() - began < 1 and ours.asked(asked)
    until(lambda: ours.answer(asked) is not None)
    assert isinstance(ours.answer(asked), Found)
    wrong = finder.key(document, {}, "digits")
    ours.ask(document, {}, "digits")
    until(lambda: ours.answer(wrong) is not None)
    assert "digits gives (1, 8, 8)" in ours.answer(wrong)
