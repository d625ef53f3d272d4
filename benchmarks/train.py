"""Steps per second of a bare PyTorch loop, of ours, of ours with telemetry, and with results on examples too,
on the digits network; and of Lightning and Keras where they are installed.

python benchmarks/train.py [--device cuda] [--rounds 7] [--epochs 20] [--budget 0.03] [--with lightning keras]

    pip install lightning==2.6.6 keras==3.15.1    # with torch 2.13.0, in an environment of their own

All take turns in one process, so that a machine that gets slower or busier slows all of them alike; what
counts are the ratios within a round, of which the median and the quartiles are shown. The processor's time
stands beside the time that passed, for others may use the machine too. The first round warms up and is not
counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import torch  # noqa: E402  the path above comes first
from torch import nn  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

from benchmarks.frameworks import FRAMEWORKS  # noqa: E402
from trainer import loop, store  # noqa: E402
from trainer.checkpoint import Checkpoints  # noqa: E402
from trainer.control import Control  # noqa: E402
from trainer.data import Split, find  # noqa: E402
from trainer.measures import Objective  # noqa: E402
from trainer.recorder import Recorder  # noqa: E402
from trainer.results.observer import observer  # noqa: E402
from trainer.settings import Settings  # noqa: E402
from trainer.training import Training  # noqa: E402

BARE, PLAIN = "bare loop, DataLoader", "ours, no telemetry"


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


@dataclass(frozen=True)
class Took:
    """The seconds of one training: that passed, and that the processor worked."""

    passed: float
    worked: float


def timed(work: Callable[[], None], device: str) -> Took:
    """How long one training takes, its preparation included."""
    began, worked = time.perf_counter(), time.process_time()
    work()
    if device == "cuda":
        torch.cuda.synchronize()
    return Took(time.perf_counter() - began, time.process_time() - worked)


def main() -> None:
    """Measure in turns and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--budget", type=float, default=Settings().telemetry_budget)
    parser.add_argument("--with", dest="others", nargs="*", default=[], choices=FRAMEWORKS)
    arguments = parser.parse_args()
    settings = Settings(epochs=arguments.epochs, device=arguments.device, telemetry_budget=arguments.budget)
    torch.set_num_threads(settings.threads)
    data = find("digits").load(settings.seed, settings.validation).to(torch.device(arguments.device))
    with tempfile.TemporaryDirectory() as home:
        os.environ["LAYERLOOM_HOME"] = home
        contenders = {
            BARE: lambda: bare(data, settings),
            PLAIN: lambda: ours(data, replace(settings, telemetry_budget=0.0, results_budget=0.0)),
            f"ours, telemetry {settings.telemetry_budget:.0%}": lambda: ours(
                data, replace(settings, results_budget=0.0)
            ),
            "the same with results": lambda: ours(data, settings),
            **{
                name: partial(FRAMEWORKS[name], digits_network, data, settings, home)
                for name in arguments.others
            },
        }
        took: dict[str, list[Took]] = {name: [] for name in contenders}
        for round_ in range(arguments.rounds + 1):
            for name, work in contenders.items():
                found = timed(work, arguments.device)
                if round_:  # the first one warms up
                    took[name].append(found)
    steps = settings.epochs * loop.steps_per_epoch(len(data.train_y), settings.batch_size)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    where = f"{arguments.device}, {settings.threads} threads of {os.cpu_count()} cores, load {load}"
    print(f"{steps} steps a round, {arguments.rounds} rounds, {where}, torch {torch.__version__}\n")
    print_table(took, steps)


def print_table(took: dict[str, list[Took]], steps: int) -> None:
    """For each contender steps per second, and its time as a multiple of the bare loop's and of ours plain:
    the median of the rounds, and in brackets the quartiles.
    """
    print(f"{'':22}{'steps/s':>8}{'time to bare':>22}{'processor to bare':>22}{'processor to plain':>22}")
    for name, rounds in took.items():
        speed = steps / statistics.median(each.passed for each in rounds)
        against = [(took[BARE], "passed"), (took[BARE], "worked"), (took[PLAIN], "worked")]
        ratios = "".join(f"{_ratios(rounds, others, what):>22}" for others, what in against)
        print(f"{name:22}{speed:8.0f}{ratios}")


def _ratios(rounds: list[Took], others: list[Took], what: str) -> str:
    each = [getattr(one, what) / getattr(two, what) for one, two in zip(rounds, others, strict=True)]
    if len(each) < 2:
        return f"{each[0]:.3f}"
    low, middle, high = statistics.quantiles(each, n=4)
    return f"{middle:.3f} ({low:.2f}-{high:.2f})"


if __name__ == "__main__":
    main()
