"""A run as a script: the loop with this run's settings written out, which repeats its losses bit for bit.

The functions that decide the numbers are printed from the very source that trained, not written again.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import fields
from string import Template

from builder import names
from builder.source.write import formatted
from trainer import checkpoint
from trainer.checkpoint import State
from trainer.data import DataSet
from trainer.data.dataset import stratified
from trainer.settings import Settings

# What the script takes over. A new setting is given a place in it, or is one of those that change no number.
PRINTED = {
    *("optimizer", "lr", "momentum", "weight_decay", "epochs", "batch_size"),
    *("seed", "device", "threads", "validation"),
}
WITHOUT_EFFECT = {"telemetry_every", "checkpoint_every"}


def train_script(
    name: str,
    class_name: str,
    settings: Settings,
    data_set: DataSet,
    begins: bool,
    rates: Mapping[int, float] | None = None,
    forked: State | None = None,
) -> str:
    """The script, to lie next to model.py and data.npz, the data set's arrays.

    name    the run's, for the first line.
    begins  whether the run began with given weights, which are then next to it in beginning.safetensors.
    rates   steps done -> the learning rate that a person gave then.
    forked  the checkpoint that the run began with, which is then next to it in beginning.pt.
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
            beginning=BEGINNING if begins and not forked else "",
            rates=f"\nRATES = {dict(rates)}  # steps done -> the learning rate from there on"
            if rates
            else "",
            change=RATE_CHANGE.format(forked["step"] if forked else 0) if rates else "",
            **_fork(forked, settings),
            optimizer=f"torch.optim.{settings.optimizer}",
            momentum=momentum,
            standardized=STANDARDIZED if data_set.standardized else "",
            functions="\n\n".join(
                inspect.getsource(function)
                for function in (
                    *(stratified, loop.batches, loop.steps_per_epoch, loop.evaluate),
                    *([checkpoint.set_generators] if forked else []),
                )
            ),
        )
    )


def _fork(state: State | None, settings: Settings) -> dict[str, str]:
    """The lines that go on from a checkpoint, or those that begin at the beginning."""
    every = "batches(train_y, settings, epoch)"
    if state is None:
        return {"imports": "", "fork": "", "first_epoch": "1", "batches": every, "first_step": "1"}
    from trainer.training import changed_arguments  # loads torch

    keeps = state["kinds"]["optimizer"] == settings.optimizer
    changed = changed_arguments(Settings.from_values(state["settings"]), settings)
    done = f"{state['batch']} if epoch == {state['epoch']} else 0"
    return {
        "imports": IMPORTS,
        "fork": FORK + (FORK_OPTIMIZER if keeps else "") + (CHANGES.format(changed) if changed else ""),
        "first_epoch": str(state["epoch"]),
        "batches": f"islice({every}, {done}, None)",
        "first_step": str(state["step"] + 1),
    }


IMPORTS = """
from collections.abc import Mapping
from itertools import islice
from typing import Any
"""
FORK = """
    state = torch.load(HERE / "beginning.pt", map_location="cpu", weights_only=True)
    network.load_state_dict(state["parts"]["network"])
    set_generators(state["generators"])"""
FORK_OPTIMIZER = """
    optimizer.load_state_dict(state["parts"]["optimizer"])"""
CHANGES = """
    for group in optimizer.param_groups:  # what the fork changed
        group.update({})"""
RATE_CHANGE = """
            if {0} + len(losses) in RATES:
                for group in optimizer.param_groups:
                    group["lr"] = RATES[{0} + len(losses)]"""
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
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
$imports
import numpy as np
import torch
from safetensors.torch import load_model, save_model
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

import model

HERE = Path(__file__).parent
VALIDATION_BATCH = $batch$rates


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
    random.seed(settings.seed)
    np.random.seed(settings.seed)
    network = model.$network()$beginning
    network.to(device)
    parameters = [each for each in network.parameters() if each.requires_grad]
    optimizer = $optimizer(
        parameters, lr=settings.lr, weight_decay=settings.weight_decay$momentum
    )$fork
    losses = []
    for epoch in range($first_epoch, settings.epochs + 1):
        network.train()
        for batch in $batches:$change
            optimizer.zero_grad()
            loss = cross_entropy(network(train_x[batch]), train_y[batch])
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        loss, accuracy = evaluate(network, validation_x, validation_y)
        print(f"epoch {epoch}/{settings.epochs}  val_loss {loss!r}  val_accuracy {accuracy!r}")
    rows = [f"{step},{loss.item()!r}" for step, loss in enumerate(losses, $first_step)]
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
