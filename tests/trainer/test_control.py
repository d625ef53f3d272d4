"""What can be asked of a run while it trains, and a run that goes on from another's checkpoint."""

from __future__ import annotations

import os

import psutil
import pytest
import torch

from tests.trainer.conftest import DEADLINE, figures, until
from tests.trainer.digits import new_training
from tests.trainer.test_resume import SOURCE, killed_at
from trainer import checkpoint, control, launch, store
from trainer.checkpoint import Checkpoints
from trainer.errors import TrainerError
from trainer.recorder import Recorder
from trainer.settings import Settings

ENDLESS = {"epochs": 100_000, "telemetry_every": 10, "checkpoint_every": 0}


@pytest.fixture
def paused(start):
    """A run that is paused after some steps; its id."""
    run_id = start(SOURCE, **ENDLESS)
    until(lambda: store.read(run_id).step > 3)
    control.pause(run_id)
    until(lambda: store.read(run_id).state == "paused")
    return run_id


def test_a_paused_run_keeps_a_checkpoint_and_stands_still_until_it_goes_on(paused):
    run = store.read(paused)
    assert checkpoint.listed(run.folder)[0].step == run.step == figures(paused)["steps"][-1][0]
    control.go_on(paused)
    until(lambda: store.read(paused).step > run.step)
    assert store.read(paused).state == "running"


def test_one_batch_at_a_time(paused):
    for _ in range(3):
        before = store.read(paused).step
        control.step(paused)
        until(lambda before=before: store.read(paused).step > before)
        assert store.read(paused).step == before + 1 and store.read(paused).state == "paused"


@pytest.mark.slow
def test_a_pause_outlives_its_process(paused):
    step = store.read(paused).step
    assert killed_at(paused, 0)
    launch.resume(paused)
    until(lambda: store.read(paused).state == "paused")
    assert store.read(paused).step == step


def test_a_paused_run_stops(paused):
    launch.stop(paused)
    assert launch.wait(paused, DEADLINE).state == "stopped"
    with pytest.raises(TrainerError, match="is stopped, so nothing can be asked of it"):
        control.pause(paused)


@pytest.mark.slow
def test_pauses_do_not_count_as_training(paused):
    seconds = store.read(paused).seconds
    control.step(paused)
    until(lambda: store.read(paused).step and store.read(paused).seconds > seconds)
    assert store.read(paused).seconds < seconds + 1.0  # one batch, though the pause was as long as it liked


def test_a_rate_that_is_none_is_refused(paused):
    with pytest.raises(TrainerError, match="lr"):
        control.set_rate(paused, -1.0)
    with pytest.raises(KeyError):
        control.pause("0" * 16)


# --- in this very process, batch by batch


def trained(home, commands: dict[int, float]):
    """The weights and rates of a training with other rates given after so many steps."""
    from trainer.data import find
    from trainer.loop import train

    settings = Settings(threads=1, epochs=2, checkpoint_every=0)
    run_id = store.create(SOURCE, "", settings.to_json())
    store.update(run_id, state="running", pid=os.getpid(), born=psutil.Process().create_time())
    recorder = Recorder(run_id)
    checkpoint.seed_generators(0)
    training = new_training(settings, SOURCE)
    steered = control.Control(recorder)
    ready = steered.ready

    def asked(training_, keep):
        if training_.step in commands:
            control.set_rate(run_id, commands.pop(training_.step))
        return ready(training_, keep)

    steered.ready = asked
    torch.set_num_threads(1)
    checkpoints = Checkpoints(store.folder(run_id), 0)
    assert train(training, find("digits").load(0), recorder, steered, checkpoints) == "done"
    return run_id, training


@pytest.mark.slow
def test_another_rate_counts_from_the_next_batch_on_and_again_after_a_resumption(home):
    from trainer.data import find
    from trainer.loop import train

    given = {20: 0.1, 60: 0.01}
    run_id, whole = trained(home, dict(given))
    with store.reading(run_id) as connection:
        assert store.rates(connection) == given
    assert store.read(run_id).lr == 0.01
    wanted = figures(run_id)["steps"]
    plain, _ = trained(home, {})
    assert figures(plain)["steps"][:20] == wanted[:20] and figures(plain)["steps"][20:] != wanted[20:]
    # from the beginning again, as after a kill before the first checkpoint: the rates come from the store
    checkpoint.seed_generators(0)
    again = new_training(whole.settings, SOURCE)
    recorder = Recorder(run_id)
    checkpoints = Checkpoints(store.folder(run_id), 0)
    train(again, find("digits").load(0), recorder, control.Control(recorder), checkpoints)
    assert figures(run_id)["steps"] == wanted
    for name, value in whole.network.state_dict().items():
        assert torch.equal(value, again.network.state_dict()[name])


# --- forks


@pytest.fixture
def stopped(paused):
    """A run that was stopped in the middle of an epoch, with a checkpoint there."""
    launch.stop(paused)
    return launch.wait(paused, DEADLINE)


@pytest.mark.slow
def test_a_fork_without_changes_goes_on_as_its_parent_would(stopped):
    fork = launch.fork(stopped.id, {})
    until(lambda: store.read(fork).step > stopped.step + 5)
    launch.stop(fork)
    launch.wait(fork, DEADLINE)
    launch.resume(stopped.id)
    until(lambda: store.read(stopped.id).step > stopped.step + 5)
    common = min(store.read(each).step for each in (fork, stopped.id))
    one, two = (figures(each)["steps"][:common] for each in (fork, stopped.id))
    assert one == two
    assert (store.read(fork).parent, store.read(fork).parent_step) == (stopped.id, stopped.step)


@pytest.mark.slow
def test_a_fork_with_another_rate_and_another_optimizer_leaves_its_parent_alone(stopped):
    before = figures(stopped.id)
    for changes in ({"lr": 0.05}, {"optimizer": "SGD", "lr": 0.01}):
        fork = launch.fork(stopped.id, changes, stopped.step)
        until(lambda fork=fork: store.read(fork).step > stopped.step + 5)
        launch.stop(fork)
        run = launch.wait(fork, DEADLINE)
        assert run.state == "stopped", run.message
        assert changes.items() <= dict(run.settings).items()
        assert figures(fork)["steps"][: stopped.step] == before["steps"]
    assert figures(stopped.id) == before


def test_a_fork_that_cannot_be_is_refused_with_what_to_do(stopped):
    with pytest.raises(TrainerError, match="batch_size, seed cannot change"):
        launch.fork(stopped.id, {"seed": 1, "batch_size": 8})
    with pytest.raises(TrainerError, match="no checkpoint of step 1000000"):
        launch.fork(stopped.id, {}, 1_000_000)


@pytest.mark.slow
def test_the_end_of_a_run_is_gone_on_from_with_more_epochs_only(train):
    run = train(SOURCE, epochs=1)
    with pytest.raises(TrainerError, match="Fork with more epochs"):
        launch.fork(run.id, {"lr": 0.1})
    further = launch.wait(launch.fork(run.id, {"epochs": 2}), DEADLINE)
    whole = train(SOURCE, epochs=2)
    assert figures(further.id) == figures(whole.id)
