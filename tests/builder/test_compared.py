"""Two documents in one picture: every layer of both is in it, and marked."""

import pytest
from hypothesis import given

from builder import Document, block_edits, edits
from builder.compared import compared, in_short
from builder.drawing import scene
from builder.picture import CHANGES, svg
from builder.templates import template, template_names
from tests.networks import documents

DIGITS = template("digits_cnn")


def test_what_was_added_removed_and_changed_is_marked():
    after = edits.remove(DIGITS, "norm1")
    after = edits.set_param(after, "conv2", "out_channels", 8)
    after = edits.add_after(after, "fc1", "Dropout")
    found = compared(DIGITS, after)
    assert found.marks == {"norm1": "removed", "conv2": "changed", "dropout1": "added"}
    assert found.together.main["norm1"].inputs == ("conv1",)
    assert in_short(found.changes) == "1 added, 1 removed, 1 changed"


def test_the_same_document_has_no_difference():
    found = compared(DIGITS, Document.from_json(DIGITS.to_json()))
    assert (found.changes, found.marks, in_short(found.changes)) == ((), {}, "no difference")


def test_a_change_in_a_block_marks_its_uses():
    blocked = block_edits.make_block(DIGITS, ("conv1", "norm1", "relu1"), "First")
    after = block_edits.inside(blocked, "First", edits.remove, "norm1")
    use = next(node.id for node in blocked.main.nodes if node.kind == "First")
    assert compared(blocked, after).marks == {use: "changed"}


def test_a_removed_layer_behind_a_renamed_one_stays_wired():
    after = edits.rename(edits.remove(DIGITS, "norm1"), "conv1", "first")
    assert compared(DIGITS, after).together.main["norm1"].inputs == ("first",)


@given(documents(), documents())
def test_any_two_documents_can_be_drawn_as_one(before, after):
    found = compared(before, after)
    drawn = scene(found.together)
    marked = {box.id for box in drawn.boxes}
    assert set(found.marks) <= marked
    assert {node.id for node in after.main.nodes} <= marked
    assert svg(drawn, name="Difference", changes=found.marks)


@pytest.mark.parametrize("name", template_names())
def test_every_template_can_be_compared_with_another(name):
    found = compared(DIGITS, template(name))
    assert scene(found.together).boxes


def test_the_picture_says_each_mark_in_a_word_and_a_colour():
    found = compared(DIGITS, edits.remove(DIGITS, "norm1"))
    picture = svg(scene(found.together), changes=found.marks)
    assert ">removed</text>" in picture
    assert CHANGES["removed"].light in picture
    assert CHANGES["added"].light not in picture
