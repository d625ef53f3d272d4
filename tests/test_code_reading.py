"""What the code panel reports, as changes of the visit."""

from __future__ import annotations

from pathlib import Path

import pytest

import code_reading
from builder.service import service
from builder.templates import template
from visit import Visit


@pytest.fixture
def visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    held = Visit()
    held.start(template("digits_cnn"))
    return held


def read(visit: Visit, text: str) -> dict:
    code_reading.handle(visit, {"type": "read", "text": text, "stamp": "s"})
    return visit.settings[code_reading.READING]


def test_a_line_selects_its_node_wherever_one_looks(visit):
    visit.start(template("googlenet"))
    code_reading.handle(visit, {"type": "line", "block": "", "node": "pool4"})
    assert (visit.selected, code_reading.selected(visit)) == ("pool4", ("", "pool4"))
    code_reading.handle(visit, {"type": "line", "block": "ConvNormReLU", "node": "norm"})
    assert (visit.path, code_reading.selected(visit)) == (("conv1",), ("ConvNormReLU", "norm"))
    code_reading.handle(visit, {"type": "line", "block": "Inception", "node": "pool"})
    assert (visit.path, visit.selected) == (("inception3a",), "pool")
    code_reading.handle(visit, {"type": "line", "block": "", "node": "gone"})
    code_reading.handle(visit, {"type": "line", "block": "Gone", "node": "gone"})
    assert code_reading.selected(visit) == ("Inception", "pool")


def test_code_is_read_back_as_one_edit_and_the_outputs_keep_their_names(visit):
    before = visit.document
    source = service().code(before)
    found = read(visit, source.replace("nn.Linear(128, 64)", "nn.Linear(128, 32)"))
    assert found["read"] and not found["done"]  # fc2 does not fit yet, so the text is kept
    assert "does not fit yet" in found["said"]
    assert visit.document.main["fc1"].params["out_features"] == 32
    assert [node.id for node in visit.document.main.nodes] == [node.id for node in before.main.nodes]
    visit.undo()
    assert visit.document == before
    found = read(visit, source.replace("nn.MaxPool2d(2)", "nn.AvgPool2d(2)"))
    assert found["done"] and not found["notes"]


def test_what_is_not_python_changes_nothing_and_names_the_line(visit):
    before = visit.document
    found = read(visit, "import torch\nclass Net(nn.Module:\n    pass\n")
    assert not found["read"] and visit.document == before
    assert found["notes"][0][0] == 2 and "is not Python" in found["notes"][0][1]


def test_code_without_a_network_is_refused_with_a_sentence(visit):
    found = read(visit, "x = 1\n")
    assert not found["read"] and "has no network" in found["said"]
    assert found["said"].endswith("The network stays as it was.")
