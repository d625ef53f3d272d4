"""Runs from start to end, each in a process of its own, and how they may end."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import torch
from safetensors.torch import load_file, load_model

from tests.trainer.conftest import DEADLINE, until
from tests.trainer.digits import SOURCE, new_training
from trainer import index, launch, measures, store
from trainer.gathering import not_finite
from trainer.measures import Objective
from trainer.recorder import Recorder
from trainer.settings import Settings
from trainer.trial import network_from

ROOT = Path(__file__).resolve().parents[2]
LONG = {"epochs": 100_000, "telemetry_budget": 1.0}


def rows(run_id: str, table: str = "steps") -> list[tuple]:
    with store.reading(run_id) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()


def test_the_same_seed_gives_the_same_losses_and_weights_bit_by_bit_whatever_is_watched(start):
    ids = [start(telemetry_budget=budget) for budget in (1.0, 0.0)]
    first, second = (launch.wait(run_id, DEADLINE) for run_id in ids)
    assert (first.state, second.state) == ("done", "done")
    assert rows(first.id) == rows(second.id) and len(rows(first.id)) == first.steps
    assert rows(first.id, "epochs") == rows(second.id, "epochs")
    one, two = (load_file(store.weights(run.id)) for run in (first, second))
    assert all(one[name].equal(two[name]) for name in one)


def test_the_weights_load_back_into_the_sources_class_and_score_what_the_run_said(train):
    from trainer.data import find
    from trainer.loop import evaluate

    run = train(epochs=6)
    network = network_from(store.source(run.id))
    assert load_model(network, str(store.weights(run.id))) == (set(), [])
    data = find("digits").load(0)
    chosen, objective = Settings(), Objective(Settings(), find("digits"))
    _, output = evaluate(network, data.validation_x, data.validation_y, objective, chosen)
    accuracy = measures.accuracy(output, data.validation_y).item()
    assert accuracy == rows(run.id, "epochs")[-1][3] > 0.93


def test_a_run_stops_when_asked_and_keeps_its_weights(start):
    run_id = start(**LONG)
    until(lambda: store.read(run_id).step > 0)
    launch.stop(run_id)
    assert store.read(run_id).state in ("stopping", "stopped")
    run = launch.wait(run_id, 10)
    assert (run.state, run.message) == ("stopped", "")
    assert store.weights(run_id) is not None
    assert rows(run_id)[-1][0] == run.step


def test_a_stop_takes_effect_before_the_next_batch():
    from tests.trainer.digits import Document
    from trainer.checkpoint import Checkpoints
    from trainer.control import Control
    from trainer.data import find
    from trainer.loop import train

    settings = Settings(**LONG)
    run_id = store.create(SOURCE, Document().to_json(), settings.to_json())
    recorder, training = Recorder(run_id), new_training(settings)
    control = Control(recorder, ended=lambda: training.step == 7)
    state = train(training, find("digits").load(0), recorder, control, Checkpoints(store.folder(run_id), 0))
    recorder.close()
    assert (state, training.step, rows(run_id)[-1][0]) == ("stopped", 7, 7)


def test_a_killed_run_is_lost_and_what_it_wrote_is_whole(start):
    run_id = start(**LONG)
    until(lambda: len(rows(run_id, "samples")) > 3)
    seen = rows(run_id)
    os.kill(store.read(run_id).pid, signal.SIGKILL)
    until(lambda: store.read(run_id).state == "lost")
    assert "Resume goes on" in store.read(run_id).message
    assert rows(run_id)[: len(seen)] == seen
    with closing(sqlite3.connect(store.folder(run_id) / "run.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.slow
def test_a_run_that_does_not_answer_is_ended_from_outside(start, monkeypatch):
    monkeypatch.setattr(launch, "LAST_GRACE", 0.1)
    run_id = start(**LONG)
    until(lambda: store.read(run_id).step > 0)
    process = psutil.Process(store.read(run_id).pid)
    process.suspend()
    store.update(run_id, wanted="stop")
    run = launch.end(run_id, grace=0.1)
    assert run.state == "stopped" and "ended from outside" in run.message
    assert not store.lives(run)


def test_another_process_with_the_runs_number_is_left_alone(start):
    from tests.trainer.digits import Document

    run_id = store.create(SOURCE, Document().to_json(), Settings().to_json())
    store.update(run_id, state="running", pid=os.getpid(), born=1.0)
    assert store.read(run_id).state == "lost"
    launch.stop(run_id)  # would end this very test


def test_a_run_outlives_the_process_that_started_it(tmp_path):
    program = (
        "from tests.trainer.digits import *; from trainer import launch; from trainer.settings "
        "import Settings; print(launch.start(Document(), SOURCE, Settings(epochs=2), 'digits'))"
    )
    command = [sys.executable, "-c", program]
    run_id = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert launch.wait(run_id.stdout.strip(), 30).state == "done"


def test_a_loss_that_is_no_number_ends_the_run_with_a_sentence(train):
    run = train(SOURCE.replace("return self.fc2(", "return 1e38 * self.fc2("))
    last = rows(run.id)[-1]
    assert run.state == "failed" and last[0] == run.step and last[1] in (None, float("inf"))
    assert run.message.startswith(not_finite(float("nan") if last[1] is None else last[1], run.step))


def test_a_layer_that_does_not_fit_is_named_without_a_traceback_on_screen(train):
    run = train(SOURCE.replace("nn.Linear(128, 64)", "nn.Linear(100, 64)"))
    assert run.state == "failed" and run.message.startswith("fc1 ")
    assert "Traceback" not in run.message and "Traceback" in store.output(run.id)


def test_an_output_that_is_not_the_datas_is_refused(train):
    run = train(SOURCE.replace("nn.Linear(64, 10)", "nn.Linear(64, 7)"))
    assert run.state == "failed" and "out_features 10" in run.message


def test_a_device_that_is_not_there_is_refused_with_a_sentence(train):
    if torch.cuda.is_available():
        return
    run = train(device="cuda")
    assert run.state == "failed" and "Set device to cpu" in run.message


def test_runs_are_listed_newest_first_and_strangers_in_the_folder_are_passed_over(home):
    first, second = (store.create("", "", "{}") for _ in range(2))
    (home / "runs" / "notes").mkdir()
    assert [run.id for run in index.runs()] == [second, first]
    assert store.read(first).state == "queued"
    store.update(first, created=1.0)
    assert store.read(first).state == "lost"
