"""What is said of broken networks: at the guilty node, with what to do, and repairs that repair."""

import pytest

from builder import check, edits
from builder.document import Graph, Node
from builder.templates import template, template_names
from tests.networks import chain

CONV = {"out_channels": 8, "kernel_size": 3}
BROKEN = {
    "Linear after an image, of the flattened size": (
        chain(("conv1", "Conv2d", CONV), ("fc", "Linear", {"in_features": 288, "out_features": 10})),
        "fc",
        "has in_features=288 and gets (8, 6, 6)",
        "Insert a Flatten before fc",
    ),
    "a size that was typed and does not fit": (
        chain(("conv1", "Conv2d", {**CONV, "in_channels": 3})),
        "conv1",
        "has in_channels=3 and gets (1, 8, 8), which has 1 channels",
        "Use the incoming size, 1",
    ),
    "groups that do not divide": (
        chain(("conv1", "Conv2d", CONV), ("conv2", "Conv2d", {**CONV, "groups": 3})),
        "conv2",
        "groups=3, which does not divide in_channels=8",
        "Set groups to 2",
    ),
    "heads that do not divide": (
        chain(("attention", "MultiheadAttention", {"num_heads": 5}), shape=(7, 12)),
        "attention",
        "num_heads=5, which does not divide embed_dim=12",
        "Set num_heads to 4",
    ),
    "groups of GroupNorm": (
        chain(("norm", "GroupNorm", {"num_groups": 3}), shape=(8, 4, 4)),
        "norm",
        "num_groups=3, which does not divide num_channels=8",
        "Set num_groups to 2",
    ),
    "a row where an image is needed": (
        chain(("conv1", "Conv2d", CONV), shape=(784,)),
        "conv1",
        "takes (channels, height, width) and gets (784)",
        "Insert an Unflatten before conv1",
    ),
    "the norm for another rank": (
        chain(("norm", "BatchNorm1d"), shape=(8, 4, 4)),
        "norm",
        "takes (features) or (channels, length) and gets (8, 4, 4)",
        "Make norm a BatchNorm2d",
    ),
    "a window larger than the image": (
        chain(("pool", "MaxPool2d", {"kernel_size": 9})),
        "pool",
        "slides a window of 9 x 9 over an image of 8 x 8",
        "Set kernel_size to 8",
    ),
    "a value out of range": (
        chain(("drop", "Dropout", {"p": 1.5})),
        "drop",
        "p is 1.5; it takes a number from 0 to 1",
        "Set p to 1.0",
    ),
    "a token vector without Embedding": (
        edits.set_param(
            edits.set_param(
                chain(("fc", "Linear", {"out_features": 4}), shape=(16,)), "image", "dtype", "int64"
            ),
            "image",
            "high",
            20,
        ),
        "fc",
        "takes decimal numbers and gets whole ones, int64 (16)",
        "Insert an Embedding before fc",
    ),
}


@pytest.mark.parametrize("document, node, words, label", BROKEN.values(), ids=BROKEN)
def test_a_mistake_is_explained_at_its_node(document, node, words, label):
    report = check(document)
    assert not report.ok
    (problem,) = (problem for problem in report.problems if problem.severity == "error")
    assert problem.node == node
    assert words in problem.message
    assert problem.message.startswith(node)
    assert problem.message.endswith(".")
    assert label in [fix.label for fix in problem.fixes]


@pytest.mark.parametrize("document, node, words, label", BROKEN.values(), ids=BROKEN)
def test_every_repair_repairs(document, node, words, label):
    for problem in check(document).problems:
        for fix in problem.fixes:
            messages = [p.message for p in check(edits.apply_fix(document, fix)).problems]
            assert problem.message not in messages, fix.label


def test_what_stands_behind_waits_for_the_guilty_one():
    document = chain(
        ("conv1", "Conv2d", CONV),
        ("conv2", "Conv2d", {**CONV, "groups": 3}),
        ("relu", "ReLU"),
        ("flatten", "Flatten"),
    )
    report = check(document)
    assert [problem.node for problem in report.problems] == ["conv2"]
    assert report.waits == {"relu": "conv2", "flatten": "conv2", "answer": "conv2"}
    assert "relu" not in report.shapes


def test_a_merge_of_unequal_shapes_names_both():
    document = chain(("conv1", "Conv2d", CONV), ("conv2", "Conv2d", CONV))
    document = edits.set_inputs(edits.add_after(document, "conv2", "Add"), "add1", ("conv1", "conv2"))
    (problem,) = check(document).problems
    assert "(8, 6, 6) from conv1 and (8, 4, 4) from conv2" in problem.message


def test_a_merge_with_one_input_says_so():
    document = edits.set_inputs(edits.add_after(chain(("relu", "ReLU")), "relu", "Add"), "add1", ("relu",))
    (problem,) = check(document).problems
    assert "add1 (Add) takes two or more inputs and has 1" in problem.message


def test_what_feeds_nothing_is_a_warning_and_no_obstacle():
    document = edits.set_inputs(chain(("a", "ReLU"), ("b", "Tanh")), "answer", ("a",))
    report = check(document)
    assert report.ok
    assert [(p.node, p.severity) for p in report.problems] == [("b", "warning")]


def test_linear_over_an_image_is_pointed_out_once():
    document = chain(("fc1", "Linear", {"out_features": 4}), ("fc2", "Linear", {"out_features": 4}))
    report = check(document)
    assert report.ok
    (warning,) = report.problems
    assert warning.node == "fc1"
    assert check(edits.apply_fix(document, warning.fixes[0])).problems == ()


@pytest.mark.parametrize("kind", ["Input", "Output"])
def test_missing_ends_are_named_and_can_be_added(kind):
    document = chain(("relu", "ReLU"))
    (end,) = document.main.of_kind(kind)
    without = edits.remove(document, end.id)
    problem = next(p for p in check(without).problems if f"no {kind}" in p.message)
    repaired = edits.apply_fix(without, problem.fixes[0])
    assert repaired.main.of_kind(kind)


def test_pytorchs_own_words_are_passed_on_with_the_layer_and_without_our_batch():
    document = chain(("fold", "Unflatten", {"dim": 1, "unflattened_size": (3, 5)}), shape=(16,))
    (problem,) = check(document).problems
    assert problem.message.startswith("fold (Unflatten) gets (16) and cannot run:")
    assert "99991" not in problem.message


def test_an_embedding_that_is_too_small_is_refused_where_the_meta_device_is_not():
    document = chain(("embed", "Embedding", {"embedding_dim": 4, "num_embeddings": 10}), shape=(5,))
    document = edits.set_param(edits.set_param(document, "image", "dtype", "int64"), "image", "high", 20)
    (problem,) = check(document).problems
    assert "num_embeddings=10" in problem.message
    assert "20 tokens" in problem.message


def test_blocks_are_not_silently_ignored():
    nodes = (Node("image", "Input", (), {"shape": (4,)}), Node("b", "Mystery", ("image",)))
    (problem, *_) = check(chain().__class__("With a block", Graph(nodes))).problems
    assert "Mystery" in problem.message


@pytest.mark.parametrize("name", template_names())
def test_templates_have_no_problems(name):
    report = check(template(name))
    assert report.ok
    assert report.problems == ()
