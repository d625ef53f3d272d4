"""The live charts' figures: increments add up to the whole, spikes stay, JSON takes them."""

import json
import math
import time

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.calls import calls_of
from tests.trainer.digits import SOURCE, Document
from trainer import layout, store, vitals
from trainer.metrics import POINTS, layer, metrics
from trainer.recorder import Recorder
from trainer.settings import Settings
from trainer.thinning import envelope, folded, plain


@pytest.fixture
def run_id() -> str:
    return store.create(SOURCE, Document().to_json(), Settings().to_json())


NORM = {"norm": True, "channels": 3, "running": True, "affine": True, "bias": True}
NONE = {"norm": False, "channels": None, "running": False, "affine": False, "bias": False}


def record(run_id: str, steps: range, layers: int = 2, at: dict[int, float] | None = None) -> None:
    """Write steps with a look each, whose numbers are the step or what `at` says, and an epoch every ten."""
    kinds = [{"name": f"l{i}", "kind": "L", "parameters": 1, **(NONE if i else NORM)} for i in range(layers)]
    planned = layout.plan(kinds)
    recorder = Recorder(run_id)
    recorder.set(layers=planned, vitals=vitals.NAMES)
    wide, counted, channels = layout.sizes(planned)
    for step in steps:
        value = (at or {}).get(step, step)
        recorder.step(step, 1 / step, 0.5)
        histograms = np.full(counted, step % 1000, np.uint16)
        blobs = (np.full(wide, value, np.float32), histograms, np.full(channels, value, np.float32))
        recorder.sample(step, *(blob.tobytes() for blob in blobs))
        recorder.vitals(step, np.array([step, *[math.nan] * (len(vitals.NAMES) - 1)], float).tobytes())
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
    for part in ("train", "validation", "vitals"):
        for key, values in whole[part].items():
            assert sum((each[part][key] for each in parts), []) == values, (part, key)
    for key, values in whole["samples"]["low"].items():
        assert sum((each["samples"]["low"][key] for each in parts), []) == values, key
    assert sum((each["samples"]["norm"] for each in parts), []) == whole["samples"]["norm"]
    assert metrics(run_id, cursor)["train"]["step"] == []
    assert metrics(run_id, cursor)["cursor"] == cursor == 39


def test_a_look_reads_back_layer_by_layer(run_id):
    record(run_id, range(1, 4))
    answer = metrics(run_id)
    assert answer["samples"]["step"] == [1, 2, 3]
    assert answer["samples"]["low"]["mean"] == [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]
    assert answer["samples"]["high"] == {}
    assert answer["samples"]["norm"][1]["l0"]["running_var"] == 2.0
    assert answer["latest"] == {
        "step": 3,
        "norm": {"l0": {"channel": [0, 1, 2], **{name: [3.0] * 3 for name in layout.NORM}}},
    }
    assert answer["vitals"] == {"step": [1, 2, 3], "lr": [1.0, 2.0, 3.0]}  # what was never read is left out
    assert {each["name"] for each in answer["statistics"]} <= set(answer["samples"]["low"])
    assert [each["name"] for each in answer["readings"]] == list(vitals.NAMES)


def test_a_layers_histograms_are_asked_for_by_its_name(run_id):
    record(run_id, range(1, 4))
    answer = layer(run_id, "l1")
    assert answer["step"] == [1, 2, 3]
    assert answer["activation"]["counts"][2] == answer["gradient"]["counts"][2] == [3] * layout.BINS
    assert answer["activation"]["low"] == [1.0, 2.0, 3.0]
    assert layer(run_id, "l1", since=2)["step"] == [3]
    with pytest.raises(KeyError):
        layer(run_id, "nobody")


def test_a_long_run_keeps_the_spikes_of_every_layer(run_id):
    spikes = {1234: 1e6, 2222: -1e6, 2500: math.inf}
    record(run_id, range(1, 3000), layers=3, at=spikes)
    samples = metrics(run_id)["samples"]
    assert len(samples["step"]) == len(samples["high"]["mean"]) <= 240
    for index in range(3):
        assert max(row[index] or 0 for row in samples["high"]["mean"]) == 1e6
        assert min(row[index] for row in samples["low"]["mean"]) == -1e6
        assert sum(row[index] is None for row in samples["high"]["mean"]) == 1  # infinity, in its stretch


@given(st.lists(st.floats(width=32), min_size=1, max_size=300), st.integers(1, 40))
def test_stretches_keep_the_smallest_and_the_largest_number(numbers, columns):
    starts, low, high = folded(np.array(numbers)[:, None], columns)
    assert len(starts) == min(columns, len(numbers)) and starts[0] == 0
    real = [each for each in numbers if not math.isnan(each)]
    if real:
        assert (np.nanmin(low), np.nanmax(high)) == (min(real), max(real))


def test_layers_without_looks_are_no_trouble(run_id):
    store.update(run_id, layers=layout.plan([{"name": "a", "kind": "L", "parameters": 1, **NONE}]))
    answer = metrics(run_id)
    assert (answer["samples"]["step"], answer["findings"], answer["vitals"]) == ([], [], {"step": []})
    assert layer(run_id, "a")["step"] == []


def test_a_run_from_before_there_were_such_looks_still_shows_its_losses(run_id):
    record(run_id, range(1, 4))
    with store.writing(run_id) as connection:
        connection.execute("DELETE FROM meta WHERE key IN ('layers', 'vitals')")
        for table in ("samples", "vitals"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("CREATE TABLE samples (step INTEGER PRIMARY KEY, statistics BLOB)")
    answer = metrics(run_id)
    assert answer["train"]["step"] == [1, 2, 3] and answer["samples"]["step"] == []


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


def test_a_poll_takes_no_more_late_in_a_run_than_early(run_id):
    def poll(last: int) -> int:
        return calls_of(lambda: metrics(run_id, last - 50))

    record(run_id, range(1, 200), layers=12)
    metrics(run_id)
    early = poll(199)
    record(run_id, range(200, 2000), layers=12)
    metrics(run_id)
    assert poll(1999) < 1.5 * early


def test_a_run_says_how_far_it_is_and_what_is_left(run_id):
    now = time.time()
    store.update(
        run_id,
        **{"state": "done", "started": now - 10, "finished": now, "step": 50, "steps": 200},
        **{"seconds": 5.0, "epochs": 4, "epoch": 1},
    )
    run = metrics(run_id)["run"]
    assert (run["elapsed_s"], run["steps_per_second"], run["left_s"]) == (10.0, 10.0, None)
