"""Every form of every small template is loaded, run, and gives what build(document) gives."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, load_model
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from builder import Document, build, check, flow
from builder.export import PARTS, Exported, Network, bundle
from builder.templates import template, template_names

MOST = 2_000_000  # parameters of a template that is exported here
# One of each kind of network; the others are exported in the slow tests.
QUICK = ("digits_cnn", "letter_finder", "letter_transformer", "moons_mlp")
CLOSE = 1e-5
CANNOT = {"MaxUnpool2d": "tensorboard"}  # kind -> the part that PyTorch cannot make of it


def parameters(document: Document) -> int:
    costs = flow.figures(document, check(document).specs)
    return sum(figures.parameters for name, figures in costs.items() if "/" not in name)


SMALL = [name for name in template_names() if parameters(template(name)) < MOST]
NAMES = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in SMALL]
MADE: dict[str, Exported] = {}


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bundles")


@pytest.fixture
def folder(name: str, place: Path) -> Path:
    return unpacked(name, place)


def unpacked(name: str, place: Path) -> Path:
    """A template's bundle, made once."""
    if name not in MADE:
        MADE[name] = bundle(Network(template(name)), place / f"{name}.zip")
        with zipfile.ZipFile(place / f"{name}.zip") as packed:
            packed.extractall(place / name)
    return place / name


@pytest.fixture
def network(name: str) -> Network:
    return Network(template(name))


Tensors = tuple[torch.Tensor, ...]


def wanted(name: str, x: Tensors) -> Tensors:
    """What the built document gives with the weights that seed 0 draws."""
    torch.manual_seed(0)
    return given(build(template(name)).eval(), x)


def given(module, x: Tensors) -> Tensors:
    with torch.no_grad():
        output = module(*x)
    return tuple(output) if isinstance(output, (tuple, list)) else (output,)


def left_out(name: str) -> set[str]:
    kinds = {node.kind for node in template(name).main.nodes}
    return {part for kind, part in CANNOT.items() if kind in kinds}


def test_every_part_is_made(name: str, folder: Path):
    assert set(MADE[name].left_out) == left_out(name) and not MADE[name].remarks
    made = {part.file for part in PARTS if part.name not in left_out(name)}
    assert set(MADE[name].sizes) == made | {"README.md"}
    assert all((folder / file).stat().st_size == size > 0 for file, size in MADE[name].sizes.items())
    readme = (folder / "README.md").read_text()
    assert all(f"`{part.file}`" in readme for part in PARTS)


def test_the_weights_load_into_the_built_document(name: str, folder: Path, network: Network):
    x = network.example(3)
    by_model, by_hand = build(template(name)).eval(), build(template(name)).eval()
    load_model(by_model, folder / "weights.safetensors")
    by_hand.load_state_dict(load_file(folder / "weights.safetensors"), strict=False)  # tied ones stand once
    for module in (by_model, by_hand):
        assert all(map(torch.equal, given(module, x), wanted(name, x)))


def test_the_program_gives_the_same_for_any_batch(name: str, folder: Path, network: Network):
    program = torch.export.load(folder / "model.pt2").module()
    for batch in (1, 2, 5):
        x = network.example(batch)
        torch.testing.assert_close(given(program, x), wanted(name, x), rtol=0, atol=CLOSE)


def test_onnx_runtime_gives_the_same_for_any_batch(name: str, folder: Path, network: Network):
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    assert [each.name for each in session.get_inputs()] == list(network.inputs)
    assert [each.name for each in session.get_outputs()] == list(network.outputs)
    assert all(each.shape[0] == "batch" for each in (*session.get_inputs(), *session.get_outputs()))
    for batch in (1, 2, 5):
        x = network.example(batch)
        arrays = {key: tensor.numpy() for key, tensor in zip(network.inputs, x, strict=True)}
        found = tuple(map(torch.from_numpy, session.run(None, arrays)))
        torch.testing.assert_close(found, wanted(name, x), rtol=0, atol=CLOSE)


