"""Blocks, repeats and what is done to weights: checked, printed, made and undone, held against PyTorch."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from builder import (
    Document,
    DocumentError,
    ProblemsError,
    block_edits,
    blocks,
    build,
    check,
    edits,
    to_python,
)
from builder.document import Block, Graph, Node
from builder.flow import figures
from builder.templates import template
from tests.networks import chain

RESIDUAL = Block(
    Graph(
        (
            Node("x", "Input"),
            Node("conv", "Conv2d", ("x",), {"out_channels": "=channels", "kernel_size": 3, "padding": 1}),
            Node("norm", "BatchNorm2d", ("conv",)),
            Node("relu", "ReLU", ("norm",)),
            Node("out", "Output", ("relu",)),
        )
    ),
    {"channels": 64},
)


def network(*nodes: Node, **more: Block) -> Document:
    """An image through nodes in a row, with the block Residual."""
    row = [Node("image", "Input", (), {"shape": (3, 16, 16)})]
    for node in nodes:
        row.append(replace(node, inputs=(row[-1].id,)))
    row.append(Node("answer", "Output", (row[-1].id,)))
    return Document("With blocks", Graph(tuple(row)), {"Residual": RESIDUAL, **more})


GROWING = network(
    Node("first", "Residual", params={"channels": 8}),
    Node("second", "Residual", params={"channels": 16}, repeat=2),
)


def parameters(document: Document) -> int:
    return sum(p.numel() for p in build(document).parameters())


def test_a_block_is_checked_in_each_use_under_its_path():
    report = check(GROWING)
    assert report.ok
    assert report.shapes["first/conv"] == {"output": (8, 16, 16)}
    assert report.shapes["second[1]/conv"] == {"output": (16, 16, 16)}
    assert report.shapes["second"] == {"output": (16, 16, 16)}


def test_one_class_serves_all_uses_and_takes_the_sizes_that_differ():
    source = to_python(GROWING)
    assert source.count("class Residual(nn.Module)") == 1
    assert "nn.Conv2d(in_channels, channels, 3, padding=1)" in source
    assert build(GROWING)(torch.randn(2, 3, 16, 16)).shape == (2, 16, 16, 16)


def test_equal_repeats_are_a_comprehension():
    document = network(Node("first", "Residual", params={"channels": 3}, repeat=3))
    assert "nn.Sequential(*[Residual(channels=3) for _ in range(3)])" in to_python(document)


def test_figures_of_blocks_add_up_to_the_module():
    found = figures(GROWING, check(GROWING).specs)
    top = sum(f.parameters for name, f in found.items() if "/" not in name)
    assert top == parameters(GROWING)


def test_a_mistake_inside_a_block_is_named_by_its_path_and_what_follows_waits():
    document = network(Node("first", "Residual", params={"channels": -1}), Node("relu", "ReLU"))
    report = check(document)
    (problem,) = report.problems
    assert problem.node == "first/conv"
    assert report.waits["relu"] == "first/conv"
    with pytest.raises(ProblemsError):
        to_python(document)


SUMS = {
    "=channels": 4,
    "=channels*2 + 1": 9,
    "=channels // 3": 1,
    "=max(channels, 7)": 7,
    "=-channels % 3": 2,
    "=(channels + 1) ** 2": 25,
}


@pytest.mark.parametrize("text, worth", SUMS.items())
def test_sums_are_worked_out(text, worth):
    assert blocks.worth(text, {"channels": 4}) == worth


@pytest.mark.parametrize(
    "text",
    [
        "=__import__('os')",
        "=channels.real",
        "=[1][0]",
        "=lambda: 1",
        "=open('x')",
        "=channels if channels else 1",
        "='a' * 9",
        "=9**9**9**9",
        "=1/0",
        "=",
        "=" + "(" * 500,
        "=max(*channels)",
    ],
)
def test_what_is_no_sum_is_refused_and_never_run(text):
    with pytest.raises(ValueError):
        blocks.worth(text, {"channels": 4})


@given(st.text(max_size=40))
def test_random_text_is_a_sum_or_refused(text):
    try:
        value = blocks.worth("=" + text, {"channels": 4})
    except ValueError:
        return
    assert isinstance(value, int | float)


def test_a_block_made_of_layers_computes_the_same():
    document = template("digits_cnn")
    made = block_edits.make_block(document, ["conv1", "norm1", "relu1", "pool1"], "Step")
    assert check(made).ok
    assert Document.from_json(made.to_json()) == made
    torch.manual_seed(0)
    before = build(document).eval()
    after = build(made).eval()
    after.load_state_dict(dict(zip(after.state_dict(), before.state_dict().values(), strict=True)))
    x = torch.randn(2, 1, 8, 8)
    assert torch.equal(before(x), after(x))


def test_exploding_undoes_making():
    document = template("digits_residual_cnn")
    made = block_edits.make_block(document, ["conv1", "norm2", "relu2", "conv2", "norm3", "add"], "Skip")
    assert check(made).ok
    assert block_edits.explode(made, "skip1").main == document.main


def test_layers_with_others_between_them_make_no_block():
    with pytest.raises(edits.EditError, match="stands between"):
        block_edits.make_block(template("digits_cnn"), ["conv1", "relu1"], "Gap")


def test_an_edit_inside_shows_in_all_uses():
    edited = block_edits.inside(GROWING, "Residual", edits.add_after, "relu", "Dropout")
    report = check(edited)
    assert "first/dropout1" in report.shapes
    assert "second[1]/dropout1" in report.shapes


def test_a_block_cannot_be_put_into_itself():
    with pytest.raises(edits.EditError, match="inside itself"):
        block_edits.inside(GROWING, "Residual", edits.add_after, "relu", "Residual")


def test_a_sum_outside_a_block_is_refused_in_a_file():
    text = GROWING.to_json().replace('"channels": 8', '"channels": "=channels"')
    with pytest.raises(DocumentError, match="main.nodes"):
        Document.from_json(text)


def test_renaming_a_block_renames_its_uses():
    renamed = block_edits.rename_block(GROWING, "Residual", "Step")
    assert {node.kind for node in renamed.main.nodes} == {"Input", "Step", "Output"}
    assert parameters(renamed) == parameters(GROWING)


def test_a_layer_that_shares_uses_the_others_weights():
    document = chain(
        ("one", "Linear", {"out_features": 8}), ("two", "Linear", {"out_features": 8}), shape=(8,)
    )
    shared = edits.set_field(document, "two", "shares", "one")
    module = build(shared)
    assert parameters(shared) == 72
    x = torch.randn(3, 8)
    assert torch.equal(module(x), module.one(module.one(x)))


def test_weights_of_another_size_cannot_be_shared():
    document = chain(
        ("one", "Linear", {"out_features": 4}), ("two", "Linear", {"out_features": 4}), shape=(8,)
    )
    (problem,) = check(edits.set_field(document, "two", "shares", "one")).problems
    assert "shares the weights of one" in problem.message


def test_frozen_weights_do_not_train_and_init_begins_as_asked():
    document = chain(("fc", "Linear", {"out_features": 4}), shape=(8,))
    document = edits.set_field(document, "fc", "frozen", True)
    document = edits.set_field(document, "fc", "init", {"weight": ("constant_", 0.5), "bias": "zeros_"})
    layer = build(document).fc
    assert not layer.weight.requires_grad
    assert torch.equal(layer.weight, torch.full((4, 8), 0.5))
    assert torch.equal(layer.bias, torch.zeros(4))


@pytest.mark.parametrize("name", ["weight_norm", "spectral_norm", "orthogonal"])
def test_parametrized_weights_are_counted_as_pytorch_counts_them(name):
    document = chain(("fc", "Linear", {"out_features": 4}), shape=(8,))
    document = edits.set_field(document, "fc", "parametrize", name)
    report = check(document)
    assert report.ok
    assert figures(document, report.specs)["fc"].parameters == parameters(document)


def test_a_beginning_that_cannot_be_is_said_at_its_layer():
    document = chain(("norm", "BatchNorm2d"), shape=(3, 8, 8))
    document = edits.set_field(document, "norm", "init", {"weight": "xavier_normal_"})
    (problem,) = check(document).problems
    assert problem.message.startswith("norm (BatchNorm2d) cannot begin as it should")
