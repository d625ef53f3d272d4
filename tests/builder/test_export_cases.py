"""What an export does where something is missing, impossible, hostile, or not as usual."""

from __future__ import annotations

import ast
import json
import runpy
import sys
import zipfile
from pathlib import Path

import nbformat
import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.torch import load_file, load_model

from builder import Document, ProblemsError, edits
from builder.__main__ import main
from builder.build import run_source
from builder.catalogue import CATALOGUE
from builder.document import Graph, Node
from builder.export import PARTS, ExportError, LeftOutError, Network, bundle, find_part, forms, write_part
from builder.templates import template
from builder.weights import WeightsError
from tests.networks import around, chain

TIED = """
import torch
from torch import nn


class Chain(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 4)
        self.second.weight = self.first.weight

    def forward(self, image):
        return self.second(self.first(image))


if __name__ == "__main__":
    network = Chain()
"""


def test_weights_that_two_layers_share_are_kept_shared(tmp_path: Path):
    layer = ("Linear", {"out_features": 4})
    network = Network(chain(("first", *layer), ("second", *layer), shape=(4,)), printed=TIED)
    file = tmp_path / "weights.safetensors"
    write_part(network, find_part("weights"), file)
    assert file.stat().st_size < 600  # one matrix, not two
    other = run_source(TIED, "Chain")
    load_model(other, file)
    assert other.second.weight is other.first.weight
    x = network.example()
    assert torch.equal(other(*x), network.module()(*x))
    by_hand = run_source(TIED, "Chain")
    by_hand.load_state_dict(load_file(file), strict=False)
    assert torch.equal(by_hand(*x), network.module()(*x))


TWO = Document(
    "Two ends",
    Graph(
        (
            Node("image", "Input", (), {"shape": (4,)}),
            Node("words", "Input", (), {"shape": (3,), "dtype": "int64", "high": 9}),
            Node("embed", "Embedding", ("words",), {"embedding_dim": 2}),
            Node("flat", "Flatten", ("embed",)),
            Node("both", "Concat", ("image", "flat")),
            Node("fc", "Linear", ("both",), {"out_features": 5}),
            Node("act", "ReLU", ("fc",)),
            Node("scores", "Output", ("fc",)),
            Node("values", "Output", ("act",)),
        )
    ),
)


