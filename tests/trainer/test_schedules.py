"""Schedules: every one of PyTorch is here or left out with a reason, and its curve is true."""

import inspect

import pytest
import torch
from torch.optim import lr_scheduler

from trainer.learner import Learner
from trainer.schedules import EXCLUDED, SCHEDULES, curve
from trainer.settings import Settings

STEPS = 7  # in an epoch
OURS_ALONE = {"none", "WarmupCosine"}
CASES = [
    *({"schedule": name} for name in SCHEDULES if not SCHEDULES[name].waits),
    {"schedule": "StepLR", "step_size": 2, "gamma": 0.5},
    {"schedule": "MultiStepLR", "milestones": 4},
    {"schedule": "MultiStepLR", "milestones": (1, 3, 8), "gamma": 0.3},
    {"schedule": "CosineAnnealingLR", "eta_min": 0.01},
    {"schedule": "CosineAnnealingWarmRestarts", "T_0": 2, "T_mult": 2, "eta_min": 0.001},
    {"schedule": "OneCycleLR", "three_phase": True, "pct_start": 0.4},
    {"schedule": "OneCycleLR", "anneal_strategy": "linear", "optimizer": "Adagrad"},
    {"schedule": "WarmupCosine", "warmup": 3, "eta_min": 0.002},
    {"schedule": "WarmupCosine", "warmup": 500},
    {"schedule": "PolynomialLR", "power": 2.5},
    {"schedule": "LinearLR", "start_factor": 1.0, "end_factor": 0.1, "total_iters": 20},
    {"schedule": "CyclicLR", "mode": "triangular2", "step_size_up": 1},
    {"schedule": "CyclicLR", "mode": "exp_range", "gamma": 0.99},
]


def of_pytorch(settings: Settings, given: dict[int, float] | None = None) -> list[float]:
    """The rate at each step, as a Learner has it on the way; given: those that a person gives after so many
    steps.
    """
    network = torch.nn.Linear(1, 1)
    learner = Learner(network, settings, STEPS)
    found = []
    for _ in range(settings.epochs):
        for _ in range(STEPS):
            if len(found) in (given or {}):
                learner.set_rate(given[len(found)])
            found.append(learner.current_rate)
            learner.step(network.weight.sum())
        learner.end_epoch(1.0)
    return found


@pytest.mark.parametrize("values", CASES, ids=lambda values: "-".join(map(str, values.values())))
def test_the_curve_is_what_pytorch_does(values):
    settings = Settings.from_values({"optimizer": "SGD", "lr": 0.1, **values})
    drawn = [rate for _, rate in curve(SCHEDULES[settings.schedule], settings.plan(STEPS))]
    assert drawn == pytest.approx(of_pytorch(settings), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("values", CASES, ids=lambda values: "-".join(map(str, values.values())))
def test_a_rate_that_is_given_multiplies_the_rest_of_the_curve(values):
    settings = Settings.from_values({"optimizer": "SGD", "lr": 0.1, **values})
    plain, found = of_pytorch(settings), of_pytorch(settings, {10: 0.25, 30: 0.05})
    assert found[:10] == plain[:10]
    assert found[10:30] == pytest.approx([2.5 * rate for rate in plain[10:30]])
    assert found[30:] == pytest.approx([0.5 * rate for rate in plain[30:]])


def test_a_rate_counts_at_the_moments_at_which_an_optimizer_steps():
    """One step of plain descent moves a weight by exactly the rate."""
    values = {"optimizer": "SGD", "momentum": 0.0, "lr": 0.1, "schedule": "CosineAnnealingLR"}
    network, settings = torch.nn.Linear(1, 1, bias=False), Settings.from_values(values)
    learner = Learner(network, settings, STEPS)
    learner.set_rate(0.4)
    for _ in range(3):
        before, rate = network.weight.item(), learner.current_rate
        learner.optimizer.zero_grad()
        learner.step(network.weight.sum())
        assert before - network.weight.item() == pytest.approx(rate, rel=1e-5)


def test_a_rate_that_waits_for_the_loss_stays_where_it_is_put():
    settings = Settings.from_values({"optimizer": "SGD", "lr": 0.1, "schedule": "ReduceLROnPlateau"})
    found = of_pytorch(settings, {50: 0.2})
    assert found[49] == pytest.approx(0.01) and found[50:53] == [0.2, 0.2, 0.2]


def test_every_schedule_of_pytorch_is_offered_or_left_out_with_a_reason():
    theirs = {
        name
        for name, each in vars(lr_scheduler).items()
        if inspect.isclass(each) and issubclass(each, lr_scheduler.LRScheduler) and name[0] != "_"
    }
    assert (set(SCHEDULES) - OURS_ALONE) | set(EXCLUDED) == theirs
    assert all(each.help for entry in SCHEDULES.values() for each in entry.params)


def test_the_rate_falls_on_a_plateau_and_waits_for_its_patience():
    settings = Settings.from_values(
        {"schedule": "ReduceLROnPlateau", "patience": 1, "factor": 0.5, "lr": 0.1}
    )
    network = torch.nn.Linear(1, 1)
    learner = Learner(network, settings, STEPS)
    rates = []
    for loss in (3.0, 2.0, 2.0, 2.0, 2.0):
        learner.step(network.weight.sum())
        learner.end_epoch(loss)
        rates.append(learner.optimizer.param_groups[0]["lr"])
    assert rates == pytest.approx([0.1, 0.1, 0.1, 0.05, 0.05])


def test_momentum_moves_against_the_rate_where_there_is_one():
    def momenta(optimizer: str) -> set[float]:
        settings = Settings.from_values({"optimizer": optimizer, "schedule": "OneCycleLR", "epochs": 2})
        network = torch.nn.Linear(1, 1)
        learner = Learner(network, settings, STEPS)
        found = set()
        for _ in range(2 * STEPS):
            learner.step(network.weight.sum())
            found.add(learner.optimizer.param_groups[0].get("momentum"))
        return found

    assert min(momenta("SGD")) == pytest.approx(0.85, abs=0.01)
    assert momenta("Adagrad") == {None}


def test_a_run_too_short_for_its_schedule_is_refused_with_what_to_do():
    settings = Settings.from_values({"schedule": "OneCycleLR", "epochs": 2, "pct_start": 0.5})
    with pytest.raises(ValueError, match="too few steps for OneCycleLR. Set epochs higher"):
        Learner(torch.nn.Linear(1, 1), settings, 1)
