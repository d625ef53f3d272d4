"""The Train page: data and settings are chosen, and what does not fit is said before it is tried."""

from __future__ import annotations

from builder import edits
from tests.pages.conftest import go
from tests.pages.words import labelled, says
from trainer.data import DATASETS
from trainer.settings import SETTINGS


def test_it_opens_ready_to_start(visit):
    app = visit("train")
    assert not labelled(app.button, "Start training").disabled
    assert "Nothing is training here yet" in says(app)
    assert labelled(app.selectbox, "Data").value == "digits"


def test_every_setting_has_a_widget_with_its_default(visit):
    app = visit("train")
    widgets = {w.label: w for kind in (app.number_input, app.selectbox, app.checkbox) for w in kind}
    for setting in SETTINGS.values():
        assert widgets[setting.name].value == setting.default
        assert widgets[setting.name].help


def test_settings_stay_over_a_change_of_page(visit):
    app = visit("train")
    app = labelled(app.number_input, "epochs").set_value(3).run()
    app = go(go(app, "build"), "train")
    assert labelled(app.number_input, "epochs").value == 3


def test_data_that_does_not_fit_is_said_and_a_network_that_does_is_offered(visit):
    app = visit("train")
    for name in sorted(name for name, each in DATASETS.items() if name != "digits" and not each.absent):
        app = labelled(app.selectbox, "Data").select(name).run()
        assert not app.exception
        assert f"and {name} " in says(app)
        assert labelled(app.button, "Start training").disabled
        offer = next(b for b in app.button if b.label.endswith(", which fits"))
        app = offer.click().run()
        assert not labelled(app.button, "Start training").disabled, name


def test_a_network_with_too_many_answers_is_repaired_here(visit):
    app = visit()
    app.session_state["visit"].apply(edits.set_param, "fc2", "out_features", 12)
    app = go(app, "train")
    assert any("12 → 10" in caption.value for caption in app.caption)
    app = labelled(app.button, "Give 10 numbers, one for each class").click().run()
    assert not labelled(app.button, "Start training").disabled


def test_batches_of_one_for_batchnorm_are_said_and_mended_here(visit):
    app = go(visit(), "train")
    app = labelled(app.number_input, "batch_size").set_value(1).run()
    assert "evens numbers out over the batch, and batch_size is 1" in says(app)
    assert any("1 → 32" in caption.value for caption in app.caption)
    app = labelled(app.button, "Set batch_size to 32").click().run()
    assert labelled(app.number_input, "batch_size").value == 32
    assert "and batch_size is 1" not in says(app)


def test_a_network_with_a_problem_is_not_trained(visit):
    app = visit()
    app = labelled(app.number_input, "in_channels").set_value(3).run()
    app = go(app, "train")
    assert "The network has problems. Solve them on the Build page first." in says(app)
    assert labelled(app.button, "Start training").disabled


def test_a_run_that_is_not_here_is_said(visit):
    app = visit("train")
    app.query_params["run"] = "0123456789abcdef"
    assert "is not here any more" in says(app.run())
