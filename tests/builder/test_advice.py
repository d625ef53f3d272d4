"""Warnings: said of the wrong network with their reason, silent about the right one, and repaired."""

import pytest

from builder import Document, block_edits, check, edits
from builder.advice import warnings
from builder.document import Graph, Node
from builder.kinds import Spec
from builder.paths import block_at, drawn, split
from builder.repairs import apply_fix
from builder.surroundings import Surroundings
from tests.networks import chain

CONV = {"out_channels": 8, "kernel_size": 3}
WIDE = {"out_features": 16}
ROW = (20,)
SIGMOIDS = [layer for i in range(3) for layer in ((f"fc{i}", "Linear", WIDE), (f"act{i}", "Sigmoid"))]
LAST = ("fc", "Linear", {"out_features": 10})

WRONG = {
    "what feeds nothing": (
        edits.set_inputs(chain(("relu", "ReLU"), ("tanh", "Tanh")), "answer", ("relu",)),
        "tanh",
        "feeds nothing, so it does nothing",
        "Remove tanh",
    ),
    "a Linear over an image": (
        chain(LAST),
        "fc",
        "works on the last dimension of (1, 8, 8) alone, one row of the image at a time",
        "Insert a Flatten before fc",
    ),
    "an image with its channels last": (
        chain(("conv", "Conv2d", CONV), shape=(16, 16, 3)),
        "conv",
        "takes the channels first and gets (16, 16, 3), which looks like 3 channels last",
        "Insert a Permute before conv",
    ),
    "a Softmax before cross-entropy": (
        chain(LAST, ("softmax", "Softmax", {"dim": 1}), shape=ROW),
        "softmax",
        "CrossEntropyLoss, the loss in training, applies a softmax itself",
        "Remove softmax",
    ),
    "a bias before BatchNorm": (
        chain(("conv", "Conv2d", CONV), ("norm", "BatchNorm2d"), ("relu", "ReLU")),
        "conv",
        "has a bias. norm behind it subtracts each channel's mean and the bias with it",
        "Set bias to False",
    ),
    "Linears in a row": (
        chain(("fc1", "Linear", WIDE), ("drop", "Dropout"), LAST, shape=ROW),
        "fc",
        "follows fc1 (Linear) with no activation between them",
        "Insert a ReLU before fc",
    ),
    "Dropout before BatchNorm": (
        chain(("drop", "Dropout"), ("relu", "ReLU"), ("norm", "BatchNorm1d"), shape=ROW),
        "norm",
        "takes what drop (Dropout) has dropped from",
        "Put drop behind norm",
    ),
    "BatchNorm of single numbers": (
        chain(("pool", "AdaptiveAvgPool2d", {"output_size": 1}), ("norm", "BatchNorm2d"), shape=(6, 8, 8)),
        "norm",
        "gets (6, 1, 1), one number for each channel",
        "Make norm a LayerNorm",
    ),
    "Sigmoids that let nothing through": (
        chain(*SIGMOIDS, LAST, shape=ROW),
        "act0",
        "is the first of 3 Sigmoids that the gradient goes through",
        "Make act0, act1 and act2 ReLUs",
    ),
    "a layer that holds nearly everything": (
        chain(
            *(("conv1", "Conv2d", CONV), ("act1", "ReLU"), ("conv2", "Conv2d", CONV), ("act2", "ReLU")),
            *(("flat", "Flatten"), ("fc1", "Linear", {"out_features": 64}), ("act3", "ReLU"), LAST),
            shape=(3, 32, 32),
        ),
        "fc1",
        "holds 99% of the network's 402,930 parameters",
        "Insert an AdaptiveAvgPool2d before flat",
    ),
}


@pytest.mark.parametrize("document, node, words, label", WRONG.values(), ids=WRONG)
def test_a_warning_says_why_and_stands_in_nobodys_way(document, node, words, label):
    report = check(document)
    assert report.ok
    (warning,) = report.problems
    assert (warning.node, warning.severity) == (node, "warning")
    assert words in warning.message
    assert warning.message.startswith(f"{node} (") and warning.message.endswith(".")
    assert [fix.label for fix in warning.fixes] == [label]


