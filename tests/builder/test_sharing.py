"""Weights that two layers share: one layer called twice, or two layers with one weight."""

from dataclasses import replace

import pytest
import torch

from builder import Document, DocumentError, block_edits, build, check, edits, summary, to_python
from builder.document import Block, Graph, Node
from builder.flow import figures
from builder.repairs import apply_fix
from builder.sharing import possible_shares
from tests.networks import chain


def language_model(out_features=20, embedding_dim=8, features=8, **head) -> Document:
    """Tokens in, a number for each token out, the head tied to the embedding."""
    nodes = (
        Node("text", "Input", (), {"shape": (5,), "dtype": "int64", "high": 20}),
        Node("tokens", "Embedding", ("text",), {"embedding_dim": embedding_dim}),
        Node("fc", "Linear", ("tokens",), {"out_features": features}),
        Node("head", "Linear", ("fc",), {"out_features": out_features}, **{"shares": "tokens", **head}),
        Node("answer", "Output", ("head",)),
    )
    return Document("Tied", Graph(nodes))


def autoencoder(**decoder) -> Document:
    nodes = (
        Node("image", "Input", (), {"shape": (3, 8, 8)}),
        Node("encode", "Conv2d", ("image",), {"out_channels": 6, "kernel_size": 2, "stride": 2}),
        Node(
            "decode",
            "ConvTranspose2d",
            ("encode",),
            {"out_channels": 3, "kernel_size": 2, "stride": 2, **decoder},
            shares="encode",
        ),
        Node("answer", "Output", ("decode",)),
    )
    return Document("Autoencoder", Graph(nodes))


@pytest.mark.parametrize("document", [language_model(), autoencoder()], ids=lambda d: d.name)
def test_a_tied_layer_is_made_and_its_weight_is_the_others(document):
    assert check(document).ok
    module = build(document)
    first, second = (
        (module.tokens, module.head) if "head" in document.main else (module.encode, module.decode)
    )
    assert second.weight is first.weight
    assert second.bias is not None


def test_a_tied_weight_is_counted_once():
    document = language_model()
    count = sum(p.numel() for p in build(document).parameters())
    found = figures(document, check(document).specs)
    assert sum(f.parameters for f in found.values()) == count == 20 * 8 + (8 * 8 + 8) + 20
    assert found["head"].parameters == 20
    assert summary(document, 2).total_params == count


def test_a_tied_weight_is_printed_in_the_ordinary_way():
    assert "        self.head.weight = self.tokens.weight\n" in to_python(language_model())


def test_a_tied_network_is_exported_and_its_weights_are_kept():
    module = build(language_model()).eval()
    text = torch.randint(0, 20, (2, 5))
    exported = torch.export.export(module, (text,))
    assert torch.equal(exported.module()(text), module(text))
    again = build(language_model()).eval()
    again.load_state_dict(module.state_dict())
    assert torch.equal(again(text), module(text))
    assert again.head.weight is again.tokens.weight


@pytest.mark.parametrize(
    ("document", "advice"),
    [
        (language_model(out_features=19), "Set out_features to 20"),
        (language_model(features=9), "Set embedding_dim of tokens to 9"),
        (autoencoder(out_channels=4), "Set out_channels to 3"),
        (autoencoder(kernel_size=3), "Set kernel_size to 2"),
    ],
)
def test_weights_of_two_sizes_are_explained_and_mended_in_one_click(document, advice):
    (problem,) = check(document).problems
    assert problem.node == document.main.nodes[-2].id
    assert problem.message.endswith(f"{advice}.")
    assert problem.fixes[0].label == advice
    assert check(apply_fix(document, problem.fixes[0])).ok


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (language_model(init={"weight": "zeros_"}), "Set init weight on tokens instead."),
        (language_model(parametrize="weight_norm"), "Set its parametrize to nothing."),
        (language_model(repeat=2), "Choose another."),
    ],
)
def test_what_cannot_be_tied_is_said_at_the_layer(document, sentence):
    (problem,) = check(document).problems
    assert problem.node == "head"
    assert problem.message.endswith(sentence)


@pytest.mark.parametrize(
    ("lender", "own", "advice"),
    [
        ({"out_features": 8}, {"out_features": 20}, "Set out_features to 8"),
        ({"out_features": 8}, {"out_features": 8, "bias": False}, "Set bias to True"),
        ({"out_features": 8, "bias": False}, {"out_features": 8}, "Set bias to False"),
    ],
)
def test_a_layer_that_is_to_be_another_gets_its_arguments_in_one_click(lender, own, advice):
    document = chain(("one", "Linear", lender), ("two", "Linear", own), shape=(8,))
    document = edits.set_field(document, "two", "shares", "one")
    (problem,) = check(document).problems
    assert problem.node == "two"
    assert problem.message.endswith(f"{advice}.")
    assert check(apply_fix(document, problem.fixes[0])).ok


