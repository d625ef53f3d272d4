"""Edits of several layers in one step: laws for every document, and what each key should do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import Document, edits, moving, several
from builder.document import Graph, Node
from tests.networks import assert_whole, chain, documents

CHAIN = chain(
    ("fc1", "Linear", {"out_features": 8}),
    ("relu", "ReLU"),
    ("fc2", "Linear", {"out_features": 8}),
    ("tanh", "Tanh"),
    shape=(8,),
)
SIZE = {"out_features": 8}
# A residual layer with another wire from outside: what the gate gives goes into the sum as well.
RESIDUAL = Document(
    "Residual",
    Graph(
        (
            Node("image", "Input", (), {"shape": (8,)}),
            Node("gate", "Sigmoid", ("image",)),
            Node("stem", "Linear", ("image",), SIZE),
            Node("fc", "Linear", ("stem",), SIZE),
            Node("add", "Add", ("fc", "stem", "gate")),
            Node("relu", "ReLU", ("add",)),
            Node("answer", "Output", ("relu",)),
        )
    ),
)


def order_of(document: Document) -> list[str]:
    return [node.id for node in document.main.nodes]


def wires_of(document: Document) -> dict[str, tuple[str, ...]]:
    return {node.id: node.inputs for node in document.main.nodes}


@given(documents(), st.data())
def test_every_edit_of_several_keeps_the_drawing_whole(document, data):
    """No wire from nowhere, no name twice, sources before users; and the file reads back."""
    chosen = data.draw(st.lists(st.sampled_from(order_of(document)), min_size=1, max_size=5))
    edit = data.draw(
        st.sampled_from(
            [
                lambda d: several.remove(d, chosen),
                lambda d: several.duplicate(d, chosen),
                lambda d: moving.move_together(d, chosen, data.draw(st.integers(-3, 3))),
            ]
        )
    )
    try:
        edited = edit(document)
    except edits.EditError:
        return
    assert_whole(edited)


@given(documents(), st.data())
def test_what_was_moved_as_one_is_moved_back(document, data):
    """In their order, and where nothing refuses; a way down and up again is no way at all."""
    order = order_of(document)
    begin = data.draw(st.integers(0, len(order) - 1))
    chosen = order[begin : data.draw(st.integers(begin + 1, len(order)))]
    try:
        there = moving.move_together(document, chosen, 1)
        assert [name for name in order_of(there) if name in chosen] == chosen
        back = moving.move_together(there, chosen, -1)
    except edits.EditError:
        return
    if begin + len(chosen) < len(order):  # at the end of the list there was nowhere to go
        assert back == document


@given(documents(), st.data())
def test_copies_are_of_the_same_kinds_and_params_and_all_else_stays(document, data):
    chosen = data.draw(st.lists(st.sampled_from(order_of(document)), min_size=2, max_size=5, unique=True))
    try:
        edited = several.duplicate(document, chosen)
    except edits.EditError:
        return
    new = [node for node in edited.main.nodes if node.id not in document.main]
    meant = [n for n in document.main.nodes if n.id in chosen and n.kind not in several.ENDS]
    assert sorted((n.kind, repr(n.params)) for n in new) == sorted((n.kind, repr(n.params)) for n in meant)
    assert [n.id for n in edited.main.nodes if n.id in document.main] == order_of(document)


def test_layers_in_a_row_are_copied_behind_the_last_of_them():
    document = several.duplicate(CHAIN, ["relu", "fc1"])
    assert order_of(document) == ["image", "fc1", "relu", "linear1", "relu1", "fc2", "tanh", "answer"]
    assert wires_of(document)["linear1"] == ("relu",)
    assert wires_of(document)["relu1"] == ("linear1",)
    assert wires_of(document)["fc2"] == ("relu1",)


def test_layers_apart_are_copied_each_behind_itself():
    document = several.duplicate(CHAIN, ["relu", "tanh"])
    assert order_of(document) == ["image", "fc1", "relu", "relu1", "fc2", "tanh", "tanh1", "answer"]
    assert wires_of(document)["fc2"] == ("relu1",)
    assert wires_of(document)["answer"] == ("tanh1",)


def test_a_copied_residual_layer_has_its_skip_around_itself_and_keeps_what_comes_from_elsewhere():
    document = several.duplicate(RESIDUAL, ["fc", "add"])
    assert wires_of(document)["linear1"] == ("add",)
    assert wires_of(document)["add1"] == ("linear1", "add", "gate")
    assert wires_of(document)["relu"] == ("add1",)


def test_ends_among_several_are_not_copied_and_alone_as_ever():
    everything = several.duplicate(CHAIN, order_of(CHAIN))
    assert [node.kind for node in everything.main.nodes].count("Input") == 1
    assert several.duplicate(CHAIN, ["image"]) == edits.duplicate(CHAIN, "image")
    with pytest.raises(edits.EditError, match="one by one"):
        several.duplicate(CHAIN, ["image", "answer"])


def test_weights_shared_among_the_copied_are_shared_among_the_copies():
    shared = edits.set_field(CHAIN, "fc2", "shares", "fc1")
    document = several.duplicate(shared, ["fc1", "relu", "fc2"])
    assert document.main["linear2"].shares == "linear1"


def test_several_change_places_with_a_neighbour_as_one():
    document = moving.move_together(CHAIN, ["fc2", "relu"], 1)
    assert order_of(document) == ["image", "fc1", "tanh", "relu", "fc2", "answer"]
    assert wires_of(document)["tanh"] == ("fc1",)
    assert wires_of(document)["relu"] == ("tanh",)
    assert wires_of(document)["answer"] == ("fc2",)


def test_a_residual_layer_takes_its_skip_along():
    plain = edits.set_inputs(RESIDUAL, "add", ("fc", "stem"))
    document = moving.move_together(plain, ["fc", "add"], 1)
    assert wires_of(document)["relu"] == ("stem",)
    assert wires_of(document)["fc"] == ("relu",)
    assert wires_of(document)["add"] == ("fc", "relu")
    assert moving.move_together(document, ["fc", "add"], -1) == plain


@pytest.mark.parametrize(
    "chosen, by, said",
    [
        (["relu", "tanh"], 1, "relu and tanh do not stand next to each other"),
        (["fc1", "relu"], -1, "image and fc1–relu cannot change places: one is an end"),
        (["fc1", "gone"], 1, "no layer named 'gone'"),
    ],
)
def test_where_it_makes_no_sense_a_sentence_says_so(chosen, by, said):
    with pytest.raises(edits.EditError, match=said):
        moving.move_together(CHAIN, chosen, by)


def test_a_branch_keeps_its_place():
    with pytest.raises(edits.EditError, match="not a plain chain"):
        moving.move_together(RESIDUAL, ["stem", "fc"], 1)
