"""Optimizers: every one of torch.optim is here or left out with a reason, and moves as there."""

import inspect

import pytest
import torch

from trainer.learner import fuses, new_optimizer, optimizer_arguments
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


def moved(make, beginning: torch.Tensor) -> torch.Tensor:
    """A weight (3, 2) after three steps with the optimizer that `make` makes."""
    x = torch.randn(8, 3, generator=torch.Generator().manual_seed(0))
    weight = torch.nn.Parameter(beginning.clone())
    optimizer = make([weight])
    for _ in range(3):
        optimizer.zero_grad()
        (x @ weight).square().mean().backward()
        optimizer.step()
    return weight.detach()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_it_moves_the_weights_as_pytorchs_own_does(name):
    weights = torch.randn(3, 2, generator=torch.Generator().manual_seed(1))
    momentum = {"momentum": 0.9} if name == "SGD" else {}
    fused = {"fused": True} if OPTIMIZERS[name].fused else {}

    def theirs(given, **more):
        return getattr(torch.optim, name)(given, **momentum, **more)

    ours = moved(lambda given: new_optimizer(given, Settings(optimizer=name)), weights)
    assert ours.equal(moved(lambda given: theirs(given, **fused), weights)) and not ours.equal(weights)
    torch.testing.assert_close(ours, moved(theirs, weights))


def test_weights_that_the_fused_kernels_would_misread_are_moved_one_by_one():
    across = torch.randn(2, 3, generator=torch.Generator().manual_seed(1)).t()
    optimizers = [
        new_optimizer([torch.nn.Parameter(each)], Settings()) for each in (across, across.contiguous())
    ]
    for weights in (across, torch.zeros(2, dtype=torch.complex64), torch.zeros(2, device="meta")):
        assert not fuses([torch.nn.Parameter(weights)])
    assert [each.defaults["fused"] for each in optimizers] == [False, True]


def test_what_is_set_reaches_the_optimizer():
    values = {"optimizer": "AdamW", "lr": 0.01, "betas": (0.8, 0.9), "weight_decay": 0.2, "amsgrad": True}
    group = new_optimizer([torch.nn.Parameter(torch.zeros(1))], Settings.from_values(values)).param_groups[0]
    assert {name: group[name] for name in values if name != "optimizer"} == {
        name: value for name, value in values.items() if name != "optimizer"
    }


def test_rprop_gets_no_weight_decay():
    assert "weight_decay" not in optimizer_arguments(Settings(optimizer="Rprop"))
