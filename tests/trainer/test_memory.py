"""What training takes is known before it begins, validation takes no more, and what does not fit is said."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from builder.kinds import Figures
from tests.networks import chain
from tests.trainer.test_export import trained, unpacked
from trainer import estimate, memory, store, worker
from trainer.data import find
from trainer.learner import new_optimizer
from trainer.memory import VALIDATION_BATCH, WORTH_SAYING, Need
from trainer.optimizers import OPTIMIZERS
from trainer.settings import Settings

MB, GB = 10**6, 10**9
MANY_MAPS = [
    ("conv", "Conv2d", {"out_channels": 2048, "kernel_size": 3, "padding": 1}),
    ("relu", "ReLU", {}),
    ("pool", "AdaptiveAvgPool2d", {"output_size": 1}),
    ("flat", "Flatten", {}),
    ("fc", "Linear", {"out_features": 10}),
]


def wide(channels: int, side: int) -> tuple:
    """A network of wide pictures and one example for it."""

    def new() -> nn.Module:
        layers = nn.Conv2d(1, channels, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
        return nn.Sequential(*layers, nn.Linear(channels, 2))

    return new, torch.zeros(1, 1, side, side)


def estimated(channels: int, side: int, batch_size: int) -> estimate.Estimate:
    new, x = wide(channels, side)
    x = x.expand(batch_size, *x.shape[1:])
    return estimate.estimate(new, x, torch.zeros(batch_size).long(), Settings(), cross_entropy)


def test_a_forward_pass_holds_what_goes_in_and_what_comes_out_of_one_layer_at_a_time():
    with torch.device("meta"):
        network = nn.Sequential(*(nn.Linear(100, 100) for _ in range(5)))
    assert estimate._peak(network, torch.zeros(10, 100)) == 2 * 10 * 100 * 4


@pytest.mark.parametrize(("channels", "side", "batch_size"), [(64, 512, 4), (64, 128, 32), (8, 512, 64)])
def test_validation_takes_no_more_than_a_step_of_training(channels, side, batch_size):
    """64 maps of 512 x 512 numbers are 67 MB an example: 1,024 of them would take 137 GB."""
    found = estimated(channels, side, batch_size)
    assert batch_size <= found.at_once < VALIDATION_BATCH
    kept = found.need.activations
    assert found.need.validation <= max(kept, WORTH_SAYING) or found.at_once == batch_size
    assert found.need.validation == found.at_once * 2 * channels * side**2 * 4


def test_small_networks_are_validated_on_many_at_once():
    assert estimated(4, 8, 2).at_once == VALIDATION_BATCH


def test_a_network_that_does_not_run_on_meta_is_validated_as_it_is_trained():
    assert estimate.validated_at_once(0, 0, 16) == 16
    assert estimate.validated_at_once(0, 0, 5000) == VALIDATION_BATCH


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_an_optimizer_keeps_is_what_pytorch_s_does(name):
    flags = {param.name: True for param in OPTIMIZERS[name].params if param.name in ("amsgrad", "centered")}
    for arguments in ({}, flags):
        layer, settings = nn.Linear(32, 32, bias=False), Settings(optimizer=name, arguments=arguments)
        optimizer = new_optimizer(list(layer.parameters()), settings)
        layer.weight.grad = torch.ones_like(layer.weight)
        optimizer.step()
        state = sum(value.numel() for value in optimizer.state[layer.weight].values() if value.dim())
        kept = settings.chosen["optimizer"].keeps(settings.of("optimizer"))
        assert kept == state // layer.weight.numel()


def test_the_advice_is_about_what_is_largest():
    need = Need(MB, MB, 2 * MB, activations=9 * GB, validation=GB, data=GB)
    assert "Make batch_size smaller" in memory.problem(need, 2 * GB, "cpu")
    need = replace(need, activations=MB, validation=0, data=9 * GB)
    assert "Bring a smaller part of it" in memory.problem(need, 2 * GB, "cpu")
    need = Need(3 * GB, 3 * GB, 6 * GB, activations=MB)
    said = memory.problem(need, 2 * GB, "cpu")
    assert "batch_size changes little" in said and "about 12.00 GB" in said
    assert memory.problem(need, 13 * GB, "cpu") == ""


def test_data_that_does_not_fit_is_refused_before_it_is_loaded(home, monkeypatch):
    def loaded(seed):
        raise AssertionError("it was loaded")

    entry = replace(find("digits"), make=loaded, shape=(3, 512, 512), examples=100_000, title="Holidays")
    monkeypatch.setattr(worker, "find", lambda name: entry)
    run_id = store.create("", "", Settings(threads=1).to_json(), data="digits")
    worker.main(run_id)
    said = store.read(run_id).message
    assert said.startswith("The data Holidays takes about 314.57 GB of memory"), said
    assert "Bring a smaller part of it on the Data page" in said and "batch_size" not in said
    with pytest.raises(ValueError, match="on cuda and .* are free. .* or set device to cpu"):
        memory.refuse_unless_data_moves(2 * GB, GB, "cuda")


def test_the_page_s_figures_are_exact_but_for_the_activations():
    """The page knows what each node gives; the exact figure is what autograd keeps of it."""
    new, x = wide(64, 32)
    parameters = sum(each.numel() for each in new().parameters())
    outputs = 2 * 64 * 32 * 32 + 64 + 64 + 2
    rough = memory.rough(Figures(parameters, 0, outputs), Settings(batch_size=32), find("digits"))
    exact = estimated(64, 32, 32).need
    assert (rough.weights, rough.gradients, rough.optimizer) == (
        exact.weights,
        exact.gradients,
        exact.optimizer,
    )
    assert 0.9 < rough.activations / exact.activations < 2.1  # not all that a layer gives is kept
    assert rough.data == 1797 * (64 * 4 + 8) == find("digits").load(0).nbytes


@pytest.mark.slow
def test_what_was_validated_in_small_batches_is_repeated_to_the_last_bit(tmp_path: Path):
    run = trained(chain(*MANY_MAPS, shape=(1, 8, 8)), "digits", batch_size=16)
    assert 16 <= run.validated_at_once < 200  # of 360 examples
    folder = unpacked(run, tmp_path)
    command = [sys.executable, "-W", "error", "train.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    validation = [float(line.split("val_loss ")[1].split()[0]) for line in done.stdout.splitlines()]
    told = json.loads((folder / "run.json").read_text())
    assert validation == [row["loss"] for row in told["validation"]]
