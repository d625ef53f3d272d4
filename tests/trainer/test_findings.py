"""The findings: each rule on a series that shows its effect and on one that does not, and on real runs."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from tests.trainer.digits import SOURCE, new_training
from trainer import layout, loop, metrics, store
from trainer.checkpoint import Checkpoints
from trainer.control import Control
from trainer.data import find
from trainer.errors import TrainerError
from trainer.findings import RULES, Evidence, found
from trainer.recorder import Recorder
from trainer.settings import Settings

STEPS = np.arange(100, 1100, 50)  # of 20 looks


def layer(name: str, kind: str = "Linear", parameters: int = 100, norm: bool = False) -> dict:
    return {"name": name, "kind": kind, "parameters": parameters, "norm": norm}


def healthy(layers: int = 4) -> Evidence:
    """A run in which nothing stands out: gradients alike, updates of a thousandth, losses that fall."""
    described = [layer(f"fc{index}") for index in range(layers)]
    table = np.full((len(STEPS), layers, len(layout.NAMES)), np.nan)
    usual = {"mean": 0, "std": 1, "nonfinite": 0, "gradient_norm": 0.1, "weight_norm": 5, "update": 1e-3}
    for name, value in usual.items():
        table[:, :, layout.NAMES.index(name)] = value
    table[:, :, layout.NAMES.index("place")] = np.arange(layers)
    falling = 2 * 0.97 ** np.arange(100)
    return Evidence(
        layers=described,
        steps=STEPS,
        table=table,
        averages=np.zeros((len(STEPS), 0, len(layout.AVERAGES))),
        loss_steps=np.arange(1, 1001, 10),
        loss=falling,
        peaks=falling * 1.3,
        epochs=np.arange(1, 13),
        validation=2 * 0.8 ** np.arange(12),
        settings={"lr": 0.001},
    )


def with_values(
    name: str, values: dict[int, np.ndarray | float], evidence: Evidence | None = None
) -> Evidence:
    """The healthy run with other values of one statistic in some layers."""
    evidence = evidence or healthy()
    table = evidence.table.copy()
    for index, value in values.items():
        table[:, index, layout.NAMES.index(name)] = value
    return replace(evidence, table=table)


def sentences(evidence: Evidence) -> list[tuple[str, str]]:
    return [(finding.rule, finding.words) for finding in found(evidence)]


def test_nothing_is_found_where_nothing_stands_out():
    assert sentences(healthy()) == []


def test_nothing_is_found_where_nothing_is_known():
    assert sentences(Evidence()) == []


def test_dead_units_are_said_with_their_share_and_since_when():
    share = np.where(STEPS >= 400, 0.62, 0.1)
    assert sentences(with_values("dead", {2: share})) == [
        (
            "dead_units",
            "fc2: 62 % of its units have been dead since step 400: they give only 0 and learn no more. "
            "Lower the learning rate or use LeakyReLU.",
        )
    ]


def test_units_that_came_back_are_not_dead():
    share = np.where(STEPS < 900, 0.8, 0.1)
    assert sentences(with_values("dead", {2: share})) == []


def test_the_first_layer_in_forward_order_with_numbers_that_are_none_is_named_and_nothing_else():
    late = 7 * (np.arange(len(STEPS)) == len(STEPS) - 1)
    evidence = with_values("nonfinite", {0: late, 2: late, 3: late})
    evidence = with_values("place", {0: 3, 1: 0, 2: 1, 3: 2}, with_values("dead", {1: 0.9}, evidence))
    ((rule, words),) = sentences(evidence)
    assert rule == "not_finite"
    assert words.startswith("fc2 is the first layer whose values are not finite: 7 of them")


def test_a_gradient_that_vanishes_with_depth_is_seen_from_the_first_to_the_last_layer():
    ((rule, words),) = sentences(with_values("gradient_norm", {0: 1e-6, 1: 1e-4, 2: 1e-2}))
    assert rule == "vanishing_gradient"
    assert words.startswith("The gradient vanishes with depth: fc0's is 100,000 times smaller than fc3's.")
    ((rule, words),) = sentences(with_values("gradient_norm", {0: 0.0}))
    assert words.startswith("No gradient reaches fc0 at all.")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ({0: 1e3}, "The gradient explodes with depth: fc0's is 10,000 times larger than fc3's."),
        ({0: 0.1, 1: np.where(STEPS > 850, 500.0, 0.1)}, "fc1's gradient explodes: it is 5,000 times larger"),
    ],
)
def test_a_gradient_that_explodes_is_seen_by_depth_and_in_time(rows, says):
    ((rule, words),) = sentences(with_values("gradient_norm", rows))
    assert rule == "exploding_gradient" and words.startswith(says)


def test_most_values_at_the_ends_of_the_range_are_saturation():
    ((rule, words),) = sentences(with_values("saturated", {1: np.where(STEPS >= 300, 0.8, 0.2)}))
    assert rule == "saturation" and words.startswith("fc1: 80 % of its values have been at the ends")
    assert "since step 300" in words


def test_a_rate_is_too_high_where_steps_are_long_or_the_loss_rises():
    ((rule, words),) = sentences(with_values("update", dict.fromkeys(range(4), 0.2)))
    assert rule == "rate_too_high" and "moves the weights by 20 % of their length" in words
    ((rule, words),) = sentences(replace(healthy(), loss=healthy().loss[::-1], validation=np.zeros(0)))
    assert rule == "rate_too_high" and "the loss rose from" in words


def test_a_rate_is_too_low_where_steps_are_short_and_the_loss_stays():
    short = with_values("update", dict.fromkeys(range(4), 1e-7))
    assert sentences(short) == []  # the loss falls, so all is well
    ((rule, words),) = sentences(replace(short, loss=np.linspace(2.3, 2.29, 100)))
    assert rule == "rate_too_low" and "Multiply it by ten." in words


def test_overfitting_is_a_validation_loss_that_rises_while_the_training_loss_falls():
    rising = np.concatenate([2 * 0.7 ** np.arange(6), 2 * 0.7**5 * 1.05 ** np.arange(1, 7)])
    ((rule, words),) = sentences(replace(healthy(), validation=rising))
    assert rule == "overfitting"
    assert words.startswith("It overfits since epoch 6: the validation loss rose by 34 % from its best")
    assert sentences(replace(healthy(), validation=rising, loss=np.full(100, 1.0))) == []


def test_a_validation_loss_that_stays_for_ten_epochs_is_a_plateau():
    flat = np.concatenate([[2.0, 1.0, 0.5], np.full(10, 0.5)])
    ((rule, _),) = sentences(replace(healthy(), validation=flat, epochs=np.arange(1, 14)))
    assert rule == "plateau"
    slow = 2 * 0.999 ** np.arange(13)
    assert sentences(replace(healthy(), validation=slow, epochs=np.arange(1, 14))) == []


def test_a_spike_of_the_loss_is_said_with_its_step_and_height():
    loss = healthy().loss.copy()
    loss[60] = 3.0
    ((rule, words),) = sentences(replace(healthy(), loss=loss, peaks=loss * 2))
    assert rule == "loss_spike" and "at about step 601" in words and "to 6 at the highest" in words


def test_running_statistics_that_lag_are_said_once_they_had_time():
    evidence = healthy()
    evidence = replace(evidence, layers=[*evidence.layers[:3], layer("bn", "BatchNorm2d", 8, norm=True)])
    averages = np.zeros((len(STEPS), 1, len(layout.AVERAGES)))
    averages[:, :, -1] = 2.5
    ((rule, words),) = sentences(replace(evidence, averages=averages))
    assert rule == "lagging_norm" and words.startswith("bn's running mean is 2.5 standard deviations")
    early = replace(evidence, averages=averages, steps=np.arange(1, 21))
    assert sentences(early) == []


def test_every_rule_has_a_source_and_a_chart_that_exists():
    shown = {each["name"] for each in layout.SHOWN}
    for rule in RULES:
        assert rule.source and rule.address.startswith("https://"), rule.name
        assert rule.chart in ("loss", "layers", "norms")
        assert (rule.statistic in shown) == (rule.chart == "layers"), rule.name


def test_findings_are_plain_data():
    evidence = with_values("dead", {0: 0.9})
    assert json.loads(json.dumps([asdict(each) for each in found(evidence)]))[0]["layer"] == "fc0"


NETWORK = """
import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.flat = nn.Flatten()
{layers}
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        x = self.flat(x)
{calls}
        return self.head(x)
