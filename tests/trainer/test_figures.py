"""The figures of runs in other tools' forms, read back by those tools."""

from __future__ import annotations

import csv
import math
import sys
import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from builder.service import ServiceError
from tests.trainer.runs import STRANGE, ended
from trainer import layout, store
from trainer.errors import TrainerError
from trainer.figures import FORMS, making, mlflow
from trainer.figures.form import Form
from trainer.figures.layers import LayerRow
from trainer.figures.long import rows


def same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def kept(run_id: str) -> list[tuple]:
    """The rows of the long table, as the run's own file has them."""
    with store.reading(run_id) as connection:
        steps = connection.execute("SELECT step, loss, accuracy FROM steps").fetchall()
        epochs = connection.execute("SELECT epoch, step, loss FROM epochs").fetchall()
        measures = connection.execute("SELECT epoch, name, value FROM measures").fetchall()
    at = {epoch: step for epoch, step, _ in epochs}
    found = [(step, None, "train", "loss", loss) for step, loss, _ in steps]
    found += [(step, None, "train", "accuracy", accuracy) for step, _, accuracy in steps]
    found += [(step, epoch, "validation", "loss", loss) for epoch, step, loss in epochs]
    found += [(at[epoch], epoch, "validation", name, value) for epoch, name, value in measures]
    found += [(step, None, "computer", "lr", 0.01) for _, step, _ in epochs]
    return [(*place, math.nan if value is None else value) for *place, value in found]


def sorted_rows(found: list[tuple]) -> list[tuple]:
    return sorted(found, key=lambda row: (row[2], row[3], row[0]))


def assert_same(found: list[tuple], wanted: list[tuple]) -> None:
    assert [row[:-1] for row in sorted_rows(found)] == [row[:-1] for row in sorted_rows(wanted)]
    pairs = zip(sorted_rows(found), sorted_rows(wanted), strict=True)
    assert [(one, other) for one, other in pairs if not same(one[-1], other[-1])] == []


def test_csv_gives_every_figure_back_to_the_last_digit(tmp_path):
    runs, path = [ended(losses=STRANGE), ended("Other, with a comma")], tmp_path / "runs.csv"
    FORMS["csv"].made(runs, str(path))
    with path.open(newline="") as file:
        found = list(csv.DictReader(file))
    assert list(found[0]) == ["run", "name", "step", "epoch", "split", "metric", "value"]
    for run_id in runs:
        own = [row for row in found if row["run"] == run_id]
        assert_same(
            [
                (
                    int(r["step"]),
                    int(r["epoch"]) if r["epoch"] else None,
                    r["split"],
                    r["metric"],
                    float(r["value"]),
                )
                for r in own
            ],
            kept(run_id),
        )
    assert found[-1]["name"] == "Other, with a comma"


def test_parquet_gives_every_figure_back_and_tells_nan_from_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("trainer.figures.tables.AT_ONCE", 7)  # in several pieces
    run_id, path = ended(losses=STRANGE), tmp_path / "runs.parquet"
    FORMS["parquet"].made([run_id], str(path))
    table = pq.read_table(path)
    assert table.column("value").null_count == 0
    names = ("step", "epoch", "split", "metric", "value")
    assert_same([tuple(row[name] for name in names) for row in table.to_pylist()], kept(run_id))


def test_a_run_that_predicts_numbers_has_no_accuracy():
    run_id = ended()
    with store.writing(run_id) as connection:
        connection.execute("UPDATE steps SET accuracy = NULL")
    assert {row.metric for row in rows(run_id) if row.split == "train"} == {"loss"}


def test_a_run_from_before_there_were_measures_has_its_accuracy():
    run_id = ended()
    with store.writing(run_id) as connection:
        connection.execute("DROP TABLE measures")
    accuracies = [row.value for row in rows(run_id) if (row.split, row.metric) == ("validation", "accuracy")]
    assert accuracies == [0.1, 0.2]


def test_the_page_has_the_file_made_in_a_process_of_its_own_or_says_why_not(tmp_path):
    run_id, path = ended(losses=STRANGE), tmp_path / "runs.csv"
    FORMS["csv"].made([run_id], str(path))
    assert making.make(FORMS["csv"], [run_id]) == path.read_bytes()
    with pytest.raises(ServiceError, match="^CSV was not made. There is no run '0123456789abcdef'"):
        making.make(FORMS["csv"], ["0123456789abcdef"])


