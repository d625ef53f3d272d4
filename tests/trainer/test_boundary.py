"""The decision boundary: a small grid of answers, recorded while a run on points goes on."""

from __future__ import annotations

import base64
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
import torch
from torch import nn

from builder import to_python
from tests.trainer.conftest import DEADLINE, figures
from trainer import boundary, checkpoint, control, launch, loop, store
from trainer.boundary import SIDE, answers, grid, observer
from trainer.checkpoint import Checkpoints
from trainer.data import find
from trainer.data.starter import starter
from trainer.measures import Objective
from trainer.metrics import metrics
from trainer.moments import Moment
from trainer.recorder import Recorder
from trainer.settings import Settings
from trainer.training import Training
from trainer.trial import network_from


class Halves(nn.Module):
    """Class 1 right of zero, the surer the farther; and it notices when it is not asked properly."""

    def forward(self, x):
        assert not self.training and not torch.is_grad_enabled()
        return torch.stack([-x[:, 0], x[:, 0]], 1)


def test_the_grid_goes_around_all_points_row_by_row_from_the_bottom():
    points = torch.tensor([[-1.0, 0.0], [3.0, 10.0]])
    area, cells = grid(points)
    assert area["x"][0] < -1 and area["x"][1] > 3 and area["y"][0] < 0 and area["y"][1] > 10
    table = cells.reshape(SIDE, SIDE, 2)
    assert (table[1:, :, 1] > table[:-1, :, 1]).all() and (table[:, 1:, 0] > table[:, :-1, 0]).all()
    assert cells.amin(0)[0] > area["x"][0] and cells.amax(0)[1] < area["y"][1]


def test_each_cell_has_its_class_and_how_likely_it_is():
    network = Halves().train()
    cells = torch.tensor([[-5.0, 0.0], [5.0, 0.0], [0.0, 0.0]])
    classes, likely = np.frombuffer(answers(network, cells), np.uint8).reshape(2, 3)
    assert classes[:2].tolist() == [0, 1]
    assert likely.tolist() == [255, 255, 128]
    assert network.training


def test_looking_draws_no_random_number():
    network = nn.Sequential(nn.Linear(2, 8), nn.Dropout(), nn.BatchNorm1d(8), nn.Linear(8, 2))
    before, mean = torch.get_rng_state(), network[2].running_mean.clone()
    answers(network, torch.randn(50, 2, generator=torch.Generator().manual_seed(0)))
    assert torch.equal(before, torch.get_rng_state()) and torch.equal(mean, network[2].running_mean)


@pytest.fixture
def seen(monkeypatch) -> list[tuple[int, bytes]]:
    """What is recorded of a training with `points_trained`: step and answers."""
    monkeypatch.setattr(boundary, "REST", 0)
    return []


NETWORK = """
import torch
from torch import nn


class Restless(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("runs", torch.zeros(()))

    def forward(self, x):
        self.runs += 1
        return x + 0.01 * torch.rand_like(x) + 1e-4 * self.runs


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 8), Restless(), nn.BatchNorm1d(8), nn.Linear(8, 2))

    def forward(self, x):
        return self.layers(x)
"""


def points_trained(seen: list, run_id: str, watch=lambda step, moment, output: None) -> nn.Module:
    """Two epochs on the circles, looked at; the network."""
    data_set, settings = find("circles"), Settings(epochs=2, threads=1, lr=0.05, checkpoint_every=0)
    checkpoint.seed_generators(0)
    data, network = data_set.load(0), network_from(NETWORK)
    steps = loop.steps_per_epoch(len(data.train_y), settings.batch_size)
    training = Training(network, settings, Objective(settings, data_set), steps)
    collects = SimpleNamespace(set=lambda **_: None, boundary=lambda *found: seen.append(found))
    look = observer(network, data, data_set, collects)

    def observe(*given) -> None:
        look(*given)
        watch(*given)

    recorder = Recorder(run_id)
    checkpoints = Checkpoints(store.folder(run_id), 0)
    loop.train(training, data, recorder, control.Control(recorder), checkpoints, observe)
    recorder.set(state="done")
    recorder.close()
    return network


