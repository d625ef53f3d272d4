"""The decision boundary: a small grid of answers, recorded while a run on points goes on."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch
from torch import nn

from builder import to_python
from tests.trainer.conftest import DEADLINE
from trainer import launch, store
from trainer.boundary import SIDE, answers, grid, observer
from trainer.data import find
from trainer.data.starter import starter
from trainer.metrics import metrics
from trainer.settings import Settings


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


def test_other_data_than_points_is_not_looked_at():
    data = find("iris")
    look = observer(nn.Linear(4, 3), data.load(), data, recorder=None)
    look(0, True, None)


def test_a_run_on_points_records_where_it_draws_the_line():
    data = find("circles")
    network = starter(data)
    settings = Settings(epochs=15, threads=1, lr=0.02)
    run = launch.wait(launch.start(network, to_python(network), settings, "circles"), DEADLINE)
    assert run.state == "done", run.message
    with store.reading(run.id) as connection:
        steps = [step for (step,) in connection.execute("SELECT step FROM boundaries ORDER BY step")]
    assert steps[0] == 0 and steps[-1] == run.steps
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