# --- layers

LINEAR = {"name": "fc1", "kind": "Linear", "norm": False, "channels": None, "parameters": 6}
NORM = {"name": "norm1", "kind": "BatchNorm1d", "norm": True, "channels": 4, "parameters": 8}


def looked_at(*looks: np.ndarray) -> str:
    """A run of LINEAR and NORM whose looks are these: (layers' statistics, then the averages), float32."""
    run_id = ended("Seen, inside", layers=layout.plan([LINEAR, NORM]))
    with store.writing(run_id) as connection:
        for step, look in enumerate(looks, 1):
            row = (10 * step, look.astype(np.float32).tobytes(), b"", b"")
            connection.execute("INSERT INTO samples VALUES (?, ?, ?, ?)", row)
    return run_id


def strange_looks() -> tuple[list[np.ndarray], dict[tuple, float]]:
    """Looks of random numbers, NaN and infinity among them, and what has to be read of them:
    (step, layer, kind, statistic) -> value.
    """
    wide = len(layout.NAMES)
    looks = list(np.random.default_rng(0).normal(size=(5, 2 * wide + len(layout.AVERAGES))))
    dead, loudest, drift = (
        layout.NAMES.index("dead"),
        layout.NAMES.index("max"),
        layout.AVERAGES.index("drift"),
    )
    for look in looks:
        look[dead] = look[2 * wide + drift] = math.nan  # at no look a number
    looks[1][loudest], looks[2][loudest], looks[4][wide + loudest] = math.inf, math.nan, -math.inf
    wanted = {}
    for step, look in enumerate(np.float32(looks), 1):
        parts = (("fc1", "Linear", layout.NAMES), ("norm1", "BatchNorm1d", layout.NAMES))
        named = [(*layer, name) for *layer, names in parts for name in names]
        named += [("norm1", "BatchNorm1d", name) for name in layout.AVERAGES]
        for name, value in zip(named, look.tolist(), strict=True):
            wanted[10 * step, *name] = value
    hidden = {each.name for each in layout.STATISTICS if not each.title}
    left_out = {("fc1", "dead"), ("norm1", "drift")}
    return looks, {
        key: value
        for key, value in wanted.items()
        if key[3] not in hidden and (key[1], key[3]) not in left_out
    }


@pytest.mark.parametrize("form", ["layers-csv", "layers-parquet"])
def test_every_statistic_of_every_layer_comes_back(form, tmp_path, monkeypatch):
    monkeypatch.setattr("trainer.figures.layers.LOOKS", 2)  # in several pieces
    looks, wanted = strange_looks()
    run_id, path = looked_at(*looks), tmp_path / "layers"
    FORMS[form].made([run_id, ended("Never looked at")], str(path))
    if form == "layers-csv":
        with path.open(newline="") as file:
            found = list(csv.DictReader(file))
    else:
        found = pq.read_table(path).to_pylist()
    assert list(found[0]) == [each.name for each in fields(LayerRow)]
    assert {(row["run"], row["name"]) for row in found} == {(run_id, "Seen, inside")}
    key = lambda row: (int(row["step"]), row["layer"], row["kind"], row["statistic"])  # noqa: E731
    read = {key(row): float(row["value"]) for row in found}
    assert len(read) == len(found) and read.keys() == wanted.keys()
    assert [place for place in wanted if not same(read[place], wanted[place])] == []


# --- TensorBoard


def accumulated(path: Path, folder: Path) -> dict[str, EventAccumulator]:
    """What TensorBoard reads, by the name of the run's folder."""
    with zipfile.ZipFile(path) as made:
        made.extractall(folder)
    found = {
        each.name: EventAccumulator(str(each), size_guidance={"scalars": 0, "histograms": 0})
        for each in folder.iterdir()
    }
    for each in found.values():
        each.Reload()
    return found


def test_tensorboard_reads_every_figure(tmp_path):
    run_id, path = ended("Wide CNN", losses=STRANGE, note="A note."), tmp_path / "runs.zip"
    FORMS["tensorboard"].made([run_id], str(path))
    ((name, events),) = accumulated(path, tmp_path / "logs").items()
    assert name == f"wide_cnn-{run_id[:6]}"
    for row in rows(run_id):
        tag = f"computer/{row.metric}" if row.split == "computer" else f"{row.metric}/{row.split}"
        (value,) = [each.value for each in events.Scalars(tag) if each.step == row.step]
        assert same(value, float(np.float32(row.value))), row
    assert {"_hparams_/session_start_info", "note"} <= set(events.Tags()["tensors"])
    assert events.Tensors("note")[0].tensor_proto.string_val == [b"A note."]


