"""The text of the script that repeats a run, with places, and the lines that only some runs put there."""

from string import Template

IMPORTS = """
from collections.abc import Mapping
from itertools import islice
from typing import Any
"""
FORK = """
    state = torch.load(HERE / "beginning.pt", map_location="cpu", weights_only=True)
    network.load_state_dict(state["parts"]["network"])
    scaler.load_state_dict(state["parts"]["scaler"])
    stopping.load_state_dict(state["parts"]["stopping"])
    set_generators(state["generators"])"""
FORK_OPTIMIZER = """
    optimizer.load_state_dict(state["parts"]["optimizer"])"""
FORK_SCHEDULE = """
    schedule.load_state_dict(state["parts"]["schedule"])"""
CHANGES = """
    for group in optimizer.param_groups:  # what the fork changed
        group.update({})"""
RESTART = """
    for group in optimizer.param_groups:  # the schedule begins anew
        restart(group, optimizer.defaults, ARGUMENTS)"""
RATE_CHANGE = """
            if {0} + len(losses) in RATES:
                for group in optimizer.param_groups:
                    group["lr"] = RATES[{0} + len(losses)]"""
FACTOR = """
    factor = {0!r} / {1!r}  # what the schedule's rates are multiplied by"""
FACTOR_CHANGE = """
            if {0} + len(losses) in RATES:
                factor = RATES[{0} + len(losses)] / {1!r}"""
DESCEND = """
            descend(loss, parameters, optimizer, scaler, settings)"""
DESCEND_AT_FACTOR = """
            with multiplied(optimizer, factor):
                descend(loss, parameters, optimizer, scaler, settings)"""
BEGINNING = """
    load_model(network, HERE / "beginning.safetensors", strict=False)"""

SCRIPT = Template('''"""Repeats the run $name on $data.

model.py and data.npz belong next to it. On a CPU of the same kind, with the packages of
requirements.txt, every loss is the recorded one to the last bit; run.json has those.
It prints each epoch, and writes losses.csv (each step's loss) and trained.safetensors.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "$threads"  # read once, when PyTorch is imported
os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"  # what deterministic products on a card ask for

import math
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
$imports
import numpy as np
import torch
from safetensors.torch import load_model, save_model
from torch import Tensor, nn
from torch.nn.functional import one_hot
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import Optimizer, lr_scheduler

import model

HERE = Path(__file__).parent
VALIDATION_BATCH = $batch  # examples that are validated at once
ARGUMENTS = {$arguments}  # of the optimizer$rates


@dataclass(frozen=True)
class Settings:
    """How the run was trained."""

$settings


def main():
    settings = Settings()
    torch.set_num_threads(settings.threads)
    torch.use_deterministic_algorithms(settings.deterministic)
    device = torch.device(settings.device)
    train_x, train_y, validation_x, validation_y = (part.to(device) for part in load(settings))
    torch.manual_seed(settings.seed)
    random.seed(settings.seed)
    np.random.seed(settings.seed)
    network = model.$network()$beginning
    network.to(device)
    parameters = [each for each in network.parameters() if each.requires_grad]
    optimizer = $optimizer(parameters, **ARGUMENTS$fused)$schedule
    scaler = torch.amp.GradScaler(settings.device, enabled=settings.precision == "fp16")
    stopping = EarlyStopping(settings.early_stopping)$fork$faster
    losses = []$factor
    for epoch in range($first_epoch, settings.epochs + 1):
        network.train()
        for batch in $batches:$change
            optimizer.zero_grad()
            with autocast(settings):
                loss = objective($forward($batch_x), train_y[batch])$descend$after_step
            losses.append(loss.detach())
        loss, output = evaluate(network, validation_x, validation_y, objective, settings)$after_epoch
        found = {each.__name__: each(output, validation_y).item() for each in ($measures,)}
        print(f"epoch {epoch}/{settings.epochs}  val_loss {loss!r}  {found}")
        if stopping.enough(loss):
            break
    rows = [f"{step},{loss.item()!r}" for step, loss in enumerate(losses, $first_step)]
    (HERE / "losses.csv").write_text("\\n".join(["step,loss", *rows, ""]))
    save_model(network, str(HERE / "trained.safetensors"))


loss_of = $loss


def objective(output: Tensor, y: Tensor) -> Tensor:
    """The mean loss of a batch."""
    return loss_of(output, $target(y, output))


def load(settings: Settings) -> tuple[Tensor, ...]:
    """The examples and what is right for each, first to train on, then to validate on."""
    data = np.load(HERE / "data.npz", allow_pickle=False)
    x, y = data["x"], data["y"]
    $prepare
    return tuple(torch.from_numpy(part) for part in (x[train], y[train], x[held], y[held]))


$functions

if __name__ == "__main__":
    main()
''')
