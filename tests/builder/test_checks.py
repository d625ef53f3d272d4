"""What is said of whole networks: who waits, what is missing at the ends, what only warns."""

import pytest

from builder import check, edits
from builder.document import Graph, Node
from builder.repairs import apply_fix
from tests.networks import chain

CONV = {"out_channels": 8, "kernel_size": 3}


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


def test_what_feeds_nothing_is_a_warning_and_no_obstacle():
    document = edits.set_inputs(chain(("a", "ReLU"), ("b", "Tanh")), "answer", ("a",))
    report = check(document)
    assert report.ok
    assert [(p.node, p.severity) for p in report.problems] == [("b", "warning")]


def test_linear_over_an_image_is_pointed_out_once():
    size = {"out_features": 4}
    document = chain(("fc1", "Linear", size), ("relu", "ReLU"), ("fc2", "Linear", size))
    report = check(document)
    assert report.ok
    (warning,) = report.problems
    assert warning.node == "fc1"
    assert check(apply_fix(document, warning.fixes[0])).problems == ()


@pytest.mark.parametrize("kind", ["Input", "Output"])
def test_missing_ends_are_named_and_can_be_added(kind):
    document = chain(("relu", "ReLU"))
    (end,) = document.main.of_kind(kind)
    without = edits.remove(document, end.id)
    problem = next(p for p in check(without).problems if f"no {kind}" in p.message)
    repaired = apply_fix(without, problem.fixes[0])
    assert repaired.main.of_kind(kind)


def test_blocks_are_not_silently_ignored():
    nodes = (Node("image", "Input", (), {"shape": (4,)}), Node("b", "Mystery", ("image",)))
    (problem, *_) = check(chain().__class__("With a block", Graph(nodes))).problems
    assert "Mystery" in problem.message


def test_linear_over_channels_that_were_put_last_is_meant():
    layers = (
        ("turn", "Permute", {"dims": (0, 2, 3, 1)}),
        ("norm", "LayerNorm", {"normalized_shape": 3}),
        ("fc1", "Linear", {"out_features": 12}),
        ("gelu", "GELU"),
        ("fc2", "Linear", {"out_features": 3}),
    )
    assert not check(chain(*layers, shape=(3, 8, 8))).problems
    (problem,) = check(chain(*layers[1:], shape=(8, 8, 3))).problems
    assert "one row of the image at a time" in problem.message