@pytest.mark.parametrize("document, node, words, label", WRONG.values(), ids=WRONG)
def test_the_repair_of_a_warning_leaves_nothing_to_say(document, node, words, label):
    (warning,) = check(document).problems
    repaired = check(apply_fix(document, warning.fixes[0]))
    assert repaired.problems == ()
    assert repaired.ok


RIGHT = {
    "a Softmax inside": chain(("softmax", "Softmax", {"dim": 1}), LAST, shape=ROW),
    "a LogSoftmax": chain(LAST, ("scores", "LogSoftmax", {"dim": 1}), shape=ROW),
    "a Softmax over an image": chain(("softmax", "Softmax", {"dim": 1}), shape=(3, 8, 8)),
    "a bias that BatchNorm does not put back": chain(
        ("conv", "Conv2d", CONV), ("norm", "BatchNorm2d", {"affine": False})
    ),
    "a bias before other normalizations": chain(("conv", "Conv2d", CONV), ("norm", "GroupNorm")),
    "a bias that begins as it should": chain(("conv", "Conv2d", CONV), ("norm", "InstanceNorm2d")),
    "a low rank": chain(("down", "Linear", {"out_features": 4}), ("up", "Linear", WIDE), shape=ROW),
    "Linears with a LayerNorm": chain(("a", "Linear", WIDE), ("norm", "LayerNorm"), LAST, shape=ROW),
    "Dropout behind BatchNorm": chain(("norm", "BatchNorm1d"), ("drop", "Dropout"), shape=ROW),
    "Dropout that drops nothing": chain(("drop", "Dropout", {"p": 0.0}), ("norm", "BatchNorm1d"), shape=ROW),
    "BatchNorm of a row": chain(("norm", "BatchNorm1d"), shape=ROW),
    "two Sigmoids": chain(*SIGMOIDS[:4], LAST, shape=ROW),
    "a Sigmoid that answers": chain(*SIGMOIDS[:4], LAST, ("chance", "Sigmoid"), shape=ROW),
    "Sigmoids with normalization": chain(
        *(each for pair in SIGMOIDS[1::2] for each in (pair, (f"{pair[0]}_norm", "LayerNorm"))), shape=ROW
    ),
    "a large Linear of rows": chain(
        *(("a", "Linear", {"out_features": 2048}), ("relu", "ReLU"), ("b", "Linear", WIDE)), shape=(784,)
    ),
    "a small image": chain(("conv", "Conv2d", CONV), shape=(4, 4, 3)),
}


@pytest.mark.parametrize(
    ("last", "loss", "says", "label"),
    [
        ("Softmax", "CrossEntropyLoss", "last (Softmax) stands before the Output, and Cross", "Remove last"),
        ("Sigmoid", "BCEWithLogitsLoss", "applies a sigmoid itself", "Remove last"),
        ("Sigmoid", "MSELoss", "compares its numbers with the values to predict", "Remove last"),
        ("Softmax", "NLLLoss", "takes what a LogSoftmax gives", "Make last a LogSoftmax"),
        ("ReLU", "NLLLoss", "takes logarithms of likelihoods", "Insert a LogSoftmax before answer"),
    ],
)
def test_a_last_layer_is_judged_by_the_loss_that_was_chosen(last, loss, says, label):
    document = chain(LAST, ("last", last), shape=ROW)
    (problem,) = check(document, loss=loss).problems
    (fix,) = problem.fixes
    assert says in problem.message and fix.label == label
    assert check(apply_fix(document, fix), loss=loss).problems == ()


