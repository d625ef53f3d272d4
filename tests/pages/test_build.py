"""The Build page: the form writes into the document, and the document into the form."""

from __future__ import annotations

import pytest

from builder import Document
from tests.pages.words import component, enter, field, labelled, open_template, says


def test_it_opens_on_a_network_that_fits(visit):
    app = visit()
    assert "Everything fits." in says(app)
    assert "**13,754** parameters" in says(app)
    boxes = component(app, "canvas")["boxes"]
    assert [each["id"] for each in boxes] == [each["id"] for each in component(app, "list")["items"]]
    assert len(boxes) == 14
    assert len(component(app, "palette")["families"]) > 5


def with_menu(app):
    """The page with the document's menu open: AppTest cannot press what opens it."""
    app.session_state["visit"].settings["menu"] = True
    return app.run()


def document(app) -> Document:
    return app.session_state["visit"].document


def test_the_form_edits_the_document_and_undo_moves_the_form_back(visit):
    app = visit()
    app = enter(app, "out_channels", "8")
    assert document(app).main["conv1"].params["out_channels"] == 8
    assert component(app, "canvas")["boxes"][1]["output"] == "8 × 8 × 8"
    app = labelled(app.button, "Undo").click().run()
    assert document(app).main["conv1"].params["out_channels"] == 16
    assert field(app, "out_channels")["value"] == "16"
    app = labelled(app.button, "Redo").click().run()
    assert field(app, "out_channels")["value"] == "8"


def test_code_is_printed_for_who_looks_at_it_and_not_with_every_click(visit, monkeypatch):
    printed = []
    monkeypatch.setattr("visit.Visit.code", lambda held: printed.append(held.document) or "")
    app = enter(visit(), "out_channels", "8")
    assert not printed
    with_menu(app)
    assert printed == [document(app)]


def test_an_argument_back_at_its_default_leaves_the_document(visit):
    app = visit()
    app = enter(app, "stride", "2")
    assert document(app).main["conv1"].params["stride"] == 2
    app = enter(app, "stride", "1")
    assert "stride" not in document(app).main["conv1"].params


def test_two_sizes_are_typed_as_people_write_them(visit):
    app = enter(visit(), "kernel_size", "3 x 5")
    assert document(app).main["conv1"].params["kernel_size"] == (3, 5)
    assert field(app, "kernel_size")["value"] == "3 x 5"


@pytest.mark.parametrize(
    ("label", "typed", "kept", "sentence"),
    [
        ("Name", "forward", "conv1", "PyTorch uses that name itself"),
        ("Name", "norm1", "conv1", "Another layer is named 'norm1' already"),
        ("kernel_size", "three", "3", "kernel_size takes"),
    ],
)
def test_an_edit_that_cannot_be_is_said_and_the_form_keeps_the_document(visit, label, typed, kept, sentence):
    app = enter(visit(), label, typed)
    assert sentence in says(app)
    assert field(app, label)["value"] == kept
    assert sentence not in says(app.run())  # a message is said once


def test_a_mistake_has_a_sentence_no_totals_and_a_repair(visit):
    app = visit()
    app = enter(app, "in_channels", "3")
    assert "1 problem to solve, 12 layers wait." in says(app)
    assert "conv1 (Conv2d) has in_channels=3" in says(app)
    assert "parameters ·" not in says(app)
    states = {each["id"]: each["state"] for each in component(app, "canvas")["boxes"]}
    assert (states["conv1"], states["norm1"]) == ("error", "waits")
    app = labelled(app.button, "Use the incoming size, 1").click().run()
    assert "Everything fits." in says(app)
    assert field(app, "in_channels")["value"] == ""


def test_a_template_opens_as_a_new_document_and_undo_goes_back(visit):
    app = with_menu(visit())
    app = labelled(app.text_input, "Name of the network").set_value("Mine").run()
    first = app.session_state["visit"].document_id
    app = open_template(app, "iris_mlp")
    assert document(app).name == "Iris MLP"
    assert app.session_state["visit"].document_id != first
    app = labelled(app.button, "Undo").click().run()
    assert document(app).name == "Mine"
    assert app.session_state["visit"].document_id == first
    app = labelled(app.button, "Undo").click().run()
    assert document(app).name == "Digits CNN"
    assert labelled(app.button, "Undo").disabled


def test_the_network_is_renamed(visit):
    app = with_menu(visit())
    app = labelled(app.text_input, "Name of the network").set_value(" My   net ").run()
    assert document(app).name == "My net"
    assert labelled(app.text_input, "Name of the network").value == "My net"


def test_a_layer_becomes_another_of_its_family_or_all_of_a_kind_at_once(visit):
    app = visit()
    app.session_state["visit"].select("norm1")
    app = enter(app.run(), "Kind", "InstanceNorm2d")
    assert document(app).main["norm1"].kind == "InstanceNorm2d"
    app = labelled(app.button, "Undo").click().run()
    app = enter(app, "All 2 BatchNorm2d", "GroupNorm")
    kinds = [document(app).main[name].kind for name in ("norm1", "norm2")]
    assert kinds == ["GroupNorm", "GroupNorm"]
    assert document(app).main["norm1"].params == {"num_groups": 4}
    app = labelled(app.button, "Undo").click().run()
    assert document(app).main["norm2"].kind == "BatchNorm2d"


def test_the_form_says_how_the_sizes_come_about(visit):
    app = visit()
    parts = component(app, "form")["parts"]
    said = [line for part in parts for line in part.get("lines", ())]
    assert "H_out = (8 + 2*1 - 3)/1 + 1 = 8" in said
    assert "parameters = 16*1*3*3 = 144" in said
    assert parts[0]["link"][1] == "https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html"
    assert field(app, "in_channels")["placeholder"] == "1, the channels of image"


def test_a_block_gets_the_name_that_is_typed_when_its_button_is_pressed_at_once(visit):
    app = visit()
    labelled(app.text_input, "Name of the block").set_value("Step")
    app = labelled(app.button, "Make the block").click().run()  # in one message, as a quick click comes
    assert document(app).main["step1"].kind == "Step"
