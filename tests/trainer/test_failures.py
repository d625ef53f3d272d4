"""What can go wrong while a run trains, said in a sentence, at the node where it can be known."""

from __future__ import annotations

import errno
import os
import sqlite3
import time

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from builder import to_python
from builder.templates import template
from tests.trainer.conftest import figures
from tests.trainer.digits import SOURCE, Document
from trainer import checkpoint, data, failures, launch, memory, nodes, store, worker
from trainer.estimate import estimate
from trainer.gathering import not_finite
from trainer.metrics import metrics
from trainer.recorder import Recorder
from trainer.settings import Settings
from trainer.trial import network_from

BLOCKED = """
import torch
from torch import nn


class Stage(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        fc = self.fc(x)
        divide = fc / (fc - fc)
        return divide


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stage1 = nn.Sequential(Stage(), Stage())
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        stage1 = self.stage1(x)
        out = self.out(stage1)
        return out
"""


# --- where it was


def test_the_first_node_that_gives_no_number_is_named_layers_and_operations_alike():
    x = torch.randn(8, 1, 8, 8)
    network = network_from(to_python(template("digits_cnn")))
    assert nodes.first_not_finite(network, x) == nodes.NotFinite()
    with torch.no_grad():
        network.fc1.bias[0] = float("inf")
    assert nodes.first_not_finite(network, x).words.startswith(
        "fc1 is the first layer that gives no numbers: its"
    )
    with torch.no_grad():
        network.norm2.running_var.fill_(0)
        network.norm2.weight[0] = 3e38
    assert nodes.first_not_finite(network.eval(), 1e30 * x).words.startswith("norm2 is the first")
    found = nodes.first_not_finite(network_from(BLOCKED), torch.randn(3, 4))
    assert found.node == "stage1[0]/divide" and found.words.startswith("stage1[0]/divide is the first")


def test_an_attention_that_hides_what_comes_later_is_no_fault():
    """Its mask is made of -infinity."""
    network = network_from(to_python(template("letter_transformer")))
    x = torch.randint(3, 20, (4, 16))
    assert nodes.first_not_finite(network, x) == nodes.NotFinite()


def test_the_node_where_the_memory_ran_out_is_named(monkeypatch):
    network = network_from(BLOCKED)

    def none_left(self, x):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    monkeypatch.setattr(nn.Linear, "forward", none_left)
    with pytest.raises(torch.OutOfMemoryError) as caught:
        network(torch.randn(3, 4))
    assert nodes.of_error(caught.value) == "stage1[0]/fc"
    said = failures.sentence(caught.value, nodes.of_error(caught.value))
    assert said.startswith("The memory ran out at stage1[0]/fc. Make batch_size smaller")


# --- runs


LINEAR = """
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.flat = nn.Flatten()
        self.fc1 = nn.Linear(64, 8)
        self.fc2 = nn.Linear(8, 10)

    def forward(self, image):
        flat = self.flat(image)
        fc1 = self.fc1(flat)
        fc2 = self.fc2(fc1)
        return fc2
"""


def test_a_run_that_ends_in_no_numbers_names_the_layer(home):
    """Two linear layers in a row drive each other up without any bound."""
    settings = Settings(threads=1, optimizer="SGD", lr=1e6, checkpoint_every=0.001)
    run_id = store.create(LINEAR, Document().to_json(), settings.to_json(), data="digits")
    run = in_this_process(run_id)
    assert run.state == "failed" and "The loss became" in run.message
    assert "is the first layer that gives" in run.message, run.message
    last = checkpoint.listed(run.folder)
    for each in last:  # none is kept from which there is nothing to go on
        state = checkpoint.load(each.path)["parts"]["network"]
        assert all(value.isfinite().all() for value in state.values())


def test_the_message_the_finding_and_the_drawing_agree_on_an_operation(home):
    """divide gives infinity; fc2 behind it is the first layer with figures that has such values."""
    source = LINEAR.replace(
        "fc2 = self.fc2(fc1)", "divide = fc1 / (fc1 - fc1)\n        fc2 = self.fc2(divide)"
    )
    run_id = store.create(source, Document().to_json(), Settings(threads=1).to_json(), data="digits")
    run = in_this_process(run_id)
    assert run.message.endswith("divide is the first layer that gives infinity or NaN."), run.message
    (found,) = metrics(run_id)["findings"]
    assert (found["node"], found["layer"]) == ("divide", "fc2") and found["words"].startswith(
        "divide is the first"
    )
    assert "1 layers behind divide" in found["evidence"]


def test_the_rate_is_not_blamed_before_a_weight_was_moved():
    assert "learning rate" not in not_finite(float("nan"), 1)
    assert "not a number at step 1, before any weight was moved" in not_finite(float("nan"), 1)
    assert "infinite at step 2. Make the learning rate smaller" in not_finite(float("-inf"), 2)


@pytest.mark.parametrize("every", [0.001, 0])
def test_a_fork_is_spoken_of_only_where_there_is_a_checkpoint(home, every):
    """The loss is fine for some steps, over which one checkpoint is written or none."""
    settings = Settings(threads=1, optimizer="SGD", lr=1e6, checkpoint_every=every)
    run = in_this_process(store.create(LINEAR, Document().to_json(), settings.to_json(), data="digits"))
    assert "The loss became" in run.message and run.step > 1, run.message
    assert ("fork of the last checkpoint" in run.message) == bool(checkpoint.listed(run.folder))
    assert bool(checkpoint.listed(run.folder)) == bool(every)


