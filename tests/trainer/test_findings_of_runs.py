"""The findings of real runs: small networks made to go wrong, and beside each one that does not."""

from __future__ import annotations

from contextlib import suppress

import pytest
import torch

from tests.trainer.digits import SOURCE, new_training
from trainer import loop, metrics, store
from trainer.checkpoint import Checkpoints
from trainer.control import Control
from trainer.data import find
from trainer.errors import TrainerError
from trainer.pace import Meter
from trainer.recorder import Recorder
from trainer.settings import Settings

NETWORK = """
import itertools

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.flat = nn.Flatten()
{layers}
        self.head = nn.Linear({width}, 10)
{then}

    def forward(self, x):
        x = self.flat(x)
{calls}
        return self.head(x){times}
"""
# An answer that is suddenly far too large, for some steps in the middle of the run.
SPIKE = " * (200.0 if self.training and 300 < next(self.calls) < 320 else 1.0)"


def stack(activation: str, depth: int, width: int = 32, then: str = "", times: str = "") -> str:
    """The source of a plain network: Linear, activation, Linear, activation, ...

    then   a line of the constructor behind the layers; times: what the answer is multiplied with.
    """
    layers, calls = [], []
    for index in range(depth):
        wide = width if index else 64
        layers += [
            f"        self.fc{index} = nn.Linear({wide}, {width})",
            f"        self.act{index} = nn.{activation}",
        ]
        calls.append(f"        x = self.act{index}(self.fc{index}(x))")
    return NETWORK.format(
        layers="\n".join(layers), calls="\n".join(calls), width=width, then=f"        {then}", times=times
    )


def beginning(spread: float) -> str:
    """A line that draws the weights of all Linears with a spread of so many over the root of their inputs."""
    return (
        f"[nn.init.normal_(each.weight, std={spread} / each.in_features**0.5) "
        "for each in self.children() if isinstance(each, nn.Linear)]"
    )


def normalized(momentum: float) -> str:
    """A stack whose BatchNorm gets numbers around 5."""
    then = f"self.act0 = nn.BatchNorm1d(32, momentum={momentum}); nn.init.constant_(self.fc0.bias, 5.0)"
    return stack("Identity()", 1, then=then)


def findings_of(source: str, epochs: int = 2, **chosen) -> set[tuple[str, str]]:
    """What is found in a real run, here in this process: rule and layer."""
    settings = Settings.from_values({"threads": 1, "telemetry_budget": 1.0, "epochs": epochs, **chosen})
    run_id = store.create(source, "{}", settings.to_json())
    recorder = Recorder(run_id)
    torch.manual_seed(settings.seed)
    with suppress(TrainerError):  # that the loss is no number any more
        control, checkpoints = Control(recorder), Checkpoints(store.folder(run_id), 0)
        data = find("digits").load(0, settings.validation)
        loop.train(new_training(settings, source), data, recorder, control, checkpoints)
    recorder.close()
    return {(each["rule"], each["layer"]) for each in metrics.metrics(run_id)["findings"]}


@pytest.fixture(autouse=True)
def every_step_is_looked_at(monkeypatch):
    """What a look takes here must not decide what is found."""
    monkeypatch.setattr(Meter, "seconds", 0.0)


DESCENT = {"optimizer": "SGD", "momentum": 0.0}
FEW = {"validation": 0.9, "batch_size": 64, "weight_decay": 0.0}
# Rule -> the layer it is said of, the network and settings that show it, and those that do not.
SHOWN = {
    "not_finite": (
        "head",  # values grow from layer to layer, so they leave float32 in the last one first
        (stack("ReLU()", 2), {"lr": 1e6, **DESCENT}),
        (stack("ReLU()", 2), {"lr": 1e-2, **DESCENT}),
    ),
    "dead_units": (
        "act2",
        (stack("ReLU()", 3), {"lr": 10.0, "epochs": 4, **DESCENT}),
        (stack("LeakyReLU()", 3), {"lr": 0.1, "epochs": 4, **DESCENT}),
    ),
    "saturation": ("act0", (stack("Tanh()", 2), {"lr": 1.0}), (stack("Tanh()", 2), {"lr": 1e-3})),
    "vanishing_gradient": ("fc0", (stack("Sigmoid()", 8), {}), (stack("ReLU()", 8), {})),
    "exploding_gradient": (
        "fc0",
        (stack("Tanh()", 16, width=64, then=beginning(5.0)), {"lr": 1e-6, **DESCENT}),
        (stack("Tanh()", 16, width=64, then=beginning(1.0)), {"lr": 1e-6, **DESCENT}),
    ),
    "rate_too_high": (
        "",
        (stack("Tanh()", 2), {"lr": 1.0, **DESCENT}),
        (stack("Tanh()", 2), {"lr": 0.05, **DESCENT}),
    ),
    "rate_too_low": (
        "",
        (stack("Tanh()", 2), {"lr": 1e-7, **DESCENT}),
        (stack("Tanh()", 2), {"lr": 0.1, **DESCENT}),
    ),
    "overfitting": (
        "",
        (stack("ReLU()", 2, width=256), {"lr": 3e-2, "epochs": 60, **FEW}),
        (stack("ReLU()", 2, width=256), {"lr": 1e-2, "epochs": 6, "batch_size": 64}),
    ),
    "plateau": (
        "",
        (stack("ReLU()", 1), {"lr": 1e-8, "epochs": 12, "batch_size": 256, **DESCENT}),
        (stack("ReLU()", 1), {"lr": 1e-1, "epochs": 12, "batch_size": 256, **DESCENT}),
    ),
    "loss_spike": (
        "",
        (
            stack("ReLU()", 1, then="self.calls = itertools.count()", times=SPIKE),
            {"epochs": 12, "clip_norm": 0.1},
        ),
        (stack("ReLU()", 1), {"epochs": 12, "clip_norm": 0.1}),
    ),
    "lagging_norm": ("act0", (normalized(1e-4), {"epochs": 3}), (normalized(0.1), {"epochs": 3})),
}


@pytest.mark.parametrize("rule", SHOWN)
def test_a_real_run_is_told_and_one_without_that_trouble_is_not(rule):
    layer, (source, chosen), (sound, better) = SHOWN[rule]
    assert (rule, layer) in findings_of(source, **chosen)
    assert rule not in {each for each, _ in findings_of(sound, **better)}


def test_a_network_that_died_of_its_rate_is_not_told_to_raise_it():
    found = findings_of(stack("ReLU()", 2), lr=3.0, **DESCENT)
    assert ("dead_units", "act1") in found and ("rate_too_low", "") not in found


def test_every_rule_is_shown_by_a_real_run():
    from trainer.findings import RULES

    assert {rule.name for rule in RULES} == SHOWN.keys()


def test_a_network_that_learns_well_is_left_alone():
    assert findings_of(SOURCE, epochs=4) == set()
