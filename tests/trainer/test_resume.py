"""A run that is killed, stopped or fails goes on where it was: losses and weights to the last bit."""

from __future__ import annotations

import os
import random
import signal

import pytest
import torch
from safetensors.torch import load_file

from tests.trainer.conftest import DEADLINE, figures, until
from tests.trainer.digits import Document
from trainer import checkpoint, index, launch, policy, recovery, store, worker
from trainer.errors import TrainerError
from trainer.kept import kept
from trainer.settings import Settings

# Every kind of random number there is, and a state that must come back: dropout, Python's, NumPy's.
SOURCE = """
import random

import numpy as np
import torch
from torch import nn


class Noise(nn.Module):
    def forward(self, x):
        if not self.training:
            return x
        return x + 0.01 * (torch.randn_like(x) + random.random() + float(np.random.rand()))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.noise = Noise()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        self.drop = nn.Dropout(0.3)
        self.fc = nn.Linear(512, 10)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(self.noise(x))))
        return self.fc(self.drop(x.flatten(1)))
"""
EPOCHS = {"epochs": 12, "telemetry_every": 10}
EAGER = {**EPOCHS, "checkpoint_every": 0.01}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The figures and the weights of a run that nobody disturbed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(tmp_path_factory.mktemp("undisturbed")))
        settings = Settings(threads=1, checkpoint_every=0, **EPOCHS)
        run = launch.wait(launch.start(Document(), SOURCE, settings, "digits"), DEADLINE)
        assert run.state == "done", run.message
        return figures(run.id), load_file(store.weights(run.id))


def is_the_same(run_id: str, undisturbed) -> None:
    wanted, weights = undisturbed
    assert figures(run_id) == wanted
    found = load_file(store.weights(run_id))
    assert found.keys() == weights.keys()
    assert all(found[name].equal(weights[name]) for name in weights)


def killed_at(run_id: str, step: int) -> bool:
    """Kill the run's process once so many steps are on disk; whether it was still at work."""
    until(lambda: (run := store.read(run_id)).step >= step or not run.active)
    run = store.read(run_id)
    if not run.active:
        return False
    os.kill(run.pid, signal.SIGKILL)
    until(lambda: store.read(run_id).state == "lost")
    return True