def test_several_inputs_and_outputs_keep_their_names_and_order(tmp_path: Path, capsys, monkeypatch):
    network = Network(TWO)
    made = bundle(network, tmp_path / "made.zip")
    assert not made.left_out
    with zipfile.ZipFile(made.path) as packed:
        packed.extractall(tmp_path)
    x = network.example(3)
    with torch.no_grad():
        scores, values = network.module()(*x)
        program = torch.export.load(tmp_path / "model.pt2").module()
        for one, other in zip(program(*x), (scores, values), strict=True):
            torch.testing.assert_close(one, other, rtol=0, atol=1e-5)
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    given = {"image": x[0].numpy(), "words": x[1].numpy()}
    np.testing.assert_allclose(session.run(["values"], given)[0], values, rtol=0, atol=1e-5)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    np.savez(
        "data.npz",
        **dict(zip(given, (t.numpy() for t in network.example(40)), strict=True)),
        y=np.arange(40) % 5,
    )
    runpy.run_path("train.py", run_name="__main__")
    sys.modules.pop("model")
    scope = {"__name__": "__main__"}
    for cell in nbformat.read("notebook.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source, scope)  # noqa: S102  what the notebook would run
    said = capsys.readouterr().out
    assert said.count("val_loss") == 10 and "epoch 3" in said and said.count("(2, 5)") == 2


def test_an_operation_that_onnx_does_not_have_is_left_out_and_the_readme_says_so(tmp_path: Path):
    made = bundle(Network(around(CATALOGUE["FractionalMaxPool2d"])), tmp_path / "made.zip")
    assert made.left_out == {
        "onnx": "ONNX has no counterpart for fractional_max_pool2d in layer. Use model.pt2 instead."
    }
    with zipfile.ZipFile(tmp_path / "made.zip") as packed:
        assert "model.onnx" not in packed.namelist() and "model.pt2" in packed.namelist()
        _, gone = packed.read("README.md").decode().split("## Not in this bundle")
    assert "`model.onnx`: ONNX has no counterpart" in gone


def test_a_layer_that_fixes_the_batch_is_remarked(tmp_path: Path):
    network = Network(around(CATALOGUE["CrossMapLRN2d"]))
    made = write_part(network, find_part("pt2"), tmp_path / "model.pt2")
    assert "batches of exactly 2" in made.remarks["pt2"]


@pytest.mark.parametrize(
    ("package", "part", "file"),
    [
        ("onnxscript", "onnx", "requirements-onnx.txt"),
        ("onnxruntime", "onnx", "requirements-onnx.txt"),
        ("tensorboard", "tensorboard", "requirements-tensorboard.txt"),
    ],
)
def test_without_an_extra_the_sentence_says_what_to_install(
    package: str, part: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(LeftOutError, match=f"{package}, which is not installed. Run: pip install -r {file}"):
        write_part(Network(template("moons_mlp")), find_part(part), tmp_path / "made")


def test_onnx_that_computes_something_else_is_not_handed_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forms, "CLOSE", -1.0)
    with pytest.raises(LeftOutError, match="computes something else than PyTorch"):
        write_part(Network(template("moons_mlp")), find_part("onnx"), tmp_path / "model.onnx")


@pytest.mark.parametrize("name_of_end", ["linear", "val_0"])
def test_an_end_may_have_a_name_that_onnx_uses_inside(name_of_end: str, tmp_path: Path):
    drawn = chain(("fc", "Linear", {"out_features": 3}), ("act", "ReLU"), shape=(4,))
    network = Network(edits.rename(drawn, "answer", name_of_end))
    write_part(network, find_part("onnx"), tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    assert [each.name for each in session.get_outputs()] == [name_of_end]


TEXTS = (".py", ".md", ".ipynb", ".json", ".svg", ".dot", ".txt")
HOSTILE = '"""; import os; os.abort() $x ${y} \\" `rm` | <script>alert(1)</script> ![](http://a.b) \n# x'


def test_no_word_of_a_document_ends_a_text_of_its_bundle(tmp_path: Path):
    drawn = edits.set_note(chain(("act", "ReLU"), name=HOSTILE), "act", HOSTILE)
    bundle(Network(drawn), tmp_path / "made.zip", [part for part in PARTS if not part.holds_weights])
    with zipfile.ZipFile(tmp_path / "made.zip") as packed:
        texts = {name: packed.read(name).decode() for name in packed.namelist() if name.endswith(TEXTS)}
    for file in ("model.py", "train.py"):
        assert "os" not in {
            alias.name for each in ast.walk(ast.parse(texts[file])) for alias in names_in(each)
        }
    notebook = nbformat.reads(texts["notebook.ipynb"], as_version=4)
    for cell in notebook.cells:
        assert "<script" not in cell.source.replace("\\<script", "") or cell.cell_type == "code"
        assert "![" not in cell.source.replace("\\!", "") or cell.cell_type == "code"
    assert "<script" not in texts["README.md"].replace("\\<script", "")
    assert texts["README.md"].count("\n# ") == 0


def names_in(node: ast.AST) -> list[ast.alias]:
    return node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else []


def test_the_same_network_gives_the_same_bundle(tmp_path: Path):
    parts = [part for part in PARTS if part.name not in ("pt2", "onnx", "tensorboard", "png")]
    for file in ("one.zip", "other.zip"):
        bundle(Network(template("moons_mlp")), tmp_path / file, parts)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()


def test_the_seed_draws_the_weights_and_leaves_the_callers_random_numbers_alone():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    one, same, other = (Network(template("moons_mlp"), seed=seed).module() for seed in (1, 1, 2))
    assert torch.equal(torch.rand(1), expected)
    weights = [next(module.parameters()) for module in (one, same, other)]
    assert torch.equal(weights[0], weights[1]) and not torch.equal(weights[0], weights[2])


def test_weights_of_another_network_are_refused(tmp_path: Path):
    file = tmp_path / "iris.safetensors"
    write_part(Network(template("iris_mlp")), find_part("weights"), file)
    with pytest.raises(WeightsError, match="The weights file"):
        bundle(Network(template("moons_mlp"), weights_file=file), tmp_path / "made.zip")
    assert not (tmp_path / "made.zip").exists()


def test_a_network_with_problems_is_refused_with_them(tmp_path: Path):
    broken = chain(("conv", "Conv2d", {"in_channels": 64, "out_channels": 8, "kernel_size": 3}))
    with pytest.raises(ProblemsError, match="conv"):
        bundle(Network(broken), tmp_path / "made.zip")


def test_a_part_is_found_by_its_name_and_its_file():
    assert find_part("onnx") is find_part("model.onnx")
    with pytest.raises(ExportError, match="There is no part 'onxx'. Did you mean 'onnx'?"):
        find_part("onxx")


# --- the command line


def test_the_command_line_writes_a_part_and_says_where(tmp_path: Path, capsys):
    file = tmp_path / "net.loom.json"
    file.write_text(template("moons_mlp").to_json())
    assert main(["export", str(file), "--part", "graph.svg", "-o", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert Path(found["path"]) == tmp_path / "graph.svg"
    assert found["sizes"] == {"graph.svg": (tmp_path / "graph.svg").stat().st_size}


def test_the_command_line_puts_the_parts_that_were_asked_for_into_a_bundle(
    tmp_path: Path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("net.loom.json").write_text(template("moons_mlp").to_json())
    assert main(["export", "net.loom.json", "--part", "code", "--part", "document"]) == 0
    assert capsys.readouterr().out.strip() == "moons_mlp.zip"
    with zipfile.ZipFile("moons_mlp.zip") as packed:
        assert packed.namelist() == ["README.md", "model.py", "network.loom.json"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--part", "onxx"], "There is no part 'onxx'. Did you mean 'onnx'?"),
        (["--part", "code", "-o", "nowhere/model.py"], "there is no folder nowhere"),
        (["--weights", "nowhere.safetensors"], "The weights file cannot be read"),
    ],
)
def test_what_cannot_be_exported_is_said(
    words: list[str], sentence: str, tmp_path: Path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.loom.json").write_text(template("moons_mlp").to_json())
    assert main(["export", "net.loom.json", *words]) == 1
    assert sentence in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["net.loom.json"]
