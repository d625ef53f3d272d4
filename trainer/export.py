"""A run to take home: the bundle of its network, with its trained weights, its figures, and a script that
repeats it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from builder import Document, names
from builder.custom.trust import Trust
from builder.export import PARTS, LeftOutError, Network, Part
from builder.export.parts import text
from builder.export.scripts import versions
from trainer import checkpoint, store
from trainer.data import DataSet, find, title
from trainer.errors import TrainerError
from trainer.metrics import metrics
from trainer.script import train_script
from trainer.settings import Settings
from trainer.store import Run


def network_of(run: Run, trust: Trust = False) -> Network:
    """The run's network as it was trained. Raises TrainerError while it has no trained weights.

    trust: which of its layers written in Python may be run, as in builder.check.
    """
    weights = store.weights(run.id)
    if weights is None:
        raise TrainerError(
            f"The run of {run.name} has no trained weights: it is {run.state}. "
            + ("Wait until it ends, or stop it." if run.active else "Export its document instead.")
        )
    return Network(
        Document.from_json(store.document(run.id)),
        seed=Settings.from_values(run.settings).seed,
        weights_file=weights,
        printed=store.source(run.id),
        facts=facts(run),
        trust=trust,
    )


def facts(run: Run) -> tuple[str, ...]:
    """What was trained and how well it did, in sentences of Markdown."""
    told = metrics(run.id)
    found = told["validation"]
    name = names.markdown(f"{run.name} ({run.variant})" if run.variant else run.name)
    data = names.markdown(title(run.data))
    trained = f"The run {name} was trained on {data} for {run.epoch} of {run.epochs} epochs."
    loss = (found["loss"] or [None])[-1]
    if loss is None:
        return (trained,)
    last = {name: values[-1] for name, values in told["measures"].items() if values[-1] is not None}
    if (accuracy := last.get("accuracy")) is not None:
        return (trained, f"Validation loss {loss:.4g}, validation accuracy {100 * accuracy:.1f} %.")
    return (trained, f"Validation loss {loss:.4g}." + "".join(f" {n} {v:.4g}." for n, v in last.items()))


def parts_of(run: Run) -> tuple[Part, ...]:
    """The parts of the run's bundle: PARTS, with its own train.py, its data and its figures."""
    settings = Settings.from_values(run.settings)
    beginning, forked = store.beginning(run.id), run.folder / checkpoint.BEGINNING

    def script(network: Network) -> str:
        begins, steps = beginning is not None, max(1, run.steps // run.epochs)
        with store.reading(run.id) as connection:
            rates = store.rates(connection)
        state = checkpoint.load(forked) if forked.exists() else None
        return train_script(
            run.name,
            network.class_name,
            settings,
            _data_of(run),
            begins,
            steps,
            rates,
            state,
            run.validated_at_once,
        )

    def data(network: Network, path: Path) -> str:
        x, y = _data_of(run).arrays(settings.seed)
        np.savez_compressed(path, x=x, y=y)
        return ""

    def recorded(network: Network) -> str:
        return json.dumps(record(run), indent=1) + "\n"

    about = "Repeats this run on data.npz, loss by loss."
    own = [
        Part("data", "data.npz", f"The data: {title(run.data)}.", data),
        Part("run", "run.json", "The run's settings and its recorded losses.", text(recorded)),
    ]
    if beginning is not None:
        own.append(
            Part("beginning", "beginning.safetensors", "The weights it began with.", copied(beginning), True)
        )
    if forked.exists():
        own.append(Part("fork", "beginning.pt", "The checkpoint it was forked from.", copied(forked), True))
    parts = [replace(p, about=about, write=text(script)) if p.name == "train" else p for p in PARTS]
    return (*parts, *own)


def _data_of(run: Run) -> DataSet:
    """What the run trained on. Raises LeftOutError where that was deleted."""
    try:
        return find(run.data)
    except TrainerError as error:
        raise LeftOutError(
            f"The data set {run.data} was deleted, so the run cannot be repeated. Bring its file again."
        ) from error


def copied(source: Path) -> Callable[[Network, Path], str]:
    """A part's `write` that copies a file."""

    def write(network: Network, path: Path) -> str:
        path.write_bytes(source.read_bytes())
        return ""

    return write


def record(run: Run) -> dict[str, Any]:
    """The run's settings and every figure of its losses.

    Its id is not among them: who knows it can look at the run in this app.
    """
    with store.reading(run.id) as connection:
        steps = connection.execute("SELECT step, loss FROM steps ORDER BY step").fetchall()
        epochs = connection.execute("SELECT epoch, loss FROM epochs ORDER BY epoch").fetchall()
        measured = connection.execute("SELECT epoch, name, value FROM measures").fetchall()
        rates = store.rates(connection)
    measures: dict[int, dict[str, float]] = {}
    for epoch, name, value in measured:
        measures.setdefault(epoch, {})[name] = value
    return {
        "name": run.name,
        "variant": run.variant,
        "data": run.data,
        "state": run.state,
        "settings": dict(run.settings),
        "packages": versions(),
        "validation": [{"epoch": epoch, "loss": loss, **measures.get(epoch, {})} for epoch, loss in epochs],
        "rates": [{"step": step, "lr": lr} for step, lr in rates.items()],
        "forked_after_step": run.parent_step,
        "losses": [{"step": step, "loss": loss} for step, loss in steps],
    }