def test_a_network_that_will_not_fit_is_refused_with_the_figures(train):
    source = SOURCE.replace("nn.Linear(128, 64)", "nn.Linear(128, 2_000_000_000)")
    run = train(source.replace("nn.Linear(64, 10)", "nn.Linear(2_000_000_000, 10)"))
    assert run.state == "failed"
    assert "Training needs about 4," in run.message and "GB are free" in run.message, run.message
    assert "weights 1,112" in run.message and "optimizer 2,224" in run.message


def test_the_estimate_is_what_a_step_really_takes():
    """Counted by PyTorch's own record of allocations, on a network large enough for the rest not to count."""
    network = nn.Sequential(nn.Linear(1000, 1000), nn.ReLU(), nn.Linear(1000, 10))
    x, y = torch.randn(4000, 1000), torch.randint(10, (4000,))
    kept: dict[int, int] = {}
    own = {each.untyped_storage().data_ptr() for each in (*network.parameters(), x)}

    def keep(tensor):
        if tensor.untyped_storage().data_ptr() not in own:
            kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    optimizer = torch.optim.Adam(network.parameters())
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = cross_entropy(network(x), y)
    loss.backward()
    optimizer.step()
    state = sum(v.nbytes for s in optimizer.state.values() for v in s.values() if v.dim())

    def again():
        return nn.Sequential(nn.Linear(1000, 1000), nn.ReLU(), nn.Linear(1000, 10))

    need = estimate(again, x, y, Settings(), cross_entropy).need
    weights = sum(each.nbytes for each in network.parameters())
    assert (need.weights, need.gradients, need.optimizer) == (weights, weights, state)
    assert need.activations == pytest.approx(sum(kept.values()) + x.nbytes, rel=0.01)


def test_a_smaller_limit_than_the_machine_has_counts(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "CGROUPS", tmp_path)
    whole = memory.available_here()
    (tmp_path / "memory.max").write_text("100000000\n")
    (tmp_path / "memory.current").write_text("40000000\n")
    assert memory.available_here() == 60_000_000 < whole
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.available_here() > 60_000_000


def test_data_that_cannot_be_read_ends_the_run_with_what_to_do(home, monkeypatch):
    def broken(seed):
        raise OSError(5, "Input/output error", "x.npz")

    entry = data.DATASETS["digits"]
    monkeypatch.setitem(data.DATASETS, "digits", type(entry)(**{**vars(entry), "make": broken}))
    run_id = store.create(SOURCE, Document().to_json(), Settings(threads=1).to_json(), data="digits")
    worker.main(run_id)
    run = store.read(run_id)
    assert run.state == "failed"
    assert run.message.startswith("The data Handwritten digits cannot be read") and "resume" in run.message


# --- a full disk


def in_this_process(run_id: str) -> store.Run:
    """Train here, so that the test can reach into it; the run as it ended."""
    worker.main(run_id)
    return store.read(run_id)


def test_a_full_disk_fails_the_run_and_nothing_it_wrote_is_lost(home, monkeypatch):
    settings = Settings(threads=1, epochs=3, checkpoint_every=0.001)
    run_id = store.create(SOURCE, Document().to_json(), settings.to_json(), data="digits")
    written, sync = [], os.fsync

    def until_it_is_full(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) > 2:  # the first checkpoint is whole: a file and its folder
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", until_it_is_full)
    failed = in_this_process(run_id)
    assert (failed.state, failed.message) == ("failed", failures.FULL)
    seen = figures(run_id)["steps"]
    assert checkpoint.listed(failed.folder) and len(seen) >= checkpoint.listed(failed.folder)[0].step
    monkeypatch.setattr(os, "fsync", sync)
    store.update(run_id, state="queued", pid=None, created=time.time(), message="")
    done = in_this_process(run_id)
    assert (done.state, done.message) == ("done", "")
    assert figures(run_id)["steps"][: len(seen)] == seen


def test_the_reserve_makes_room_for_the_sentence(home):
    run_id = store.create(SOURCE, "", "{}")
    recorder = Recorder(run_id)
    reserve = store.folder(run_id) / "reserve"
    assert reserve.stat().st_size > 100_000
    recorder.fail(failures.FULL)
    assert not reserve.exists()
    recorder.close()
    assert store.read(run_id).message == failures.FULL


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (sqlite3.OperationalError("database or disk is full"), "The disk is full"),
        (
            RuntimeError("[enforce fail] PytorchStreamWriter failed: No space left on device"),
            "The disk is full",
        ),
        (RuntimeError("CUDA error: device-side assert triggered"), "The graphics card does not answer"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "The memory ran out."),
        (KeyError("x"), "an error nobody expected, KeyError"),
    ],
)
def test_every_failure_is_a_sentence(error, said):
    assert said in failures.sentence(error)


def test_a_start_on_a_full_disk_is_refused_with_a_sentence(home, monkeypatch):
    def full(*given, **named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "create", full)
    with pytest.raises(ValueError, match="The disk is full, so the run was not started"):
        launch.start(Document(), SOURCE, Settings(), "digits")
