"""Variations of a network, and comparing them."""

import pytest

from builder import Document, to_python
from builder.catalogue import CATALOGUE
from trainer import experiments, launch
from trainer.errors import TrainerError
from trainer.settings import Settings

NODES = """
{"id": "image", "kind": "Input", "params": {"shape": [1, 8, 8], "dtype": "float32"}},
{"id": "conv", "kind": "Conv2d", "params": {"out_channels": 6, "kernel_size": 3}},
{"id": "bn", "kind": "BatchNorm2d", "params": {"eps": 0.001, "momentum": 0.2}},
{"id": "relu", "kind": "ReLU"},
{"id": "flat", "kind": "Flatten"},
{"id": "fc", "kind": "Linear", "params": {"out_features": 10}},
{"id": "logits", "kind": "Output"}
"""
NETWORK = Document.from_json(
    '{"format": "layerloom/1", "name": "Small", "main": {"nodes": [' + NODES + ']}, "blocks": {}}'
)


def test_the_drawn_network_comes_first_and_is_untouched():
    variations = experiments.vary(NETWORK, "BatchNorm2d", ["LayerNorm", "BatchNorm2d", "RMSNorm"])
    assert [each.name for each in variations] == ["BatchNorm2d", "LayerNorm", "RMSNorm"]
    assert variations[0].document == NETWORK


@pytest.mark.parametrize("kind", ["LayerNorm", "GroupNorm", "InstanceNorm2d", "RMSNorm"])
def test_a_swap_keeps_the_params_that_fit_and_only_those(kind):
    node = experiments.swap(NETWORK, {"BatchNorm2d": kind}).main["bn"]
    assert (node.id, node.kind, node.params["eps"]) == ("bn", kind, 0.001)
    assert all(CATALOGUE[kind].param(name) for name in node.params)


def test_groupnorm_gets_a_number_of_groups_that_divides_the_channels():
    from builder import check

    specs = check(NETWORK).specs
    _, groups = experiments.vary(NETWORK, "BatchNorm2d", ["GroupNorm"], specs)
    assert 6 % groups.document.main["bn"].params["num_groups"] == 0
    assert check(groups.document).ok


def test_kinds_that_are_not_there_are_refused_with_the_nearest():
    with pytest.raises(TrainerError, match="Did you mean 'BatchNorm2d'"):
        experiments.vary(NETWORK, "BatchNorm", ["LayerNorm"])
    with pytest.raises(TrainerError, match="Did you mean 'LayerNorm'"):
        experiments.vary(NETWORK, "BatchNorm2d", ["LayerNorms"])


def test_a_comparison_is_one_run_each_with_the_same_settings_data_and_group(monkeypatch):
    started = []
    monkeypatch.setattr(launch, "start", lambda *given, **named: started.append((given, named)) or "id")
    variations = experiments.vary(NETWORK, "BatchNorm2d", ["LayerNorm"])
    ids = experiments.compare(variations, Settings(seed=7), "digits", to_python)
    assert list(ids) == [named["variant"] for _, named in started] == ["BatchNorm2d", "LayerNorm"]
    assert len({named["group"] for _, named in started}) == 1
    assert [given[2:] for given, _ in started] == [(Settings(seed=7), "digits")] * 2
    assert [given[1] for given, _ in started] == [to_python(each.document) for each in variations]