@pytest.mark.parametrize(
    ("last", "loss"),
    [
        ("LogSoftmax", "NLLLoss"),
        ("LogSoftmax", "CrossEntropyLoss"),
        ("ReLU", "MSELoss"),
        ("Sigmoid", ""),
    ],
)
def test_a_last_layer_that_goes_with_the_loss_is_left_alone(last, loss):
    assert check(chain(LAST, ("last", last), shape=ROW), loss=loss).problems == ()


@pytest.mark.parametrize("document", RIGHT.values(), ids=RIGHT)
def test_what_may_be_meant_is_not_warned_of(document):
    assert check(document).problems == ()


def test_heads_side_by_side_are_not_in_a_row():
    nodes = (
        Node("x", "Input", (), {"shape": ROW}),
        Node("body", "Linear", ("x",), WIDE),
        Node("mean", "Linear", ("body",), {"out_features": 16}),
        Node("spread", "Linear", ("body",), {"out_features": 16}),
        Node("code", "Add", ("mean", "spread")),
        Node("answer", "Output", ("code",)),
    )
    assert check(Document("Two heads", Graph(nodes))).problems == ()


def test_gates_are_no_sigmoids_in_a_row():
    """Squeeze and excite: a way around each Sigmoid is left for the gradient."""
    nodes = [Node("x", "Input", (), {"shape": ROW})]
    for number in range(4):
        before = nodes[-1].id
        nodes.append(Node(f"gate{number}", "Sigmoid", (before,)))
        nodes.append(Node(f"gated{number}", "Multiply", (before, f"gate{number}")))
    document = Document("Gates", Graph((*nodes, Node("answer", "Output", (nodes[-1].id,)))))
    assert check(document).problems == ()


def test_many_biases_are_one_warning_and_one_click():
    layers = [
        layer for i in range(6) for layer in ((f"conv{i}", "Conv2d", CONV), (f"norm{i}", "BatchNorm2d"))
    ]
    document = chain(*layers, shape=(3, 32, 32))
    (warning,) = check(document).problems
    assert "has a bias, and so have conv1, conv2, conv3 and 2 more" in warning.message
    repaired = apply_fix(document, warning.fixes[0])
    assert all(repaired.main[f"conv{i}"].params["bias"] is False for i in range(6))


def test_a_warning_inside_a_block_is_said_once_and_repaired_there():
    document = chain(("conv", "Conv2d", {**CONV, "padding": 1}), ("norm", "BatchNorm2d"), shape=(8, 8, 8))
    document = block_edits.make_block(document, ("conv", "norm"), "Stage")
    document = edits.set_field(edits.duplicate(document, "stage1"), "stage1", "repeat", 3)
    (warning,) = check(document).problems
    assert warning.node == "stage1[0]/conv"
    repaired = block_edits.inside(document, "Stage", apply_fix, warning.fixes[0])
    assert check(repaired).problems == ()


def in_blocks(document: Document, *members: tuple[str, ...]) -> Document:
    """The document with each of these groups of layers made a block: A, B, ..."""
    for name, group in zip("AB", members, strict=False):
        document = block_edits.make_block(document, group, name)
    return document


