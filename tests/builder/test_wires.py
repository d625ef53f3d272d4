"""Wires one by one: led, taken away, put a layer on; and what may be wired to what."""

import itertools

import pytest

from builder.document import Block, Document, Graph, Node
from builder.edits import EditError
from builder.order import sorted_nodes
from builder.wires import connect, disconnect, insert_on, possible_sources, possible_targets, slots

DOCUMENT = Document(
    "Network",
    Graph(
        (
            Node("words", "Input", (), {"shape": (12, 8)}),
            Node("lstm", "LSTM", ("words",), {"hidden_size": 8}),
            Node("attend", "MultiheadAttention", ("lstm",), {"num_heads": 2}),
            Node("relu", "ReLU", ("attend",)),
            Node("add", "Add", ("relu", "lstm")),
            Node("twice", "Twice", ("add",)),
            Node("answer", "Output", ("twice",)),
        )
    ),
    {"Twice": Block(Graph((Node("x", "Input"), Node("a", "ReLU", ("x",)), Node("out", "Output", ("a",)))))},
)
NAMES = [node.id for node in DOCUMENT.main.nodes]


def test_slots_are_the_wired_inputs_and_the_next_free_one():
    said = {name: [(slot.name, slot.wire) for slot in slots(DOCUMENT, name)] for name in NAMES}
    assert said["words"] == []
    assert said["relu"] == [("x", "attend")]
    assert [wire for _, wire in said["add"]] == ["relu", "lstm", ""]
    assert [wire for _, wire in said["attend"]] == ["lstm", ""]
    assert [wire for _, wire in said["twice"]] == ["add"]


def test_a_wire_goes_to_the_next_free_input_or_in_place_of_the_only_one():
    assert connect(DOCUMENT, "add", "words").main["add"].inputs == ("relu", "lstm", "words")
    assert connect(DOCUMENT, "attend", "words").main["attend"].inputs == ("lstm", "words")
    assert connect(DOCUMENT, "relu", "lstm").main["relu"].inputs == ("lstm",)
    assert connect(DOCUMENT, "add", "words", 0).main["add"].inputs == ("words", "lstm")
    assert connect(DOCUMENT, "add", "lstm.h_n", 1).main["add"].inputs == ("relu", "lstm.h_n")


@pytest.mark.parametrize(
    ("target", "wire", "slot", "sentence"),
    [
        ("lstm", "add", 0, "add, so it cannot take from it: a circle"),
        ("relu", "relu", 0, "a circle"),
        ("words", "lstm", -1, "words .Input. takes no input"),
        ("add", "lstm.gone", -1, "lstm has no output 'gone'"),
        ("relu", "lstm", 4, "All inputs of relu are wired"),
        ("gone", "lstm", -1, "no layer named 'gone'"),
        ("relu", "gone", -1, "no layer named 'gone'"),
    ],
)
def test_what_cannot_be_wired_is_refused_with_a_sentence(target, wire, slot, sentence):
    with pytest.raises(EditError, match=sentence):
        connect(DOCUMENT, target, wire, slot)


def test_all_inputs_wired_asks_which_is_to_change():
    full = connect(connect(DOCUMENT, "attend", "lstm"), "attend", "words")
    with pytest.raises(EditError, match="All inputs of attend are wired .*Choose"):
        connect(full, "attend", "words")


@pytest.mark.parametrize(("source", "target"), list(itertools.product(NAMES, NAMES)))
def test_what_is_offered_can_be_wired_and_the_rest_is_refused(source, target):
    offered = target in possible_targets(DOCUMENT, source)
    sources = possible_sources(DOCUMENT, target)
    if source == "answer":  # gives nothing
        assert not any(wire.startswith("answer") for wire in sources)
        return
    assert offered == (source in sources)
    if not offered:
        with pytest.raises(EditError):
            connect(DOCUMENT, target, source, 0)
        return
    changed = connect(DOCUMENT, target, source, 0)
    assert changed.main[target].inputs[0] == source
    assert not sorted_nodes(changed.main)[1]


def test_every_port_is_offered_by_name():
    assert {"lstm", "lstm.h_n", "lstm.c_n"} <= set(possible_sources(DOCUMENT, "add"))


def test_a_wire_is_taken_away_and_the_others_move_up():
    assert disconnect(DOCUMENT, "add", 0).main["add"].inputs == ("lstm",)
    with pytest.raises(EditError, match="gone already"):
        disconnect(DOCUMENT, "add", 2)


def test_a_layer_goes_on_one_wire_and_leaves_the_others_alone():
    changed = insert_on(DOCUMENT, "add", 1, "Dropout")
    assert changed.main["dropout1"].inputs == ("lstm",)
    assert changed.main["add"].inputs == ("relu", "dropout1")
    assert changed.main["attend"].inputs == ("lstm",)
    ids = [node.id for node in changed.main.nodes]
    assert ids.index("lstm") < ids.index("dropout1") < ids.index("add")


@pytest.mark.parametrize("kind", ["Input", "Output"])
def test_an_end_cannot_stand_on_a_wire(kind):
    with pytest.raises(EditError, match="cannot stand on a wire"):
        insert_on(DOCUMENT, "add", 1, kind)
