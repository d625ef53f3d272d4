"""What only a CUDA device can show. Without one these tests say so and are left out."""

import numpy as np
import pytest
import torch

from tests.trainer.digits import SOURCE
from trainer import metrics, store
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


def taken(network, x):
    telemetry = Telemetry(network, 1)
    with telemetry.watching(1):
        network(x)
    assert telemetry.samples(1)
    return np.frombuffer(telemetry.take(), np.float32)


def test_the_card_measures_what_the_processor_measures():
    torch.manual_seed(0)
    network, x = network_from(SOURCE), torch.randn(16, 1, 8, 8)
    here = taken(network, x)
    there = taken(network.cuda(), x.cuda())
    # Histograms may move an element to the next bin: of 2,048 elements a few at most.
    np.testing.assert_allclose(there, here, rtol=1e-3, atol=8)
    assert np.abs(there - here).mean() < 0.5
