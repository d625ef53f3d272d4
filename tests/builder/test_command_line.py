"""python -m builder: every command, as text and as JSON, and what it says of bad input."""

import json
import subprocess
import sys

import pytest

from builder import Document, edits, to_python
from builder.__main__ import main
from builder.custom_edits import add_custom
from builder.templates import template, template_names

DOCUMENT = template("digits_cnn")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "net.loom.json"
    path.write_text(DOCUMENT.to_json(), encoding="utf-8")
    return str(path)


@pytest.fixture
def broken(tmp_path):
    path = tmp_path / "broken.loom.json"
    path.write_text(edits.set_param(DOCUMENT, "conv2", "groups", 3).to_json(), encoding="utf-8")
    return str(path)


def as_json(capsys, *arguments):
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_check_gives_shapes(file, capsys):
    code, found = as_json(capsys, "check", file)
    assert code == 0
    assert found["ok"] is True
    assert found["shapes"]["conv1"] == {"output": [16, 8, 8]}


def test_check_refuses_with_the_problems_on_standard_error(broken, capsys):
    assert main(["check", broken]) == 1
    captured = capsys.readouterr()
    assert "groups=3" in captured.err
    assert "norm2 waits for conv2" in captured.err
    assert captured.out == ""


def test_check_as_json_tells_problems_and_repairs(broken, capsys):
    code, found = as_json(capsys, "check", broken)
    assert code == 1
    (problem,) = found["problems"]
    assert problem["node"] == "conv2"
    assert "Set groups to 4" in problem["fixes"] or "Set groups to 2" in problem["fixes"]


def test_code_prints_the_source(file, capsys):
    assert main(["code", file]) == 0
    assert capsys.readouterr().out == to_python(DOCUMENT)


def test_read_prints_the_document(tmp_path, capsys):
    path = tmp_path / "net.py"
    path.write_text(to_python(DOCUMENT), encoding="utf-8")
    assert main(["read", str(path)]) == 0
    assert to_python(Document.from_json(capsys.readouterr().out)) == to_python(DOCUMENT)


def test_summary(file, capsys):
    code, found = as_json(capsys, "summary", file, "--batch", "4")
    assert code == 0
    assert found["parameters"] == 13754


def test_draw_prints_dot(file, capsys):
    assert main(["draw", file]) == 0
    assert capsys.readouterr().out.startswith("digraph")


def test_code_of_layers_is_run_where_the_command_says_so(tmp_path, capsys):
    path = tmp_path / "own.loom.json"
    path.write_text(add_custom(DOCUMENT, "flatten").to_json(), encoding="utf-8")
    assert main(["check", str(path)]) == 1
    assert (
        "Halve: Python code in the file. Once you have read it, --trust runs it." in capsys.readouterr().err
    )
    assert main(["code", str(path), "--trust"]) == 0
    assert "class Halve(nn.Module):" in capsys.readouterr().out


def test_the_list_of_templates_says_what_they_are(capsys):
    code, found = as_json(capsys, "template")
    assert code == 0
    assert found["templates"] == list(template_names())
    resnet = found["about"]["resnet50"]
    assert (resnet["title"], resnet["group"], resnet["parameters"]) == ("ResNet-50", "Vision", 25_557_032)


def test_template_lists_and_prints(capsys):
    assert main(["template"]) == 0
    assert capsys.readouterr().out.split() == list(template_names())
    assert main(["template", "digits_cnn"]) == 0
    assert Document.from_json(capsys.readouterr().out) == DOCUMENT


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["check", "missing.loom.json"], "cannot be read"),
        (["check", __file__], "This is not JSON"),
        (["template", "nothing"], "There is no template 'nothing'"),
        (["read", "missing.py"], "cannot be read"),
    ],
)
def test_bad_input_ends_with_a_sentence_and_exit_1(arguments, words, capsys):
    assert main(arguments) == 1
    assert words in capsys.readouterr().err


def test_it_runs_as_a_module(file):
    done = subprocess.run(
        [sys.executable, "-m", "builder", "check", file, "--json"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"]
