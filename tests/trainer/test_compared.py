"""What differs between runs that are compared."""

from __future__ import annotations

from dataclasses import replace

from trainer import compared
from trainer.store import Run


def run(name: str = "A", variant: str = "", data: str = "digits", **settings) -> Run:
    return Run("0" * 16, name=name, variant=variant, data=data, settings=settings)


def test_runs_of_one_name_are_numbered_and_others_are_not():
    runs = [run("A"), run("B"), run("A"), run("A", "LayerNorm")]
    assert compared.titles(runs) == ["A (1)", "B", "A (2)", "A · LayerNorm"]


def test_settings_are_parted_into_those_that_differ_and_those_that_do_not():
    runs = [run(lr=0.1, epochs=2), run(lr=0.2, epochs=2, momentum=0.9)]
    differing, same = compared.settings(runs)
    assert differing == {"lr": [0.1, 0.2], "momentum": [None, 0.9]}
    assert same == {"data": "digits", "epochs": 2}


def test_every_setting_of_every_run_is_in_one_of_both():
    runs = [run(lr=0.1), run(data="iris", nesterov=True), run(lr=0.1, nesterov=1)]
    differing, same = compared.settings(runs)
    assert set(differing) | set(same) == {"data", "lr", "nesterov"} and not set(differing) & set(same)
    assert differing["nesterov"] == [None, True, 1]


def test_a_rate_that_was_changed_while_a_run_trained_is_told():
    changed = replace(run(lr=0.1), lr=0.01)
    assert compared.settings([changed, run(lr=0.01)])[0] == {"lr": ["0.1 → 0.01", 0.01]}
    assert compared.settings([replace(run(lr=0.1), lr=0.1), run(lr=0.1)])[0] == {}


def test_yes_is_not_one():
    differing, _ = compared.settings([run(a=True), run(a=1)])
    assert differing == {"a": [True, 1]}
