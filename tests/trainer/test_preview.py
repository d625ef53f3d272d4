"""What every node gives for one example: the network's own values, made small."""

from __future__ import annotations

import base64
import json
import math

import pytest
import torch

from builder import build, check, weights
from builder.custom_edits import add_custom
from builder.document import Document, Graph, Node
from builder.templates import template
from trainer import store
from trainer.data import find
from trainer.preview import MAPS, POINTS, picture, preview, seen, thumbnail
from trainer.trial import network_from

# Convolutions, blocks, ports, operations, constants, several inputs and outputs.
NAMES = ("digits_cnn", "tcn", "char_rnn", "attention_by_hand", "vae", "text_bilstm", "squeeze_excite_block")


def looked_at(name: str, **given) -> dict:
    return preview(template(name).to_json(), **{"data": "", "example": 0, "run": "", **given})


@pytest.mark.parametrize("name", NAMES)
def test_every_node_has_a_picture_of_the_shape_that_the_check_says(name):
    specs = check(template(name)).specs
    pictures = looked_at(name)["nodes"]
    assert pictures.keys() == specs.keys()
    for place, ports in specs.items():
        assert tuple(pictures[place]["shape"]) == next(iter(ports.values())).example, place


def test_the_values_are_those_that_the_layers_give():
    document = template("digits_cnn")
    torch.manual_seed(0)
    network = build(document).eval()
    given: dict[str, torch.Tensor] = {}
    for name, module in network.named_children():
        module.register_forward_hook(lambda _, __, value, name=name: given.update({name: value[0]}))
    example = find("digits").load().validation_x[3:4]
    with torch.inference_mode():
        network(example)
    answer = looked_at("digits_cnn", data="digits", example=3)
    assert answer["label"] == str(int(find("digits").load().validation_y[3]))
    assert {name: picture(value) for name, value in given.items()}.items() <= answer["nodes"].items()
    assert answer["nodes"]["image"] == picture(example[0])
    assert answer["nodes"]["digit"] == answer["nodes"]["fc2"]


def test_a_layer_that_works_in_place_does_not_change_what_stands_before_it():
    source = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        relu = self.relu(x)
        return relu
"""
    document = Document("Net", Graph((Node("x", "Input"), Node("relu", "ReLU", ("x",)))))
    values = seen(network_from(source), document, [torch.tensor([[-1.0, 2.0]])])
    assert (values["x"].tolist(), values["relu"].tolist()) == ([[-1.0, 2.0]], [[0.0, 2.0]])


def test_the_weights_of_a_run_are_used(tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    document = template("iris_mlp")
    run = store.create("", document.to_json(), "{}")
    with pytest.raises(ValueError, match="has no weights yet"):
        looked_at("iris_mlp", data="iris", run=run)
    network = build(document)
    for parameter in network.parameters():
        torch.nn.init.zeros_(parameter)
    weights.save(network, store.folder(run) / "weights.safetensors")
    last = document.main.of_kind("Output")[0].id
    assert set(looked_at("iris_mlp", data="iris", run=run)["nodes"][last]["numbers"]) == {0.0}
    with pytest.raises(ValueError, match="weights file"):
        looked_at("wine_mlp", data="wine", run=run)


def test_the_same_question_has_the_same_answer():
    assert looked_at("vae", example=1) == looked_at("vae", example=1) != looked_at("vae", example=2)


def test_code_that_a_person_wrote_is_not_run():
    document = add_custom(template("digits_cnn"), "flatten")
    with pytest.raises(ValueError, match="halve1"):
        preview(document.to_json(), "", 0, "")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (torch.arange(3), "tokens"),
        (torch.tensor(2.0), "vector"),
        (torch.randn(100), "vector"),
        (torch.randn(40, 7), "table"),
        (torch.randn(20, 50, 70), "maps"),
        (torch.randn(3, 4, 5, 6), "maps"),
        (torch.randn(2, 2, 4, 5, 6), "maps"),
        (torch.zeros(0, 4), "table"),
        (torch.tensor([True, False]), "vector"),
        (torch.randn(4, dtype=torch.complex64), "vector"),
    ],
    ids=lambda given: given if isinstance(given, str) else str(tuple(given.shape)),
)
def test_a_picture_is_small_and_says_what_it_is(value, kind):
    made = picture(value)
    assert made["kind"] == kind and tuple(made["shape"]) == value.shape
    assert len(json.dumps(made)) < 40_000
    for text in made.get("maps", ()):
        assert len(base64.b64decode(text)) == made["size"][0] * made["size"][1] <= POINTS**2
    assert len(made.get("maps", ())) <= MAPS and len(made.get("numbers", ())) <= 64


def test_the_smallest_is_black_and_the_largest_white():
    made = picture(torch.tensor([[[0.0, 5.0], [10.0, 2.5]]]))
    assert list(base64.b64decode(made["maps"][0])) == [0, 128, 255, 64]
    assert (made["min"], made["max"], made["low"], made["high"]) == (0.0, 10.0, 0.0, 10.0)


def test_what_is_no_number_is_said_and_not_drawn():
    made = picture(torch.tensor([1.0, float("nan"), float("inf")]))
    assert not made["finite"]
    assert made["numbers"] == [1.0, 0.0, 0.0]


# --- small, for the boxes of the drawing


def points(small: dict) -> list[int]:
    """The bytes of all its maps, one after the other."""
    return [point for text in small["maps"] for point in base64.b64decode(text)]


@pytest.mark.parametrize("name", ["digits_cnn", "letter_transformer", "iris_mlp", "tcn"])
def test_every_node_has_a_thumbnail_of_at_most_40_by_40_points(name):
    found = looked_at(name)
    assert found["thumbnails"].keys() == found["nodes"].keys()
    for place, small in found["thumbnails"].items():
        assert small["shape"] == found["nodes"][place]["shape"]
        assert ("maps" in small) != ("numbers" in small)
        assert len(points(small)) <= 40 * 40 if "maps" in small else len(small["numbers"]) <= 20


def test_a_thumbnail_of_many_maps_shows_four_of_an_input_its_colors():
    many, color = torch.arange(5 * 64 * 64.0).reshape(5, 64, 64), torch.rand(3, 64, 64)
    assert (len(thumbnail(many)["maps"]), thumbnail(many)["size"]) == (4, [20, 20])
    assert (len(thumbnail(color)["maps"]), "color" in thumbnail(color)) == (1, False)
    small = thumbnail(color, is_input=True)
    assert (len(small["maps"]), small["color"], small["size"]) == (3, True, [40, 40])


def test_a_thumbnail_keeps_what_is_bright_and_what_is_dark():
    half = torch.zeros(1, 8, 8)
    half[:, :, 4:] = 3.0
    assert points(thumbnail(half)) == [0, 0, 0, 0, 255, 255, 255, 255] * 8


def test_what_is_no_number_does_not_break_a_thumbnail():
    assert thumbnail(torch.tensor([1.0, math.nan, math.inf]))["numbers"] == [1.0, 0.0, 0.0]
    assert thumbnail(torch.zeros(0, 4, 4))["maps"] == []
