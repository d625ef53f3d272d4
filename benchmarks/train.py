"""Steps per second of a bare PyTorch loop, of ours, of ours with telemetry, and with results on examples
too, on the digits network.

python benchmarks/train.py [--device cuda] [--rounds 7] [--epochs 5] [--budget 0.05]

They take turns in one process, so that a machine that gets slower or busier slows all of them
alike; the medians and their ratios are what counts. The first round warms up and is not counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import torch  # noqa: E402  the path above comes first
from torch import nn  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

from trainer import loop, store  # noqa: E402
from trainer.checkpoint import Checkpoints  # noqa: E402
from trainer.control import Control  # noqa: E402
from trainer.data import Split, find  # noqa: E402
from trainer.measures import Objective  # noqa: E402
from trainer.recorder import Recorder  # noqa: E402
from trainer.results.observer import observer  # noqa: E402
from trainer.settings import Settings  # noqa: E402
from trainer.training import Training  # noqa: E402


def digits_network() -> nn.Module:
    """The network the app opens with."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


def bare(data: Split, settings: Settings) -> None:
    """What a tutorial writes: a DataLoader, and an evaluation after each epoch; nothing is
    recorded.
    """
    torch.manual_seed(settings.seed)
    device = data.train_x.device
    network = digits_network().to(device)
    optimizer = torch.optim.Adam(network.parameters(), lr=settings.lr)
    host = data.to(torch.device("cpu"))
    train = DataLoader(TensorDataset(host.train_x, host.train_y), settings.batch_size, shuffle=True)
    for _ in range(settings.epochs):
        network.train()
        for x, y in train:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x), y).backward()
            optimizer.step()
        evaluate(network, data.validation_x, data.validation_y)


@torch.no_grad()
def evaluate(network: nn.Module, x: torch.Tensor, y: torch.Tensor) -> tuple[float, float]:
    """Mean loss and accuracy, as a tutorial has them."""
    network.eval()
    output = network(x)
    loss = nn.functional.cross_entropy(output, y)
    return loss.item(), (output.argmax(1) == y).float().mean().item()


def ours(data: Split, settings: Settings) -> None:
    """The loop of a run with everything it records, in a store of its own."""
    torch.manual_seed(settings.seed)
    network = digits_network().to(data.train_x.device)
    run_id = store.create("", "", settings.to_json())
    recorder = Recorder(run_id)
    checkpoints = Checkpoints(store.folder(run_id), settings.checkpoint_every)
    steps = loop.steps_per_epoch(len(data.train_y), settings.batch_size)
    training = Training(network, settings, Objective(settings, find("digits")), steps)
    observe = observer(training, data, find("digits"), recorder)
    loop.train(training, data, recorder, Control(recorder), checkpoints, observe)
    recorder.close()


def seconds(work: Callable, data: Split, settings: Settings) -> float:
    """How long one training takes."""
    began = time.perf_counter()
    work(data, settings)
    if settings.device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - began


def main() -> None:
    """Measure in turns and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--budget", type=float, default=Settings().telemetry_budget)
    arguments = parser.parse_args()
    settings = Settings(epochs=arguments.epochs, device=arguments.device, telemetry_budget=arguments.budget)
    torch.set_num_threads(settings.threads)
    data = find("digits").load(settings.seed, settings.validation).to(torch.device(arguments.device))
    contenders = {
        "bare loop, DataLoader": (bare, settings),
        "ours, no telemetry": (ours, replace(settings, telemetry_budget=0.0, results_budget=0.0)),
        f"ours, telemetry {settings.telemetry_budget:.0%}": (ours, replace(settings, results_budget=0.0)),
        "the same with results": (ours, settings),
    }
    times: dict[str, list[float]] = {name: [] for name in contenders}
    with tempfile.TemporaryDirectory() as home:
        os.environ["LAYERLOOM_HOME"] = home
        for round_ in range(arguments.rounds + 1):
            for name, (work, chosen) in contenders.items():
                took = seconds(work, data, chosen)
                if round_:  # the first one warms up
                    times[name].append(took)
    steps = settings.epochs * loop.steps_per_epoch(len(data.train_y), settings.batch_size)
    _print_table(times, steps, f"{arguments.device}, {settings.threads} threads, torch {torch.__version__}")


def _print_table(times: dict[str, list[float]], steps: int, where: str) -> None:
    medians = {name: statistics.median(each) for name, each in times.items()}
    first, plain, watched, _ = medians.values()
    print(f"{steps} steps a round, {where}\n")
    heads = (
        f"{'steps/s':>9}{'ms/step':>9}{'to bare':>9}{'to ours plain':>15}{'to telemetry':>14}{'spread':>9}"
    )
    print(f"{'':26}{heads}")
    for name, median in medians.items():
        spread = (max(times[name]) - min(times[name])) / median
        print(
            f"{name:26}{steps / median:9.0f}{1e3 * median / steps:9.2f}"
            f"{median / first:9.2f}{median / plain:15.3f}{median / watched:14.3f}{spread:9.0%}"
        )


if __name__ == "__main__":
    main()
