"""Telemetry against PyTorch's own numbers, and its promise to change nothing."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from trainer import layout, telemetry
from trainer.modules import layers
from trainer.pace import Pace
from trainer.telemetry import ELEMENTS, Sample, Telemetry
from trainer.units import WINDOW

IMAGES = torch.randn(6, 12, 5, 5, generator=torch.Generator().manual_seed(0)) * 3 + 7
SEQUENCES = torch.randn(6, 9, 12, generator=torch.Generator().manual_seed(1)) * 2 - 4
ALWAYS = 1e9  # a budget that is never used up


class Looked:
    """One look at a network that learns from x: what telemetry says, layer by layer."""

    def __init__(self, network: nn.Module, x: torch.Tensor, optimizer=None, looks: int = 1):
        watched = Telemetry(network, Pace(ALWAYS))
        for step in range(1, looks + 1):
            with watched.watching(step):
                network.zero_grad()
                output = network(x)
                if optimizer:
                    (output**2).mean().backward()
                    optimizer.step()
            self.sample: Sample = watched.take()
        self.layers, self.telemetry = watched.layers, watched
        self.table = layout.statistics(watched.layers, [self.sample.statistics])[0]
        self.averages = layout.averages(watched.layers, [self.sample.statistics])[0]

    def of(self, layer: int, *names: str) -> list[float]:
        return [float(self.table[layer, layout.NAMES.index(name)]) for name in names]

    def counts(self, layer: int) -> np.ndarray:
        return layout.histograms(self.layers, self.sample.histograms)[layer]


def channel_rows(network: nn.Module, x: torch.Tensor) -> dict[str, np.ndarray]:
    """What telemetry says of the last normalization, by name."""
    looked = Looked(network, x)
    *_, values = layout.channels(looked.layers, looked.sample.channels).values()
    return dict(zip(layout.NORM, values, strict=True))


def test_a_layers_numbers_are_torchs():
    network = nn.Sequential(nn.Linear(12, 40), nn.Tanh())
    looked, output = Looked(network, SEQUENCES), network(SEQUENCES).detach().double()
    oracle = [output.mean(), output.std(correction=0), output.min(), output.max()]
    np.testing.assert_allclose(looked.of(1, "mean", "std", "min", "max"), torch.tensor(oracle), rtol=1e-5)


def test_percentiles_and_shares_are_torchs_of_all_elements_where_there_are_few():
    network = nn.Sequential(nn.Linear(12, 30), nn.ReLU(), nn.Linear(30, 5), nn.Tanh())
    with torch.no_grad():
        network[2].weight *= 20
    looked = Looked(network, SEQUENCES[:, 0])
    rectified, bounded = (part(SEQUENCES[:, 0]).detach() for part in (network[:2], network))
    quantiles = torch.quantile(rectified.flatten(), torch.tensor(list(layout.PERCENTILES.values())))
    np.testing.assert_allclose(looked.of(1, *layout.PERCENTILES), quantiles, rtol=1e-5, atol=1e-7)
    assert looked.of(1, "zeros") == pytest.approx([(rectified == 0).float().mean().item()])
    assert looked.of(3, "saturated") == pytest.approx([(bounded.abs() >= 0.95).float().mean().item()])
    assert math.isnan(looked.of(1, "saturated")[0])


def test_percentiles_of_many_elements_are_those_of_a_random_sample():
    looked = Looked(
        nn.Sequential(nn.Identity()), torch.randn(64, 4096, generator=torch.Generator().manual_seed(3))
    )
    normal = torch.distributions.Normal(0, 1).icdf(torch.tensor(list(layout.PERCENTILES.values())))
    np.testing.assert_allclose(looked.of(0, *layout.PERCENTILES), normal, atol=0.15)
    assert looked.counts(0)[0].sum() == ELEMENTS


def test_the_sample_does_not_alias_with_channels():
    """One channel of eight is 1, the others 0: a stride of a multiple of eight would see only one."""
    x = torch.zeros(128, 8, 16, 16)
    x[:, 3] = 1
    looked = Looked(nn.Sequential(nn.Identity()), x)
    assert looked.of(0, "zeros")[0] == pytest.approx(7 / 8, abs=0.03)


def test_gradients_weights_and_updates_are_those_of_the_step():
    torch.manual_seed(2)
    network = nn.Sequential(nn.Linear(12, 7), nn.ReLU(), nn.Linear(7, 3))
    before = [each.detach().clone() for each in network[0].parameters()]
    looked = Looked(network, SEQUENCES, torch.optim.SGD(network.parameters(), 0.1))
    gradients = [each.grad for each in network[0].parameters()]
    moved = [now.detach() - old for now, old in zip(network[0].parameters(), before, strict=True)]
    length = lambda parts: torch.cat([each.flatten() for each in parts]).norm().item()  # noqa: E731
    norm, weight, update = looked.of(0, "gradient_norm", "weight_norm", "update")
    assert norm == pytest.approx(length(gradients), rel=1e-5)
    assert weight == pytest.approx(length([each.detach() for each in network[0].parameters()]), rel=1e-5)
    assert update == pytest.approx(length(moved) / length(before), rel=1e-4)
    oracle, edges = np.histogram(gradients[0].numpy(), layout.BINS)
    assert looked.of(0, "gradient_low", "gradient_high") == pytest.approx([edges[0], edges[-1]])
    assert np.abs(looked.counts(0)[1].astype(int) - oracle).sum() <= 4
    assert np.isnan(looked.of(1, "gradient_norm", "weight_norm", "update")).all()


def test_a_frozen_layer_has_no_gradient_and_no_update():
    network = nn.Sequential(nn.Linear(12, 4), nn.Linear(4, 2))
    network[0].requires_grad_(False)
    looked = Looked(network, SEQUENCES, torch.optim.SGD(network[1].parameters(), 0.1))
    assert np.isnan(looked.of(0, "gradient_norm", "update")).all()
    assert np.isfinite(looked.of(1, "gradient_norm", "update")).all()


def test_a_sparse_gradient_is_measured_too():
    network = nn.Sequential(nn.Embedding(10, 4, sparse=True))
    looked = Looked(network, torch.tensor([[1, 2], [2, 3]]), torch.optim.SGD(network.parameters(), 0.1))
    dense = network[0].weight.grad.to_dense().norm().item()
    assert looked.of(0, "gradient_norm")[0] == pytest.approx(dense, rel=1e-5)


def test_units_are_dead_when_they_gave_nothing_over_the_whole_window():
    network = nn.Sequential(nn.Conv2d(12, 8, 3), nn.ReLU())
    with torch.no_grad():
        network[0].weight[:3], network[0].bias[:3] = 0, -1
        network[0].bias[3:] += 100
    assert math.isnan(Looked(network, IMAGES, looks=WINDOW - 1).of(1, "dead")[0])
    assert Looked(network, IMAGES, looks=WINDOW).of(1, "dead") == [3 / 8]


def test_values_that_are_not_finite_are_counted_and_the_first_layer_is_known():
    network = nn.Sequential(nn.Identity(), nn.Linear(12, 4), nn.ReLU())
    with torch.no_grad():
        network[1].bias[0], network[1].bias[1] = math.inf, math.nan
    looked = Looked(network, SEQUENCES)
    assert [looked.of(index, "nonfinite", "place") for index in range(3)] == [[0, 0], [108, 1], [108, 2]]
    assert looked.of(1, "max")[0] != looked.of(0, "max")[0]
    assert np.isfinite(looked.of(1, "low", "high")).all()


def test_a_histogram_is_that_of_the_values():
    looked = Looked(nn.Sequential(nn.Identity()), SEQUENCES)
    oracle, edges = np.histogram(SEQUENCES.numpy(), layout.BINS)
    assert looked.of(0, "low", "high") == pytest.approx([edges[0], edges[-1]])
    assert np.abs(looked.counts(0)[0].astype(int) - oracle).sum() <= 4  # float32 moves one at an edge


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


def test_the_drift_is_the_running_means_distance_from_the_batch():
    norm = nn.BatchNorm2d(12)
    looked = Looked(nn.Sequential(norm), IMAGES)
    variance, mean = torch.var_mean(IMAGES, (0, 2, 3), correction=0)
    oracle = ((norm.running_mean - mean).abs() / (variance + 1e-5).sqrt()).mean()
    assert looked.averages[0][-1] == pytest.approx(oracle.item(), rel=1e-4)


def test_many_channels_are_thinned_evenly_and_their_average_is_over_all():
    norm, x = nn.BatchNorm1d(300), torch.randn(50, 300) + torch.arange(300)
    looked = Looked(nn.Sequential(norm), x)
    channel = looked.layers[0]["channel"]
    assert len(channel) == layout.CHANNELS and (channel[0], channel[-1]) == (0, 299)
    values = layout.channels(looked.layers, looked.sample.channels)["0"]
    np.testing.assert_allclose(values[0], x.mean(0)[channel], rtol=1e-4, atol=1e-5)
    assert looked.averages[0][0] == pytest.approx(x.mean().item(), rel=1e-4)


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
    looked = Looked(network, SEQUENCES)
    assert [(each["name"], each["kind"]) for each in looked.layers] == [
        ("lstm", "LSTM"),
        ("attention", "MultiheadAttention"),
        ("unused", "Linear"),
        ("fc", "Linear"),
    ]
    means = [looked.of(index, "mean")[0] for index in range(4)]
    assert means[0] == pytest.approx(network.lstm(SEQUENCES)[0].mean().item(), rel=1e-4)
    assert math.isnan(means[2])


def test_an_activation_in_place_does_not_change_what_was_seen_before_it():
    network = nn.Sequential(nn.BatchNorm1d(12), nn.ReLU(inplace=True))
    looked = Looked(network, torch.randn(30, 12))
    assert looked.of(0, "min")[0] < 0  # which ReLU then takes away


def test_no_hook_is_left_after_a_look_and_none_is_set_on_other_steps():
    network = nn.Sequential(nn.Linear(2, 2))
    watched = Telemetry(network, Pace(ALWAYS, apart=5))
    looked = []
    for step in range(1, 13):
        with watched.watching(step):
            looked += [step] if network[0]._forward_hooks else []
            network(torch.ones(1, 2))
        assert not network[0]._forward_hooks
        watched.take()
    assert looked == [1, 6, 11]


def test_a_look_that_fails_leaves_no_hook():
    network = nn.Sequential(nn.Linear(2, 2))
    with pytest.raises(RuntimeError), Telemetry(network, Pace(ALWAYS)).watching(1):
        network(torch.ones(1, 3))
    assert not network[0]._forward_hooks


def test_a_look_changes_no_number_of_the_training():
    """Dropout draws, BatchNorm counts and Adam moves as without telemetry, bit by bit."""

    def trained(budget: float) -> list[torch.Tensor]:
        torch.manual_seed(1)
        network = nn.Sequential(
            nn.Linear(12, 50), nn.BatchNorm1d(50), nn.ReLU(), nn.Dropout(0.5), nn.Linear(50, 3)
        )
        optimizer, watched = torch.optim.Adam(network.parameters()), Telemetry(network, Pace(budget))
        for step in range(1, 9):
            with watched.watching(step):
                optimizer.zero_grad()
                network(SEQUENCES[:, step]).square().mean().backward()
                optimizer.step()
            watched.take()
        return [*network.state_dict().values(), torch.rand(3)]

    assert all(one.equal(two) for one, two in zip(trained(ALWAYS), trained(0), strict=True))


class Transfers(TorchDispatchMode):
    """Counts what makes a processor wait for a device: single numbers, and copies to the processor."""

    def __init__(self):
        super().__init__()
        self.items = self.copies = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.items += function is torch.ops.aten._local_scalar_dense.default
        given = args[0].device.type if args and isinstance(args[0], torch.Tensor) else ""
        wanted = (kwargs or {}).get("device")
        self.copies += given == "meta" and wanted is not None and torch.device(wanted).type == "cpu"
        return function(*args, **(kwargs or {}))


def test_a_look_at_a_device_waits_for_nothing_and_makes_one_transfer(monkeypatch):
    """On the meta device, where reading a number is impossible, the look goes up to its one transfer."""
    sent = []
    monkeypatch.setattr(telemetry, "to_host", lambda numbers: sent.append(numbers) or (numbers, None))
    network = nn.Sequential(nn.Conv2d(12, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(72, 3))
    network.to("meta")
    watched = Telemetry(network, Pace(ALWAYS))
    with Transfers() as seen, watched.watching(1):
        network(IMAGES.to("meta")).square().mean().backward()
    assert (seen.items, seen.copies) == (0, 0)
    (numbers,) = sent
    assert numbers.shape == (sum(layout.sizes(watched.layers)),)


def test_a_look_is_read_a_step_later():
    watched = Telemetry(nn.Sequential(nn.Linear(12, 2)), Pace(ALWAYS))
    with watched.watching(1):
        watched._modules[0][1](SEQUENCES)
    assert watched.take(before=1) is None
    assert watched.take(before=2).step == 1
    assert watched.take() is None


def test_the_layers_of_an_empty_network_are_none():
    assert layers(nn.Sequential()) == []
    with Telemetry(nn.Sequential(), Pace(ALWAYS)).watching(1):
        pass
