"""Where a network draws the line between classes of points, looked at while it learns.

For data of two numbers an example. What the network answers on a grid around the points goes into the
run's store, one byte for the class and one for how sure it is; the page draws it with the points.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import torch
from torch import nn

from trainer.measures import likely
from trainer.moments import Moment, Observe
from trainer.results.view import undisturbed

if TYPE_CHECKING:
    from trainer.data import DataSet, Split
    from trainer.recorder import Recorder

SIDE = 60  # cells along each side
MARGIN = 0.1  # of the points' extent, beyond the outermost
POINTS = 600  # of the training part that are drawn
EVERY = 0.5  # seconds between two looks: the page asks no more often
REST = 50  # times what a look took, so that looking takes 2 % of the time at most
MOST_CLASSES = 255
BYTE = 255


def observer(network: nn.Module, data: Split, data_set: DataSet, recorder: Recorder) -> Observe:
    """What looks at a run while it trains: at most every half second, and wherever it stands still; at
    nothing unless the data are points.
    """
    flat = data_set.shape == (2,) and data_set.dtype == "float32" and data_set.task == "classification"
    if not flat or data_set.targets > MOST_CLASSES:
        return lambda step, moment, output: None
    area, cells = grid(data.train_x)
    recorder.set(area={**area, "labels": list(data_set.labels), **points(data), **_axes(data_set)})
    seen, due = -1, 0.0  # the step of the last look, and when the next one may be

    def look(step: int, moment: Moment, output: torch.Tensor | None) -> None:
        nonlocal seen, due
        began = time.monotonic()
        moves = moment in (Moment.BATCH, Moment.EPOCH)
        if step == seen or (moves and began < due):
            return
        recorder.boundary(step, answers(network, cells))
        ended = time.monotonic()
        seen, due = step, ended + max(EVERY, REST * (ended - began))

    return look


def grid(x: torch.Tensor) -> tuple[dict[str, list[float]], torch.Tensor]:
    """The rectangle around points x (examples, 2), {"x": [low, high], "y": ...}, and the middles of its
    cells (SIDE * SIDE, 2), row by row from the bottom.
    """
    low, high = x.amin(0), x.amax(0)
    room = MARGIN * (high - low).clamp_min(1e-6)
    low, high = low - room, high + room
    middles = (torch.arange(SIDE, device=x.device) + 0.5) / SIDE
    across, up = (low[side] + middles * (high[side] - low[side]) for side in (0, 1))
    cells = torch.stack([across.repeat(SIDE), up.repeat_interleave(SIDE)], 1)
    return {name: [low[side].item(), high[side].item()] for side, name in enumerate("xy")}, cells


@torch.no_grad()
def answers(network: nn.Module, cells: torch.Tensor) -> bytes:
    """For each cell a byte, its class, and then for each a byte, how likely that class is, of 255.

    The network and all random numbers are left as they were.
    """
    with undisturbed(network):
        output = network.eval()(cells).float()
    most, classes = likely(output).nan_to_num(0.0).max(1)
    both = torch.stack([classes.to(torch.uint8), (most * BYTE).round().to(torch.uint8)])
    return both.cpu().numpy().tobytes()


def points(data: Split) -> dict[str, list]:
    """Some of the points that are trained on, evenly spread over the data: places and classes."""
    every = max(1, -(-len(data.train_y) // POINTS))
    places = data.train_x[::every].cpu().double().round(decimals=4)
    return {"points": places.tolist(), "classes": data.train_y[::every].tolist()}


def _axes(data_set: DataSet) -> dict[str, list[str]]:
    return {"features": list(data_set.features or ("first feature", "second feature"))}
