"""The gap between training and evaluation mode: right in its figures, and nothing of a run is touched."""

from __future__ import annotations

import json
import os

import psutil
import pytest
import torch
from torch import nn

from tests.trainer.conftest import figures, until
from tests.trainer.digits import Document, new_training
from tests.trainer.test_resume import SOURCE
from trainer import checkpoint, control, metrics, norms, store
from trainer.__main__ import main
from trainer.checkpoint import Checkpoints
from trainer.data import find
from trainer.errors import TrainerError
from trainer.gap import answering, asking, measure, words
from trainer.recorder import Recorder
from trainer.settings import Settings

NORMS = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.flat = nn.Flatten()
        self.fc = nn.Linear(64, 32)
        self.norm = nn.{norm}
        self.act = nn.{act}
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        return self.head(self.act(self.norm(self.fc(self.flat(x)))))
"""


def gap_of(norm: str, act: str = "ReLU(inplace=True)", change=lambda network: None, **chosen) -> dict:
    """The gap of a network on the digits, as it begins, with something changed in it."""
    settings = Settings(threads=1, **chosen)
    torch.manual_seed(0)
    training = new_training(settings, NORMS.format(norm=norm, act=act))
    change(training.network)
    return measure.measure(training.network, find("digits").load(0), training.objective, settings, 7)


def settled(network: nn.Module) -> None:
    """Give the BatchNorm the statistics of the training data."""
    network.norm.momentum = None  # the average of all batches
    with torch.no_grad():
        network.train()(find("digits").load(0).train_x)


def of_layer(gap: dict, name: str) -> dict:
    return next(each for each in gap["layers"] if each["name"] == name)


def test_the_figures_are_those_of_the_two_modes_by_hand():
    settings = Settings(threads=1, batch_size=2048, precision="float32")
    torch.manual_seed(0)
    training = new_training(settings, NORMS.format(norm="BatchNorm1d(32)", act="ReLU()"))
    network, data = training.network, find("digits").load(0)
    found = measure.measure(network, data, training.objective, settings, 7)
    (first, *_) = measure.batches(data.train_y, settings, 1)
    x, y = data.train_x[first], data.train_y[first]
    with torch.no_grad():
        into = network.fc(network.flat(x))
        trained, answered = network.train().norm(into), network(x)
        network.norm.reset_running_stats()
        evaluated, said = network.eval().norm(into), network(x)
    apart = ((evaluated - trained).norm() / trained.norm()).item()
    assert of_layer(found, "norm")["own"] == pytest.approx(apart, rel=1e-5)
    assert of_layer(found, "norm")["whole"] == pytest.approx(apart, rel=1e-5)
    assert found["answer"] == pytest.approx(((said - answered).norm() / answered.norm()).item(), rel=1e-5)
    assert found["loss"] == pytest.approx([training.objective(each, y).item() for each in (answered, said)])
    assert found["measure"] == "accuracy" and found["examples"] == len(y) and found["step"] == 7


@pytest.mark.parametrize(
    ("norm", "change", "says"),
    [
        (
            "BatchNorm1d(32)",
            lambda net: net.norm.running_mean.fill_(9.0),
            "norm: the running mean lags: it is",
        ),
        (
            "BatchNorm1d(32)",
            lambda net: (settled(net), net.norm.running_var.mul_(9.0)),
            "norm: the running variance lags: it is 9 times the batches',",
        ),
        ("BatchNorm1d(32)", settled, "norm: the running statistics are the batches': evaluation differs by"),
        ("LayerNorm(32)", lambda net: None, "norm: LayerNorm computes the same in both modes"),
        (
            "BatchNorm1d(32, track_running_stats=False)",
            lambda net: None,
            "norm: BatchNorm1d computes the same in both modes",
        ),
    ],
)
def test_each_normalization_is_told_what_its_running_statistics_do(norm, change, says):
    found = gap_of(norm, change=change, batch_size=256)
    assert of_layer(found, "norm")["words"].startswith(says)
    assert [each["name"] for each in found["layers"]] == ["norm"]  # the others do the same in both modes


def test_small_batches_that_differ_from_each_other_are_no_lag():
    found = gap_of("BatchNorm1d(32)", change=settled, batch_size=4)
    assert "norm: batches of 4 have little in common" in of_layer(found, "norm")["words"]


def test_dropout_is_said_to_be_as_it_is_meant_to():
    found = gap_of("LayerNorm(32)", act="Dropout(0.5)")
    assert of_layer(found, "act")["own"] == pytest.approx(0.5**0.5, abs=0.02)  # half are 0
    assert of_layer(found, "act")["words"].startswith(
        "act: Dropout works in training only, as it is meant to"
    )


def test_a_lag_makes_the_network_worse_and_says_where():
    found = gap_of("BatchNorm1d(32)", change=lambda net: net.norm.running_mean.fill_(-50.0))
    assert found["loss"][1] > words.WORSE * found["loss"][0]
    assert found["words"].endswith("norm differs most.")


def test_a_lag_that_costs_nothing_yet_is_said_all_the_same():
    assert words.of_all(0.2, 0.21, "norm2").endswith("though norm2 gives other values in each.")
    assert words.of_all(0.2, 0.21, "").startswith("Both modes do about as well: validation shows")
    assert words.of_all(0.3, 0.2, "").startswith("In evaluation mode the network is better")


def test_numbers_that_are_none_are_kept_as_such():
    found = gap_of("BatchNorm1d(32)", change=lambda net: net.fc.weight.data.fill_(float("nan")))
    assert found["loss"] == [None, None] and json.loads(json.dumps(found, allow_nan=False)) == found


@pytest.mark.parametrize(
    ("scale", "shift", "cause"), [(1, 3, "mean"), (2, 0.1, "variance"), (2, 1, "both"), (1, 0, "")]
)
def test_a_lag_is_of_the_mean_or_of_the_variance(scale, shift, cause):
    """Fresh running statistics, mean 0 and variance 1, and batches of others."""
    torch.manual_seed(0)
    module, batches = nn.BatchNorm1d(8), [torch.randn(500, 8) * scale + shift for _ in range(4)]
    found = measure.lag([norms.table(module, each) for each in batches])
    assert found.off == pytest.approx(shift / scale, abs=0.05)
    assert found.ratio == pytest.approx(1 / scale**2, abs=0.05)
    assert (found.mean, found.variance) == pytest.approx((shift, scale - 1), abs=0.05)
    assert found.cause(own=0.1) == cause


# --- of a run


def trained(asked_after: set[int]):
    """The weights, figures and generators of a training, and the gap asked for after so many steps."""
    from trainer.loop import train

    settings = Settings(threads=1, epochs=2, checkpoint_every=0)
    run_id = store.create(SOURCE, Document().to_json(), settings.to_json(), data="digits")
    store.update(run_id, state="running", pid=os.getpid(), born=psutil.Process().create_time())
    recorder, data = Recorder(run_id), find("digits").load(0)
    checkpoint.seed_generators(0)
    training, steered = new_training(settings, SOURCE), control.Control(recorder)
    steered.on_demand[asking.NAME] = answering.during(training, data, recorder)
    ready = steered.ready

    def asked(training_, keep):
        if training_.step in asked_after:
            asked_after.discard(training_.step)
            asking.ask(run_id)
            assert asking.pending(store.read(run_id))
        return ready(training_, keep)

    steered.ready = asked
    assert train(training, data, recorder, steered, Checkpoints(store.folder(run_id), 0)) == "done"
    generators = checkpoint.generators()
    store.update(run_id, state="done")
    return run_id, training, generators


def test_asking_changes_no_bit_of_a_run():
    """SOURCE draws every kind of random number in training mode, and has running statistics."""
    plain, wanted, generators = trained(set())
    asked, found, after = trained({5, 40, 41})
    assert figures(asked) == figures(plain)
    for name, value in wanted.network.state_dict().items():
        assert torch.equal(value, found.network.state_dict()[name]), name
    assert torch.equal(generators["torch"], after["torch"]) and generators["python"] == after["python"]
    assert torch.equal(generators["numpy"][1], after["numpy"][1])
    run = store.read(asked)
    assert run.gap["step"] == 41 and not asking.pending(run)
    assert {each["name"] for each in run.gap["layers"]} == {"noise", "bn1", "drop"}


def test_a_measurement_that_fails_is_said_and_the_run_goes_on(monkeypatch):
    def broken(*_):
        raise RuntimeError("no such thing")

    monkeypatch.setattr(answering, "measure", broken)
    run_id, *_ = trained({5})
    assert store.read(run_id).gap["error"] == "The gap could not be measured. RuntimeError: no such thing."


def test_a_run_that_ended_is_measured_with_its_last_checkpoint_and_says_the_same_as_in_its_end(capsys):
    run_id, training, _ = trained(set())
    assert main(["gap", run_id, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    settings, data = training.settings, find("digits").load(0)
    at_the_end = measure.measure(training.network, data, training.objective, settings, training.step)
    assert {**found, "at": 0, "step": 0} == {**at_the_end, "at": 0, "step": 0}
    assert {**store.read(run_id).gap, "at": 0} == {**found, "at": 0}


@pytest.mark.slow
def test_a_run_that_ended_is_measured_in_a_process_apart_with_the_weights_it_kept(train, capsys):
    run = train(SOURCE, epochs=1)
    asking.ask(run.id)
    assert metrics.metrics(run.id)["gap"] == {"pending": True, "found": None}
    until(lambda: not metrics.metrics(run.id)["gap"]["pending"])
    found = metrics.metrics(run.id, since=run.step)["gap"]["found"]
    assert found["step"] == run.step and {each["name"] for each in found["layers"]} == {
        "noise",
        "bn1",
        "drop",
    }
    assert metrics.metrics(run.id, since=run.step + 1)["gap"]["found"] is None
    assert main(["gap", run.id, "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert {**again, "at": 0} == {**found, "at": 0}  # the same at every asking


def test_a_run_without_weights_is_not_measured():
    run_id = store.create(SOURCE, Document().to_json(), Settings().to_json(), state="failed", name="Digits")
    with pytest.raises(TrainerError, match="The run of Digits is failed and kept no weights"):
        asking.ask(run_id)
