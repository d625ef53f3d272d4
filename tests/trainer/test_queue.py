"""The queue: first come, first served, so many at once as was chosen, and nobody has to run it."""

from __future__ import annotations

import os
import signal

import psutil
import pytest

from tests.trainer.conftest import DEADLINE, until
from trainer import control, launch, policy, queue, store
from trainer.errors import TrainerError

ENDLESS = {"epochs": 100_000, "checkpoint_every": 0}


@pytest.fixture
def run(home):
    """run(device) -> the id of a run that lives as long as this test's process."""

    def run(device: str = "cpu") -> str:
        run_id = store.create("", "", "{}")
        me = psutil.Process()
        store.update(run_id, pid=me.pid, born=me.create_time())
        queue.enter(run_id, device)
        return run_id

    return run


def taken(run_id: str, device: str = "cpu") -> bool:
    """Whether it is a run's turn at this moment."""
    looks = iter([False, True])
    place = queue.place(run_id)
    mine = queue.wait(run_id, device, lambda: next(looks))
    if not mine and place is not None:
        queue.enter(run_id, device)  # it gave up its place
    return mine


@pytest.mark.slow
def test_who_came_first_is_served_first(run):
    policy.set_limit("cpu", 1)
    first, second, third = run(), run(), run()
    assert queue.listed() == [first, second, third]
    assert [queue.place(each).ahead for each in (first, second, third)] == [0, 1, 2]
    assert not queue._taken(third) and not queue._taken(second)
    assert queue._taken(first)
    assert queue.place(first) is None and queue.place(second) == queue.Place(0, 1, 1)
    assert not queue._taken(second)
    queue.leave(first)
    assert not queue._taken(third) and queue._taken(second)


@pytest.mark.slow
def test_as_many_compute_as_was_chosen_and_devices_do_not_wait_for_each_other(run):
    policy.set_limit("cpu", 2)
    first, second, third, card = run(), run(), run(), run("cuda")
    assert queue._taken(first) and queue._taken(second) and not queue._taken(third)
    assert queue._taken(card)
    policy.set_limit("cpu", 3)
    assert queue._taken(third)


def test_a_run_whose_process_is_gone_loses_its_place(run):
    policy.set_limit("cpu", 1)
    first, second = run(), run()
    assert queue._taken(first)
    store.update(first, born=1.0)
    assert store.read(first).state == "lost"
    assert queue._taken(second) and queue.listed() == [second]


@pytest.mark.slow
def test_a_stop_ends_the_waiting(run):
    policy.set_limit("cpu", 1)
    assert queue._taken(run())
    waiting = run()
    assert not taken(waiting)
    assert not queue.wait(waiting, "cpu", lambda: True) and waiting not in queue.listed()


def test_limits_are_chosen_read_and_overruled(home, monkeypatch):
    assert policy.limit("cuda") == 1 and policy.limit("cpu") >= 1
    policy.set_limit("cuda", 3)
    assert policy.limit("cuda") == 3 and not policy.is_fixed("cuda")
    with pytest.raises(TrainerError, match="from 1 to 64"):
        policy.set_limit("cpu", 0)
    monkeypatch.setenv("LAYERLOOM_RUNS_CUDA", "5")
    assert policy.limit("cuda") == 5 and policy.is_fixed("cuda")
    with pytest.raises(TrainerError, match="LAYERLOOM_RUNS_CUDA says how many"):
        policy.set_limit("cuda", 2)
    (home / "policy.json").write_text('{"limits": []')
    assert policy.limit("cpu") >= 1 and policy.resumes_lost()


def test_runs_compute_in_the_order_in_which_they_were_started_and_a_pause_lets_the_next_go(start):
    policy.set_limit("cpu", 1)
    first, second = start(**ENDLESS), start(**ENDLESS)
    until(lambda: store.read(first).step > 0)
    assert store.read(second).state == "queued" and queue.place(second).ahead == 0
    control.pause(first)
    until(lambda: store.read(second).step > 0)
    assert store.read(first).state == "paused"
    control.go_on(first)
    until(lambda: store.read(first).state == "queued")
    launch.stop(second)
    until(lambda: store.read(first).state == "running")


def test_one_run_that_crashes_leaves_the_other_alone(start):
    policy.set_limit("cpu", 2)
    crashing, other = start(**ENDLESS), start(epochs=3)
    until(lambda: store.read(crashing).step > 0)
    os.kill(store.read(crashing).pid, signal.SIGSEGV)
    until(lambda: store.read(crashing).state == "lost")
    assert launch.wait(other, DEADLINE).state == "done"
    assert queue.listed() == []
