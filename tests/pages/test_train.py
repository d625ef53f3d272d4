"""The Train page: data and settings are chosen, and what does not fit is said before it is tried."""

from __future__ import annotations

from dataclasses import replace

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from builder import edits
from builder.templates import template
from components.param_fields import param_field
from tests.pages.conftest import go
from tests.pages.words import components, enter, field, labelled, labels, says
from trainer import failures, memory, presets, shelf, shown, store
from trainer.data import DATASETS
from trainer.optimizers import OPTIMIZERS
from trainer.recorder import Recorder
from trainer.schedules import SCHEDULES
from trainer.settings import SETTINGS, Settings


def test_it_opens_ready_to_start(visit):
    app = visit("train")
    assert not labelled(app.button, "Start training").disabled
    assert "Nothing is training here yet" in says(app)
    assert labelled(app.selectbox, "Data").value == "digits"


def test_every_setting_has_a_field_with_its_default(visit):
    app = visit("train")
    for param in shown.every({}, DATASETS["digits"]):
        found = field(app, param.name)
        assert found["value"] == param_field(param, param.default, print).shown()
        assert found["help"]
    assert set(SETTINGS) <= labels(app)


def test_nothing_but_the_schedules_curve_and_the_search_parts_the_settings(visit):
    assert len(components(visit("train"), "form")) == 3


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_brings_its_own_arguments_with_its_own_defaults(visit, name):
    app = enter(visit("train"), "optimizer", name)
    assert float(field(app, "lr")["value"]) == OPTIMIZERS[name].lr
    assert {param.name for param in OPTIMIZERS[name].params} <= labels(app)
    assert ("betas" in labels(app)) == any(param.name == "betas" for param in OPTIMIZERS[name].params)
    assert not app.exception


def test_another_optimizer_begins_with_its_own_arguments_and_a_typed_rate_stays(visit):
    app = enter(visit("train"), "optimizer", "SGD")
    app = enter(app, "momentum", "0.5")
    app = enter(app, "lr", "0.3")
    app = enter(app, "optimizer", "RMSprop")
    assert field(app, "momentum")["value"] == "0"
    assert field(app, "lr")["value"] == "0.3"


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_shows_its_curve(visit, name):
    app = enter(visit("train"), "schedule", name)
    assert not app.exception
    drawn = app.get("vega_lite_chart")
    assert bool(drawn) == (name not in ("none", "ReduceLROnPlateau"))


def test_settings_that_do_not_go_together_are_said_beside_the_form(visit):
    app = enter(visit("train"), "optimizer", "SGD")
    app = enter(app, "momentum", "0.0")
    app = enter(app, "nesterov", True)
    assert "nesterov needs momentum above 0" in says(app)


@pytest.mark.parametrize(
    "label, typed, said",
    [
        ("epochs", "-3", "epochs is -3; it takes a whole number from 1 to 100000."),
        ("batch_size", "inf", "batch_size takes a whole number from 1 to 65536 and gets inf."),
        ("betas", "much", "betas takes a number or 2 of them from 0 to 0.999999 and gets 'much'."),
    ],
)
def test_what_is_typed_wrongly_stays_and_is_said_below_its_field(visit, label, typed, said):
    app = enter(visit("train"), label, typed)
    assert (field(app, label)["value"], field(app, label)["problem"]) == (typed, said)
    assert said not in says(app)  # once is enough
    app = labelled(app.button, "Start training").click().run()
    assert said in says(app) and not store.ids()
    for page in ("data", "compare", "runs"):
        assert not go(app, page).exception


def test_numbers_to_predict_have_losses_of_their_own(visit):
    app = enter(visit("train"), "loss", "NLLLoss")
    assert "Put a LogSoftmax behind" in says(app)
    assert labelled(app.button, "Start training").disabled
    app = labelled(app.selectbox, "Data").select("diabetes").run()
    assert field(app, "loss")["value"] == "MSELoss"
    assert "CrossEntropyLoss" not in field(app, "loss")["options"]


def test_a_preset_is_saved_taken_renamed_and_deleted(visit):
    app = enter(visit("train"), "epochs", "7")
    app = labelled(app.text_input, "Name").set_value("Long run").run()
    app = labelled(app.button, "Save these settings").click().run()
    app = enter(app, "epochs", "3")
    app = labelled(app.selectbox, "Take a preset").select("Long run").run()
    assert field(app, "epochs")["value"] == "7"
    app = labelled(app.text_input, "Name").set_value("Longer run").run()
    app = labelled(app.button, "Rename Long run").click().run()
    assert presets.names() == ["Longer run"]
    labelled(app.button, "Delete Longer run").click().run()
    assert presets.names() == []