def test_tensorboard_has_the_layers_histograms_with_the_counts_of_the_look(tmp_path):
    figures = np.zeros(len(layout.NAMES), np.float32)
    for name, value in {"low": -2, "high": 2, "gradient_low": math.nan, "gradient_high": math.nan}.items():
        figures[layout.NAMES.index(name)] = value
    counts = np.zeros((2, layout.BINS), np.uint16)
    counts[0, 3], counts[0, 20], counts[1, 5] = 7, 9, 4
    run_id, path = ended(layers=layout.plan([LINEAR])), tmp_path / "runs.zip"
    with store.writing(run_id) as connection:
        row = (4, figures.tobytes(), counts.tobytes(), b"")
        connection.execute("INSERT INTO samples VALUES (?, ?, ?, ?)", row)
    FORMS["tensorboard"].made([run_id], str(path))
    (events,) = accumulated(path, tmp_path / "logs").values()
    assert events.Tags()["histograms"] == ["activations/fc1"]  # a range that is no number has no bins
    (histogram,) = events.Histograms("activations/fc1")
    found = histogram.histogram_value
    assert (histogram.step, found.num, found.min, found.max) == (4, 16, -2, 2)
    edges = np.linspace(-2, 2, layout.BINS + 1)[1:]
    assert dict(zip(found.bucket_limit, found.bucket, strict=True)) == {
        **dict.fromkeys(edges, 0.0),
        edges[3]: 7.0,
        edges[20]: 9.0,
    }


# --- MLflow


def test_a_form_whose_package_is_missing_says_how_to_install_it():
    form = Form("other", "Other", "", lambda *given: None, package="no_such_package", install="some.txt")
    assert form.missing == "Other needs the package no_such_package. Install it: pip install -r some.txt"
    with pytest.raises(TrainerError, match="pip install -r some.txt"):
        form.made([], "")


@pytest.mark.parametrize("target", ["", "  ", "ftp://host/x", "gopher://x"])
def test_an_address_that_mlflow_has_not_is_refused(target):
    with pytest.raises(TrainerError, match="tracking server, or a folder"):
        mlflow.tracking_address(target)


def test_a_folder_and_a_server_are_addresses(tmp_path):
    assert mlflow.tracking_address(str(tmp_path)) == tmp_path.as_uri()
    assert mlflow.tracking_address(" http://127.0.0.1:5000 ") == "http://127.0.0.1:5000"
    assert mlflow.tracking_address("sqlite:////tmp/x.db") == "sqlite:////tmp/x.db"


def test_mlflow_has_settings_figures_tags_network_and_weights(tmp_path):
    client_of = pytest.importorskip("mlflow").MlflowClient
    run_id = ended("Wide CNN", losses=[0.5, math.nan, math.inf], tags=["a", "b"], note="A note.")
    (store.folder(run_id) / "weights.safetensors").write_bytes(b"weights")
    FORMS["mlflow"].made([run_id], str(tmp_path / "there"))
    client = client_of(tracking_uri=(tmp_path / "there").as_uri())
    (run,) = client.search_runs([client.get_experiment_by_name(mlflow.EXPERIMENT).experiment_id])
    assert (run.info.run_name, run.info.status) == ("Wide CNN", "FINISHED")
    assert run.data.params["lr"] == "0.01"
    assert run.data.tags["layerloom.tags"] == "a, b"
    assert run.data.tags["mlflow.note.content"] == "A note."
    losses = {each.step: each.value for each in client.get_metric_history(run.info.run_id, "val_loss")}
    assert losses[2] == 0.5 and math.isnan(losses[4]) and losses[6] == sys.float_info.max
    steps = [each.value for each in client.get_metric_history(run.info.run_id, "train_loss")]
    assert len(steps) == 6
    files = {each.path for each in client.list_artifacts(run.info.run_id, "network")}
    assert files == {
        f"network/{name}" for name in ("network.py", "document.loom.json", "weights.safetensors")
    }
