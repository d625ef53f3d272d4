"""The process that answers for a run: torch, the network with its trained weights, one question a line.

Each run has a process of its own, so layers that a person wrote and trusted reach no other run.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from builder import weights
from builder.answers import serve
from builder.custom import trust
from builder.custom.trust import Trust
from builder.document import Document
from trainer import checkpoint, measures, objectives, store
from trainer.answering.inputs import Input, input_of, taken
from trainer.answering.learned import Learned, learned_from
from trainer.answering.sources import newest_weights
from trainer.errors import TrainerError
from trainer.settings import Settings
from trainer.store import Run
from trainer.trial import network_from

THREADS = 1  # two wait for each other where others compute: 70 ms in place of 2 for the digits
MEMORY = 2 * 2**30  # bytes for answers, beyond PyTorch, the data and the network
SHOWN = 12  # classes; of more the likeliest


@dataclass(frozen=True)
class Ready:
    """A run that can answer: its data, how an input is given, the loss that its numbers are meant for.

    learned  without the training part, which is large.
    ranges   of each value to predict in that part, [lowest, highest]; none for classes.
    """

    run: Run
    learned: Learned
    ranges: list[list[float]]
    way: Input
    loss: objectives.Loss


@lru_cache(1)
def ready(run_id: str) -> Ready:
    """The run and what it learned from. Raises TrainerError where that is gone."""
    run = store.read(run_id)
    learned = learned_from(run)
    settings = Settings.from_values(run.settings)
    loss = objectives.chosen(settings.loss, learned.data_set)
    y = learned.train[1]
    ranges = np.stack([y.min(0), y.max(0)], 1).tolist() if y.ndim == 2 else []
    small = Learned(
        learned.data_set, (learned.train[0][:0], learned.train[1][:0]), learned.held, learned.prepare
    )
    return Ready(run, small, ranges, input_of(learned), loss)


@lru_cache(1)
def _network(run_id: str, path: Path, _changed: int, trusted: Trust) -> tuple[nn.Module, int]:
    """The network with the weights of a file, and after how many steps it had them."""
    if refusal := trust.refusal(Document.from_json(store.document(run_id)), trusted):
        raise TrainerError(refusal)
    network = network_from(store.source(run_id)).eval()
    if path.suffix == ".safetensors":
        weights.load(network, path)
        return network, store.read(run_id).step
    state = checkpoint.newest(store.folder(run_id))
    if state is None:
        raise TrainerError("The run's checkpoint is gone. Try again.")
    network.load_state_dict(state["parts"]["network"])
    return network, state["step"]


def network_of(run_id: str, trusted: Trust) -> tuple[nn.Module, int]:
    """The network in evaluation mode with the newest weights, and after how many steps it had them.

    Raises TrainerError where the run has none yet, or one of its layers is code that is not trusted.
    """
    path = newest_weights(run_id)
    return _network(run_id, path, path.stat().st_mtime_ns, trusted)


def form(run: str, trusted: Trust | Sequence[str] = ()) -> dict[str, Any]:
    """How an input for the run is given, and what its answers are; loads all that answering needs."""
    found = ready(run)
    network_of(run, _trust(trusted))
    data_set = found.learned.data_set
    return {
        "kind": found.way.kind,
        "task": data_set.task,
        "data": data_set.title,
        "labels": list(data_set.labels),
        "examples": len(found.learned.held[1]),
        "loss": found.loss.name,
        "ranges": found.ranges,
        **found.way.form(),
    }


def answer(run: str, given: Mapping[str, Any], trusted: Trust | Sequence[str] = ()) -> dict[str, Any]:
    """What the run's network says to an input.

    given  {"example": number} of the validation part, or what the run's Input reads; see inputs.py.

    `classes`: label, number, and chance from 0 to 1, or score where the loss takes its numbers for no
    likelihoods; at most SHOWN, in the data set's order or, of more, the likeliest first, `others` are left
    out. Or `values`: label and number, in the scale of the data. And `warnings`, sentences; `shown`, what the
    network gets; `step`, the age of the weights; `seconds` of the forward pass. Raises TrainerError.
    """
    found = ready(run)
    network, step = network_of(run, _trust(trusted))
    got, told = taken(found.way, found.learned, given)
    x = torch.from_numpy(np.ascontiguousarray(found.learned.prepare(got.x)))
    began = time.perf_counter()
    try:
        with torch.inference_mode():
            output = network(x).float()
    except (RuntimeError, MemoryError) as error:
        if isinstance(error, MemoryError) or "allocate memory" in str(error):
            raise TrainerError(
                f"The answer takes over {MEMORY >> 30} GB of memory, the limit here."
            ) from error
        raise
    seconds = time.perf_counter() - began
    return {
        **_said(output, found),
        "warnings": list(got.warnings),
        "shown": dict(got.shown),
        "step": step,
        "seconds": round(seconds, 6),
        **({"example": told} if told else {}),
    }


def _said(output: torch.Tensor, found: Ready) -> dict[str, Any]:
    """The output (1, numbers) in the data set's words. Raises TrainerError where it is no number."""
    if not output.isfinite().all():
        raise TrainerError(
            "The network gives infinity or NaN for this input. "
            "Its training went wrong, or the input is extreme: try an example of the validation part."
        )
    labels = found.learned.data_set.labels
    if found.learned.data_set.task == objectives.REGRESSION:
        return {
            "values": [
                {"label": label, "value": value}
                for label, value in zip(labels, output[0].tolist(), strict=True)
            ]
        }
    likely = measures.chances(output, found.loss)
    name = "score" if likely is None else "chance"
    numbers = (output if likely is None else likely)[0].tolist()
    rows = [
        {"label": label, "number": place, name: value}
        for place, (label, value) in enumerate(zip(labels, numbers, strict=True))
    ]
    best = int(measures.answered(output)[0])
    if len(rows) > SHOWN:
        rows = sorted(rows, key=lambda row: -row[name])[:SHOWN]
    return {"classes": rows, "best": best, "others": len(numbers) - len(rows)}


def _trust(trusted: Trust | Sequence[str]) -> Trust:
    return trusted if isinstance(trusted, bool) else frozenset(trusted)


# --- the process


def _confined_form(run: str, trusted: Sequence[str] = ()) -> dict[str, Any]:
    """The form; from here on memory is limited."""
    torch.set_num_threads(THREADS)
    found = form(run, trusted)
    _limit_memory()
    return found


def _limit_memory() -> None:
    """Gives this process MEMORY bytes beyond what it has now. Not where the system knows no such limit."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


TASKS = {"form": _confined_form, "answer": answer}


if __name__ == "__main__":
    serve(TASKS, lambda: nn.Linear(1, 1)(torch.zeros(1, 1)))