def kill_and_resume(run_id: str, times: int, seed: int) -> int:
    """Kill a run at random moments, resuming it each time; how often it was."""
    moments, kills = random.Random(seed), 0
    while kills < times:
        run = store.read(run_id)
        far = run.step + moments.randrange(max(2, (run.steps or 500) // (times + 2)))
        if not killed_at(run_id, far):
            break
        kills += 1
        launch.resume(run_id)
    assert launch.wait(run_id, DEADLINE).state == "done", store.read(run_id).message
    return kills


def test_three_kills_change_no_bit(start, undisturbed):
    run_id = start(SOURCE, **EAGER)
    assert kill_and_resume(run_id, 3, seed=1) == 3
    assert store.read(run_id).resumed == 3
    is_the_same(run_id, undisturbed)


@pytest.mark.slow
def test_twenty_kills_at_random_moments_change_no_bit(start, undisturbed):
    kills = seed = 0
    while kills < 20:
        run_id = start(SOURCE, **EAGER)
        kills += kill_and_resume(run_id, 5, seed)
        is_the_same(run_id, undisturbed)
        seed += 1


@pytest.mark.slow
def test_a_stop_in_the_middle_of_an_epoch_is_gone_on_from_there(start, undisturbed):
    run_id = start(SOURCE, **{**EPOCHS, "checkpoint_every": 0})
    until(lambda: store.read(run_id).step > 20)
    launch.stop(run_id)
    stopped = launch.wait(run_id, DEADLINE)
    assert (stopped.state, checkpoint.listed(stopped.folder)[0].step) == ("stopped", stopped.step)
    launch.resume(run_id)
    assert launch.wait(run_id, DEADLINE).state == "done"
    is_the_same(run_id, undisturbed)


def test_a_damaged_checkpoint_is_noticed_and_the_one_before_taken(start, undisturbed):
    run_id = start(SOURCE, **EAGER)
    until(lambda: len(checkpoint.listed(store.folder(run_id))) >= 2)
    assert killed_at(run_id, 1)
    last, before, *_ = checkpoint.listed(store.folder(run_id))
    content = last.path.read_bytes()
    last.path.write_bytes(content[: len(content) // 2])
    assert checkpoint.newest(store.folder(run_id))["step"] == before.step
    launch.resume(run_id)
    assert launch.wait(run_id, DEADLINE).state == "done"
    is_the_same(run_id, undisturbed)


def test_one_bit_that_the_disk_turned_is_noticed_and_nothing_else_is_taken_for_it(tmp_path):
    checkpoints = checkpoint.Checkpoints(tmp_path, 1)
    checkpoints.save({"step": 5, "weights": torch.arange(100.0)})
    (found,) = checkpoint.listed(tmp_path)
    assert found.is_whole and checkpoint.newest(tmp_path)["step"] == 5
    content = bytearray(found.path.read_bytes())
    content[len(content) // 2] ^= 1
    found.path.write_bytes(content)
    assert not found.is_whole
    with pytest.raises(TrainerError, match="None of the run's checkpoints can be read"):
        checkpoint.newest(tmp_path)


def test_the_last_two_are_kept_and_a_full_disk_costs_none(tmp_path, monkeypatch):
    checkpoints = checkpoint.Checkpoints(tmp_path, 1)
    for step in (1, 2, 3):
        checkpoints.save({"step": step})

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        checkpoints.save({"step": 4})
    assert [each.step for each in checkpoint.listed(tmp_path)] == [3, 2]
    assert sorted(path.suffix for path in checkpoint.place(tmp_path).iterdir()) == [".pt", ".pt"]


def test_the_last_two_the_best_and_some_between_are_kept(tmp_path):
    losses = {step: abs(step - 70) / 100 + 0.1 for step in range(10, 210, 10)}
    checkpoints = checkpoint.Checkpoints(tmp_path, 1, 6, lambda: losses)
    for step in range(10, 210, 10):
        checkpoints.save({"step": step})
        steps = [each.step for each in checkpoint.listed(tmp_path)]
        assert steps[0] == step and len(steps) == min(6, step // 10) and (step < 70 or 70 in steps)
    assert steps[:2] == [200, 190]
    gaps = [after - before for after, before in zip(steps[1:], steps[2:], strict=False)]
    assert max(gaps) <= 70  # of 200 steps, with four between


def test_large_checkpoints_are_fewer(tmp_path):
    checkpoints = checkpoint.Checkpoints(tmp_path, 1, 6, lambda: {2: 0.5})
    for step in range(1, 6):
        checkpoints.save({"step": step})
    found = checkpoint.listed(tmp_path)
    gone = checkpoint.surplus(found, 6, {2: 0.5}, room=2 * found[0].size + 10)
    assert [each.step for each in found if each not in gone] == [5, 2]  # the last, and the best
    assert len(checkpoint.surplus(found, 6, {}, room=1)) == 3


def test_a_pause_behind_a_checkpoint_writes_its_step_once(tmp_path):
    checkpoints = checkpoint.Checkpoints(tmp_path, 1, 6)
    for seconds in (1.0, 2.0):
        checkpoints.save({"step": 7, "seconds": seconds})
    (found,) = checkpoint.listed(tmp_path)
    assert checkpoint.load(found.path)["seconds"] == 2.0


def test_a_run_keeps_the_ends_of_epochs(home):
    settings = Settings(threads=1, epochs=4, results_budget=0.0, telemetry_every=0)
    run_id = store.create(SOURCE, Document().to_json(), settings.to_json(), data="digits")
    worker.main(run_id)  # in this very process
    run = store.read(run_id)
    found = kept(run)
    assert 2 <= len(found) <= 5 and found[0].step == run.step
    with store.reading(run.id) as connection:
        losses = store.validation_losses(connection)
    assert all(each.loss == losses[each.step] and each.step == 45 * each.epoch for each in found)
    assert [each.loss for each in found if each.best] == [min(each.loss for each in found)]


@pytest.mark.slow
def test_an_early_end_of_an_epoch_is_forked_from(train):
    run = train(SOURCE, epochs=6)
    found = kept(run)
    fork = launch.wait(launch.fork(run.id, {}, found[-1].step), DEADLINE)
    assert fork.state == "done" and figures(fork.id) == figures(run.id)


def test_all_random_numbers_go_on_where_they_were(tmp_path):
    import numpy as np

    def draw() -> list[float]:
        return [*torch.randn(3).tolist(), random.random(), random.gauss(0, 1), *np.random.randn(3).tolist()]

    checkpoint.seed_generators(3)
    draw()
    checkpoint.Checkpoints(tmp_path, 1).save({"step": 1, "generators": checkpoint.generators()})
    wanted = draw()
    checkpoint.set_generators(checkpoint.newest(tmp_path)["generators"])
    assert draw() == wanted


@pytest.mark.slow
def test_a_lost_run_comes_back_by_itself_a_few_times(start, monkeypatch):
    run_id = start(SOURCE, **{**EPOCHS, "epochs": 100_000, "checkpoint_every": 0})
    for attempt in range(recovery.ATTEMPTS):
        assert killed_at(run_id, 1)
        monkeypatch.setenv(policy.RESUME, "off")
        assert recovery.resume_lost(index.runs()) == []
        monkeypatch.delenv(policy.RESUME)
        assert recovery.resume_lost(index.runs()) == [run_id]
        assert recovery.resume_lost(index.runs()) == []  # it is active
        assert store.read(run_id).attempts == attempt + 1
    assert killed_at(run_id, 1)
    assert recovery.resume_lost(index.runs()) == []
    launch.resume(run_id)  # a click
    assert store.read(run_id).active


def test_what_cannot_be_resumed_is_refused_with_what_to_do(start):
    run_id = start(SOURCE, epochs=1)
    with pytest.raises(TrainerError, match="Stop it first"):
        launch.resume(run_id)
    launch.wait(run_id, DEADLINE)
    with pytest.raises(TrainerError, match="is done. Fork it"):
        launch.resume(run_id)
    with pytest.raises(KeyError):
        launch.resume("0" * 16)
