"""TensorBoard: a folder with an event file for each run, with curves, settings, note and layers' histograms.

Written with the package tensorboard alone, so PyTorch need not be loaded.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from builder.names import file_name
from trainer import layout, store
from trainer.figures.form import Form
from trainer.figures.long import rows
from trainer.store import Run

MOST_LOOKS = 100  # of which histograms are written
EVENTS = "events.out.tfevents.0.layerloom"  # TensorBoard looks for tfevents in the name


def write(run_ids: Sequence[str], target: str) -> None:
    """A zip with one folder for each run: unpack it and point tensorboard --logdir at it."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for run_id in run_ids:
            run = store.read(run_id)
            file = Path(folder) / run_id
            write_events(run, file)
            made.write(file, f"{folder_of(run)}/{EVENTS}")


def folder_of(run: Run) -> str:
    """What a run is called in TensorBoard: its name, and as much of its id as tells it apart."""
    return f"{file_name(run.name)}-{run.id[:6]}"


def write_events(run: Run, file: Path) -> None:
    """One event file: a scalar for each row of the long table, as float32, the format's own precision."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.record_writer import RecordWriter

    clock = _clock(run)
    with file.open("wb") as opened:
        writer = RecordWriter(opened)

        def put(step: int, **kept: Any) -> None:
            writer.write(Event(wall_time=clock(step), step=step, **kept).SerializeToString())

        put(0, file_version="brain.Event:2")
        put(0, summary=_settings(run))
        for row in rows(run.id):
            tag = f"{row.metric}/{row.split}" if row.split != "computer" else f"computer/{row.metric}"
            put(row.step, summary=Summary(value=[Summary.Value(tag=tag, simple_value=row.value)]))
        for step, values in _histograms(run):
            put(step, summary=Summary(value=values))
        writer.close()


def _clock(run: Run):
    """Step -> seconds since 1970. Steps are kept without their times, so they are spread evenly."""
    began = run.started or run.created
    return lambda step: began + run.seconds * step / max(1, run.step)


def _settings(run: Run):
    """The settings as TensorBoard's HPARAMS page takes them, and the note as a text."""
    from tensorboard.plugins.hparams.summary_v2 import hparams_pb

    taken = (bool, int, float, str)
    known = {name: value for name, value in run.settings.items() if isinstance(value, taken)}
    summary = hparams_pb({"data": run.data, **known}, run.id, run.created)
    if run.note:
        summary.value.append(_text("note", run.note))
    return summary


def _text(tag: str, words: str):
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.compat.proto.tensor_pb2 import TensorProto
    from tensorboard.plugins.text.metadata import create_summary_metadata

    tensor = TensorProto(dtype="DT_STRING", string_val=[words.encode()])
    metadata = create_summary_metadata(display_name=tag, description="")
    return Summary.Value(tag=tag, metadata=metadata, tensor=tensor)


def _histograms(run: Run) -> Iterator[tuple[int, list]]:
    """The activations of each layer, and the gradients of its weights, at a hundred looks at most."""
    with store.reading(run.id) as connection:
        steps = [step for (step,) in connection.execute("SELECT step FROM samples ORDER BY step")]
        chosen = np.unique(np.linspace(0, len(steps) - 1, min(len(steps), MOST_LOOKS)).astype(int))
        for place in chosen if run.layers else ():
            asked = "SELECT statistics, histograms FROM samples WHERE step = ?"
            statistics, counts = connection.execute(asked, (steps[place],)).fetchone()
            table = layout.statistics(run.layers, [statistics])[0]
            yield steps[place], list(_of_look(run, table, layout.histograms(run.layers, counts)))


def _of_look(run: Run, table: np.ndarray, counts: np.ndarray) -> Iterator[Any]:
    parts = (("activations", "low", "high"), ("gradient", "gradient_low", "gradient_high"))
    for layer, figures, both in zip(run.layers, table, counts, strict=True):
        for (part, low, high), counted in zip(parts, both, strict=True):
            ends = figures[layout.NAMES.index(low)], figures[layout.NAMES.index(high)]
            if np.isfinite(ends).all() and counted.any():
                yield _histogram(f"{part}/{layer['name']}", counted, *map(float, ends))


def _histogram(tag: str, counts: np.ndarray, low: float, high: float):
    """Counts in bins of one width; the sums are those of the bins' middles."""
    from tensorboard.compat.proto.histogram_pb2 import HistogramProto
    from tensorboard.compat.proto.summary_pb2 import Summary

    edges = np.linspace(low, high, len(counts) + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    histogram = HistogramProto(
        min=low,
        max=high,
        num=float(counts.sum()),
        sum=float((counts * middles).sum()),
        sum_squares=float((counts * middles**2).sum()),
        bucket_limit=edges[1:].tolist(),
        bucket=counts.astype(float).tolist(),
    )
    return Summary.Value(tag=tag, histo=histogram)


TENSORBOARD = Form(
    "tensorboard",
    "TensorBoard",
    "Event files in a zip, a folder for each run: curves, settings and the layers' histograms. "
    "Unpack it, then: tensorboard --logdir FOLDER.",
    write,
    ending="zip",
    media="application/zip",
    package="tensorboard",
    install="requirements-tensorboard.txt",
)