APART = {
    "a bias before BatchNorm": (
        in_blocks(
            chain(("relu", "ReLU"), ("conv", "Conv2d", CONV), ("norm", "BatchNorm2d"), ("tanh", "Tanh")),
            ("relu", "conv"),
            ("norm", "tanh"),
        ),
        ("a1/conv", "has a bias. b1/norm behind it subtracts", "Set bias to False"),
    ),
    "Linears in a row": (
        in_blocks(
            chain(("relu", "ReLU"), ("fc1", "Linear", WIDE), ("drop", "Dropout"), LAST, shape=ROW),
            ("relu", "fc1"),
            ("drop", "fc"),
        ),
        ("b1/fc", "follows a1/fc1 (Linear) with no activation", "Insert a ReLU before fc"),
    ),
    "a Softmax at the end of a block": (
        in_blocks(chain(LAST, ("softmax", "Softmax", {"dim": 1}), shape=ROW), ("fc", "softmax")),
        ("a1/softmax", "applies a softmax itself", "Remove softmax"),
    ),
    "a Linear over an image": (
        in_blocks(chain(("relu", "ReLU"), LAST), ("relu", "fc")),
        ("a1/fc", "works on the last dimension of (1, 8, 8) alone", "Insert a Flatten before fc"),
    ),
    "an image with its channels last": (
        in_blocks(chain(("conv", "Conv2d", CONV), ("relu", "ReLU"), shape=(16, 16, 3)), ("conv", "relu")),
        ("a1/conv", "looks like 3 channels last", "Insert a Permute before conv"),
    ),
    "Sigmoids that let nothing through": (
        edits.set_field(
            in_blocks(chain(*SIGMOIDS[:2], LAST, shape=(16,)), ("fc0", "act0")), "a1", "repeat", 3
        ),
        ("a1[0]/act0", "is the first of 3 Sigmoids", "Make act0 a ReLU"),
    ),
    "a layer that holds nearly everything": (
        in_blocks(
            chain(
                *(("conv1", "Conv2d", CONV), ("act1", "ReLU"), ("conv2", "Conv2d", CONV)),
                *(("act2", "ReLU"), ("flat", "Flatten"), ("fc1", "Linear", {"out_features": 64})),
                shape=(3, 32, 32),
            ),
            ("flat", "fc1"),
        ),
        ("a1/fc1", "holds 99% of", "Insert an AdaptiveAvgPool2d before flat"),
    ),
}


@pytest.mark.parametrize("document, said", APART.values(), ids=APART)
def test_a_warning_looks_past_the_borders_of_blocks_and_is_repaired_there(document, said):
    place, words, label = said
    (warning,) = check(document).problems
    assert (warning.node, warning.severity) == (place, "warning")
    assert words in warning.message
    assert [fix.label for fix in warning.fixes] == [label]
    block = block_at(document, split(drawn(place))[0])
    repaired = block_edits.inside(document, block, apply_fix, warning.fixes[0])
    assert check(repaired).problems == ()


def test_what_no_edit_of_one_graph_repairs_is_said_without_a_button():
    layers = (("relu", "ReLU"), ("drop", "Dropout"), ("norm", "BatchNorm1d"), ("tanh", "Tanh"))
    document = in_blocks(chain(*layers, shape=ROW), ("relu", "drop"), ("norm", "tanh"))
    (warning,) = check(document).problems
    assert warning.node == "b1/norm" and "Put a1/drop behind it." in warning.message
    assert warning.fixes == ()


def used_twice(second: str) -> Document:
    """A block that ends in a convolution: BatchNorm behind its first use, `second` behind its second."""
    document = in_blocks(
        chain(("relu", "ReLU"), ("conv", "Conv2d", {**CONV, "padding": 1})), ("relu", "conv")
    )
    document = edits.add_after(document, "a1", "BatchNorm2d")
    document = edits.add_after(document, "batchnorm1", "A")
    return edits.add_after(document, "a2", second)


def test_a_warning_of_a_block_is_true_of_all_its_uses_or_silent():
    (warning,) = check(used_twice("BatchNorm2d")).problems
    assert warning.node == "a1/conv" and "has a bias. batchnorm1 behind it" in warning.message
    assert check(used_twice("ReLU")).problems == ()


def test_a_block_in_a_row_with_itself_is_looked_at_across_its_own_border():
    """Norm first and convolution last: behind each copy stands the next one, or what follows them."""
    document = in_blocks(
        chain(("norm", "BatchNorm2d"), ("conv", "Conv2d", {**CONV, "padding": 1})), ("norm", "conv")
    )
    document = edits.set_field(document, "a1", "repeat", 3)
    assert check(document).problems == ()
    (warning,) = check(edits.add_after(document, "a1", "BatchNorm2d")).problems
    assert warning.node == "a1[0]/conv" and "norm behind it" in warning.message


