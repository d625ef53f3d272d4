"""Edits: laws that hold for every document, and what each button should do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import check, edits, moving
from builder.kinds import Spec
from builder.order import users
from builder.shapes import BATCH
from tests.networks import LAYERS, assert_whole, chain, documents

IMAGE = chain(
    ("conv1", "Conv2d", {"out_channels": 8, "kernel_size": 3}),
    ("relu1", "ReLU"),
    ("flatten", "Flatten"),
    ("fc", "Linear", {"out_features": 10}),
)


def order_of(document):
    return [node.id for node in document.main.nodes]


@given(documents(), st.data())
def test_every_edit_keeps_the_drawing_whole(document, data):
    """No wire from nowhere, no name twice, sources before users; and the file reads back."""
    node = data.draw(st.sampled_from(order_of(document)))
    kind = data.draw(st.sampled_from([kind.name for kind in LAYERS]))
    edit = data.draw(
        st.sampled_from(
            [
                lambda d: edits.add_after(d, node, kind),
                lambda d: edits.remove(d, node),
                lambda d: edits.duplicate(d, node),
                lambda d: moving.move(d, node, 1),
                lambda d: moving.move(d, node, -2),
                lambda d: edits.rename(d, node, "renamed"),
                lambda d: edits.replace_kind(d, node, kind),
                lambda d: edits.set_note(d, node, "a note"),
            ]
        )
    )
    try:
        edited = edit(document)
    except edits.EditError:
        return
    assert_whole(edited)


def test_a_new_layer_stands_behind_the_chosen_one_and_is_wired():
    document = edits.add_after(IMAGE, "conv1", "BatchNorm2d")
    assert document.main["batchnorm1"].inputs == ("conv1",)
    assert document.main["relu1"].inputs == ("batchnorm1",)


def test_a_new_layer_behind_the_output_stands_before_it():
    document = edits.add_after(IMAGE, "answer", "Softmax")
    assert document.main["softmax1"].inputs == ("fc",)
    assert document.main["answer"].inputs == ("softmax1",)


def test_a_new_merge_takes_the_skip_around_the_chosen_layer():
    document = edits.add_after(IMAGE, "relu1", "Add")
    assert document.main["add1"].inputs == ("relu1", "conv1")
    assert document.main["flatten"].inputs == ("add1",)


def test_a_new_layer_starts_with_params_that_suit_what_flows_in():
    document = edits.add_after(IMAGE, "conv1", "GroupNorm", Spec((BATCH, 6, 4, 4), batch=BATCH))
    assert document.main["groupnorm1"].params["num_groups"] == 3


def test_a_removed_layers_neighbours_are_joined():
    document = edits.remove(IMAGE, "relu1")
    assert document.main["flatten"].inputs == ("conv1",)


def test_moving_past_a_neighbour_exchanges_the_two():
    document = moving.move(IMAGE, "relu1", -1)
    assert order_of(document) == ["image", "relu1", "conv1", "flatten", "fc", "answer"]
    assert document.main["conv1"].inputs == ("relu1",)
    assert document.main["flatten"].inputs == ("conv1",)
    assert moving.move(document, "relu1", 1) == IMAGE


def test_ends_stay_at_their_ends():
    with pytest.raises(edits.EditError):
        moving.move(IMAGE, "conv1", -1)
    with pytest.raises(edits.EditError):
        moving.move(IMAGE, "fc", 1)


def test_a_copy_has_the_same_params_and_its_own_name():
    document = edits.duplicate(IMAGE, "fc")
    assert document.main["linear1"].params == IMAGE.main["fc"].params
    assert document.main["linear1"].inputs == ("fc",)


def test_renaming_renames_the_wires():
    document = edits.rename(IMAGE, "conv1", "stem")
    assert document.main["relu1"].inputs == ("stem",)


@pytest.mark.parametrize("name", ["", "two words", "class", "forward", "<b>", "fc", "1st", "x" * 80])
def test_names_that_cannot_be_are_refused_with_a_sentence(name):
    with pytest.raises(edits.EditError) as refusal:
        edits.rename(IMAGE, "conv1", name)
    assert str(refusal.value).endswith(".")


def test_a_value_that_is_the_default_leaves_the_document():
    document = edits.set_param(IMAGE, "conv1", "stride", 2)
    assert edits.set_param(document, "conv1", "stride", 1) == IMAGE


def test_a_value_of_the_wrong_type_is_refused_with_what_is_taken():
    with pytest.raises(edits.EditError, match="groups takes a whole number"):
        edits.set_param(IMAGE, "conv1", "groups", "many")


def test_a_wire_that_would_close_a_circle_is_refused():
    with pytest.raises(edits.EditError, match="circle"):
        edits.set_inputs(IMAGE, "conv1", ("fc",))
    assert "fc" not in edits.possible_inputs(IMAGE, "conv1")


def test_another_kind_keeps_the_params_that_fit():
    document = edits.replace_kind(IMAGE, "conv1", "ConvTranspose2d")
    assert document.main["conv1"].params == {"out_channels": 8, "kernel_size": 3}
    assert check(document).ok


def test_users_are_named_once_each():
    document = edits.add_after(IMAGE, "relu1", "Multiply")
    assert users(document.main)["relu1"] == ["multiply1"]
