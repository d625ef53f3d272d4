"""Optimizers: every one of torch.optim is here or left out with a reason, and moves as there."""

import inspect

import pytest
import torch

from trainer.learner import new_optimizer, optimizer_arguments
from trainer.optimizers import EXCLUDED, HIDDEN, OPTIMIZERS
from trainer.settings import Settings

THEIRS = {
    name
    for name, each in vars(torch.optim).items()
    if inspect.isclass(each) and issubclass(each, torch.optim.Optimizer)
}
UNLIKE_PYTORCH = {("SGD", "momentum"): 0.9, ("Rprop", "step_sizes"): (1e-6, 50)}


def test_every_optimizer_of_pytorch_is_offered_or_left_out_with_a_reason():
    assert set(OPTIMIZERS) | set(EXCLUDED) == THEIRS
    assert not set(OPTIMIZERS) & set(EXCLUDED)
    assert all(len(reason.split()) > 3 for reason in EXCLUDED.values())


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_its_arguments_are_pytorchs_with_pytorchs_defaults(name):
    theirs = inspect.signature(getattr(torch.optim, name)).parameters
    entry = OPTIMIZERS[name]
    assert entry.lr == theirs["lr"].default
    assert entry.weight_decay == (theirs["weight_decay"].default if "weight_decay" in theirs else None)
    for param in entry.params:
        assert param.default == UNLIKE_PYTORCH.get((name, param.name), theirs[param.name].default)
        assert param.help.endswith("."), param.name
    left_out = set(theirs) - {param.name for param in entry.params}
    assert left_out <= set(HIDDEN.split()) | ({"eps"} if name == "Adafactor" else set())


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_it_moves_the_weights_as_pytorchs_own_does(name):
    torch.manual_seed(0)
    x, weights = torch.randn(8, 3), torch.randn(3, 2)

    def after_three_steps(make) -> torch.Tensor:
        weight = torch.nn.Parameter(weights.clone())
        optimizer = make([weight])
        for _ in range(3):
            optimizer.zero_grad()
            (x @ weight).square().mean().backward()
            optimizer.step()
        return weight.detach()

    settings = Settings(optimizer=name)
    momentum = {"momentum": 0.9} if name == "SGD" else {}
    ours = after_three_steps(lambda given: new_optimizer(given, settings))
    theirs = after_three_steps(lambda given: getattr(torch.optim, name)(given, **momentum))
    assert ours.equal(theirs) and not ours.equal(weights)


def test_what_is_set_reaches_the_optimizer():
    values = {"optimizer": "AdamW", "lr": 0.01, "betas": (0.8, 0.9), "weight_decay": 0.2, "amsgrad": True}
    group = new_optimizer([torch.nn.Parameter(torch.zeros(1))], Settings.from_values(values)).param_groups[0]
    assert {name: group[name] for name in values if name != "optimizer"} == {
        name: value for name, value in values.items() if name != "optimizer"
    }


def test_rprop_gets_no_weight_decay():
    assert "weight_decay" not in optimizer_arguments(Settings(optimizer="Rprop"))
