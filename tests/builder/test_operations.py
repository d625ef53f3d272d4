"""What single kinds compute, held against formulas and against PyTorch's own functions."""

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from builder import Document, build, check, edits, to_python
from builder.document import Block, Graph, Node
from tests.networks import chain


def network(*nodes: Node) -> Document:
    """The nodes in order; the last one is the answer."""
    return Document("Net", Graph((*nodes, Node("answer", "Output", (nodes[-1].id,)))))


def given(shape: tuple[int, ...], name: str = "x") -> Node:
    return Node(name, "Input", (), {"shape": shape})


@pytest.mark.parametrize("features", [1, 5, 6])
def test_positions_are_those_of_the_paper(features):
    """Vaswani et al. 2017, section 3.5: PE(pos, 2i) = sin(pos / 10000^(2i/d)), 2i+1 the cosine."""
    module = build(chain(("position", "PositionalEncoding"), shape=(7, features)))
    given = module(torch.zeros(2, 7, features))[1]
    for position in range(7):
        for i in range(features):
            angle = position / 10000 ** (2 * (i // 2) / features)
            wanted = math.cos(angle) if i % 2 else math.sin(angle)
            assert abs(given[position, i].item() - wanted) < 1e-5
    assert not module.state_dict()


def test_a_helper_is_printed_once_and_above_the_network():
    source = to_python(chain(("a", "PositionalEncoding"), ("b", "PositionalEncoding"), shape=(4, 6)))
    assert source.count("class PositionalEncoding") == 1
    assert source.index("class PositionalEncoding") < source.index("class Chain")
    named_alike = chain(("a", "PositionalEncoding"), shape=(4, 6), name="Positional encoding")
    assert build(named_alike)(torch.zeros(2, 4, 6)).shape == (2, 4, 6)


@pytest.mark.parametrize("batch_first", [True, False])
def test_the_last_step_is_the_last_in_time_whichever_way_the_batch_lies(batch_first):
    order = [] if batch_first else [("swap", "Permute", {"dims": (1, 0, 2)})]
    rnn = ("rnn", "GRU", {"hidden_size": 3, "batch_first": batch_first})
    document = chain(*order, rnn, ("last", "LastStep"), shape=(5, 4))
    module = build(document)
    x = torch.randn(2, 5, 4)
    _, h_n = module.rnn(x if batch_first else x.transpose(0, 1))
    torch.testing.assert_close(module(x), h_n[0])
    assert check(document).shapes["last"]["output"] == (3,)


@pytest.mark.parametrize("fill", ["randn", "rand"])
def test_a_constant_is_the_same_each_time_does_not_learn_and_is_kept(fill):
    document = network(
        given((4,)),
        Node("noise", "Constant", (), {"shape": (4,), "fill": fill, "seed": 3}),
        Node("sum", "Add", ("x", "noise")),
    )
    one, other = build(document), build(document)
    wanted = getattr(torch, fill)(4, generator=torch.Generator().manual_seed(3))
    assert torch.equal(one.noise, wanted) and torch.equal(other.noise, wanted)
    assert list(one.state_dict()) == ["noise"] and not list(one.parameters())
    free = build(edits.set_param(document, "noise", "seed", None))
    assert not torch.equal(free.noise, wanted)


def test_a_constant_of_values_is_written_row_by_row():
    values = {"shape": (2, 2), "fill": "values", "values": (1.0, 2.0, 3.0, 4.0)}
    document = network(given((2, 2)), Node("c", "Constant", (), values), Node("out", "MatMul", ("x", "c")))
    assert build(document).c.tolist() == [[1, 2], [3, 4]]
    x = torch.randn(3, 2, 2)
    torch.testing.assert_close(build(document)(x), x @ torch.tensor([[1.0, 2.0], [3.0, 4.0]]))


def test_a_learned_token_is_put_before_every_sequence():
    document = network(
        given((5, 6)),
        Node("token", "Parameter", (), {"shape": (1, 1, 6), "scale": 0.02}),
        Node("tokens", "Expand", ("token", "x")),
        Node("all", "Concat", ("tokens", "x"), {"dim": 1}),
    )
    module = build(document)
    x = torch.randn(3, 5, 6)
    assert check(document).shapes["all"]["output"] == (6, 6)
    torch.testing.assert_close(module(x), torch.cat([module.token.expand(3, -1, -1), x], dim=1))
    module(x).sum().backward()
    assert module.token.grad is not None


def test_pieces_are_outputs_of_their_own():
    document = network(
        given((7, 4)),
        Node("cut", "Split", ("x",), {"split_size": (2, 5), "dim": 1}),
        Node("halves", "Chunk", ("cut.1",), {"chunks": 2, "dim": -1}),
        Node("product", "Multiply", ("halves.1", "halves")),
    )
    x = torch.randn(3, 7, 4)
    torch.testing.assert_close(build(document)(x), x[:, 2:, :2] * x[:, 2:, 2:])
    assert check(document).shapes["cut"] == {"0": (2, 4), "1": (5, 4)}
    assert Document.from_json(document.to_json()) == document


def test_a_pool_and_its_way_back_leave_the_largest_where_they_were():
    document = chain(("pool", "MaxPool2d", {"kernel_size": 2}), ("back", "MaxUnpool2d", {"kernel_size": 2}))
    document = edits.take_indices(document, "back")
    x = torch.rand(2, 1, 8, 8)
    pooled, places = nn.functional.max_pool2d(x, 2, return_indices=True)
    torch.testing.assert_close(build(document)(x), nn.functional.max_unpool2d(pooled, places, 2))


@pytest.mark.parametrize("kind, states", [("RNN", 1), ("GRU", 1), ("LSTM", 2)])
def test_a_decoder_begins_with_the_encoders_states(kind, states):
    ports = ("h_n", "c_n")[:states]
    settings = {"hidden_size": 3, "num_layers": 2, "bidirectional": True}
    document = network(
        given((5, 4)),
        Node("encoder", kind, ("x",), settings),
        Node("decoder", kind, ("x", *(f"encoder.{port}" for port in ports)), settings),
    )
    module = build(document)
    x = torch.randn(2, 5, 4)
    _, state = module.encoder(x)
    torch.testing.assert_close(module(x), module.decoder(x, state)[0])


def test_a_projected_lstm_has_smaller_outputs_and_states():
    document = chain(("lstm", "LSTM", {"hidden_size": 6, "proj_size": 2}), shape=(5, 4))
    assert check(document).shapes["lstm"] == {"output": (5, 2), "h_n": (1, 2), "c_n": (1, 6)}


def test_a_stack_of_layers_is_that_many_layers():
    document = chain(("stack", "TransformerEncoder", {"num_layers": 3, "nhead": 2}), shape=(5, 4))
    module = build(document)
    assert len(module.stack.layers) == 3
    x = torch.randn(2, 5, 4)
    module.eval()
    wanted = x
    for layer in module.stack.layers:
        wanted = layer(wanted)
    torch.testing.assert_close(module(x), wanted)


def test_attention_without_weights_is_pytorchs_own():
    document = chain(("attend", "ScaledDotProductAttention", {"is_causal": True}), shape=(2, 5, 4))
    x = torch.randn(3, 2, 5, 4)
    wanted = nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True)
    torch.testing.assert_close(build(document)(x), wanted)


def test_in_a_block_tensors_and_places_are_its_arguments():
    add = [
        Node("x", "Input"),
        Node("position", "PositionalEncoding", ("x",)),
        Node("noise", "Constant", (), {"shape": ("=width",)}),
        Node("sum", "Add", ("position", "noise")),
        Node("cut", "Slice", ("sum",), {"dim": "=dim", "start": 1, "end": None}),
        Node("out", "Output", ("cut",)),
    ]
    last = [Node("x", "Input"), Node("last", "LastStep", ("x",)), Node("out", "Output", ("last",))]
    main = network(
        given((5, 6)),
        Node("cut", "Cut", ("x",)),
        Node("one", "Last", ("cut",)),
        Node("swapped", "Permute", ("cut",), {"dims": (1, 0, 2)}),
        Node("other", "Last", ("swapped",)),
        Node("total", "Add", ("one", "other")),
    ).main
    parts = {"Cut": Block(Graph(tuple(add)), {"width": 6, "dim": 1}), "Last": Block(Graph(tuple(last)))}
    document = Document("Blocks", main, parts)
    assert check(document).ok
    module = build(document)
    x = torch.randn(3, 5, 6)
    torch.testing.assert_close(module(x), 2 * module.cut(x)[:, -1])


@pytest.mark.parametrize("kind, shape", [("Unsqueeze", (4,)), ("LSTM", (5, 4))])
def test_what_is_no_plain_layer_is_not_repeated(kind, shape):
    document = chain(("layer", kind, {}), shape=shape)
    nodes = [replace(node, repeat=2) if node.id == "layer" else node for node in document.main.nodes]
    (problem,) = check(replace(document, main=Graph(tuple(nodes)))).problems
    assert "cannot be repeated" in problem.message
