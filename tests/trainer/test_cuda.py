"""What only a CUDA device can show. Without one these tests say so and are left out."""

import numpy as np
import pytest
import torch

from tests.trainer.digits import SOURCE
from trainer import metrics, store
from trainer.faster import graphed
from trainer.pace import Pace
from trainer.settings import Settings
from trainer.telemetry import Telemetry
from trainer.trial import network_from

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device, and there is none"),
]


def test_a_run_on_the_card_learns_and_says_which_card(train):
    run = train(epochs=5, device="cuda")
    assert run.state == "done", run.message
    assert run.device == torch.cuda.get_device_name()
    assert metrics.metrics(run.id)["validation"]["accuracy"][-1] > 0.9
    assert store.weights(run.id)


def looked(network, x):
    """What a look at a forward and a backward pass says: the numbers, and the telemetry."""
    telemetry = Telemetry(network, Pace(1e9))
    with telemetry.watching(1):
        network(x).square().mean().backward()
    sample = telemetry.take()
    return (
        np.frombuffer(sample.statistics, np.float32),
        np.frombuffer(sample.histograms, np.uint16),
        telemetry,
    )


def test_the_card_measures_what_the_processor_measures():
    torch.manual_seed(0)
    network, x = network_from(SOURCE), torch.randn(16, 1, 8, 8)
    here, bins, _ = looked(network, x)
    network.zero_grad()
    there, bins_there, telemetry = looked(network.cuda(), x.cuda())
    np.testing.assert_allclose(there, here, rtol=1e-2, atol=1e-3)
    # Histograms may move an element to the next bin: of 2,048 elements a few at most.
    assert np.abs(bins_there.astype(int) - bins).max() <= 8
    assert telemetry.seconds > 0


def test_a_look_makes_the_processor_wait_for_nothing():
    network, x = network_from(SOURCE).cuda(), torch.randn(16, 1, 8, 8, device="cuda")
    telemetry = Telemetry(network, Pace(1e9))
    for step in (1, 2):  # the first one warms up
        torch.cuda.set_sync_debug_mode("error" if step == 2 else "default")
        try:
            with telemetry.watching(step):
                network(x).square().mean().backward()
        finally:
            torch.cuda.set_sync_debug_mode("default")
        assert telemetry.take().step == step


def test_readings_of_the_card_are_there(train):
    run = train(epochs=2, device="cuda")
    assert metrics.metrics(run.id)["vitals"]["gpu_memory"]["value"][-1] > 0


@pytest.mark.parametrize(
    "values", [{"precision": "bf16"}, {"precision": "fp16", "clip_norm": 1.0}, {"cuda_graphs": True}]
)
def test_a_faster_run_on_the_card_learns_as_well(train, values):
    run = train(epochs=5, device="cuda", lr=0.01, **values)
    assert run.state == "done", run.message
    assert metrics.metrics(run.id)["validation"]["accuracy"][-1] > 0.9


def test_a_deterministic_run_on_the_card_gives_the_same_losses_twice(train):
    one, two = (train(epochs=2, device="cuda", deterministic=True) for _ in range(2))
    assert metrics.metrics(one.id)["train"] == metrics.metrics(two.id)["train"]


def test_recording_a_graph_leaves_the_network_and_the_random_numbers_as_they_were():
    torch.manual_seed(0)
    network, x = network_from(SOURCE).cuda(), torch.randn(16, 1, 8, 8, device="cuda")
    before = {name: each.clone() for name, each in network.state_dict().items()}
    random = torch.cuda.get_rng_state()
    forward = graphed(network, Settings(device="cuda", cuda_graphs=True), x)
    assert all(each.equal(before[name]) for name, each in network.state_dict().items())
    assert torch.cuda.get_rng_state().equal(random)
    torch.testing.assert_close(forward(x), network(x), rtol=1e-4, atol=1e-4)
    assert forward(x[:5]).shape == (5, 10)