def new_run(**facts) -> str:
    me = psutil.Process()
    return store.create("", "", "{}", state="running", pid=me.pid, born=me.create_time(), **facts)


def test_the_line_moves_within_an_epoch_and_looking_changes_no_number(seen, monkeypatch):
    monkeypatch.setattr(boundary, "EVERY", 0.0)
    looked = points_trained(seen, one := new_run()).state_dict()
    steps = [step for step, _ in seen]
    assert steps == list(range(steps[-1] + 1)) and steps[-1] >= 20
    in_one_epoch = {answers for step, answers in seen if 0 < step < steps[-1] // 2}
    assert len(in_one_epoch) == steps[-1] // 2 - 1
    monkeypatch.setattr(boundary, "EVERY", 1e9)
    alone = points_trained([], other := new_run()).state_dict()
    assert all(torch.equal(value, alone[name]) for name, value in looked.items())
    assert figures(one) == figures(other)


def test_the_line_is_that_of_the_step_at_which_a_run_stands_still(seen, monkeypatch):
    monkeypatch.setattr(boundary, "EVERY", 1e9)
    run_id = new_run(wanted="pause")

    def one_batch_more(step: int, moment: Moment, output) -> None:
        if moment is Moment.KEPT and step < 3:
            control.step(run_id)
        elif moment is Moment.KEPT:
            store.update(run_id, wanted="stop")

    points_trained(seen, run_id, one_batch_more)
    assert [step for step, _ in seen] == [0, 1, 2, 3] and len({answers for _, answers in seen}) == 4


def test_a_dear_look_rests_as_long_as_it_must(monkeypatch):
    """Fifty times what it took, or half a second if that is longer."""
    now, seen = [100.0], []
    monkeypatch.setattr(boundary.time, "monotonic", lambda: now[0])

    def answers(network, cells):
        now[0] += 0.125

    monkeypatch.setattr(boundary, "answers", answers)
    data = find("circles")
    collects = SimpleNamespace(set=lambda **_: None, boundary=lambda step, _: seen.append(step))
    look = observer(nn.Linear(2, 2), data.load(), data, collects)
    for step in range(30):  # one each quarter of a second
        look(step, Moment.BATCH, None)
        now[0] += 0.25
    assert seen == [0, 25]


def test_other_data_than_points_is_not_looked_at():
    data = find("iris")
    look = observer(nn.Linear(4, 3), data.load(), data, recorder=None)
    look(0, Moment.END, None)


def test_a_run_on_points_records_where_it_draws_the_line():
    data = find("circles")
    network = starter(data)
    settings = Settings(epochs=15, threads=1, lr=0.02)
    run = launch.wait(launch.start(network, to_python(network), settings, "circles"), DEADLINE)
    assert run.state == "done", run.message
    with store.reading(run.id) as connection:
        steps = [step for (step,) in connection.execute("SELECT step FROM boundaries ORDER BY step")]
    assert steps == [run.steps]  # only the newest is shown, so only that is kept
    found = metrics(run.id)["boundary"]
    assert found["step"] == run.steps and found["area"]["labels"] == ["outer", "inner"]
    plane = np.frombuffer(base64.b64decode(found["classes"]), np.uint8).reshape(SIDE, SIDE)
    assert plane[SIDE // 2, SIDE // 2] == 1  # the middle is the inner circle's
    assert plane[0, 0] == plane[-1, -1] == 0
    assert len(found["area"]["points"]) == len(found["area"]["classes"]) <= 800
    assert metrics(run.id, run.steps)["boundary"]["step"] == run.steps


@pytest.mark.slow
def test_a_run_on_other_data_has_no_boundary(train):
    assert metrics(train().id)["boundary"] is None
