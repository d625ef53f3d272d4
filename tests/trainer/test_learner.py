"""The learner: clipping, early stopping, half precision, and a state that a checkpoint can keep."""

import copy

import pytest
import torch
from torch import nn

from trainer.errors import TrainerError
from trainer.learner import EarlyStopping, Learner, autocast
from trainer.settings import Settings


def gradients(**settings) -> list[torch.Tensor]:
    """What the optimizer sees of gradients (3, 4, 0), whose norm is 5."""
    network = nn.Linear(3, 1, bias=False)
    learner = Learner(network, Settings(**settings), 1)
    learner.step((network.weight * torch.tensor([3.0, 4.0, 0.0])).sum())
    return network.weight.grad[0].tolist()


def test_gradients_are_clipped_by_their_norm_by_value_or_not_at_all():
    assert gradients() == [3.0, 4.0, 0.0]
    assert gradients(clip_norm=1.0) == pytest.approx([0.6, 0.8, 0.0], abs=1e-6)
    assert gradients(clip_norm=10.0) == [3.0, 4.0, 0.0]
    assert gradients(clip_value=3.5) == [3.0, 3.5, 0.0]
    assert gradients(clip_value=3.0, clip_norm=1.0) == pytest.approx([0.5**0.5, 0.5**0.5, 0.0], abs=1e-6)


def test_a_run_ends_when_the_loss_has_not_fallen_for_so_many_epochs():
    stopping = EarlyStopping(2)
    assert [stopping.enough(loss) for loss in (3.0, 2.0, 2.5, 1.0, 1.0, 1.5)] == [False] * 5 + [True]
    assert not any(EarlyStopping(0).enough(1.0) for _ in range(100))
    assert EarlyStopping(1).enough(float("nan"))


@pytest.mark.slow
def test_a_run_that_stops_early_says_so(train):
    run = train(epochs=40, lr=10.0, optimizer="SGD", early_stopping=1, clip_norm=0.01)
    assert run.state == "done" and run.epoch < 40
    assert run.message == "Stopped early: the validation loss got no better for 1 epochs."
    assert run.step == run.steps


def test_half_precision_is_used_inside_and_the_weights_stay_whole():
    network = nn.Linear(4, 2)
    with autocast(Settings(precision="bf16")):
        assert network(torch.ones(1, 4)).dtype == torch.bfloat16
    with autocast(Settings()):
        assert network(torch.ones(1, 4)).dtype == torch.float32


@pytest.mark.slow
def test_a_run_in_bf16_learns(train):
    run = train(precision="bf16", epochs=2)
    assert run.state == "done", run.message
    assert sum(run.confusion[label][label] for label in range(10)) > 300  # of 360


@pytest.mark.parametrize(
    "values",
    [
        {"optimizer": "SGD", "nesterov": True, "schedule": "OneCycleLR"},
        {"optimizer": "AdamW", "schedule": "WarmupCosine", "early_stopping": 5},
        {"schedule": "ReduceLROnPlateau", "patience": 0},
        {"optimizer": "RMSprop", "schedule": "CyclicLR"},
    ],
    ids=lambda values: values["schedule"],
)
def test_what_is_kept_of_it_goes_on_as_if_nothing_had_happened(values):
    settings = Settings.from_values({"epochs": 4, "lr": 0.1, **values})
    torch.manual_seed(0)
    network, x = nn.Linear(3, 1), torch.randn(5, 3)

    def epoch(network: nn.Module, learner: Learner) -> None:
        for _ in range(3):
            learner.optimizer.zero_grad()
            learner.step(network(x).square().mean())
        learner.end_epoch(1.0)

    learner = Learner(network, settings, 3)
    epoch(network, learner)
    other = copy.deepcopy(network)
    resumed = Learner(other, settings, 3)
    resumed.load_state_dict(copy.deepcopy(learner.state_dict()))
    for _ in range(2):
        epoch(network, learner)
        epoch(other, resumed)
    assert network.weight.equal(other.weight)
    assert learner.stopping.waited == resumed.stopping.waited


@pytest.mark.parametrize("schedule", ["none", "OneCycleLR", "WarmupCosine", "CyclicLR"])
def test_a_rate_given_again_after_a_resumption_changes_no_bit(schedule):
    settings = Settings(optimizer="SGD", lr=0.1, schedule=schedule, epochs=2)

    def trained(given: list[float], resumes: bool) -> torch.Tensor:
        torch.manual_seed(0)
        network = nn.Linear(3, 1)
        learner = Learner(network, settings, 6)
        for step in range(6):
            if step == 2:
                for lr in given:
                    learner.set_rate(lr)
                if resumes:  # with what was written at this very step, the rate in it
                    state = copy.deepcopy(learner.state_dict())
                    learner = Learner(network, settings, 6)
                    learner.load_state_dict(state)
                    learner.set_rate(given[-1])
            learner.optimizer.zero_grad()
            learner.step(network(torch.ones(5, 3)).square().mean())
        return network.weight.detach()

    plain = trained([0.3], False)
    assert plain.equal(trained([0.3], True)) and plain.equal(trained([0.7, 0.3], False))
    assert not plain.equal(trained([0.1], False))


def test_a_network_without_weights_is_refused_with_what_to_do():
    with pytest.raises(TrainerError, match="Add a layer that has some, such as Linear."):
        Learner(nn.ReLU(), Settings(), 1)
