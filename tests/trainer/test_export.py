"""A run's bundle repeats the run: the printed script gives the recorded losses, bit for bit."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from builder import Document, edits, to_python
from builder.export import PARTS, Network, Part, bundle, find_part, write_part
from builder.templates import template
from tests.networks import chain
from tests.trainer.conftest import DEADLINE, until
from trainer import control, launch, policy, store
from trainer.__main__ import main
from trainer.data import own
from trainer.data.forms import form_of
from trainer.data.starter import starter
from trainer.export import network_of, parts_of
from trainer.script import BUILT, PRINTED, SAMPLED, WITHOUT_EFFECT
from trainer.settings import SETTINGS, Settings
from trainer.store import Run

LIGHT = [part.name for part in PARTS if not part.holds_weights and part.name not in ("tensorboard", "png")]

# What torch.compile imports warns of itself.
STRICT = ("-W", "error", "-W", "ignore:`torch.jit:DeprecationWarning")


def trained(document: Document, data: str, weights: bytes | None = None, **settings) -> Run:
    given = Settings(**{"threads": 1, "epochs": 2, **settings})
    run_id = launch.start(document, to_python(document), given, data, weights=weights)
    run = launch.wait(run_id, DEADLINE)
    assert run.state == "done", run.message
    return run


def unpacked(run: Run, folder: Path) -> Path:
    """The run's bundle without those parts that take seconds."""
    needed = (*LIGHT, "weights", "data", "run", "beginning", "fork")
    parts: list[Part] = [part for part in parts_of(run) if part.name in needed]
    made = bundle(network_of(run), folder / "run.zip", parts)
    assert not made.left_out
    with zipfile.ZipFile(made.path) as packed:
        packed.extractall(folder)
    return folder


def repeated(folder: Path) -> list[float]:
    """Each step's loss, by the bundle's script, in a process that knows nothing of this project."""
    clean = {key: value for key, value in os.environ.items() if key not in ("OMP_NUM_THREADS", "PYTHONPATH")}
    command = [sys.executable, *STRICT, "train.py"]
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    with (folder / "losses.csv").open() as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]


def recorded(run: Run) -> list[float]:
    with store.reading(run.id) as connection:
        return [loss for (loss,) in connection.execute("SELECT loss FROM steps ORDER BY step")]


def test_the_script_repeats_the_run_bit_for_bit(tmp_path: Path):
    run = trained(template("digits_cnn"), "digits")
    folder = unpacked(run, tmp_path)
    losses = repeated(folder)
    assert len(losses) == run.steps and losses == recorded(run)
    told = json.loads((folder / "run.json").read_text())
    assert [row["loss"] for row in told["losses"]] == losses
    assert told["settings"] == dict(run.settings)
    ours, theirs = (load_file(folder / f"{file}.safetensors") for file in ("weights", "trained"))
    assert all(torch.equal(ours[key], theirs[key]) for key in ours | theirs)
    assert (folder / "model.py").read_text() == store.source(run.id)
    assert "was trained on Handwritten digits for 2 of 2 epochs" in (folder / "README.md").read_text()
    texts = [
        path.read_text() for path in folder.iterdir() if path.suffix in (".py", ".md", ".json", ".ipynb")
    ]
    assert not any(run.id in text for text in texts)  # who knows it can look at the run


@pytest.mark.slow
def test_a_run_on_text_with_dropout_is_repeated_too(tmp_path: Path):
    run = trained(template("letter_transformer"), "contains_letter", seed=3, batch_size=64)
    assert repeated(unpacked(run, tmp_path)) == recorded(run)


@pytest.mark.slow
def test_so_is_one_by_sgd_on_standardized_data_from_given_weights_under_a_hostile_name(tmp_path: Path):
    hostile = 'x"""; import os; os.abort() $y <b> ![](http://a.b)'
    document = edits.rename_document(template("moons_mlp"), hostile)
    beginning = tmp_path / "given.safetensors"
    write_part(Network(document, seed=9), find_part("weights"), beginning)
    chosen = {"optimizer": "SGD", "lr": 0.05, "weight_decay": 0.01}
    run = trained(document, "moons", beginning.read_bytes(), **chosen)
    folder = unpacked(run, tmp_path)
    assert repeated(folder) == recorded(run)
    assert "<b>" not in (folder / "README.md").read_text().replace("\\<b", "")


