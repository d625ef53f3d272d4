"""What each of PyTorch's schedulers makes of a learning rate after so many ticks, in closed form.

lr is the optimizer's rate, arguments are the scheduler's as PyTorch names them, and a tick is one
call of its step(). Formulas are those of torch.optim.lr_scheduler's documentation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

Arguments = Mapping[str, Any]


def _step(lr: float, given: Arguments, tick: int) -> float:
    return lr * given["gamma"] ** (tick // given["step_size"])


def _multi_step(lr: float, given: Arguments, tick: int) -> float:
    return lr * given["gamma"] ** sum(tick >= milestone for milestone in given["milestones"])


def _exponential(lr: float, given: Arguments, tick: int) -> float:
    return lr * given["gamma"] ** tick


def _constant(lr: float, given: Arguments, tick: int) -> float:
    return lr * given["factor"] if tick < given["total_iters"] else lr


def _linear(lr: float, given: Arguments, tick: int) -> float:
    share = min(tick / given["total_iters"], 1.0)
    first, last = given["start_factor"], given.get("end_factor", 1.0)
    return lr * (first + (last - first) * share)


def _polynomial(lr: float, given: Arguments, tick: int) -> float:
    left = 1.0 - min(tick / given["total_iters"], 1.0)
    return lr * left ** given["power"]


def _cosine(lr: float, given: Arguments, tick: int) -> float:
    return _along_cosine(lr, given["eta_min"], tick / given["T_max"])


def _warm_restarts(lr: float, given: Arguments, tick: int) -> float:
    length = given["T_0"]
    while tick >= length:
        tick, length = tick - length, length * given["T_mult"]
    return _along_cosine(lr, given["eta_min"], tick / length)


def _along_cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


def _along_line(start: float, end: float, share: float) -> float:
    return start + (end - start) * share


def _one_cycle(lr: float, given: Arguments, tick: int) -> float:
    """Smith & Topin 2018, with two or three phases."""
    first = lr / given["div_factor"]
    last, total = first / given["final_div_factor"], given["total_steps"]
    peak = given["pct_start"] * total - 1
    phases = [(peak, first, lr), (total - 1, lr, last)]
    if given["three_phase"]:
        phases = [(peak, first, lr), (2 * peak, lr, first), (total - 1, first, last)]
    along = _along_cosine if given["anneal_strategy"] == "cos" else _along_line
    begun = 0.0
    for ends, start, end in phases:
        if tick <= ends or ends == total - 1:
            return along(start, end, (tick - begun) / (ends - begun) if ends > begun else 0.0)
        begun = ends
    return last


def _cyclic(lr: float, given: Arguments, tick: int) -> float:
    """Smith 2017: up for step_size_up ticks, and down again."""
    up, low = given["step_size_up"], given["base_lr"]
    cycle, place = divmod(tick, 2 * up)
    height = (lr - low) * (place / up if place <= up else 2 - place / up)
    scale = {
        "triangular": lambda: 1.0,
        "triangular2": lambda: 0.5**cycle,
        "exp_range": lambda: given["gamma"] ** tick,
    }
    return low + height * scale[given["mode"]]()


RATES: dict[str, Callable[[float, Arguments, int], float]] = {
    "StepLR": _step,
    "MultiStepLR": _multi_step,
    "ExponentialLR": _exponential,
    "ConstantLR": _constant,
    "LinearLR": _linear,
    "PolynomialLR": _polynomial,
    "CosineAnnealingLR": _cosine,
    "CosineAnnealingWarmRestarts": _warm_restarts,
    "OneCycleLR": _one_cycle,
    "CyclicLR": _cyclic,
}
