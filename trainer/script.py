"""A run as a script: the loop with this run's settings written out, which repeats its losses bit for bit.

The functions that decide the numbers are printed from the very source that trained, not written again.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from builder import names
from builder.source.write import formatted
from trainer import checkpoint
from trainer.checkpoint import State
from trainer.data import CLASSIFICATION, DataSet
from trainer.data.augmenting import augmented, fits
from trainer.data.preparing import extents, filled, middles, scaled, shuffled, stratified
from trainer.memory import VALIDATION_BATCH
from trainer.objectives import chosen
from trainer.plan import STEP
from trainer.schedules import SCHEDULES
from trainer.script_text import (
    BEGINNING,
    CHANGES,
    DESCEND,
    DESCEND_AT_FACTOR,
    FACTOR,
    FACTOR_CHANGE,
    FORK,
    FORK_OPTIMIZER,
    FORK_SCHEDULE,
    IMPORTS,
    RATE_CHANGE,
    RESTART,
    SCRIPT,
)
from trainer.settings import SETTINGS, Settings

# What the script takes over. A new setting is given a place in it, or is one of those that change no number.
PRINTED = {
    *("epochs", "batch_size", "clip_norm", "clip_value", "early_stopping", "validation", "seed"),
    *("device", "precision", "threads", "compile", "cuda_graphs", "deterministic"),
    *("scaling", "flip", "crop", "noise"),
}
BUILT = {"loss", "optimizer", "lr", "weight_decay", "schedule"}  # into the lines that make them
# When the network runs as it is, without what makes it faster: the last digits differ.
SAMPLED = {"telemetry_budget", "telemetry_every"}
WITHOUT_EFFECT = {"checkpoint_every", "checkpoints_kept", "results_budget"}


def train_script(
    name: str,
    class_name: str,
    settings: Settings,
    data_set: DataSet,
    begins: bool,
    steps_per_epoch: int,
    rates: Mapping[int, float] | None = None,
    forked: State | None = None,
    at_once: int = VALIDATION_BATCH,
) -> str:
    """The script, to lie next to model.py and data.npz, the data set's arrays.

    name    the run's, for the first line.
    begins  whether the run began with given weights, which are then next to it in beginning.safetensors.
    rates   steps done -> the learning rate that a person gave then.
    forked  the checkpoint that the run began with, which is then next to it in beginning.pt.
    at_once how many examples the run validated at once.
    """
    from trainer import learner, measures  # loads torch

    objective = measures.Objective(settings, data_set)
    augments = any(getattr(settings, each) for each in fits(data_set.shape, data_set.dtype))
    fuses = settings.chosen["optimizer"].fused
    preparing, prepare = _preparation(data_set, settings.scaling)
    given = _rates(rates or {}, forked, settings, steps_per_epoch)
    functions = [*preparing, *_functions(settings, objective, augments, forked is not None)]
    functions += [learner.multiplied] if given["factor"] else []
    step = _step(forked)
    return formatted(
        SCRIPT.substitute(
            name=names.one_line(name),
            data=names.one_line(data_set.title),
            threads=settings.threads,
            settings=_fields(settings, PRINTED),
            batch=at_once,
            network=class_name,
            beginning=BEGINNING if begins and not forked else "",
            optimizer=f"torch.optim.{settings.optimizer}",
            fused=", fused=fuses(parameters)" if fuses else "",
            arguments=", ".join(f"{n!r}: {v!r}" for n, v in learner.optimizer_arguments(settings).items()),
            loss=f"nn.{chosen(settings.loss, data_set).name}({_named(objective.taken)})",
            target=objective.target.__name__,
            measures=", ".join(measure.__name__ for measure in objective.measures),
            batch_x=f"changed(train_x[batch], settings, {step})" if augments else "train_x[batch]",
            prepare=prepare,
            functions="\n\n".join(map(_source, functions)),
            **given,
            **_fork(forked, settings, steps_per_epoch),
            **_schedule(settings, steps_per_epoch),
            **_faster(settings, step),
        )
    )


def _functions(settings: Settings, objective: Any, augments: bool, forks: bool) -> list[Callable]:
    """What decides the numbers once the data is prepared."""
    from trainer import faster, learner, loop, measures  # loads torch

    return [
        *(loop.batches, loop.steps_per_epoch, loop.evaluate, learner.autocast, learner.descend),
        *([augmented, loop.changed] if augments else []),
        objective.target,
        *([measures.answered, measures.confusion] if objective.classifies else []),
        *objective.measures,
        *([learner.fuses] if settings.chosen["optimizer"].fused else []),
        learner.EarlyStopping,
        *([checkpoint.set_generators, learner.restart] if forks else []),
        *([faster._InPrecision, faster.graphed] if settings.cuda_graphs else []),
    ]


def _rates(
    rates: Mapping[int, float], forked: State | None, settings: Settings, steps_per_epoch: int
) -> dict[str, str]:
    """The lines that change the learning rate where a person did, and those of a step; see learner.Rate."""
    begun = forked["step"] if forked else 0
    lines = {"rates": "", "change": "", "factor": "", "descend": DESCEND}
    if rates:
        lines["rates"] = f"\nRATES = {dict(rates)}  # steps done -> the learning rate from there on"
        lines["change"] = RATE_CHANGE.format(begun)
    if SCHEDULES[settings.schedule].steady:
        return lines
    lr, origin = _beginning_rate(forked, settings, steps_per_epoch)
    if rates or lr != origin:
        lines |= {"factor": FACTOR.format(lr, origin), "descend": DESCEND_AT_FACTOR}
        lines["change"] = FACTOR_CHANGE.format(begun, origin) if rates else ""
    return lines


def _beginning_rate(forked: State | None, settings: Settings, steps_per_epoch: int) -> tuple[float, float]:
    """The learning rate at the beginning, and the one that the schedule was laid from."""
    if forked:
        from trainer.training import begins_schedule_anew, trained_with  # loads torch

        rate = forked["parts"].get("rate")
        if rate and not begins_schedule_anew(trained_with(forked), settings, steps_per_epoch):
            return rate["lr"], rate["origin"]
    return settings.lr, settings.lr


def _source(thing: Callable) -> str:
    return inspect.getsource(thing)


def _fields(settings: Settings, printed: set[str]) -> str:
    values = {name: getattr(settings, name) for name in SETTINGS if name in printed}
    return "\n".join(f"    {name}: {type(value).__name__} = {value!r}" for name, value in values.items())


def _named(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())


def _step(forked: State | None) -> str:
    """The number of the step that is being done, as the script counts."""
    return f"{forked['step'] if forked else 0} + len(losses) + 1"


def _schedule(settings: Settings, steps_per_epoch: int) -> dict[str, str]:
    """The lines that make the schedule and move it, or none."""
    entry = SCHEDULES[settings.schedule]
    parts = entry.parts(settings.plan(steps_per_epoch))
    if not parts:
        return {"schedule": "", "after_step": "", "after_epoch": ""}
    made = [f"lr_scheduler.{part.name}(optimizer, {_named(part.arguments)})" for part in parts]
    schedule = made[0]
    if len(parts) > 1:
        ends = [sum(part.lasts for part in parts[: place + 1]) for place in range(len(parts) - 1)]
        schedule = f"lr_scheduler.SequentialLR(optimizer, [{', '.join(made)}], milestones={ends})"
    moves = f"schedule.step({'loss' if entry.waits else ''})"
    with_steps = entry.per == STEP
    return {
        "schedule": f"\n    schedule = {schedule}",
        "after_step": f"\n            {moves}" if with_steps else "",
        "after_epoch": "" if with_steps else f"\n        {moves}",
    }


def _faster(settings: Settings, step: str) -> dict[str, str]:
    """The lines of the forward pass: by the network, or by what is faster."""
    from trainer.pace import regular_every  # loads torch

    made = ""
    if settings.compile:
        made = "torch.compile(network)"
    if settings.cuda_graphs:
        made = "graphed(network.train(), settings, train_x[: settings.batch_size])"
    if not made:
        return {"faster": "", "forward": "network"}
    every = regular_every(settings)  # what samples a faster form: see trainer/pace.py
    sampled = f"(network if {step} == 1 or ({step}) % {every} == 0 else forward)"
    return {"faster": f"\n    forward = {made}", "forward": sampled if every else "forward"}


def _fork(state: State | None, settings: Settings, steps_per_epoch: int) -> dict[str, str]:
    """The lines that go on from a checkpoint, or those that begin at the beginning."""
    every = "batches(train_y, settings, epoch)"
    if state is None:
        return {"imports": "", "fork": "", "first_epoch": "1", "batches": every, "first_step": "1"}
    from trainer.training import begins_schedule_anew, changed_arguments, trained_with  # loads torch

    before = trained_with(state)
    anew = begins_schedule_anew(before, settings, steps_per_epoch)
    changed = changed_arguments(before, settings)
    left = replace(settings, epochs=max(1, settings.epochs - state["epoch"] + 1))
    lines = [
        FORK,
        FORK_OPTIMIZER if before.optimizer == settings.optimizer else "",
        FORK_SCHEDULE if settings.schedule != "none" and not anew else "",
        CHANGES.format(changed) if changed and not anew else "",
        RESTART + _schedule(left, steps_per_epoch)["schedule"] if anew else "",
    ]
    done = f"{state['batch']} if epoch == {state['epoch']} else 0"
    return {
        "imports": IMPORTS,
        "fork": "".join(lines),
        "first_epoch": str(state["epoch"]),
        "batches": f"islice({every}, {done}, None)",
        "first_step": str(state["step"] + 1),
    }


def _preparation(data_set: DataSet, scaling: str) -> tuple[list[Callable], str]:
    """The functions that split and prepare the arrays, and the lines that call them; see DataSet.prepared."""
    split = stratified if data_set.task == CLASSIFICATION else shuffled
    if data_set.held:
        functions, lines = [], [f"train, held = np.split(np.arange(len(y)), [-{data_set.held}])"]
    else:
        functions, lines = [split], [f"train, held = {split.__name__}(y, settings.seed, settings.validation)"]
    if data_set.missing:
        functions, lines = (
            [*functions, middles, filled],
            [*lines, f"x = filled(x, train, {data_set.missing!r})"],
        )
    how = data_set.scaling if scaling == "default" else scaling
    if how != "none":
        functions, lines = [*functions, extents, scaled], [*lines, f"x = scaled(x, train, {how!r})"]
    return functions, "\n    ".join(lines)
