"""Where there is nothing yet: every such place says what to do, with a button that does it."""

from __future__ import annotations

import pytest

from builder import Document, block_edits, edits, versions
from builder.document import Graph
from builder.templates import template
from tests.pages.conftest import go
from tests.pages.words import component, enter, field, labelled, open_template, says
from trainer import store

PURPOSES = {
    "build": "Draw a neural network",
    "train": "Train the drawn network on data",
    "compare": "with different normalization layers",
    "runs": "Find what was trained here",
}

GALLERY = "A click opens a network as a new document."


def held(app):
    return app.session_state["visit"]


def emptied(app):
    """The page with a document that has no layers."""
    held(app).apply_whole(lambda document: Document(document.name, Graph(())))
    return app.run()


def dialog(app, name: str):
    """The page with a dialog of its menu open."""
    held(app).settings["dialog"] = name
    return app.run()


@pytest.mark.parametrize("name", PURPOSES)
def test_every_page_says_first_what_it_is_for(visit, name):
    first = visit(name).caption[0].value
    assert PURPOSES[name] in first
    assert first.endswith(".")
    assert first.count(".") == 1


def test_an_empty_network_begins_with_an_input(visit):
    app = emptied(visit())
    assert "A network begins with an Input" in says(app)
    app = labelled(app.button, "Add an Input first").click().run()
    assert [node.kind for node in held(app).document.main.nodes] == ["Input"]
    assert field(app, "Name")["value"] == held(app).selected


def test_an_empty_network_begins_with_a_template(visit):
    app = labelled(emptied(visit()).button, "Open a template").click().run()
    assert GALLERY in says(app)


def test_an_empty_block_is_no_place_for_a_template(visit):
    app = visit()
    held(app).add_by((), block_edits.make_block, ["relu1"], "Bend")
    held(app).open_node(held(app).selected)
    for name in ("x", "relu1", "out"):
        held(app).apply(edits.remove, name)
    app = app.run()
    assert component(app, "canvas")["hand"]["inside"] is True
    assert labelled(app.button, "Add an Input first")
    assert not [button for button in app.button if button.label == "Open a template"]


def test_with_nothing_selected_the_first_layer_is_a_click_away(visit):
    app = visit()
    held(app).selected = ""
    app = app.run()
    assert "Click a layer in the drawing" in says(app)
    app = labelled(app.button, "Select image").click().run()
    assert field(app, "Name")["value"] == "image"


def test_without_layers_there_is_nothing_to_make_a_block_of(visit):
    assert "There is no layer here that a block could hold." in says(emptied(visit()))


def test_a_preview_that_is_off_is_turned_on(visit):
    app = visit()
    held(app).settings |= {"beside": "Preview", "preview data": "off"}
    app = app.run()
    assert "The preview is off." in says(app)
    app = labelled(app.button, "Turn the preview on").click().run()
    assert labelled(app.selectbox, "Example from").value == "digits"


def test_the_palette_says_that_no_layer_was_written_in_python_until_one_was(visit):
    app = visit()
    custom = component(app, "palette")["families"][-1]
    assert "none yet" in custom["note"]
    held(app).add(custom["kinds"][-1]["name"])
    assert not component(app.run(), "palette")["families"][-1]["note"]


def test_a_document_without_versions_offers_to_keep_one(visit):
    app = dialog(visit(), "versions")
    assert "There is no version yet." in says(app)
    labelled(app.button, "Keep a version now").click()
    held(app).settings["dialog"] = "versions"
    app = app.run()
    assert len(versions.versions(held(app).document_id)) == 1
    assert "This is the only one so far." in says(app)


def test_a_list_without_documents_offers_the_templates(visit):
    app = dialog(visit(), "list")
    assert "No document was edited yet" in says(app)
    app = labelled(app.button, "Choose a template").click().run()
    assert GALLERY in says(app)


def test_a_list_with_one_document_offers_another(visit):
    app = visit()
    held(app).apply(edits.rename_document, "Mine")
    app = dialog(app, "list")
    assert "This is the only document so far." in says(app)
    assert labelled(app.button, "Choose a template")


def test_a_page_of_runs_without_runs_leads_to_training(visit):
    app = visit("runs")
    assert "A run stands here once it was started" in says(app)
    app = labelled(app.button, "Train the drawn network").click().run()
    assert labelled(app.button, "Start training")


def test_before_the_first_run_there_is_a_button_for_it(visit):
    app = visit("train")
    assert not labelled(app.button, "Start a first run").disabled
    app = labelled(app.selectbox, "Data").select("iris").run()
    assert labelled(app.button, "Start a first run").disabled


def test_where_no_run_is_chosen_the_newest_is_a_click_away(visit):
    app = visit("train")
    for name in ("First", "Second"):
        store.create("", "{}", template("digits_cnn").to_json(), name=name, state="done", data="digits")
    app = app.run()
    assert "Choose one above" in says(app)
    app = labelled(app.button, "Show the newest run").click().run()
    assert "#### Second" in says(app)


@pytest.mark.parametrize("name", ["train", "compare"])
def test_a_network_with_problems_leads_back_to_them(visit, name):
    app = visit()
    app = enter(app, "in_channels", "3")
    app = labelled(go(app, name).button, "See the problems").click().run()
    assert "conv1 (Conv2d) has in_channels=3" in says(app)


def test_before_the_first_comparison_there_is_a_button_for_it(visit):
    app = visit("compare")
    assert not labelled(app.button, "Start the comparison").disabled
    app = labelled(app.multiselect, "BatchNorm2d against").set_value([]).run()
    assert labelled(app.button, "Start the comparison").disabled


def test_normalization_is_put_in_where_there_is_none(visit):
    app = go(open_template(visit(), "moons_mlp"), "compare")
    app = labelled(app.button, "Add a BatchNorm in 2 places").click().run()
    assert [node.kind for node in held(app).document.main.nodes].count("BatchNorm1d") == 2
    assert labelled(app.multiselect, "BatchNorm1d against")
    held(app).undo()
    assert held(app).document == template("moons_mlp")


def test_where_no_normalization_fits_another_network_is_offered(visit):
    app = go(open_template(visit(), "digits_softmax"), "compare")
    app = labelled(app.button, "Open Digits CNN, which has some").click().run()
    assert labelled(app.multiselect, "BatchNorm2d against")


@pytest.mark.parametrize("name", ["build", "train", "compare"])
def test_every_page_of_the_document_says_that_another_tab_has_changed_it(visit, name):
    app = visit(name)
    held(app).newer = True
    app = app.run()
    assert "This document was changed in another tab." in says(app)
    app = labelled(app.button, "Keep this one as a copy").click().run()
    assert held(app).document.name == "Digits CNN (copy)"
    assert "was changed in another tab" not in says(app)