def test_settings_stay_over_a_change_of_page(visit):
    app = visit("train")
    app = enter(app, "epochs", "3")
    app = go(go(app, "build"), "train")
    assert field(app, "epochs")["value"] == "3"


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
    app = enter(app, "batch_size", "1")
    assert "evens numbers out over the batch, and batch_size is 1" in says(app)
    assert any("1 → 32" in caption.value for caption in app.caption)
    app = labelled(app.button, "Set batch_size to 32").click().run()
    assert field(app, "batch_size")["value"] == "32"
    assert "and batch_size is 1" not in says(app)


def test_a_network_with_a_problem_is_not_trained(visit):
    app = visit()
    app = enter(app, "in_channels", "3")
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

    def running(schedule: str = "none", **facts) -> tuple[AppTest, str]:
        app, me = visit("train"), psutil.Process()
        document = template("digits_cnn").to_json()
        settings = Settings(lr=0.004, schedule=schedule).to_json()
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


def test_the_rate_of_a_run_with_a_schedule_is_the_one_it_began_with_and_can_be_given_too(running):
    app, run_id = running("CosineAnnealingLR")
    rate = labelled(app.number_input, "Base learning rate")
    assert rate.value == 0.004 and "CosineAnnealingLR goes on" in rate.help
    app = rate.set_value(0.02).run()
    assert store.read(run_id).lr == 0.02 == labelled(app.number_input, "Base learning rate").value


@pytest.mark.parametrize("state", ["stopped", "failed"])
def test_a_run_that_has_ended_can_be_resumed_or_forked(running, state):
    app, _ = running(state=state)
    assert buttons(app) == {"Resume", "Fork"}
    assert not any(each.label == "Learning rate now" for each in app.number_input)
    app = labelled(app.button, "Fork").click().run()
    assert "There is no checkpoint yet. Pause the run: that writes one." in says(app)


def test_a_done_run_can_only_be_forked(running):
    assert buttons(running(state="done")[0]) == {"Fork"}


def test_a_run_that_was_deleted_while_it_is_looked_at_says_so_and_can_be_brought_back(running):
    app, run_id = running(state="done")
    assert "Bring it back" not in {each.label for each in app.button}
    shelf.delete([run_id])
    app = app.run()
    assert "This run was deleted. For a day it can be brought back" in says(app)
    app = labelled(app.button, "Bring it back").click().run()
    assert store.read(run_id).deleted is None
    assert "This run was deleted" not in says(app)
    assert "Bring it back" not in {each.label for each in app.button}


def test_the_memory_is_foreseen_and_what_cannot_fit_is_refused_before_the_start(visit, monkeypatch):
    app = visit("train")
    assert "of memory beside PyTorch itself, 474.4 kB of it for the data;" in says(app)
    document = edits.set_param(app.session_state["visit"].document, "fc1", "out_features", 2_000_000)
    app.session_state["visit"].start(document)
    monkeypatch.setattr(memory, "available_here", lambda: 5 * 10**9)
    app = app.run()  # 278 million weights, their gradients and Adam's two numbers for each
    assert not labelled(app.button, "Start training").disabled
    monkeypatch.setattr(memory, "available_here", lambda: 4_600_000_000)
    app = app.run()  # too little for the batches too, of which the page knows only roughly what they take
    assert "are free" in says(app) and not labelled(app.button, "Start training").disabled
    monkeypatch.setattr(memory, "available_here", lambda: 4 * 10**9)
    app = app.run()
    assert labelled(app.button, "Start training").disabled
    assert "Make the network narrower: batch_size changes little here" in says(app)


def test_what_a_failed_process_printed_stands_with_it_as_plain_text(running):
    app, run_id = running()
    assert not app.code
    lines = [f"line {number}" for number in range(5000)] + ["**KeyError**: <b>x</b> :red[y]"]
    (store.folder(run_id) / "output.log").write_text("\n".join(lines))
    store.update(run_id, state="failed", message=failures.sentence(KeyError("x")))
    for name in ("train", "runs"):
        app.session_state["visit"].settings["runs:chosen"] = [run_id]
        app = go(app, name)
        app.query_params["run"] = run_id
        app = app.run()
        (printed,) = [each for each in app.code if "KeyError" in each.value]
        assert printed.language in (None, "", "plaintext")
        assert printed.value == "\n".join(lines[-60:])
        assert failures.PRINTED in [each.label for each in app.expander]


def test_a_set_of_ones_own_is_told_from_a_ready_one_of_the_same_name(visit, monkeypatch):
    mine = replace(DATASETS["moons"], name="mine", title=DATASETS["blobs"].title, own=True)
    monkeypatch.setattr("pages.chosen.all_sets", lambda: {**DATASETS, "mine": mine})
    options = labelled(visit("train").selectbox, "Data").options
    assert len(set(options)) == len(options)
    assert "Blobs" in options and "Blobs (your own)" in options
