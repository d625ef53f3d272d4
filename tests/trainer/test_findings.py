"""The findings: each rule on a series that shows its effect and on one that does not."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from trainer import layout, store
from trainer.findings import RULES, Evidence, found, reading

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
    evidence = with_values("dead", {2: np.where(STEPS >= 400, 0.62, 0.1)})
    assert found(evidence)[0].evidence == "14 looks from step 400 to step 1,050: from 62 % to 62 %."
    assert sentences(evidence) == [
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


def test_the_rate_that_is_said_is_the_one_that_a_person_gave_last():
    fast = replace(with_values("update", dict.fromkeys(range(4), 0.2)), given_rate=0.5)
    assert sentences(fast)[0][1].startswith("The learning rate 0.5 looks too high")
    slow = replace(with_values("update", dict.fromkeys(range(4), 1e-7)), given_rate=1e-9)
    ((_, words),) = sentences(replace(slow, loss=np.linspace(2.3, 2.29, 100)))
    assert words.startswith("The learning rate 1e-09 looks too low")


def test_a_rate_counts_once_it_was_taken():
    """What was asked for at step 3 is behind the figures; what was asked for since is not yet."""
    run_id = store.create("", "{}", json.dumps({"lr": 0.1}))
    with store.writing(run_id) as connection:
        connection.execute("INSERT INTO commands (name, value, step) VALUES ('lr', 0.01, 3), ('lr', 5, NULL)")
    with store.reading(run_id) as connection:
        assert reading.evidence(store.read_meta(run_id, connection), connection).rate == 0.01


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


def with_a_norm(**averages: float) -> Evidence:
    """The healthy run with a normalization last, and some of its averages at all looks."""
    evidence = healthy()
    values = {"batch_var": 1.0, "running_var": 1.0, "drift": 0.1, **averages}
    table = np.zeros((len(STEPS), 1, len(layout.AVERAGES)))
    for name, value in values.items():
        table[:, :, layout.AVERAGES.index(name)] = value
    layers = [*evidence.layers[:3], layer("bn", "BatchNorm2d", 8, norm=True)]
    return replace(evidence, layers=layers, averages=table)


@pytest.mark.parametrize(
    ("averages", "says", "rests_on"),
    [
        (
            {"drift": 2.5},
            "bn's running mean is 2.5 standard deviations from the batches'",
            "At steps 850 to 1,050: from 2.5 to 2.5 standard deviations.",
        ),
        (
            {"running_var": 0.2},
            "bn's running variance is 0.2 times the batches'",
            "Averaged over the channels, at steps 850 to 1,050: running variance 0.2, the batches' 1.",
        ),
    ],
)
def test_running_statistics_that_lag_are_said_once_they_had_time(averages, says, rests_on):
    evidence = with_a_norm(**averages)
    (finding,) = found(evidence)
    assert finding.rule == "lagging_norm" and finding.words.startswith(says)
    assert finding.evidence == rests_on
    assert sentences(replace(evidence, steps=np.arange(1, 21))) == []


def test_running_statistics_near_the_batches_are_left_alone():
    assert sentences(with_a_norm(running_var=0.5, drift=0.6)) == []


def test_every_rule_has_a_source_and_a_chart_that_exists():
    shown = {each["name"] for each in layout.SHOWN}
    for rule in RULES:
        assert rule.source and rule.address.startswith("https://"), rule.name
        assert rule.chart in ("loss", "layers", "norms")
        assert (rule.statistic in shown) == (rule.chart == "layers"), rule.name


def test_findings_are_plain_data():
    evidence = with_values("dead", {0: 0.9})
    assert json.loads(json.dumps([asdict(each) for each in found(evidence)]))[0]["layer"] == "fc0"
