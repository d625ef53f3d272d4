"""MLflow: each run as a run of an experiment there, with settings, figures, tags, network and weights."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from textwrap import shorten
from typing import Any

from trainer import store
from trainer.errors import TrainerError
from trainer.figures.form import Form
from trainer.figures.long import rows
from trainer.store import Run

EXPERIMENT = "Layerloom"
AT_ONCE = 1000  # metrics in one message, the most that MLflow takes
MOST_PARAMS = 100  # the same of params
LONGEST = 5000  # letters of a tag
LONGEST_REASON = 160  # letters of what MLflow says
ADDRESS = re.compile(r"(https?|file|sqlite)://?\S+")
ENDS = {"done": "FINISHED", "stopped": "KILLED", "failed": "FAILED", "lost": "FAILED"}
PREFIXES = {"train": "train_", "validation": "val_", "computer": "computer_"}  # as `trainer run --json` says


def write(run_ids: Sequence[str], target: str) -> None:
    """Log runs to a tracking server or folder, in the experiment Layerloom, each as a new run there.

    target  http(s)://..., sqlite:///..., file:///..., or a folder.
    Raises TrainerError where nothing answers there.
    """
    address = tracking_address(target)
    if address.startswith("file:"):
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")  # a folder is what was asked for
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")  # else it tries for minutes
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    try:
        client = MlflowClient(tracking_uri=address)
        known = client.get_experiment_by_name(EXPERIMENT)
        experiment = known.experiment_id if known else client.create_experiment(EXPERIMENT)
        for run_id in run_ids:
            _log(client, experiment, store.read(run_id))
    except (MlflowException, OSError) as error:
        first = shorten(str(error), LONGEST_REASON, placeholder=" ...")
        raise TrainerError(
            f"MLflow at {target} did not take the runs ({first}). Look whether it runs and the address is "
            "right."
        ) from error


def tracking_address(target: str) -> str:
    """The address as MLflow takes it; a folder becomes file://. Raises TrainerError for what is neither."""
    words = target.strip()
    if ADDRESS.fullmatch(words):
        return words
    if not words or "://" in words:
        raise TrainerError(
            f"MLflow's address is http://HOST:PORT of a tracking server, or a folder; it got “{words}”."
        )
    return Path(words).expanduser().absolute().as_uri()


def _log(client: Any, experiment: str, run: Run) -> None:
    begun = int(1000 * (run.started or run.created))
    made = client.create_run(experiment, start_time=begun, run_name=run.name, tags=_tags(run))
    there = made.info.run_id
    _log_figures(client, there, run, begun)
    for file in ("network.py", "document.loom.json", "weights.safetensors"):
        if (run.folder / file).exists():
            client.log_artifact(there, str(run.folder / file), "network")
    ended = int(1000 * run.finished) if run.finished else None
    client.set_terminated(there, status=ENDS.get(run.state, "RUNNING"), end_time=ended)


def _tags(run: Run) -> dict[str, str]:
    """What the run is, and what people have added to it."""
    own = {"data": run.data, "document": run.document_name, "state": run.state, "device": run.device}
    own |= {"group": run.group, "variant": run.variant, "parent": run.parent, "tags": ", ".join(run.tags)}
    tags = {f"layerloom.{name}": value for name, value in own.items() if value}
    return {**tags, "mlflow.note.content": run.note[:LONGEST]} if run.note else tags


def _log_figures(client: Any, there: str, run: Run, begun: int) -> None:
    from mlflow.entities import Metric, Param

    params = iter([Param(name, str(value)) for name, value in run.settings.items()])
    while some := list(islice(params, MOST_PARAMS)):
        client.log_batch(there, params=some)
    figures = (Metric(name, value, begun + moment, step) for name, value, moment, step in _metrics(run))
    while some := list(islice(figures, AT_ONCE)):
        client.log_batch(there, metrics=some)


def _metrics(run: Run) -> Iterator[tuple[str, float, int, int]]:
    """Name, value, milliseconds since the run began (steps are kept without their times) and step."""
    for row in rows(run.id):
        moment = int(1000 * run.seconds * row.step / max(1, run.step))
        yield PREFIXES[row.split] + row.metric, _taken(row.value), moment, row.step


def _taken(value: float) -> float:
    """MLflow's databases hold no infinity: the largest number stands for it, as MLflow itself has it."""
    return math.copysign(1.7976931348623157e308, value) if math.isinf(value) else value


MLFLOW = Form(
    "mlflow",
    "MLflow",
    "Sends settings, figures, tags, the network's source and its weights to a tracking server or folder.",
    write,
    package="mlflow",
    install="requirements-mlflow.txt",
)
