"""Runs of networks with layers written in Python: only once they are trusted."""

from __future__ import annotations

import json

import pytest

from builder import check, custom_edits, to_python
from builder.custom import trust
from builder.templates import template
from trainer import index, launch
from trainer.__main__ import main
from trainer.errors import TrainerError
from trainer.settings import Settings

DOCUMENT = custom_edits.add_custom(template("digits_cnn"), "flatten")


@pytest.fixture
def file(tmp_path) -> str:
    path = tmp_path / "halving.loom.json"
    path.write_text(DOCUMENT.to_json())
    return str(path)


def test_a_trusted_layer_trains(file, capsys):
    assert check(DOCUMENT, trust=True).ok
    assert main(["run", file, "--trust", "--data", "digits", "--epochs", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["state"] == "done" and found["metrics"]["val_accuracy"] > 0.3


def test_without_trust_nothing_starts(file, capsys):
    assert main(["run", file, "--data", "digits"]) == 1
    assert "halve1 (Halve) runs Python code of its own" in capsys.readouterr().err
    source = to_python(DOCUMENT, trust=True)
    with pytest.raises(
        TrainerError, match="The network uses Halve, which is Python code of its own. Read it"
    ):
        launch.start(DOCUMENT, source, Settings(), "digits", trust=frozenset())
    assert index.runs() == []


def test_a_server_that_is_switched_off_trains_none(monkeypatch):
    source = to_python(DOCUMENT, trust=True)
    trust.keep(DOCUMENT.custom["Halve"])
    monkeypatch.setenv("LAYERLOOM_CUSTOM_CODE", "off")
    for given in (True, frozenset({DOCUMENT.custom["Halve"].digest})):
        with pytest.raises(TrainerError, match="none is run here"):
            launch.start(DOCUMENT, source, Settings(), "digits", trust=given)
    assert index.runs() == []
