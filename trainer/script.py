"""A run as a script: the loop with this run's settings written out, which repeats its losses bit for bit.

The functions that decide the numbers are printed from the very source that trained, not written again.
"""

from __future__ import annotations

import inspect
from dataclasses import fields
from string import Template

from builder import names
from builder.source.write import formatted
from trainer.data import DataSet
from trainer.data.dataset import stratified
from trainer.settings import Settings

# What the script takes over. A new setting is given a place in it, or is one of those that change no number.
PRINTED = {
    *("optimizer", "lr", "momentum", "weight_decay", "epochs", "batch_size"),
    *("seed", "device", "threads", "validation"),
}
WITHOUT_EFFECT = {"telemetry_budget", "telemetry_every"}


def train_script(name: str, class_name: str, settings: Settings, data_set: DataSet, begins: bool) -> str:
    """The script, to lie next to model.py and data.npz, the data set's arrays.

    name    the run's, for the first line.
    begins  whether the run began with given weights, which are then next to it in beginning.safetensors.
    """
    from trainer import loop  # loads torch

    momentum = ", momentum=settings.momentum" if settings.optimizer == "SGD" else ""
    return formatted(
        SCRIPT.substitute(
            name=names.one_line(name),
            data=names.one_line(data_set.title),
            threads=settings.threads,
            settings="\n".join(
                f"    {each.name}: {each.type.__name__} = {getattr(settings, each.name)!r}"
                for each in fields(settings)
                if each.name in PRINTED
            ),
            batch=loop.VALIDATION_BATCH,
            network=class_name,
            beginning=BEGINNING if begins else "",
            optimizer=f"torch.optim.{settings.optimizer}",
            momentum=momentum,
            standardized=STANDARDIZED if data_set.standardized else "",
            functions="\n\n".join(
                inspect.getsource(function)
                for function in (stratified, loop.batches, loop.steps_per_epoch, loop.evaluate)
            ),
        )
    )


BEGINNING = """
    load_model(network, HERE / "beginning.safetensors", strict=False)"""
STANDARDIZED = """
    mean, deviation = x[train].mean(0), x[train].std(0)
    x = (x - mean) / np.where(deviation > 0, deviation, 1)"""
SCRIPT = Template('''"""Repeats the run $name on $data.

model.py and data.npz belong next to it. On a CPU of the same kind, with the packages of
requirements.txt, every loss is the recorded one to the last bit; run.json has those.
It prints each epoch, and writes losses.csv (each step's loss) and trained.safetensors.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "$threads"  # read once, when PyTorch is imported

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_model, save_model
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

import model

HERE = Path(__file__).parent
VALIDATION_BATCH = $batch


@dataclass(frozen=True)
class Settings:
    """How the run was trained."""

$settings


def main():
    settings = Settings()
    torch.set_num_threads(settings.threads)
    device = torch.device(settings.device)
    train_x, train_y, validation_x, validation_y = (part.to(device) for part in load(settings))
    torch.manual_seed(settings.seed)
    network = model.$network()$beginning
    network.to(device)
    parameters = [each for each in network.parameters() if each.requires_grad]
    optimizer = $optimizer(
        parameters, lr=settings.lr, weight_decay=settings.weight_decay$momentum
    )
    losses = []
    for epoch in range(1, settings.epochs + 1):
        network.train()
        for batch in batches(train_y, settings, epoch):
            optimizer.zero_grad()
            loss = cross_entropy(network(train_x[batch]), train_y[batch])
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        loss, accuracy = evaluate(network, validation_x, validation_y)
        print(f"epoch {epoch}/{settings.epochs}  val_loss {loss!r}  val_accuracy {accuracy!r}")
    rows = [f"{step},{loss.item()!r}" for step, loss in enumerate(losses, 1)]
    (HERE / "losses.csv").write_text("\\n".join(["step,loss", *rows, ""]))
    save_model(network, str(HERE / "trained.safetensors"))


def load(settings: Settings) -> tuple[Tensor, ...]:
    """The examples and their classes, first to train on, then to validate on."""
    data = np.load(HERE / "data.npz", allow_pickle=False)
    x, y = data["x"], data["y"]
    train, held = stratified(y, settings.seed, settings.validation)$standardized
    return tuple(torch.from_numpy(part) for part in (x[train], y[train], x[held], y[held]))


$functions

if __name__ == "__main__":
    main()
''')
