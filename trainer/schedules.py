"""The learning rate's schedules: one entry each, and their curves, computed without PyTorch.

An entry says which schedulers of torch.optim.lr_scheduler make it up. Durations are set in epochs; a
schedule that moves with every step gets them in steps. To add one, add a line to SCHEDULES and, for
a scheduler that none used before, its rate to RATES; a test holds the curves against PyTorch's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from builder import signatures
from builder.kinds import Param
from trainer.choices import Say, derived, table
from trainer.plan import EPOCH, STAYS, STEP, Part, Plan, Schedule
from trainer.rates import RATES

LONG = 100_000  # epochs, as many as `epochs` takes
KNOWN: Say = {
    "step_size": {
        "default": 3,
        "low": 1,
        "high": LONG,
        "help": "After how many epochs the rate falls, each time.",
    },
    "milestones": {
        "default": (5, 8),
        "type": "ints",
        "rank": -1,
        "low": 1,
        "high": LONG,
        "help": "The epochs after which the rate falls.",
    },
    "gamma": {"low": 0.0, "high": 1.0, "help": "What the rate is multiplied by each time."},
    "eta_min": {"low": 0.0, "high": 1e6, "help": "The rate at the bottom of the curve."},
    "T_0": {"default": 5, "low": 1, "high": LONG, "help": "How many epochs until the first restart."},
    "T_mult": {"low": 1, "high": 100, "help": "How many times longer each stretch between restarts is."},
    "pct_start": {"low": 0.0, "high": 1.0, "help": "The share of the run in which the rate rises."},
    "anneal_strategy": {"advanced": True, "help": "Along a cosine or a straight line."},
    "cycle_momentum": {
        "advanced": True,
        "help": "Moves the momentum against the rate, where the optimizer has one.",
    },
    "base_momentum": {
        "low": 0.0,
        "high": 0.999,
        "advanced": True,
        "help": "The momentum where the rate is highest.",
    },
    "max_momentum": {
        "low": 0.0,
        "high": 0.999,
        "advanced": True,
        "help": "The momentum where the rate is lowest.",
    },
    "div_factor": {"low": 1.0, "high": 1e9, "help": "The first rate is lr divided by this."},
    "final_div_factor": {"low": 1.0, "high": 1e12, "help": "The last rate is the first one divided by this."},
    "three_phase": {
        "advanced": True,
        "help": "Falls to the first rate, then on to the last in a third phase.",
    },
    "start_factor": {"low": 1e-6, "high": 1.0, "help": "What share of lr the rate begins with."},
    "end_factor": {"low": 0.0, "high": 1.0, "help": "What share of lr the rate ends with."},
    "factor": {"low": 0.0, "high": 1.0, "help": "What the rate is multiplied by."},
    "total_iters": {"low": 1, "high": LONG, "help": "After how many epochs that ends."},
    "power": {"low": 0.0, "high": 100.0, "help": "1 is a straight line; more falls faster at first."},
    "patience": {
        "low": 0,
        "high": LONG,
        "help": "How many epochs without a better validation loss are borne.",
    },
    "threshold": {"low": 0.0, "high": 1.0, "advanced": True, "help": "How much better counts as better."},
    "threshold_mode": {"advanced": True, "help": "Whether threshold is a share of the loss or a difference."},
    "cooldown": {
        "low": 0,
        "high": LONG,
        "advanced": True,
        "help": "How many epochs to wait after the rate fell.",
    },
    "min_lr": {"low": 0.0, "high": 1e6, "advanced": True, "help": "The rate never falls below this."},
    "base_lr": {
        "default": 1e-4,
        "low": 0.0,
        "high": 1e6,
        "help": "The rate at the bottom of a cycle; lr is the top.",
    },
    "step_size_up": {
        "default": 2,
        "low": 1,
        "high": LONG,
        "help": "How many epochs the rate rises, and then falls.",
    },
    "mode": {
        "advanced": True,
        "help": "Whether cycles keep their height, are halved, or shrink by gamma each step.",
    },
}


def _arguments(name: str, only: str, say: Say) -> tuple[Param, ...]:
    said = {key: {**KNOWN[key], **say.get(key, {})} for key in only.split()}
    return derived(name, signatures.OPTIMIZERS, said, only)


def _schedule(
    name: str, about: str, per: str, only: str, parts: Any = None, say: Say | None = None, **more: Any
) -> Schedule:
    """An entry for PyTorch's scheduler of this name; without parts it takes its arguments as they are.

    only    which of its arguments are a person's to set; say is what PyTorch does not tell of them.
    """
    params = _arguments(name, only, say or {})
    return Schedule(name, about, params, per=per, parts=parts or _as_given(name), **more)


def _as_given(name: str) -> Callable[[Plan], tuple[Part, ...]]:
    return lambda plan: (Part(name, plan.arguments),)


def _one(name: str, **follows: Callable[[Plan], Any]) -> Callable[[Plan], tuple[Part, ...]]:
    """One scheduler, some of whose arguments follow from the plan."""
    return lambda plan: (
        Part(name, {**plan.arguments, **{key: find(plan) for key, find in follows.items()}}),
    )


def _in_steps(name: str) -> Callable[[Plan], int]:
    return lambda plan: plan.arguments[name] * plan.steps_per_epoch


def _cycles(plan: Plan) -> bool:
    return plan.arguments["cycle_momentum"] and plan.has_momentum


def _warmup_cosine(plan: Plan) -> tuple[Part, ...]:
    """Goyal et al. 2017 (warm-up), Loshchilov & Hutter 2017 (cosine)."""
    steps = min(plan.arguments["warmup"] * plan.steps_per_epoch, max(1, plan.steps - 1))
    rises = {"start_factor": plan.arguments["start_factor"], "total_iters": steps}
    falls = {"T_max": max(1, plan.steps - steps), "eta_min": plan.arguments["eta_min"]}
    return Part("LinearLR", rises, steps), Part("CosineAnnealingLR", falls)


def _rising(arguments: Mapping[str, Any]) -> str:
    given = arguments["milestones"]
    given = given if isinstance(given, tuple) else (given,)
    return "" if list(given) == sorted(set(given)) else "milestones must rise. Write them as 5 x 8."


def _milestones(plan: Plan) -> list[int]:
    given = plan.arguments["milestones"]
    return list(given) if isinstance(given, tuple) else [given]


WARMUP = Param("warmup", 1, help="For how many epochs the rate rises to lr.", low=1, high=LONG)
CYCLE = "cycle_momentum base_momentum max_momentum"

SCHEDULES: dict[str, Schedule] = table(
    Schedule(STAYS, "The rate stays as it is."),
    Schedule(
        "WarmupCosine",
        "Rises in a straight line, then falls along a cosine; the usual choice for transformers.",
        (
            WARMUP,
            *_arguments("LinearLR", "start_factor", {"start_factor": {"default": 0.01}}),
            *_arguments("CosineAnnealingLR", "eta_min", {}),
        ),
        per=STEP,
        parts=_warmup_cosine,
    ),
    _schedule(
        "OneCycleLR",
        "Rises to lr and falls far below where it began, once (Smith 2018); lr is the highest rate.",
        STEP,
        f"pct_start div_factor final_div_factor anneal_strategy {CYCLE} three_phase",
        _one(
            "OneCycleLR",
            max_lr=lambda plan: plan.lr,
            total_steps=lambda plan: plan.steps,
            cycle_momentum=_cycles,
        ),
    ),
    _schedule(
        "CosineAnnealingLR",
        "Falls along half a cosine over the whole run.",
        STEP,
        "eta_min",
        _one("CosineAnnealingLR", T_max=lambda plan: plan.steps),
    ),
    _schedule(
        "CosineAnnealingWarmRestarts",
        "Falls along a cosine and jumps back up, again and again.",
        STEP,
        "T_0 T_mult eta_min",
        _one("CosineAnnealingWarmRestarts", T_0=_in_steps("T_0")),
    ),
    _schedule("StepLR", "Falls by a factor every so many epochs.", EPOCH, "step_size gamma"),
    _schedule(
        "MultiStepLR",
        "Falls by a factor after the epochs you name.",
        EPOCH,
        "milestones gamma",
        _one("MultiStepLR", milestones=_milestones),
        rule=_rising,
    ),
    _schedule(
        "ExponentialLR",
        "Falls by a factor after every epoch.",
        EPOCH,
        "gamma",
        say={"gamma": {"default": 0.9}},
    ),
    _schedule(
        "PolynomialLR",
        "Falls to zero over the whole run, in a straight line or faster at first.",
        STEP,
        "power",
        _one("PolynomialLR", total_iters=lambda plan: plan.steps),
    ),
    _schedule(
        "LinearLR",
        "Goes in a straight line from one share of lr to another, then stays.",
        STEP,
        "start_factor end_factor total_iters",
        _one("LinearLR", total_iters=_in_steps("total_iters")),
    ),
    _schedule("ConstantLR", "A share of lr for the first epochs, then lr.", EPOCH, "factor total_iters"),
    _schedule(
        "CyclicLR",
        "Goes up and down between two rates; lr is the higher one.",
        STEP,
        f"base_lr step_size_up mode gamma {CYCLE}",
        _one(
            "CyclicLR",
            max_lr=lambda plan: plan.lr,
            step_size_up=_in_steps("step_size_up"),
            cycle_momentum=_cycles,
        ),
        say={
            "gamma": {"advanced": True, "help": "For mode exp_range: what the height shrinks by each step."}
        },
    ),
    _schedule(
        "ReduceLROnPlateau",
        "Falls by a factor when the validation loss gets no better.",
        EPOCH,
        "factor patience threshold threshold_mode cooldown min_lr",
        say={"patience": {"default": 3}},
        waits=True,
    ),
)

EXCLUDED: dict[str, str] = {
    "LRScheduler": "the base class of the others",
    **dict.fromkeys(("LambdaLR", "MultiplicativeLR"), "it takes a function, which settings cannot hold"),
    **dict.fromkeys(("SequentialLR", "ChainedScheduler"), "it holds others; WarmupCosine is made with it"),
}


def curve(schedule: Schedule, plan: Plan, points: int = 0) -> list[tuple[int, float]]:
    """(step, learning rate) over the run, as PyTorch's schedulers give them (1e-9).

    points  at about so many steps, evenly over the run; 0: at every step.
    """
    last = plan.steps - 1
    every = max(1, last // points) if points else 1
    steps = sorted({*range(0, plan.steps, every), last})
    if schedule.waits:
        return [(step, plan.lr) for step in steps]
    parts, ticks = schedule.parts(plan), 1 if schedule.per == STEP else plan.steps_per_epoch
    return [(step, rate(parts, plan.lr, step // ticks)) for step in steps]


def rate(parts: tuple[Part, ...], lr: float, tick: int) -> float:
    """The learning rate after so many ticks."""
    for part in parts:
        if not part.lasts or tick < part.lasts:
            return RATES[part.name](lr, part.arguments, tick)
        tick -= part.lasts
    return lr
