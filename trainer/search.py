"""The learning-rate finder (Smith 2017): a few steps at rates that grow from tiny to huge, and what follows.

The rates grow by one factor from step to step. The losses are smoothed, for single batches differ. The
search ends where the smoothed loss is several times its best, for nothing is learned beyond.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

LOWEST, HIGHEST = 1e-6, 10.0
STEPS = 120
SMOOTHING = 0.85  # the share of the past in the smoothed loss
HOPELESS = 4.0  # times the best smoothed loss
MARGIN = 10.0  # the lowest loss is at the edge of what works: a tenth of its rate is safe


@dataclass(frozen=True)
class Found:
    """Rates that were tried, the smoothed loss at each, and two rates to train with.

    steepest   where the loss falls fastest.
    tenth      a tenth of the rate with the lowest loss.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    steepest: float
    tenth: float

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Found:
        told = json.loads(text)
        return cls(tuple(told["rates"]), tuple(told["losses"]), told["steepest"], told["tenth"])


def suggested(rates: Sequence[float], losses: Sequence[float]) -> Found:
    """What follows from the losses at these rates, at least three of each."""
    lowest = min(range(len(losses)), key=losses.__getitem__)
    slopes = [
        (losses[i + 1] - losses[i - 1]) / math.log(rates[i + 1] / rates[i - 1])
        for i in range(1, max(2, min(lowest + 1, len(rates) - 1)))
    ]
    steepest = 1 + min(range(len(slopes)), key=slopes.__getitem__)
    return Found(tuple(rates), tuple(losses), _short(rates[steepest]), _short(rates[lowest] / MARGIN))


def _short(rate: float) -> float:
    """With two digits: more would say more than the search knows."""
    return float(f"{rate:.1e}")


def smoothed(losses: Sequence[float]) -> list[float]:
    """An exponential average, corrected for its beginning (Kingma & Ba 2015)."""
    found, average = [], 0.0
    for count, loss in enumerate(losses, 1):
        average = SMOOTHING * average + (1 - SMOOTHING) * loss
        found.append(average / (1 - SMOOTHING**count))
    return found


def search(source: str, settings, data_set) -> Found:
    """Try the rates on the network of a printed source. Raises TrainerError for one that cannot train."""
    import torch

    from trainer import loop, memory, trial
    from trainer.learner import Learner, autocast
    from trainer.measures import Objective

    # Made slower or louder by these, not better.
    settings = replace(settings, schedule="none", compile=False, cuda_graphs=False)
    torch.set_num_threads(settings.threads)
    device = torch.device(settings.device)
    memory.refuse_unless_data_fits(data_set)
    data = data_set.load(settings.seed, settings.validation, settings.scaling).to(device)
    objective = Objective(settings, data_set)
    trial.one_step(source, data, settings, data_set, objective)
    torch.manual_seed(settings.seed)
    network = trial.network_from(source).to(device).train()
    learner = Learner(network, settings, 1)
    batches = (
        batch for epoch in range(1, STEPS + 1) for batch in loop.batches(data.train_y, settings, epoch)
    )
    rates, losses = [], []
    for step in range(STEPS):
        rate = LOWEST * (HIGHEST / LOWEST) ** (step / (STEPS - 1))
        learner.optimizer.param_groups[0]["lr"] = rate
        batch = next(batches)
        learner.optimizer.zero_grad()
        with autocast(settings):
            loss = objective(
                network(loop.changed(data.train_x[batch], settings, step + 1)), data.train_y[batch]
            )
        if not math.isfinite(loss.item()):
            break
        rates.append(rate)
        losses.append(loss.item())
        means = smoothed(losses)
        if step > STEPS // 10 and means[-1] > HOPELESS * min(means):
            break
        learner.step(loss)
    return suggested(rates, smoothed(losses))