"""


def stack(activation: str, depth: int) -> str:
    """The source of a plain network: Linear, activation, Linear, activation, ..."""
    layers, calls = [], []
    for index in range(depth):
        wide = 64 if index == 0 else 32
        layers += [
            f"        self.fc{index} = nn.Linear({wide}, 32)",
            f"        self.act{index} = nn.{activation}()",
        ]
        calls.append(f"        x = self.act{index}(self.fc{index}(x))")
    return NETWORK.format(layers="\n".join(layers), calls="\n".join(calls))


def findings_of(source: str, epochs: int = 2, **chosen) -> set[tuple[str, str]]:
    """What is found in a real run, here in this process: rule and layer."""
    settings = Settings.from_values({"threads": 1, "telemetry_budget": 1.0, "epochs": epochs, **chosen})
    run_id = store.create(source, "{}", settings.to_json())
    recorder = Recorder(run_id)
    torch.manual_seed(settings.seed)
    with suppress(TrainerError):  # that the loss is no number any more
        control, checkpoints = Control(recorder), Checkpoints(store.folder(run_id), 0)
        loop.train(new_training(settings, source), find("digits").load(0), recorder, control, checkpoints)
    recorder.close()
    return {(each["rule"], each["layer"]) for each in metrics.metrics(run_id)["findings"]}


GRADIENT_DESCENT = {"optimizer": "SGD", "momentum": 0.0}


def test_a_real_network_whose_rate_is_ten_dies_and_is_told_so():
    assert ("dead_units", "act2") in findings_of(stack("ReLU", 3), epochs=4, lr=10.0, **GRADIENT_DESCENT)


def test_a_real_stack_of_sigmoids_is_told_that_its_gradient_vanishes():
    assert ("vanishing_gradient", "fc0") in findings_of(stack("Sigmoid", 8))


def test_a_real_network_that_lost_its_numbers_is_told_where():
    """Values grow from layer to layer, so they leave float32 in the last one first; a step whose loss is no
    number changes no weights, so no NaN comes back to the layers before it."""
    assert findings_of(stack("ReLU", 2), lr=1e6, **GRADIENT_DESCENT) == {("not_finite", "head")}


def test_a_real_network_that_hardly_moves_is_told_so():
    assert ("rate_too_low", "") in findings_of(stack("Tanh", 2), lr=1e-7, **GRADIENT_DESCENT)


def test_a_real_network_of_saturated_units_is_told_so():
    assert ("saturation", "act0") in findings_of(stack("Tanh", 2), lr=1.0)


def test_a_real_network_that_learns_well_is_left_alone():
    assert findings_of(SOURCE, epochs=4) == set()
