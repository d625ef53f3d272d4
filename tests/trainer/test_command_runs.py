"""The command line of runs: everything that the Runs page does."""

from __future__ import annotations

import json

import pytest

from tests.trainer.runs import ended
from trainer import store
from trainer.__main__ import main


@pytest.fixture
def said(capsys):
    def said(*words: str) -> dict:
        assert main(["runs", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return said


def test_runs_are_named_tagged_written_about_and_found_again(said):
    one, two = ended("One"), ended("Two", losses=[float("nan")])
    said("rename", one, "Wide CNN")
    said("tag", one, two, "--add", "a", "--add", "b")
    said("tag", two, "--remove", "a")
    assert said("note", one, "Too wide?")["runs"][0]["note"] == "Too wide?"
    assert said("note", one)["runs"][0]["note"] == "Too wide?"
    assert [each["run"] for each in said("list", "--search", "wide")["runs"]] == [one]
    assert [each["run"] for each in said("list", "--tag", "b")["runs"]] == [two, one]
    assert [each["tags"] for each in said("list", "--tag", "a")["runs"]] == [["a", "b"]]
    last = {each["run"]: each["last"] for each in said()["runs"]}
    assert last[one]["loss"] == 0.25 and last[two]["loss"] is None


def test_runs_are_deleted_and_brought_back(said):
    one, two = ended("One"), ended("Two")
    said("delete", one)
    assert [each["run"] for each in said()["runs"]] == [two]
    assert [each["run"] for each in said("list", "--deleted")["runs"]] == [one]
    said("restore", one)
    assert len(said()["runs"]) == 2
    said("delete", one, "--for-good")
    assert not store.folder(one).exists()


def test_runs_are_compared(said, capsys):
    one, two = ended("One"), ended("Two", settings={"lr": 0.5}, data="iris")
    found = said("compare", one, two)
    assert found["differing"] == {"data": ["digits", "iris"], "lr": [0.01, 0.5]}
    assert main(["runs", "compare", one, two]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["One", "Two"] and lines[1].split() == ["val_loss", "0.25", "0.25"]


def test_figures_are_written_to_a_file(said, tmp_path):
    path = tmp_path / "figures.csv"
    assert said("metrics", ended(), "--output", str(path))["bytes"] == path.stat().st_size
    assert path.read_text().startswith("run,name,step")


@pytest.mark.parametrize(
    "words, why",
    [
        (("metrics", "{run}", "--form", "mlflow"), "takes --output"),
        (("metrics", "0123456789abcdef"), "There is no run"),
        (("rename", "{run}", " "), "1 to 100 letters"),
        (("delete", "0123456789abcdef"), "There is no run"),
        (("tag", "{run}", "--add", "a,b"), "has a comma in it"),
    ],
)
def test_what_cannot_be_done_is_said(words, why, capsys):
    run_id = ended()
    assert main(["runs", *(word.format(run=run_id) for word in words)]) == 1
    assert why in capsys.readouterr().err