SETTINGS_TO_REPEAT = {
    "sgd": {"optimizer": "SGD", "nesterov": True, "lr": 0.05, "schedule": "OneCycleLR", "clip_norm": 1.0},
    "adamw": {
        **{"optimizer": "AdamW", "schedule": "WarmupCosine", "label_smoothing": 0.1},
        **{"clip_value": 0.05, "early_stopping": 1, "lr": 0.3},
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("values", SETTINGS_TO_REPEAT.values(), ids=SETTINGS_TO_REPEAT)
def test_every_setting_that_decides_numbers_is_in_the_script(tmp_path: Path, values):
    arguments = {name: value for name, value in values.items() if name not in SETTINGS}
    plain = {name: value for name, value in values.items() if name in SETTINGS}
    run = trained(template("iris_mlp"), "iris", epochs=6, arguments=arguments, **plain)
    losses = repeated(unpacked(run, tmp_path))
    assert losses == recorded(run) and len(losses) == run.step


@pytest.mark.slow
def test_a_run_on_numbers_is_repeated_too(tmp_path: Path):
    chosen = {"loss": "HuberLoss", "schedule": "ReduceLROnPlateau", "lr": 0.05, "precision": "bf16"}
    run = trained(chain(("fc", "Linear", {"out_features": 1}), shape=(10,)), "diabetes", epochs=8, **chosen)
    assert run.task == "regression" and not run.confusion
    folder = unpacked(run, tmp_path)
    assert repeated(folder) == recorded(run)
    told = json.loads((folder / "run.json").read_text())["validation"]
    assert set(told[-1]) == {"epoch", "loss", "r2", "mae"}


@pytest.mark.slow
def test_a_compiled_run_is_repeated_too(tmp_path: Path):
    run = trained(template("iris_mlp"), "iris", compile=True, telemetry_every=5)
    assert repeated(unpacked(run, tmp_path)) == recorded(run)


@pytest.mark.slow
def test_augmented_pictures_and_scaling_are_repeated_too(tmp_path: Path):
    chosen = {"flip": True, "crop": 1, "noise": 0.05, "scaling": "standardize"}
    run = trained(template("digits_softmax"), "digits", **chosen)
    assert repeated(unpacked(run, tmp_path)) == recorded(run)


@pytest.mark.slow
def test_data_of_ones_own_travels_in_the_bundle(tmp_path: Path):
    path = own.take_in("things.csv", THINGS.encode())
    data = own.keep(path, form_of(path).completed(path, {}))
    run = trained(starter(data), data.name)
    own.delete(data.name)
    left = bundle(
        network_of(run),
        tmp_path / "run.zip",
        [part for part in parts_of(run) if part.name in ("data", "train")],
    ).left_out
    assert "was deleted, so the run cannot be repeated" in left["data"] + left["train"]
    own.keep(path, form_of(path).completed(path, {}))
    assert repeated(unpacked(run, tmp_path)) == recorded(run)


THINGS = "a,b,kind\n" + "\n".join(f"{n % 9},{'' if n == 5 else n % 7},{'xyz'[n % 3]}" for n in range(60))


@pytest.mark.slow
@pytest.mark.parametrize("schedule", ["none", "OneCycleLR"])
def test_a_rate_that_was_given_while_it_trained_is_repeated_and_so_are_forks(tmp_path: Path, schedule):
    document = template("digits_cnn")
    settings = Settings(threads=1, epochs=3, checkpoint_every=0, schedule=schedule)
    policy.set_limit("cpu", 2)
    run_id = launch.start(document, to_python(document), settings, "digits")
    control.pause(run_id)  # before it began: nothing hangs on how fast this machine is
    until(lambda: store.read(run_id).state == "paused")
    for _ in range(3):
        control.step(run_id)
    until(lambda: store.read(run_id).step == 3 and store.read(run_id).state == "paused")
    control.set_rate(run_id, 0.02)
    control.step(run_id)
    until(lambda: store.read(run_id).step == 4 and store.read(run_id).state == "paused")
    launch.stop(run_id)
    assert launch.wait(run_id, DEADLINE).state == "stopped"
    launch.resume(run_id)
    fork_id = launch.fork(run_id, {"lr": 0.005, "weight_decay": 0.01})
    same_id = launch.fork(run_id, {})
    (tmp_path / "run").mkdir()
    run = launch.wait(run_id, DEADLINE)
    assert run.lr == 0.02 and repeated(unpacked(run, tmp_path / "run")) == recorded(run)
    (tmp_path / "same").mkdir()
    same = launch.wait(same_id, DEADLINE)
    assert same.settings["lr"] == 0.02 and recorded(same) == recorded(run)
    assert repeated(unpacked(same, tmp_path / "same")) == recorded(run)[same.parent_step :]
    (tmp_path / "fork").mkdir()
    fork = launch.wait(fork_id, DEADLINE)
    assert fork.state == "done" and recorded(fork) != recorded(run)
    assert repeated(unpacked(fork, tmp_path / "fork")) == recorded(fork)[fork.parent_step :]


def test_every_setting_has_a_place_in_the_script_or_changes_no_number():
    assert set(SETTINGS) == PRINTED | BUILT | SAMPLED | WITHOUT_EFFECT


def test_the_command_line_writes_a_part_of_a_run(tmp_path: Path, capsys):
    run = trained(template("moons_mlp"), "moons", epochs=1)
    assert main(["export", run.id, "--part", "train", "-o", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["path"] == str(tmp_path / "train.py")
    assert "Repeats the run Moons MLP" in (tmp_path / "train.py").read_text()


def test_a_run_without_weights_is_refused_with_what_to_do(start, capsys):
    failed = launch.wait(start(data="iris"), DEADLINE)
    assert failed.state == "failed"
    assert main(["export", failed.id]) == 1
    assert "has no trained weights: it is failed. Export its document instead." in capsys.readouterr().err
