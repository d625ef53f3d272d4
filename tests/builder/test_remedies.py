"""Repairs that follow from the neighbours: the wrong network, the button, and the network that is right."""

import pytest

from builder import Document, block_edits, check, edits
from builder.difference import differences
from builder.document import Graph, Node
from builder.repairs import apply_fix
from tests.networks import chain

CONV = {"out_channels": 8, "kernel_size": 3}
SAME = {**CONV, "padding": 1}


def around(*layers: tuple, kind: str = "Add", shape=(3, 8, 8)) -> Document:
    """A chain with a skip connection from the image to its end."""
    document = edits.add_after(chain(*layers, shape=shape), layers[-1][0], kind)
    (merge,) = document.main.of_kind(kind)
    return edits.set_inputs(document, merge.id, (layers[-1][0], "image"))


MERGE_WITHOUT_ONE = edits.set_inputs(
    around(("conv", "Conv2d", {**SAME, "out_channels": 3})), "add1", ("conv",)
)

REMEDIES = {
    "1x1 convolution on a skip": (
        around(("conv", "Conv2d", SAME)),
        "Insert a 1x1 Conv2d to 8 between image and add1",
        ["adds conv1 (Conv2d, out_channels=8, kernel_size=1) between image and add1"],
    ),
    "1x1 convolution with a stride": (
        around(("conv", "Conv2d", {**SAME, "stride": 2})),
        "Insert a 1x1 Conv2d to 8 between image and add1",
        ["adds conv1 (Conv2d, out_channels=8, kernel_size=1, stride=2) between image and add1"],
    ),
    "a Linear on a skip": (
        around(("fc", "Linear", {"out_features": 8}), shape=(20,)),
        "Insert a Linear to 8 between image and add1",
        ["adds linear1 (Linear, out_features=8) between image and add1"],
    ),
    "padding same in a branch": (
        around(("a", "Conv2d", CONV), ("relu", "ReLU"), ("b", "Conv2d", {**CONV, "out_channels": 3})),
        "Set padding to 'same' in a and b",
        ["a: padding 0 → 'same'", "b: padding 0 → 'same'"],
    ),
    "padding same for a window too large": (
        chain(("conv", "Conv2d", {**CONV, "kernel_size": 11})),
        "Set padding to 'same'",
        ["conv: padding 0 → 'same'"],
    ),
    "a pool to the other branch's size": (
        around(("conv", "Conv2d", {**CONV, "stride": 2}), kind="Concat"),
        "Insert an AdaptiveAvgPool2d to 3 between image and concat1",
        ["adds adaptiveavgpool1 (AdaptiveAvgPool2d, output_size=3) between image and concat1"],
    ),
    "a pool to the size a Linear was made for": (
        chain(("conv", "Conv2d", CONV), ("flat", "Flatten"), ("fc", "Linear", {"in_features": 128})),
        "Insert an AdaptiveAvgPool2d before flat, to 4 x 4",
        ["adds adaptiveavgpool1 (AdaptiveAvgPool2d, output_size=4) before flat"],
    ),
    "the last step behind a Flatten": (
        chain(("lstm", "LSTM", {"hidden_size": 8}), ("flat", "Flatten"), ("fc", "Linear", {"in_features": 8}),
              shape=(7, 12)),
        "Take the last step of lstm before flat",
        ["adds select1 (Select, dim=1, index=-1) before flat"],
    ),
    "the last step for a layer of single steps": (
        chain(("gru", "GRU", {"hidden_size": 8}), ("cell", "GRUCell", {"hidden_size": 8}), shape=(7, 12)),
        "Take the last step of gru before cell",
        ["adds select1 (Select, dim=1, index=-1) before cell"],
    ),
    "channels put first": (
        chain(("conv", "Conv2d", {**CONV, "in_channels": 3}), shape=(16, 16, 3)),
        "Insert a Permute before conv",
        ["adds permute1 (Permute, dims=(0, 3, 1, 2)) before conv"],
    ),
    "tokens for an Embedding": (
        chain(("embed", "Embedding", {"num_embeddings": 20, "embedding_dim": 4}), shape=(5,)),
        "Make image tokens, numbers below 20",
        ["image: dtype 'float32' → 'int64'", "image: high None → 20"],
    ),
    "a missing wire of a merge": (MERGE_WITHOUT_ONE, "Wire image to add1", ["add1 takes image too"]),
    "a missing wire of an Output": (
        edits.set_inputs(chain(("relu", "ReLU")), "answer", ()),
        "Wire relu to answer",
        ["answer takes relu"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("document, label, words", REMEDIES.values(), ids=REMEDIES)
def test_a_button_says_what_it_does_does_it_and_all_is_well(document, label, words):
    (problem,) = (each for each in check(document).problems if each.severity == "error")
    fix = next(fix for fix in problem.fixes if fix.label == label)
    repaired = apply_fix(document, fix)
    assert [change.words for change in differences(document, repaired)] == words
    assert check(repaired).ok


def test_a_wire_is_offered_from_what_fits_and_not_from_what_is_nearest():
    nodes = (
        Node("x", "Input", (), {"shape": (3, 8, 8)}),
        Node("same", "Conv2d", ("x",), {**SAME, "out_channels": 3}),
        Node("other", "Conv2d", ("x",), SAME),
        Node("sum", "Add", ("x",)),
        Node("answer", "Output", ("sum",)),
    )
    (problem, *_) = check(Document("Wires", Graph(nodes))).problems
    assert [fix.label for fix in problem.fixes] == ["Wire same to sum"]


def test_branches_that_no_layer_matches_are_only_explained():
    (problem,) = check(around(("conv", "Conv2d", CONV), ("pool", "MaxPool2d", {"kernel_size": 4}))).problems
    assert problem.fixes == ()


def test_a_repair_inside_a_block_is_made_in_the_block():
    document = block_edits.make_block(around(("conv", "Conv2d", SAME)), ("conv", "add1"), "Stage")
    (problem,) = check(document).problems
    assert problem.node == "stage1/add1"
    assert problem.fixes[0].label == "Insert a 1x1 Conv2d to 8 between x and add1"
    repaired = block_edits.inside(document, "Stage", apply_fix, problem.fixes[0])
    assert [each.node for each in differences(document, repaired)] == ["Stage/conv1"]
    assert check(repaired).ok