def test_inputs_of_two_sizes_are_said_where_the_arguments_are_the_same():
    same = {"out_features": 4}
    document = chain(("one", "Linear", same), ("two", "Linear", same), shape=(8,))
    (problem,) = check(edits.set_field(document, "two", "shares", "one")).problems
    assert problem.message.endswith("Give both inputs of the same size.")
    assert not problem.fixes


def test_a_layer_further_on_cannot_lend_its_weights():
    same = {"out_features": 8}
    document = chain(*((name, "Linear", same) for name in ("one", "two", "three")), shape=(8,))
    (problem,) = check(edits.set_field(document, "one", "shares", "three")).problems
    assert problem.message.endswith("Let three share those of one instead.")


def towers(left: tuple[int, ...], right: tuple[int, ...], *layers: Node) -> Document:
    """Two images, one block that looks at both."""
    nodes = (
        Node("left", "Input", (), {"shape": left}),
        Node("right", "Input", (), {"shape": right}),
        Node("one", "Tower", ("left",)),
        Node("two", "Tower", ("right",), shares="one"),
        Node("answer1", "Output", ("one",)),
        Node("answer2", "Output", ("two",)),
    )
    conv = Node("conv", "Conv2d", ("x",), {"out_channels": 4, "kernel_size": 3})
    last = layers[-1].id if layers else "conv"
    tower = Graph((Node("x", "Input"), conv, *layers, Node("out", "Output", (last,))))
    return Document("Towers", Graph(nodes), {"Tower": Block(tower)})


def test_a_block_is_shared_where_its_layers_are_the_same():
    document = towers((3, 8, 8), (3, 6, 6))  # a convolution looks at images of any size
    assert check(document).ok
    module = build(document)
    one, two = module(torch.zeros(2, 3, 8, 8), torch.zeros(2, 3, 6, 6))
    assert one.shape == (2, 4, 6, 6)
    assert two.shape == (2, 4, 4, 4)
    found = figures(document, check(document).specs)
    assert found["one"].parameters == sum(p.numel() for p in module.parameters())
    assert found["two"].parameters == 0


def test_a_block_whose_layers_would_be_others_is_not_shared():
    fc = (Node("flat", "Flatten", ("conv",)), Node("fc", "Linear", ("flat",), {"out_features": 2}))
    report = check(towers((3, 8, 8), (3, 6, 6), *fc))
    (problem,) = report.problems
    assert problem.node == "two"
    assert problem.message.endswith("Give both inputs of the same size.")
    assert report.waits == {"answer2": "two"}


def test_who_may_lend_is_offered():
    document = language_model(shares="")
    assert possible_shares(document, "head") == ("fc", "tokens")
    assert possible_shares(document, "tokens") == ()
    assert possible_shares(document, "answer") == ()


def test_a_tied_document_is_written_and_read_and_a_wrong_tie_is_refused():
    document = language_model()
    assert Document.from_json(document.to_json()) == document
    text = document.to_json().replace('"shares": "tokens"', '"shares": "text"')
    with pytest.raises(DocumentError, match="another Linear or Embedding"):
        Document.from_json(text)


def test_a_layer_made_another_kind_lends_and_borrows_no_more():
    for node_id, kind in (("head", "LayerNorm"), ("tokens", "EmbeddingBag")):
        edited = edits.replace_kind(language_model(), node_id, kind)
        assert edited.main["head"].shares == ""
        assert Document.from_json(edited.to_json()) == edited


def test_a_block_is_not_made_of_half_a_tie_and_takes_a_whole_one():
    with pytest.raises(edits.EditError, match="Choose both, or neither"):
        block_edits.make_block(language_model(), ["fc", "head"], "Half")
    whole = block_edits.make_block(language_model(), ["tokens", "fc", "head"], "Whole")
    assert check(whole).ok
    made = build(whole).whole1
    assert made.head.weight is made.tokens.weight
    back = block_edits.explode(whole, "whole1")
    assert back.main["head"].shares == "tokens"
    assert Document.from_json(back.to_json()) == back


def test_a_layer_in_a_block_shares_with_one_whose_sizes_are_sums():
    document = language_model()
    block = block_edits.make_block(document, ["tokens", "fc", "head"], "Whole").blocks["Whole"]
    nodes = [
        replace(n, params={**n.params, "embedding_dim": "=width"}) if n.id == "tokens" else n
        for n in block.graph.nodes
    ]
    whole = block_edits.make_block(document, ["tokens", "fc", "head"], "Whole")
    summed = replace(whole, blocks={"Whole": replace(block, graph=Graph(tuple(nodes)), params={"width": 8})})
    assert check(summed).ok
    assert build(summed)(torch.zeros(2, 5, dtype=torch.int64)).shape == (2, 5, 20)
