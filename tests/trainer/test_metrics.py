"""The live charts' figures: increments add up to the whole, spikes stay, JSON takes them."""

import json
import math
import time

import numpy as np
import pytest
import torch

from tests.trainer.digits import SOURCE, Document
from trainer import layout, store
from trainer.metrics import POINTS, envelope, metrics, plain
from trainer.recorder import Recorder
from trainer.settings import Settings


@pytest.fixture
def run_id() -> str:
    return store.create(SOURCE, Document().to_json(), Settings().to_json())


def record(run_id: str, steps: range, layers: int = 2) -> None:
    """Write steps with a sample each, and an epoch every ten."""
    norm = {"norm": True, "channels": 3, "running": True, "affine": True, "bias": True}
    none = {"norm": False, "channels": None, "running": False, "affine": False, "bias": False}
    kinds = [{"name": f"l{i}", "kind": "L", **(norm if i == 0 else none)} for i in range(layers)]
    planned = layout.plan(kinds)
    recorder = Recorder(run_id)
    recorder.set(layout=planned)
    size = sum(layer["size"] for layer in planned)
    for step in steps:
        recorder.step(step, 1 / step, 0.5)
        recorder.sample(step, np.full(size, step, np.float32).tobytes())
        if step % 10 == 0:
            recorder.epoch(step // 10, step, 2 / step, 0.25)
    recorder.set(step=steps[-1])
    recorder.close()


def test_increments_add_up_to_the_whole(run_id):
    parts, cursor = [], -1
    for steps in (range(1, 8), range(8, 21), range(21, 40)):
        record(run_id, steps)
        parts.append(metrics(run_id, cursor))
        cursor = parts[-1]["cursor"]
    whole = metrics(run_id)
    for part in ("train", "validation", "samples"):
        for key, values in whole[part].items():
            assert sum((each[part][key] for each in parts), []) == values, (part, key)
    assert metrics(run_id, cursor)["train"]["step"] == []
    assert metrics(run_id, cursor)["cursor"] == cursor == 39


def test_a_sample_reads_back_layer_by_layer(run_id):
    record(run_id, range(1, 4))
    answer = metrics(run_id)
    assert answer["samples"]["step"] == [1, 2, 3]
    assert answer["samples"]["mean"] == [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]
    assert answer["samples"]["counts"][2] == [[3] * layout.BINS] * 2
    assert answer["samples"]["norm"][1]["l0"]["running_var"] == 2.0
    assert answer["latest"] == {
        "step": 3,
        "norm": {"l0": {"channel": [0, 1, 2], **{name: [3.0] * 3 for name in layout.NORM}}},
    }


def test_a_long_history_is_thinned_and_no_spike_is_lost(run_id):
    record(run_id, range(1, 300))
    recorder = Recorder(run_id)
    for step in range(300, 30_000):
        recorder.step(step, 99.0 if step == 12_345 else 0.1, 0.5)
    recorder.close()
    train = metrics(run_id)["train"]
    assert len(train["step"]) <= POINTS + 2
    assert train["loss"][train["step"].index(12_345)] == 99.0
    assert train["step"][-1] == 29_999
    samples = metrics(run_id)["samples"]["step"]
    assert len(samples) <= 200 and (samples[0], samples[-1]) == (1, 299)


def test_numbers_that_are_not_finite_survive_in_the_store_and_are_none_in_json(run_id):
    recorder = Recorder(run_id)
    for step, loss in enumerate((math.nan, math.inf, -math.inf, 1.0)):
        recorder.step(step, loss, math.nan)
    recorder.close()
    answer = metrics(run_id)
    assert answer["train"]["loss"] == [None, None, None, 1.0]
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    with store.reading(run_id) as connection:
        kept = [row[0] for row in connection.execute("SELECT loss FROM steps ORDER BY step")]
    assert kept == [None, math.inf, -math.inf, 1.0]


def test_an_envelope_keeps_the_largest_and_smallest_of_each_stretch():
    values = np.random.default_rng(0).normal(size=10_000)
    values[5_000], values[7_000] = math.nan, 50
    kept = envelope(values, 100)
    assert len(kept) <= 102 and {5_000, 7_000, int(np.nanargmin(values)), 9_999} <= set(kept)


def test_numbers_are_short_and_right():
    values = torch.randn(1000).numpy() * 10.0 ** np.arange(-20, 20).repeat(25)
    np.testing.assert_allclose(plain(values), values, rtol=1e-5)
    assert plain(np.array([0.0, math.nan, 0.1, 1e-320])) == [0.0, None, 0.1, pytest.approx(1e-320)]


@pytest.mark.parametrize("bad", ["", "0" * 16, "../../etc", "x" * 16, "ABCDEF0123456789", None])
def test_an_unknown_or_malformed_id_is_a_key_error(bad):
    with pytest.raises(KeyError):
        metrics(bad)


def test_a_poll_is_a_matter_of_milliseconds(run_id):
    record(run_id, range(1, 2000), layers=12)
    metrics(run_id)
    began = time.perf_counter()
    for since in range(1900, 1950):
        metrics(run_id, since)
    assert (time.perf_counter() - began) / 50 < 0.05


def test_a_run_says_how_far_it_is_and_what_is_left(run_id):
    now = time.time()
    store.update(
        run_id,
        **{"state": "done", "started": now - 10, "finished": now, "step": 50, "steps": 200},
        **{"seconds": 5.0, "epochs": 4, "epoch": 1},
    )
    run = metrics(run_id)["run"]
    assert (run["elapsed_s"], run["steps_per_second"], run["left_s"]) == (10.0, 10.0, None)
