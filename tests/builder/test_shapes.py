"""Shapes and costs found on the meta device, held against real runs."""

import pytest
import torch

from builder import build, check, edits
from builder.flow import figures
from builder.shapes import BATCH, examine, run
from tests.networks import LAYERS, around, chain

by_name = pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.name)


@by_name
def test_parameters_are_those_of_the_module(kind):
    document = around(kind)
    expected = sum(p.numel() for p in build(document).parameters())
    assert figures(document, check(document).specs)["layer"].parameters == expected


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("params", [{}, {"bidirectional": True, "num_layers": 2}])
def test_recurrent_layers_are_run_on_one_step_and_true_for_all(kind, params):
    document = chain(("layer", kind, {"hidden_size": 6, **params}), shape=(50, 4))
    output = build(document).layer(torch.randn(3, 50, 4))[0]
    report = check(document)
    assert report.shapes["layer"]["output"] == tuple(output.shape[1:])
    assert report.specs["layer"]["h_n"].shape[1] == BATCH


def test_an_edit_that_keeps_shapes_runs_nothing_again():
    document = chain(*((f"drop{i}", "Dropout") for i in range(20)))
    check(document)
    before = run.cache_info().misses
    check(edits.set_param(document, "drop7", "p", 0.123))
    assert run.cache_info().misses - before == 1


def test_what_was_found_is_remembered_per_node():
    document = chain(("conv1", "Conv2d", {"out_channels": 4, "kernel_size": 3}))
    check(document)
    before = examine.cache_info().misses
    check(document)
    assert examine.cache_info().misses == before


def test_a_batch_that_is_mixed_into_another_dimension_is_refused_at_the_output():
    document = chain(("flatten", "Flatten", {"start_dim": 0}))
    (problem,) = check(document).problems
    assert problem.node == "answer"
    assert "batch" in problem.message


def test_momentum_none_is_checked_although_the_meta_device_cannot():
    document = chain(("norm", "BatchNorm2d", {"momentum": None}))
    assert check(document).ok


def test_seven_billion_parameters_are_checked_without_their_weights():
    layers = [(f"fc{i}", "Linear", {"out_features": 4096 + i % 2 * 12288}) for i in range(104)]
    document = chain(*layers, shape=(4096,))
    report = check(document)
    assert report.ok
    assert sum(f.parameters for f in figures(document, report.specs).values()) > 6.9e9
