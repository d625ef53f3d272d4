"""Runs that were never trained, with figures that a test gives them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from builder import Document
from trainer import store
from trainer.recorder import Recorder

STRANGE = [1.0, 0.1 + 0.2, math.nan, math.inf, -math.inf, 5e-324]


def ended(name: str = "Small", *, losses: list[float] | None = None, **meta: Any) -> str:
    """A run that is done, with one epoch for each of these validation losses; its id."""
    losses = [0.5, 0.25] if losses is None else losses
    settings = {"epochs": len(losses), "lr": 0.01, "device": "cpu", "optimizer": "Adam"}
    given = {"name": name, "document_name": name, "data": "digits", "state": "done", **meta}
    given = {"epoch": len(losses), "epochs": len(losses), "seconds": 2.0, "step": 2 * len(losses), **given}
    own = given.pop("settings", {})
    run_id = store.create("# the source", Document(name=name).to_json(), "{}", **given)
    store.update(run_id, settings=settings | own, vitals=["lr", "gpu_use"])
    recorder = Recorder(run_id)
    for epoch, loss in enumerate(losses, 1):
        for step in (2 * epoch - 1, 2 * epoch):
            recorder.step(step, loss * step, 1 / step)
        recorder.vitals(2 * epoch, np.array([0.01, math.nan]).tobytes())
        recorder.epoch(epoch, 2 * epoch, loss, epoch / 10)
        recorder.measures(epoch, {"accuracy": epoch / 10, "f1": epoch / 20})
    recorder.close()
    return run_id