def test_a_bias_that_two_layers_share_is_left_alone():
    params = {**CONV, "padding": 1}
    nodes = (
        Node("image", "Input", (), {"shape": (8, 8, 8)}),
        Node("conv1", "Conv2d", ("image",), params),
        Node("norm", "BatchNorm2d", ("conv1",)),
        Node("conv2", "Conv2d", ("norm",), params, shares="conv1"),
        Node("answer", "Output", ("conv2",)),
    )
    assert check(Document("Twice", Graph(nodes))).problems == ()


def test_a_repeated_convolution_keeps_its_biases():
    """Only the last of them stands before the norm."""
    document = chain(("conv", "Conv2d", {**CONV, "padding": 1}), ("norm", "BatchNorm2d"), shape=(8, 8, 8))
    assert check(edits.set_field(document, "conv", "repeat", 2)).problems == ()


def test_a_warning_of_a_use_that_waits_is_held_to_the_uses_that_work():
    document = used_twice("BatchNorm2d")
    document = edits.add_after(document, "batchnorm1", "Conv2d")
    document = edits.set_param(document, "conv1", "groups", 3)
    severities = [(problem.node, problem.severity) for problem in check(document).problems]
    assert ("conv1", "error") in severities and ("a1/conv", "warning") in severities


def test_a_bias_that_a_block_is_asked_for_is_left_alone():
    document = chain(("conv", "Conv2d", CONV), ("norm", "BatchNorm2d"))
    document = block_edits.make_block(document, ("conv", "norm"), "Stage")
    document = block_edits.set_block_params(document, "Stage", {"bias": True})
    document = block_edits.inside(document, "Stage", edits.set_param, "conv", "bias", "=bias", True)
    assert check(document).problems == ()


def test_a_layer_over_a_long_row_that_holds_nearly_everything_is_told_to_be_smaller():
    layers = (
        ("fc1", "Linear", {"out_features": 256}),
        ("act1", "ReLU"),
        ("fc2", "Linear", WIDE),
        ("act2", "ReLU"),
    )
    (problem,) = check(chain(*layers, LAST, shape=(3072,))).problems
    assert (problem.node, problem.severity, problem.fixes) == ("fc1", "warning", ())
    assert "holds 99% of the network's 790,970 parameters" in problem.message
    assert problem.message.endswith("Make out_features smaller.")


def test_warnings_of_a_long_network_look_at_each_layer_a_few_times(monkeypatch):
    """However long it is: nothing looks from each layer at all the others."""
    looks = []
    for name in ("before", "spec", "family"):
        how = getattr(Surroundings, name)
        monkeypatch.setattr(Surroundings, name, lambda *given, how=how: looks.append(1) or how(*given))

    def looked(length: int) -> int:
        looks.clear()
        kinds = ("Linear", "BatchNorm1d", "Sigmoid", "Dropout")
        layers = [(f"n{i}", kinds[i % 4], WIDE if i % 4 == 0 else {}) for i in range(length)]
        document = chain(*layers, shape=(16,))
        of = dict.fromkeys((node.id for node in document.main.nodes), {"output": Spec((7, 16), batch=7)})
        assert list(warnings(document, of))
        return len(looks)

    assert looked(800) < 8 * looked(100) + 100
    assert looked(800) < 10 * 800


def test_a_repair_that_is_too_late_says_so():
    document = chain(("drop", "Dropout"), ("norm", "BatchNorm1d"), shape=ROW)
    (warning,) = check(document).problems
    with pytest.raises(edits.EditError, match="There is no layer named 'drop' any more"):
        apply_fix(edits.remove(document, "drop"), warning.fixes[0])


def test_warnings_come_behind_errors():
    document = chain(
        ("conv", "Conv2d", CONV), ("norm", "BatchNorm2d"), ("bad", "Conv2d", {**CONV, "groups": 3})
    )
    severities = [problem.severity for problem in check(document).problems]
    assert severities == ["error", "warning"]
