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
from trainer.metrics import POINTS, begin, first, layer, metrics
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


def lists_in(answer: dict, at: tuple = ()) -> dict[tuple, list]:
    """All lists of an answer that grow with the run, by the way to them."""
    if isinstance(answer, list):
        return {at: answer}
    return {way: found for key in answer for way, found in lists_in(answer[key], (*at, key)).items()}


def test_figures_that_were_begun_are_those_of_the_run_and_serve_once(run_id):
    record(run_id, range(1, 8))
    begin(run_id)
    assert first(run_id) == metrics(run_id)
    record(run_id, range(8, 12))
    assert first(run_id)["cursor"] == metrics(run_id)["cursor"] == 11


def test_figures_of_an_unknown_run_are_begun_in_silence_and_refused_when_asked_for():
    begin("0" * 16)
    with pytest.raises(KeyError):
        first("0" * 16)


def test_increments_add_up_to_the_whole(run_id):
    parts, cursor = [], -1
    for steps in (range(1, 8), range(8, 21), range(21, 40), range(40, 230)):
        record(run_id, steps)
        parts.append(metrics(run_id, cursor))
        cursor = parts[-1]["cursor"]
    whole = metrics(run_id)
    for part in ("train", "validation", "vitals", "norms"):
        increments = [lists_in(each[part]) for each in parts]
        for way, values in lists_in(whole[part]).items():
            assert sum((each[way] for each in increments), []) == values, (part, way)
    for key, values in whole["samples"]["low"].items():
        assert sum((each["samples"]["low"][key] for each in parts), []) == values, key
    assert metrics(run_id, cursor)["train"]["loss"]["step"] == []
    assert metrics(run_id, cursor)["cursor"] == cursor == 229


def test_what_is_smooth_is_of_all_batches_and_the_same_for_who_asks_late(run_id):
    """Against the mean with weights, batch by batch; a page that polls and one that is reloaded agree."""
    generator = np.random.default_rng(0)
    losses = generator.exponential(size=6000)
    losses[2000], losses[4000:4003] = 1e9, (math.nan, math.inf, 7.0)
    recorder = Recorder(run_id)
    polled, cursor = {}, -1
    for step, loss in enumerate(losses, 1):
        recorder.step(step, float(loss), 0.5)
        if step % 150 == 0:
            recorder.commit()
            answer = metrics(run_id, cursor)
            cursor, smooth = answer["cursor"], answer["train"]["smooth_loss"]
            polled |= dict(zip(smooth["step"], smooth["value"], strict=True))
    recorder.close()
    smooth = metrics(run_id)["train"]["smooth_loss"]
    assert 1000 < len(smooth["step"]) <= POINTS + 2
    for step, value in zip(smooth["step"], smooth["value"], strict=True):
        assert value == polled[step]
        seen = losses[max(0, step - 200) : step][::-1]
        known, weights = np.isfinite(seen), 0.95 ** np.arange(len(seen))
        wanted = np.average(seen[known], weights=weights[known]) if known[0] else None
        assert value is wanted is None or value == pytest.approx(wanted, rel=1e-5)


def test_each_curve_keeps_its_own_spikes(run_id):
    recorder = Recorder(run_id)
    for step in range(1, 20_000):
        recorder.step(step, 1 / step, 0.0 if step == 7_777 else 0.9)
        readings = np.full(len(vitals.NAMES), 1.0)
        readings[0] = {5_001: 9.0, 5_002: -9.0, 5_100: 8.0}.get(step, 1.0)
        recorder.vitals(step, readings.tobytes())
    recorder.set(vitals=vitals.NAMES)
    recorder.close()
    answer = metrics(run_id)
    assert min(answer["train"]["accuracy"]["value"]) == 0.0
    rate = answer["vitals"][vitals.NAMES[0]]
    found = dict(zip(rate["step"], rate["value"], strict=True))
    assert len(found) <= 602 and (found[5_001], found[5_002], found[5_100]) == (9.0, -9.0, 8.0)


def test_an_epochs_last_step_comes_again_until_its_validation_is_there(run_id):
    """What validation gives comes later than the step, and a page asks for what is newer than a step."""
    store.update(run_id, epochs=3, steps=30)
    recorder = Recorder(run_id)
    for step in range(1, 11):
        recorder.step(step, 1.0, 0.5)
    recorder.commit()
    first = metrics(run_id)
    assert (first["train"]["loss"]["step"][-1], first["cursor"]) == (10, 9)
    recorder.epoch(1, 10, 0.7, 0.5)
    recorder.step(11, 1.0, 0.5)
    recorder.close()
    rest = metrics(run_id, first["cursor"])
    assert rest["validation"]["loss"] == [0.7] and rest["train"]["loss"]["step"] == [10, 11]
    assert rest["cursor"] == 11


def test_a_look_reads_back_layer_by_layer(run_id):
    record(run_id, range(1, 4))
    answer = metrics(run_id)
    assert answer["samples"]["step"] == [1, 2, 3]
    assert answer["samples"]["low"]["mean"] == [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]
    assert answer["samples"]["high"] == {}
    assert answer["norms"]["l0"]["running_var"] == {"step": [1, 2, 3], "value": [1.0, 2.0, 3.0]}
    assert answer["latest"] == {
        "step": 3,
        "norm": {"l0": {"channel": [0, 1, 2], **{name: [3.0] * 3 for name in layout.NORM}}},
    }
    # what was never read is left out
    assert answer["vitals"] == {"lr": {"step": [1, 2, 3], "value": [1.0, 2.0, 3.0]}}
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


def test_a_long_run_keeps_the_spikes_of_a_normalizations_averages(run_id):
    record(run_id, range(1, 3000), at={1234: 1e6, 1240: -1e6})
    for average in layout.AVERAGES:
        values = metrics(run_id)["norms"]["l0"][average]["value"]
        assert len(values) <= 242 and (min(values), max(values)) == (-1e6, 1e6), average


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
    assert (answer["samples"]["step"], answer["findings"], answer["vitals"]) == ([], [], {})
    assert layer(run_id, "a")["step"] == []


def test_a_run_from_before_there_were_such_looks_still_shows_its_losses(run_id):
    record(run_id, range(1, 4))
    with store.writing(run_id) as connection:
        connection.execute("DELETE FROM meta WHERE key IN ('layers', 'vitals')")
        for table in ("samples", "vitals"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("CREATE TABLE samples (step INTEGER PRIMARY KEY, statistics BLOB)")
    answer = metrics(run_id)
    assert answer["train"]["loss"]["step"] == [1, 2, 3] and answer["samples"]["step"] == []


def test_a_long_history_is_thinned_and_no_spike_is_lost(run_id):
    record(run_id, range(1, 300))
    recorder = Recorder(run_id)
    for step in range(300, 30_000):
        recorder.step(step, 99.0 if step == 12_345 else 0.1, 0.5)
    recorder.close()
    loss = metrics(run_id)["train"]["loss"]
    assert len(loss["step"]) <= POINTS + 2
    assert loss["value"][loss["step"].index(12_345)] == 99.0
    assert loss["step"][-1] == 29_999


def test_numbers_that_are_not_finite_survive_in_the_store_and_are_none_in_json(run_id):
    recorder = Recorder(run_id)
    for step, loss in enumerate((math.nan, math.inf, -math.inf, 1.0)):
        recorder.step(step, loss, math.nan)
    recorder.close()
    answer = metrics(run_id)
    assert answer["train"]["loss"]["value"] == [None, None, None, 1.0]
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
