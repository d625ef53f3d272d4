"""One kind in another's place: what fits both is kept, and the network still works."""

import pytest

from builder import Document, check, edits
from builder.catalogue import CATALOGUE, KINDS
from builder.document import Block, Graph, Node
from builder.edits import EditError
from builder.replacing import as_kind, relatives

IMAGE = Node("image", "Input", (), {"shape": (8, 8, 8)})


def network(*nodes: Node, blocks=None) -> Document:
    return Document("N", Graph((IMAGE, *nodes)), blocks or {})


def test_a_transposed_convolution_keeps_what_it_shares_with_a_convolution():
    params = {"out_channels": 12, "kernel_size": 5, "stride": 2, "padding": "same"}
    new = as_kind(Node("c", "Conv2d", ("image",), params), CATALOGUE["ConvTranspose2d"])
    assert (new.id, new.inputs) == ("c", ("image",))
    assert new.params == {"out_channels": 12, "kernel_size": 5, "stride": 2}


def test_all_of_a_kind_become_another_in_blocks_too():
    inside = (Node("x", "Input"), Node("n", "BatchNorm2d", ("x",)), Node("o", "Output", ("n",)))
    document = network(
        Node("norm", "BatchNorm2d", ("image",), {"eps": 0.001}),
        Node("block", "Block", ("norm",)),
        Node("answer", "Output", ("block",)),
        blocks={"Block": Block(Graph(inside))},
    )
    changed = edits.replace_all(document, "BatchNorm2d", "GroupNorm", check(document).specs)
    assert changed.main["norm"].params == {"num_groups": 4, "eps": 0.001}
    assert changed.blocks["Block"].graph["n"].kind == "GroupNorm"
    assert check(changed).ok
    with pytest.raises(EditError, match="no BatchNorm2d"):
        edits.replace_all(changed, "BatchNorm2d", "LayerNorm")


def test_a_wire_from_an_output_that_is_gone_comes_from_the_first_one():
    steps = Node("image", "Input", (), {"shape": (5, 8)})
    lstm = Node("rnn", "LSTM", ("image",), {"hidden_size": 4})
    document = Document("N", Graph((steps, lstm, Node("answer", "Output", ("rnn.c_n",)))))
    changed = edits.replace_kind(document, "rnn", "GRU")
    assert changed.main["answer"].inputs == ("rnn",)
    assert check(changed).ok


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.inputs], ids=lambda kind: kind.name)
def test_every_kind_may_become_each_of_its_family_as_a_document(kind):
    node = Node("it", kind.name, ("image",) * kind.least, kind.start())
    for other in relatives(kind):
        changed = edits.replace_kind(network(node), "it", other)
        assert changed.main["it"].kind == other
        assert Document.from_json(changed.to_json()) == changed
