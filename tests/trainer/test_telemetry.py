"""Telemetry against PyTorch's own numbers, and its promise to change nothing."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from trainer import layout
from trainer.telemetry import Telemetry, histograms, layers

IMAGES = torch.randn(6, 12, 5, 5) * 3 + 7
SEQUENCES = torch.randn(6, 9, 12) * 2 - 4


def measured(network: nn.Module, x: torch.Tensor) -> tuple[list[dict], np.ndarray]:
    """The layout and the numbers of one sampled step."""
    telemetry = Telemetry(network, 1)
    with telemetry.watching(1):
        network(x)
    return telemetry.layout, np.frombuffer(telemetry.take(), np.float32)


def channel_rows(network: nn.Module, x: torch.Tensor) -> dict[str, np.ndarray]:
    """What telemetry says of the last normalization, by name."""
    planned, row = measured(network, x)
    layer = [each for each in planned if each["norm"]][-1]
    return dict(zip(layout.NORM, layout.vectors(layer, row), strict=True))


def test_a_layers_numbers_are_torchs():
    network = nn.Sequential(nn.Linear(12, 40), nn.Tanh())
    planned, row = measured(network, SEQUENCES)
    output = network(SEQUENCES).double()
    mean, std, low, high, *_ = layout.scalars(planned[1], row[None])[0]
    oracle = [output.mean(), output.std(correction=0), output.min(), output.max()]
    np.testing.assert_allclose([mean, std, low, high], [each.item() for each in oracle], rtol=1e-5)


# The law of each normalization: with batch_mean and batch_var over its own axes, its output
# follows.
NORMS = [
    (nn.BatchNorm1d(12), torch.randn(30, 12) * 3 + 1, (0,)),
    (nn.BatchNorm1d(12), torch.randn(30, 12, 4) * 3 + 1, (0, 2)),
    (nn.BatchNorm2d(12), IMAGES, (0, 2, 3)),
    (nn.BatchNorm3d(12), torch.randn(4, 12, 3, 4, 5) + 2, (0, 2, 3, 4)),
]


@pytest.mark.parametrize(("norm", "x", "axes"), NORMS)
def test_batchnorms_mean_and_variance_are_torchs(norm, x, axes):
    rows = channel_rows(nn.Sequential(norm), x)
    variance, mean = torch.var_mean(x.double(), axes, correction=0)
    np.testing.assert_allclose(rows["batch_mean"], mean, rtol=1e-5)
    np.testing.assert_allclose(rows["batch_var"], variance, rtol=1e-5)


def test_running_statistics_weight_and_bias_are_the_modules_own():
    norm = nn.BatchNorm2d(12)
    nn.init.uniform_(norm.weight)
    rows = channel_rows(nn.Sequential(norm), IMAGES)
    for name in ("running_mean", "running_var", "weight", "bias"):
        np.testing.assert_array_equal(rows[name], getattr(norm, name).detach())


@pytest.mark.parametrize(
    ("norm", "x", "statistics"),
    [
        (nn.LayerNorm(12), SEQUENCES, lambda x: torch.var_mean(x, -1, correction=0)),
        (nn.RMSNorm(12), SEQUENCES, lambda x: torch.var_mean(x, -1, correction=0)),
        (nn.LayerNorm([12, 5, 5]), IMAGES, lambda x: torch.var_mean(x, (1, 2, 3), correction=0)),
    ],
)
def test_layernorms_statistics_are_per_example_and_averaged(norm, x, statistics):
    rows = channel_rows(nn.Sequential(norm), x)
    variance, mean = statistics(x.double())
    np.testing.assert_allclose(rows["batch_mean"], np.full(12, mean.mean()), rtol=1e-5)
    np.testing.assert_allclose(rows["batch_var"], np.full(12, variance.mean()), rtol=1e-5)


@pytest.mark.parametrize(
    ("norm", "groups"), [(nn.GroupNorm(4, 12), 4), (nn.InstanceNorm2d(12, affine=True), 12)]
)
def test_groupnorms_statistics_are_per_example_and_group(norm, groups):
    rows = channel_rows(nn.Sequential(norm), IMAGES)
    grouped = IMAGES.double().reshape(6, groups, -1)
    variance, mean = torch.var_mean(grouped, 2, correction=0)
    size = 12 // groups
    np.testing.assert_allclose(rows["batch_mean"], mean.mean(0).repeat_interleave(size), rtol=1e-5)
    np.testing.assert_allclose(rows["batch_var"], variance.mean(0).repeat_interleave(size), rtol=1e-5)


def test_many_channels_are_thinned_evenly_and_their_average_is_over_all():
    norm, x = nn.BatchNorm1d(300), torch.randn(50, 300) + torch.arange(300)
    planned, row = measured(nn.Sequential(norm), x)
    channel = planned[0]["channel"]
    assert len(channel) == layout.CHANNELS and (channel[0], channel[-1]) == (0, 299)
    rows = dict(zip(layout.NORM, layout.vectors(planned[0], row), strict=True))
    np.testing.assert_allclose(rows["batch_mean"], x.mean(0)[channel], rtol=1e-4, atol=1e-5)
    average = layout.averages(planned[0], row[None])[0][0]
    assert average == pytest.approx(x.mean().item(), rel=1e-4)


def test_a_histogram_is_numpys_and_leaves_out_what_is_not_finite():
    row = torch.randn(1, 2048)
    low, high, *counts = histograms(row)[0].tolist()
    oracle, edges = np.histogram(row.numpy(), layout.BINS)
    assert (low, high) == (pytest.approx(edges[0]), pytest.approx(edges[-1]))
    assert np.abs(np.array(counts) - oracle).sum() <= 4  # float32 may put an element on an edge aside
    row[0, :100], row[0, 100:200] = math.nan, math.inf
    assert sum(histograms(row)[0, 2:].tolist()) == 1848
    assert histograms(torch.ones(1, 2048))[0, 2].item() == 2048


def test_layers_that_give_several_tensors_or_hold_others_are_measured_once():
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(12, 8, batch_first=True)
            self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
            self.unused = nn.Linear(3, 3)
            self.fc = nn.utils.parametrizations.weight_norm(nn.Linear(8, 2))

        def forward(self, x):
            x, _ = self.lstm(x)
            x, _ = self.attention(x, x, x)
            return self.fc(x)

    network = Network()
    planned, row = measured(network, SEQUENCES)
    assert [(each["name"], each["kind"]) for each in planned] == [
        ("lstm", "LSTM"),
        ("attention", "MultiheadAttention"),
        ("unused", "Linear"),
        ("fc", "Linear"),
    ]
    means = [layout.scalars(each, row[None])[0][0] for each in planned]
    assert means[0] == pytest.approx(network.lstm(SEQUENCES)[0].mean().item(), rel=1e-4)
    assert math.isnan(means[2])


def test_an_activation_in_place_does_not_change_what_was_seen_before_it():
    network = nn.Sequential(nn.BatchNorm1d(12), nn.ReLU(inplace=True))
    planned, row = measured(network, torch.randn(30, 12))
    assert layout.scalars(planned[0], row[None])[0][2] < 0  # the minimum, which ReLU then takes away


def test_no_hook_is_left_after_a_sampled_step_and_none_is_set_on_others():
    network = nn.Sequential(nn.Linear(2, 2))
    telemetry = Telemetry(network, 5)
    with telemetry.watching(3):
        assert not network[0]._forward_hooks
    with telemetry.watching(5):
        assert network[0]._forward_hooks
    assert not network[0]._forward_hooks
    assert [step for step in range(1, 12) if telemetry.samples(step)] == [1, 5, 10]


def test_telemetry_draws_no_random_numbers_of_the_networks():
    torch.manual_seed(1)
    measured(nn.Sequential(nn.Identity()), torch.ones(4, 4000))
    after = torch.rand(1)
    torch.manual_seed(1)
    assert torch.rand(1).equal(after)


def test_the_layers_of_an_empty_network_are_none():
    assert layers(nn.Sequential()) == []
