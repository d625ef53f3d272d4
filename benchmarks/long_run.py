"""A run of 100,000 steps with 50 layers, written by the recorder that real runs use: how large its file is,
and how long the charts' route takes to open it and to bring it up to date.

python benchmarks/long_run.py [--steps 100000] [--layers 50] [--keep HOME]

--keep writes the run into that LAYERLOOM_HOME, so that the page itself can be opened on it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from trainer import layout, metrics, store, vitals  # noqa: E402  the path above comes first
from trainer.pace import ROOM  # noqa: E402
from trainer.recorder import Recorder  # noqa: E402

LIMITS = {"file": 200e6, "open": 2.0, "refresh": 0.3}  # bytes, seconds


def layers(count: int) -> list[dict]:
    """A stack of convolutions, normalizations and activations."""
    kinds = (("Conv2d", False, 36_928), ("BatchNorm2d", True, 128), ("ReLU", False, 0))
    described = []
    for index in range(count):
        kind, norm, parameters = kinds[index % 3]
        facts = {"norm": norm, "running": norm, "affine": norm, "bias": norm, "parameters": parameters}
        channels = 64 if norm else None
        described.append({"name": f"layer{index}", "kind": kind, "channels": channels, **facts})
    return layout.plan(described)


def write(steps: int, planned: list[dict]) -> str:
    """A run that still goes on, as far as the store knows; its id."""
    run_id = store.create(
        "", '{"format": "layerloom/1", "name": "Long"}', "{}", name="Long run", data="digits"
    )
    recorder, random = Recorder(run_id), np.random.default_rng(0)
    recorder.set(state="running", pid=os.getpid(), steps=steps, epochs=1, layers=planned, vitals=vitals.NAMES)
    recorder.set(started=time.time(), seconds=float(steps) / 100)
    apart = max(1, -(-steps * layout.size_in_bytes(planned) // ROOM))
    for step in range(1, steps + 1):
        recorder.step(step, float(2 / step**0.3 + random.normal() * 0.02), 0.5)
        if step % apart == 0:
            recorder.sample(step, *look(planned, random))
            recorder.vitals(step, np.full(len(vitals.NAMES), 0.5).tobytes())
        recorder.commit_if_due()
    recorder.set(step=steps, state="stopped")
    recorder.close()
    return run_id


def look(planned: list[dict], random: np.random.Generator) -> tuple[bytes, bytes, bytes]:
    """The blobs of one look, of random numbers."""
    wide, counted, channels = layout.sizes(planned)
    statistics = np.abs(random.normal(size=wide)).astype(np.float32)
    each = statistics[: len(planned) * len(layout.NAMES)].reshape(len(planned), -1)
    each[:, layout.NAMES.index("place")] = np.arange(len(planned))
    for share in ("zeros", "dead", "saturated"):
        each[:, layout.NAMES.index(share)] = 0.1
    each[:, layout.NAMES.index("nonfinite")] = 0
    each[:, layout.NAMES.index("update")] *= 1e-3
    counts = random.integers(0, 200, counted).astype(np.uint16)
    return statistics.tobytes(), counts.tobytes(), random.normal(size=channels).astype(np.float32).tobytes()


def seconds(work: Callable[[], object]) -> tuple[float, int]:
    """How long it takes, and how many bytes of JSON it gives."""
    began = time.perf_counter()
    text = json.dumps(work(), allow_nan=False, separators=(",", ":"))
    return time.perf_counter() - began, len(text)


def main() -> None:
    """Write the run, ask as the browser does, and print figures and limits."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--layers", type=int, default=50)
    parser.add_argument("--keep", default="")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LAYERLOOM_HOME"] = arguments.keep or home
        planned = layers(arguments.layers)
        run_id = write(arguments.steps, planned)
        file = (store.folder(run_id) / "run.db").stat().st_size
        opened, size = seconds(lambda: metrics.metrics(run_id))
        cursor = arguments.steps - 50
        refreshed, little = seconds(lambda: metrics.metrics(run_id, cursor))
        histograms, some = seconds(lambda: metrics.layer(run_id, planned[3]["name"]))
    print(f"run {run_id}, {arguments.steps:,} steps, {arguments.layers} layers")
    print(f"file        {file / 1e6:7.0f} MB   limit {LIMITS['file'] / 1e6:.0f}")
    print(f"open        {opened:7.2f} s    limit {LIMITS['open']}, {size / 1e6:.2f} MB of JSON")
    print(f"histograms  {histograms:7.2f} s    of one layer, {some / 1e6:.2f} MB of JSON")
    print(f"refresh     {refreshed:7.3f} s    limit {LIMITS['refresh']}, {little / 1e3:.1f} kB of JSON")


if __name__ == "__main__":
    main()
