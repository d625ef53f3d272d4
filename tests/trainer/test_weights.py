"""Weights in files: what is written reads back, and what is none is refused with where it is wrong."""

import pytest
import torch
from torch import nn

from builder import weights
from builder.weights import WeightsError
from tests.trainer.conftest import DEADLINE
from tests.trainer.digits import SOURCE, Document
from trainer import launch, store
from trainer.settings import Settings
from trainer.trial import network_from


class Tied(nn.Module):
    """Two layers that share one weight."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.second = nn.Linear(4, 4)
        self.second.weight = self.first.weight


@pytest.mark.parametrize("make", [lambda: network_from(SOURCE), Tied], ids=["digits", "tied"])
def test_what_is_saved_loads_into_another_network_of_the_class(make, tmp_path):
    one, other = make(), make()
    weights.save(one, tmp_path / "w.safetensors")
    weights.load(other, tmp_path / "w.safetensors")
    for name, tensor in one.state_dict().items():
        assert torch.equal(tensor, other.state_dict()[name]), name


@pytest.fixture
def content(tmp_path):
    weights.save(network_from(SOURCE), tmp_path / "w.safetensors")
    return (tmp_path / "w.safetensors").read_bytes()


def test_a_whole_file_is_accepted(content):
    weights.refuse_unless_weights(content, "w")


DAMAGES = {
    "empty": lambda content: b"",
    "a pickle": lambda content: b"\x80\x04\x95" + bytes(100),
    "an endless header": lambda content: (2**60).to_bytes(8, "little") + content[8:],
    "a header that is no JSON": lambda content: content[:8] + b"[" * 200 + content[208:],
    "cut in half": lambda content: content[: len(content) // 2],
    "more behind": lambda content: content + b"x",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_no_weights_file_is_refused_with_where(damage, content):
    with pytest.raises(WeightsError, match="w is|first 8 bytes") as refusal:
        weights.refuse_unless_weights(damage(content), "w")
    assert str(refusal.value).endswith(".")


def test_a_weight_that_is_missing_is_named(tmp_path):
    weights.save(nn.Sequential(nn.Linear(2, 2)), tmp_path / "w.safetensors")
    with pytest.raises(WeightsError, match="does not have .*weight"):
        weights.load(network_from(SOURCE), tmp_path / "w.safetensors")


def test_a_weight_of_another_shape_is_named_with_both_shapes(tmp_path):
    weights.save(nn.Sequential(nn.Linear(2, 3)), tmp_path / "w.safetensors")
    with pytest.raises(WeightsError, match=r"0.weight of shape \(3, 2\), .* \(3, 5\)"):
        weights.load(nn.Sequential(nn.Linear(5, 3)), tmp_path / "w.safetensors")


def test_a_run_begins_with_the_weights_it_was_given(train):
    first = train(epochs=3)
    content = store.weights(first.id).read_bytes()
    begun = launch.start(Document(), SOURCE, Settings(threads=1, epochs=1), "digits", weights=content)
    launch.wait(begun, DEADLINE)
    with store.reading(begun) as connection:
        (loss,) = connection.execute("SELECT loss FROM steps ORDER BY step LIMIT 1").fetchone()
    assert loss < 1.0  # at random it is ln 10 = 2.3


def test_weights_of_another_network_end_the_run_with_a_sentence(tmp_path):
    weights.save(nn.Sequential(nn.Linear(2, 2)), tmp_path / "w.safetensors")
    content = (tmp_path / "w.safetensors").read_bytes()
    run_id = launch.start(Document(), SOURCE, Settings(threads=1, epochs=1), "digits", weights=content)
    run = launch.wait(run_id, DEADLINE)
    assert run.state == "failed"
    assert "The weights file does not have" in run.message
