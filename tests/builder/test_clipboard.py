"""Copy and paste: layers go through text, between documents too, and come out as layers."""

import pytest

from builder.clipboard import copied, pasted
from builder.custom_edits import add_custom, set_source
from builder.document import Block, Document, Graph, Node
from builder.edits import EditError

STEP = Block(Graph((Node("x", "Input"), Node("a", "ReLU", ("x",)), Node("out", "Output", ("a",)))))
OTHER = Block(Graph((Node("x", "Input"), Node("b", "GELU", ("x",)), Node("out", "Output", ("b",)))))
IMAGE = Node("image", "Input", (), {"shape": (8,)})
LINEAR = {"out_features": 8}


def network(*nodes: Node, **blocks: Block) -> Document:
    return Document("Network", Graph((IMAGE, *nodes)), blocks)


DOCUMENT = network(
    Node("fc1", "Linear", ("image",), LINEAR, frozen=True, note="mine"),
    Node("relu", "ReLU", ("fc1",)),
    Node("step", "Step", ("relu",)),
    Node("fc2", "Linear", ("step",), LINEAR, shares="fc1"),
    Node("answer", "Output", ("fc2",)),
    Step=STEP,
)


def test_pasted_behind_a_layer_the_copies_stand_in_the_chain_under_free_names():
    changed = pasted(DOCUMENT, copied(DOCUMENT, ["relu", "fc1"]), "step")
    added = [n for n in changed.main.nodes if n.id not in DOCUMENT.main]
    assert [(n.id, n.kind, n.inputs) for n in added] == [
        ("linear1", "Linear", ("step",)),
        ("relu1", "ReLU", ("linear1",)),
    ]
    assert changed.main["fc2"].inputs == ("relu1",)
    assert (added[0].frozen, added[0].note) == (True, "mine")


def test_weights_are_shared_among_the_copies_alone():
    alone = pasted(DOCUMENT, copied(DOCUMENT, ["fc2"]), "fc2")
    assert alone.main["linear1"].shares == ""
    both = pasted(DOCUMENT, copied(DOCUMENT, ["fc1", "fc2"]), "fc2")
    assert both.main["linear2"].shares == "linear1"


def test_a_block_comes_along_into_another_document():
    text = copied(DOCUMENT, ["step"])
    into = pasted(network(Node("answer", "Output", ("image",))), text, "image")
    assert into.blocks["Step"] == STEP
    assert into.main["answer"].inputs == ("step",)


def test_a_block_of_the_same_name_and_another_meaning_gets_another_name():
    into = pasted(network(Step=OTHER), copied(DOCUMENT, ["step"]), "image")
    assert (into.blocks["Step"], into.blocks["Step2"]) == (OTHER, STEP)
    assert into.main["step"].kind == "Step2"


def test_a_network_file_can_be_pasted_and_a_paste_be_read_as_one():
    assert pasted(network(), DOCUMENT.to_json(), "").main["fc2"].kind == "Linear"
    assert Document.from_json(copied(DOCUMENT, ["relu"])).main["relu"].inputs == ()


def test_code_written_in_python_comes_along_and_never_in_place_of_other_code():
    written = add_custom(DOCUMENT, "relu")
    text = copied(written, ["halve1"])
    into = pasted(network(), text, "image")
    assert into.main["halve1"].inputs == ("image",)
    assert into.custom["Halve"] == written.custom["Halve"]
    other = set_source(into, "Halve", into.custom["Halve"].source.replace("x / 2", "x / 3"))
    with pytest.raises(EditError, match="Halve is other code in this network"):
        pasted(other, text, "image")


@pytest.mark.parametrize("text", ["", "hello", "[]", '{"format": "layerloom/1", "main": {"nodes": []}}'])
def test_what_is_no_layers_is_refused_with_a_sentence(text):
    with pytest.raises(EditError, match="The clipboard holds no (layers|network)"):
        pasted(DOCUMENT, text, "relu")


def test_nothing_is_no_copy():
    with pytest.raises(EditError, match="Select the layers"):
        copied(DOCUMENT, ["gone"])
