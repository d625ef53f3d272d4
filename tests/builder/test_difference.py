"""What differs between two documents: the sentences, and that nothing goes unsaid."""

from dataclasses import replace

from hypothesis import given

from builder import Document, block_edits, edits, moving
from builder.difference import differences
from builder.document import Graph, Node
from builder.templates import template
from tests.calls import calls_of
from tests.networks import chain, documents, nested_documents

CONV = {"out_channels": 8, "kernel_size": 3}
DOCUMENT = chain(("conv1", "Conv2d", CONV), ("relu1", "ReLU"), ("fc", "Linear", {"out_features": 4}))


def words(after: Document, before: Document = DOCUMENT) -> list[str]:
    return [change.words for change in differences(before, after)]


def test_equal_documents_do_not_differ():
    assert differences(DOCUMENT, Document.from_json(DOCUMENT.to_json())) == ()


def test_a_layer_that_is_added_is_said_with_its_place_and_its_arguments():
    (change,) = differences(DOCUMENT, edits.insert_before(DOCUMENT, "fc", "Flatten", {}))
    assert (change.kind, change.node) == ("added", "flatten1")
    assert change.words == "adds flatten1 (Flatten) before fc"
    assert change.before is None and change.after.kind == "Flatten"
    pooled = edits.insert_before(DOCUMENT, "fc", "AdaptiveAvgPool2d", {"output_size": 2})
    assert words(pooled) == ["adds adaptiveavgpool1 (AdaptiveAvgPool2d, output_size=2) before fc"]


def test_a_layer_that_is_removed_takes_its_wires_along_unsaid():
    (change,) = differences(DOCUMENT, edits.remove(DOCUMENT, "relu1"))
    assert (change.kind, change.words) == ("removed", "removes relu1 (ReLU)")
    assert change.before == DOCUMENT.main["relu1"]


def test_an_argument_is_said_with_what_it_was_and_is():
    (change,) = differences(DOCUMENT, edits.set_param(DOCUMENT, "conv1", "padding", 1))
    assert (change.kind, change.node, change.words) == ("changed", "conv1", "conv1: padding 0 → 1")
    assert (change.before, change.after) == (None, 1)
    given_size = edits.set_param(DOCUMENT, "conv1", "in_channels", 3)
    assert words(DOCUMENT, given_size) == ["conv1: in_channels 3 → as it comes in"]
    assert words(edits.set_field(DOCUMENT, "conv1", "frozen", True)) == ["conv1: frozen False → True"]


def test_another_kind_is_one_sentence():
    assert words(edits.replace_kind(DOCUMENT, "relu1", "GELU")) == ["relu1: ReLU → GELU"]


def test_a_name_is_said_once_and_not_in_every_wire():
    (change,) = differences(DOCUMENT, edits.rename(DOCUMENT, "relu1", "act"))
    assert (change.kind, change.node, change.words) == ("renamed", "act", "renames relu1 to act")
    assert words(edits.rename_document(DOCUMENT, "Small")) == ["renames the network Chain to Small"]


def test_what_a_comparison_takes_grows_with_the_networks_and_not_with_their_square():
    def compare(length: int) -> int:
        long = [chain(*((f"{letter}{i}", "ReLU") for i in range(length))) for letter in "ab"]
        return calls_of(lambda: differences(*long))

    assert compare(1000) < 5 * compare(250)


def test_two_neighbours_with_new_names_are_told_apart():
    document = edits.rename(edits.rename(DOCUMENT, "conv1", "first"), "relu1", "act")
    assert sorted(words(document)) == ["renames conv1 to first", "renames relu1 to act"]


def test_wires_are_said_where_nothing_else_explains_them():
    assert words(edits.set_inputs(DOCUMENT, "fc", ("conv1",))) == ["fc takes conv1 instead of relu1"]
    added = edits.add_after(DOCUMENT, "relu1", "Add")
    assert words(edits.set_inputs(added, "add1", ("relu1", "image")), added) == [
        "add1 takes image instead of conv1"
    ]
    assert words(edits.set_inputs(added, "add1", ("relu1",)), added) == ["add1 takes conv1 no more"]
    assert words(edits.set_inputs(added, "add1", ("conv1", "relu1")), added) == [
        "add1 takes conv1 and relu1, in this order"
    ]


def test_what_differs_in_a_block_carries_the_blocks_name():
    document = template("resnet18")
    name = next(iter(document.blocks))
    node = next(n.id for n in document.blocks[name].graph.nodes if n.kind == "Conv2d")
    changed = block_edits.inside(document, name, edits.set_param, node, "dilation", 2)
    (change,) = differences(document, changed)
    assert (change.node, change.words) == (f"{name}/{node}", f"{name}/{node}: dilation 1 → 2")
    assert words(block_edits.rename_block(document, name, "Other"), document) == [
        f"renames the block {name} to Other"
    ]


def test_an_order_alone_is_a_difference():
    nodes = (Node("x", "Input", (), {"shape": (4,)}), Node("a", "ReLU", ("x",)), Node("b", "Tanh", ("x",)))
    document = Document("Two", Graph(nodes))
    assert words(moving.move(document, "b", -1), document) == ["puts the layers in another order"]


@given(documents(), documents())
def test_documents_differ_exactly_where_they_are_not_equal(one, other):
    assert bool(differences(one, other)) == (one != other)


@given(nested_documents(), nested_documents())
def test_blocks_differ_exactly_where_they_are_not_equal(one, other):
    other = replace(other, name=one.name)
    assert bool(differences(one, other)) == (one != other)