def test_tensorboard_reads_the_graph_and_finds_every_layer_in_it(name: str, folder: Path):
    if "tensorboard" in left_out(name):
        return
    events = EventAccumulator(str(folder / "tensorboard"))
    events.Reload()
    nodes = " ".join(node.name for node in events.Graph().node)
    children = build(template(name)).named_children()
    layers = [child for child, module in children if not isinstance(module, torch.nn.ModuleList)]
    assert all(f"[{layer}]" in nodes for layer in layers)


def test_the_document_is_the_template(name: str, folder: Path):
    assert Document.from_json((folder / "network.loom.json").read_text()) == template(name)


def test_the_pictures_are_pictures_of_the_same_shape(folder: Path):
    svg = ElementTree.fromstring((folder / "graph.svg").read_text())
    width, height = map(float, svg.get("viewBox").split()[2:])
    with Image.open(folder / "graph.png") as png:
        png.verify()
        assert png.width / width == pytest.approx(png.height / height, rel=0.01)
    assert (folder / "graph.dot").read_text().startswith("digraph")


# Everything in one process: each would load PyTorch anew.
RUN_IT_ALL = """
import contextlib, json, os, runpy, sys
import numpy, torch
from safetensors.torch import load_model

def keep(network, name):
    x = [torch.from_numpy(each) for each in numpy.load("x.npz").values()]
    with torch.no_grad():
        output = network.eval()(*x)
    numpy.save(name, (output if isinstance(output, torch.Tensor) else output[0]).numpy())

def run_all():
    network = runpy.run_path("model.py", run_name="__main__")[open("class.txt").read()]()
    load_model(network, "weights.safetensors")
    keep(network, "code.npy")
    scope = {"__name__": "__main__"}
    for cell in json.load(open("notebook.ipynb"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), scope)
            if "load_model(" in "".join(cell["source"]):
                keep(scope["network"], "notebook.npy")
    runpy.run_path("train.py", run_name="__main__")

for folder in sys.argv[1:]:
    os.chdir(folder)
    sys.path[0] = folder
    sys.modules.pop("model", None)
    with open("said.txt", "w") as said, contextlib.redirect_stdout(said):
        run_all()
"""


@pytest.mark.parametrize(
    "chosen",
    [QUICK, pytest.param(tuple(set(SMALL) - set(QUICK)), marks=pytest.mark.slow)],
    ids=["quick", "the others"],
)
def test_the_code_the_notebook_and_the_script_run_alone(chosen: tuple[str, ...], place: Path):
    folders = [prepared(name, unpacked(name, place)) for name in chosen]
    run(RUN_IT_ALL, place, *map(str, folders))
    for name, folder in zip(chosen, folders, strict=True):
        network = Network(template(name))
        for file in ("code.npy", "notebook.npy"):
            found = torch.from_numpy(np.load(folder / file))
            assert torch.equal(found, wanted(name, network.example(3))[0]), (name, file)
        said = (folder / "said.txt").read_text()
        assert said.count(str((2, *next(iter(network.outputs.values())).example))) >= 2
        assert "epoch 3" in said and said.count("val_loss") == 10
        nbformat.validate(nbformat.read(folder / "notebook.ipynb", as_version=4))
        before, after = (load_file(folder / f"{file}.safetensors") for file in ("weights", "trained"))
        assert before.keys() == after.keys()
        assert any(not torch.equal(before[key], after[key]) for key in before), name


def prepared(name: str, folder: Path) -> Path:
    """The folder of a bundle with arrays for its script, and a batch for its code and notebook."""
    network = Network(template(name))
    (folder / "class.txt").write_text(network.class_name)
    np.savez(folder / "x.npz", *(tensor.numpy() for tensor in network.example(3)))
    arrays = [tensor.numpy() for tensor in network.example(50)]
    keys = ["x"] if len(arrays) == 1 else list(network.inputs)
    gives = next(iter(network.outputs.values())).example
    classes = len(gives) == 1 and gives[0] > 1
    right = np.arange(50) % gives[0] if classes else np.ones((50, *gives), "float32")
    np.savez(folder / "data.npz", y=right, **dict(zip(keys, arrays, strict=True)))
    return folder


def run(source: str, folder: Path, *arguments: str) -> str:
    """What Python source prints, run in a process of its own that knows nothing of this project."""
    file = folder / "tried.py"
    file.write_text(source)
    command = [sys.executable, "-W", "error", str(file), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    return done.stdout
