"""Dimensions have names where a layer knows them, and never too many."""

from collections.abc import Iterator

import pytest

from builder.checks import check
from builder.dimensions import Dimensions
from builder.document import Document, Graph, Node
from builder.drawing import scene
from builder.templates import template


@pytest.mark.parametrize("name", ["digits_cnn", "letter_finder", "letter_transformer", "iris_mlp"])
def test_every_shape_has_as_many_names_as_dimensions_or_none(name):
    document = template(name)
    report = check(document)
    found = Dimensions(document, report.specs).named(document.main)
    assert found
    for node, letters in found.items():
        assert len(letters) == len(next(iter(report.shapes[node].values())))


def test_images_have_channels_height_and_width_and_vectors_features():
    document = template("digits_cnn")
    found = Dimensions(document, check(document).specs).named(document.main)
    assert {found[n] for n in ("image", "conv1", "norm1", "relu1", "pool2")} == {"CHW"}
    assert {found[n] for n in ("flatten", "fc1", "relu3", "digit")} == {"F"}


def test_tokens_have_time_and_what_is_made_of_them_features_too():
    document = template("letter_transformer")
    found = Dimensions(document, check(document).specs).named(document.main)
    first, second = document.main.nodes[:2]
    assert (found[first.id], found[second.id]) == ("T", "TF")


def letters(name: str) -> dict[str, str]:
    """Of a template with all its blocks open: path of a node -> the names on its arrows."""
    document = template(name)
    opened = set(every_block(document, document.main, ""))
    drawn = scene(document, check(document), opened=opened)
    return {arrow.source: arrow.dimensions for arrow in drawn.arrows if arrow.label_at and not arrow.port}


def every_block(document: Document, graph: Graph, before: str) -> Iterator[str]:
    for node in graph.nodes:
        if node.kind in document.blocks:
            yield before + node.id
            yield from every_block(document, document.blocks[node.kind].graph, f"{before}{node.id}/")


@pytest.mark.parametrize("name", ["googlenet", "convnext_tiny", "mobilenet_v2", "unet", "mlp_mixer_block"])
def test_arrows_inside_blocks_are_named_as_well(name):
    assert {path for path, names in letters(name).items() if not names} == set()


def test_what_moves_dimensions_moves_their_names():
    found = letters("convnext_tiny")
    assert (found["norm1/x"], found["norm1/last"], found["norm1/first"]) == ("CHW", "HWC", "CHW")
    assert letters("mlp_mixer_block")["mixer/turned"] == "FT"


@pytest.mark.parametrize("keepdim", [False, True])
def test_a_reduction_leaves_the_names_of_what_it_keeps(keepdim):
    image = Node("image", "Input", (), {"shape": (3, 5, 7)})
    conv = Node("conv", "Conv2d", ("image",), {"out_channels": 4, "kernel_size": 1})
    mean = Node("mean", "Mean", ("conv",), {"dim": (2,), "keepdim": keepdim})
    document = Document("D", Graph((image, conv, mean, Node("out", "Output", ("mean",)))))
    found = Dimensions(document, check(document).specs).named(document.main)
    assert found["mean"] == ("CHW" if keepdim else "CW")


def test_a_block_that_is_entered_has_the_names_that_it_has_in_place():
    document = template("gpt2_small")
    specs = check(document).specs
    assert Dimensions(document, specs).at(("blocks",)) == ("TF",)
    assert Dimensions(document, specs).at(("blocks", "attention")) == ("TF",)
