"""Every kind of repair and every warning in one table: the smallest network, what is said, the button.

What a repair does in detail stands in tests/builder/test_rules.py, test_remedies.py and test_advice.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from builder import Document, check, edits, store
from builder.advice import ADVICE
from builder.difference import differences
from builder.fixes import Fix
from builder.repairs import apply_fix
from builder.rules import Problem
from tests.networks import chain
from trainer.data import find, misfits

CONV = {"out_channels": 8, "kernel_size": 3}
SAME = {**CONV, "padding": 1}
ROW = (20,)
LAST = ("fc", "Linear", {"out_features": 10})
SIGMOIDS = [
    layer for i in range(3) for layer in ((f"fc{i}", "Linear", {"out_features": 16}), (f"act{i}", "Sigmoid"))
]


def tokens(document: Document) -> Document:
    """The document with an Input of tokens."""
    return edits.set_param(edits.set_param(document, "image", "dtype", "int64"), "image", "high", 20)


def around(*layers: tuple, shape: tuple[int, ...] = (3, 8, 8)) -> Document:
    """A chain with a skip connection around it."""
    document = edits.add_after(chain(*layers, shape=shape), layers[-1][0], "Add")
    return edits.set_inputs(document, "add1", (layers[-1][0], "image"))


# Kind of repair -> network, the beginning of what is said, the button.
REPAIRS = {
    "insert a Flatten": (
        chain(("fc", "Linear", {"in_features": 64, "out_features": 10})),
        "fc (Linear) has in_features=64 and gets (1, 8, 8)",
        "Insert a Flatten before fc",
    ),
    "insert an Unflatten": (
        chain(("conv", "Conv2d", CONV), shape=(784,)),
        "conv (Conv2d) takes (channels, height, width) and gets (784)",
        "Insert an Unflatten before conv",
    ),
    "insert a Reshape": (
        chain(("lstm", "LSTM", {"hidden_size": 8}), shape=(3, 8, 8)),
        "lstm (LSTM) takes (steps, features) and gets (3, 8, 8)",
        "Insert a Reshape before lstm",
    ),
    "pool to a size": (
        chain(("conv", "Conv2d", CONV), ("flat", "Flatten"), ("fc", "Linear", {"in_features": 128})),
        "fc (Linear) has in_features=128 and gets (288)",
        "Insert an AdaptiveAvgPool2d before flat, to 4 x 4",
    ),
    "1x1 convolution on a skip": (
        around(("conv", "Conv2d", SAME)),
        "add1 (Add) takes tensors of one shape",
        "Insert a 1x1 Conv2d to 8 between image and add1",
    ),
    "use the incoming size": (
        chain(("conv", "Conv2d", {**CONV, "in_channels": 3})),
        "conv (Conv2d) has in_channels=3 and gets (1, 8, 8)",
        "Use the incoming size, 1",
    ),
    "groups that divide": (
        chain(("conv", "Conv2d", {**CONV, "groups": 3}), shape=(8, 8, 8)),
        "conv (Conv2d) has groups=3, which does not divide in_channels=8",
        "Set groups to 2",
    ),
    "heads that divide": (
        chain(("attention", "MultiheadAttention", {"num_heads": 5}), shape=(7, 12)),
        "attention (MultiheadAttention) has num_heads=5, which does not divide embed_dim=12",
        "Set num_heads to 4",
    ),
    "padding that keeps the size": (
        around(("conv", "Conv2d", {**CONV, "out_channels": 3})),
        "add1 (Add) takes tensors of one shape",
        "Set padding to 'same' in conv",
    ),
    "the last step of a recurrent layer": (
        chain(("gru", "GRU", {"hidden_size": 8}), ("cell", "GRUCell", {"hidden_size": 8}), shape=(7, 12)),
        "cell (GRUCell) takes (features) and gets (7, 8)",
        "Take the last step of gru before cell",
    ),
    "channels put first": (
        chain(("conv", "Conv2d", {**CONV, "in_channels": 3}), shape=(16, 16, 3)),
        "conv (Conv2d) has in_channels=3 and gets (16, 16, 3)",
        "Insert a Permute before conv",
    ),
    "an Embedding for tokens": (
        tokens(chain(LAST, shape=(16,))),
        "fc (Linear) takes decimal numbers and gets whole ones",
        "Insert an Embedding before fc",
    ),
    "tokens for an Embedding": (
        chain(("embed", "Embedding", {"num_embeddings": 20, "embedding_dim": 4}), shape=(5,)),
        "embed (Embedding) takes whole numbers (tokens) and gets decimal ones",
        "Make image tokens, numbers below 20",
    ),
    "an output for each class": (
        chain(("flat", "Flatten"), ("fc", "Linear", {"out_features": 7})),
        "answer gives 7 numbers and digits has 10 classes",
        "Give 10 numbers, one for each class",
    ),
    "a missing wire": (
        edits.set_inputs(around(("conv", "Conv2d", {**SAME, "out_channels": 3})), "add1", ("conv",)),
        "add1 (Add) takes two or more inputs and has 1",
        "Wire image to add1",
    ),
    "the indices of a pool": (
        chain(("pool", "MaxPool2d", {"kernel_size": 2}), ("back", "MaxUnpool2d", {"kernel_size": 2})),
        "back (MaxUnpool2d) takes 2 inputs (x, indices) and has 1",
        "Give back the indices of the pool before it",
    ),
    "the layer for another rank": (
        chain(("norm", "BatchNorm1d"), shape=(8, 4, 4)),
        "norm (BatchNorm1d) takes (features) or (channels, length) and gets (8, 4, 4)",
        "Make norm a BatchNorm2d",
    ),
    "a window that fits": (
        chain(("pool", "MaxPool2d", {"kernel_size": 9})),
        "pool (MaxPool2d) slides a window of 9 x 9 over an image of 8 x 8",
        "Set kernel_size to 8",
    ),
    "a value in its range": (
        chain(("drop", "Dropout", {"p": 1.5})),
        "drop (Dropout) cannot be made: p is 1.5",
        "Set p to 1.0",
    ),
    "an Output": (
        edits.remove(chain(("relu", "ReLU")), "answer"),
        "The network has no Output",
        "Add an Output",
    ),
}

# Advice -> network, the beginning of what is said, the button.
WARNINGS = {
    "nothing_is_unused": (
        edits.set_inputs(chain(("relu", "ReLU"), ("tanh", "Tanh")), "answer", ("relu",)),
        "tanh (Tanh) feeds nothing",
        "Remove tanh",
    ),
    "linear_over_an_image": (
        chain(LAST),
        "fc (Linear) works on the last dimension of (1, 8, 8) alone",
        "Insert a Flatten before fc",
    ),
    "channels_come_last": (
        chain(("conv", "Conv2d", CONV), shape=(16, 16, 3)),
        "conv (Conv2d) takes the channels first and gets (16, 16, 3)",
        "Insert a Permute before conv",
    ),
    "likelihoods_before_the_loss": (
        chain(LAST, ("softmax", "Softmax", {"dim": 1}), shape=ROW),
        "softmax (Softmax) stands before the Output",
        "Remove softmax",
    ),
    "bias_before_batchnorm": (
        chain(("conv", "Conv2d", CONV), ("norm", "BatchNorm2d")),
        "conv (Conv2d) has a bias",
        "Set bias to False",
    ),
    "linears_in_a_row": (
        chain(("fc1", "Linear", {"out_features": 16}), LAST, shape=ROW),
        "fc (Linear) follows fc1 (Linear) with no activation",
        "Insert a ReLU before fc",
    ),
    "dropout_before_batchnorm": (
        chain(("drop", "Dropout"), ("norm", "BatchNorm1d"), shape=ROW),
        "norm (BatchNorm1d) takes what drop (Dropout) has dropped from",
        "Put drop behind norm",
    ),
    "batchnorm_of_single_numbers": (
        chain(("pool", "AdaptiveAvgPool2d", {"output_size": 1}), ("norm", "BatchNorm2d"), shape=(6, 8, 8)),
        "norm (BatchNorm2d) gets (6, 1, 1), one number for each channel",
        "Make norm a LayerNorm",
    ),
    "sigmoids_in_a_row": (
        chain(*SIGMOIDS, LAST, shape=ROW),
        "act0 (Sigmoid) is the first of 3 Sigmoids",
        "Make act0, act1 and act2 ReLUs",
    ),
    "one_layer_holds_nearly_everything": (
        chain(
            *(("conv", "Conv2d", CONV), ("act", "ReLU"), ("flat", "Flatten")),
            *(("fc1", "Linear", {"out_features": 64}), ("relu", "ReLU"), LAST),
            shape=(3, 32, 32),
        ),
        "fc1 (Linear) holds 99% of the network's",
        "Insert an AdaptiveAvgPool2d before flat",
    ),
}


def said_of(document: Document) -> Sequence[Problem]:
    """What the check says, and of a sound network what training on the digits says."""
    report = check(document)
    if not report.ok or report.problems:
        return report.problems
    (end,) = document.main.of_kind("Output")
    shape = next(iter(report.shapes[end.id].values()))
    return [problem for problem in misfits(document, find("digits"), shape) if problem.fixes]


def repair_of(document: Document, words: str, label: str) -> Fix:
    """The repair of that label, of the problem that begins so."""
    problem = next(each for each in said_of(document) if each.message.startswith(words))
    return next(fix for fix in problem.fixes if fix.label == label)


@pytest.mark.parametrize("document, words, label", REPAIRS.values(), ids=REPAIRS)
def test_a_repair_makes_the_network_sound(document, words, label):
    assert all(problem.severity == "error" for problem in said_of(document))
    repaired = apply_fix(document, repair_of(document, words, label))
    assert check(repaired).ok
    assert not [problem for problem in said_of(repaired) if problem.message.startswith(words)]


@pytest.mark.parametrize("document, words, label", WARNINGS.values(), ids=WARNINGS)
def test_a_warning_goes_with_its_repair_and_was_in_nobodys_way(document, words, label):
    assert check(document).ok
    (warning,) = check(document).problems
    assert warning.severity == "warning"
    assert check(apply_fix(document, repair_of(document, words, label))).problems == ()


ALL = {**REPAIRS, **WARNINGS}


@pytest.mark.parametrize("document, words, label", ALL.values(), ids=ALL)
def test_what_it_changes_is_said_before_and_undone_after(document, words, label, tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    repaired = apply_fix(document, repair_of(document, words, label))
    said = [change.words for change in differences(document, repaired)]
    assert said and all(said)
    document_id = store.create(document)
    kept = store.save(document_id, repaired, 0)
    assert store.walk(document_id, kept.revision, -1).document == document


def test_the_table_names_each_warning():
    assert list(WARNINGS) == [advice.__name__ for advice in ADVICE]


def test_there_are_at_least_as_many_kinds_of_repair_as_promised():
    assert len(REPAIRS) >= 12
