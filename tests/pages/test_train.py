"""The Train page: data and settings are chosen, and what does not fit is said before it is tried."""

from __future__ import annotations

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from builder import edits
from builder.templates import template
from tests.pages.conftest import go
from tests.pages.words import labelled, says
from trainer import store
from trainer.data import DATASETS
from trainer.recorder import Recorder
from trainer.settings import SETTINGS, Settings


def test_it_opens_ready_to_start(visit):
    app = visit("train")
    assert not labelled(app.button, "Start training").disabled
    assert "Nothing is training here yet" in says(app)
    assert labelled(app.selectbox, "Data").value == "digits"


def test_every_setting_has_a_widget_with_its_default(visit):
    app = visit("train")
    widgets = {w.label: w for kind in (app.number_input, app.selectbox) for w in kind}
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
    for name in sorted(set(DATASETS) - {"digits"}):
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


# --- what can be asked of a run


@pytest.fixture
def running(visit):
    """running() -> the Train page with a run that lives, in this very process, and the run's id."""

    def running(**facts) -> tuple[AppTest, str]:
        app, me = visit("train"), psutil.Process()
        document, settings = template("digits_cnn").to_json(), Settings(lr=0.004).to_json()
        run_id = store.create("", document, settings, name="Digits CNN", data="digits")
        alive = {"state": "running", "pid": me.pid, "born": me.create_time()}
        store.update(run_id, **{**alive, "epochs": 10, "steps": 450, "step": 90, **facts})
        app.query_params["run"] = run_id
        return app.run(), run_id

    return running


def buttons(app: AppTest) -> set[str]:
    return {each.label for each in app.button} & {"Pause", "Continue", "Step", "Stop", "Resume", "Fork"}


def test_the_buttons_follow_what_is_wanted_at_once(running):
    app, run_id = running()
    assert buttons(app) == {"Pause", "Stop", "Fork"}
    app = labelled(app.button, "Pause").click().run()
    assert store.read(run_id).wanted == "pause"
    assert buttons(app) == {"Continue", "Step", "Stop", "Fork"}
    app = labelled(app.button, "Step").click().run()
    app = labelled(app.button, "Continue").click().run()
    assert store.read(run_id).wanted == "run" and buttons(app) == {"Pause", "Stop", "Fork"}
    recorder = Recorder(run_id)
    assert recorder.commands() == [(1, "step", None)]
    recorder.close()


def test_the_rate_shows_the_runs_own_and_takes_another(running):
    app, run_id = running()
    rate = labelled(app.number_input, "Learning rate now")
    assert rate.value == 0.004
    app = rate.set_value(0.02).run()
    assert store.read(run_id).lr == 0.02 == labelled(app.number_input, "Learning rate now").value


@pytest.mark.parametrize("state", ["stopped", "failed"])
def test_a_run_that_has_ended_can_be_resumed_or_forked(running, state):
    app, _ = running(state=state)
    assert buttons(app) == {"Resume", "Fork"}
    assert not any(each.label == "Learning rate now" for each in app.number_input)
    app = labelled(app.button, "Fork").click().run()
    assert "There is no checkpoint yet. Pause the run: that writes one." in says(app)


def test_a_done_run_can_only_be_forked(running):
    assert buttons(running(state="done")[0]) == {"Fork"}
