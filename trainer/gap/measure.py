"""Measures the gap between training mode and evaluation mode, on a copy of the network.

So weights, running statistics and modes of what is trained stay as they are, and the random generators go on
where they were: a run that is asked gives the numbers that it would have given.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count, islice
from typing import Any

import torch
from torch import Tensor, nn

from trainer import checkpoint, modules, norms
from trainer.data import Split
from trainer.gap import words
from trainer.gap.words import Lag
from trainer.learner import autocast
from trainer.loop import batches
from trainer.measures import Objective
from trainer.settings import Settings

MOST_BATCHES, MOST_EXAMPLES = 16, 2048
SAME = 1e-6  # a relative distance that is none: sums in another order


class Distance:
    """‖evaluation - training‖ / ‖training‖ over all that was compared, on the device until it is asked."""

    def __init__(self) -> None:
        self._apart: Tensor | float = 0.0
        self._size: Tensor | float = 0.0

    def add(self, training: Tensor, evaluation: Tensor) -> None:
        training, evaluation = training.double(), evaluation.double()
        self._apart = self._apart + (evaluation - training).square().sum()
        self._size = self._size + training.square().sum()

    def value(self) -> float:
        """NaN where nothing was compared."""
        apart, size = float(self._apart), float(self._size)
        return math.sqrt(apart / size) if size else math.nan


class Watched:
    """One layer of the copy: by itself on what it gets in training mode, and with all before it."""

    def __init__(self, name: str, module: nn.Module, places: Iterator[int]):
        self.name, self.module, self._places = name, module, places
        self.described = modules.describe(name, module)
        self.place = math.inf  # among the layers, in the order in which they compute
        self.own, self.whole = Distance(), Distance()
        self.tables: list[Tensor] = []  # of norms.table, one for each batch
        self._evaluated: list[Tensor] = []  # by this layer alone, of calls that are going on
        self._trained: list[Tensor] = []  # what it gave in training mode, call by call

    def before_training(self, module: nn.Module, given: tuple, named: dict[str, Any]) -> None:
        """What the layer alone gives in evaluation mode, on a copy of what it gets: it may work in place."""
        if self.place == math.inf:
            self.place = next(self._places)
        module.eval()
        alone = module.forward(*map(_copied, given), **{name: _copied(each) for name, each in named.items()})
        module.train()
        self._evaluated.append(_main(alone))
        if self.described["norm"]:
            self.tables.append(norms.table(module, given[0].float()))

    def after_training(self, module: nn.Module, given: tuple, output: Any) -> None:
        trained = _main(output)
        self.own.add(trained, self._evaluated.pop())
        self._trained.append(trained)

    def after_evaluation(self, module: nn.Module, given: tuple, output: Any) -> None:
        if self._trained:
            self.whole.add(self._trained.pop(0), _main(output))

    def described_in_words(self, batch_size: int) -> dict[str, Any] | None:
        """The layer as it is kept; None for one that does the same in both modes and is no normalization."""
        own, norm = self.own.value(), self.described["norm"]
        if not norm and not own > SAME:
            return None
        kind = self.described["kind"]
        lags = lag(self.tables) if self.described["running"] and self.tables else None
        sentence = (
            words.of_norm(self.name, kind, own, lags, batch_size)
            if norm
            else words.of_other(self.name, kind, own)
        )
        return {
            "name": self.name,
            "kind": kind,
            "norm": norm,
            "own": _finite(own),
            "whole": _finite(self.whole.value()),
            "cause": lags.cause(own) if lags else "",
            "words": sentence,
        }


def measure(
    network: nn.Module, data: Split, objective: Objective, settings: Settings, step: int
) -> dict[str, Any]:
    """The gap after a step, as plain data: losses, the first measure, and the layers that have to do with it.

    The batches are the first ones of the first epoch, not augmented; the same at every asking.
    """
    generators = checkpoint.generators()
    try:
        checkpoint.seed_generators(settings.seed)  # for Dropout: the same at every asking
        return _measured(copy.deepcopy(network), data, objective, settings, step)
    finally:
        checkpoint.set_generators(generators)


@torch.no_grad()
def _measured(
    network: nn.Module, data: Split, objective: Objective, settings: Settings, step: int
) -> dict[str, Any]:
    places = count()
    watched = [Watched(name, module, places) for name, module in modules.layers(network)]
    outputs, answers = {True: [], False: []}, []
    for x, y in _batches(data, settings):
        for trains in (True, False):
            with autocast(settings), _unchanged(network), _listening(watched, trains):
                outputs[trains].append(network.train(trains)(x).float())
        answers.append(y)
    right, (trained, evaluated) = torch.cat(answers), (torch.cat(outputs[each]) for each in (True, False))
    losses = [objective(each, right).item() for each in (trained, evaluated)]
    judge = objective.measures[0]
    found = [
        each.described_in_words(settings.batch_size) for each in sorted(watched, key=lambda each: each.place)
    ]
    layers = [each for each in found if each]
    answer = Distance()
    answer.add(trained, evaluated)
    return {
        "at": time.time(),
        "step": step,
        "examples": len(right),
        "batch_size": settings.batch_size,
        "loss": [_finite(each) for each in losses],
        "measure": judge.__name__,
        "measured": [_finite(judge(each, right).item()) for each in (trained, evaluated)],
        "answer": _finite(answer.value()),
        "layers": layers,
        "words": words.of_all(*losses, _worst(layers)),
    }


def _batches(data: Split, settings: Settings) -> Iterator[tuple[Tensor, Tensor]]:
    most = max(1, min(MOST_BATCHES, MOST_EXAMPLES // settings.batch_size))
    for places in islice(batches(data.train_y, settings, 1), most):
        yield data.train_x[places], data.train_y[places]


@contextmanager
def _listening(watched: list[Watched], trains: bool) -> Iterator[None]:
    with ExitStack() as hooks:
        for each in watched:
            if trains:
                listen = partial(each.module.register_forward_pre_hook, with_kwargs=True)
                hooks.callback(listen(each.before_training).remove)
            hear: Callable = each.after_training if trains else each.after_evaluation
            hooks.callback(each.module.register_forward_hook(hear).remove)
        yield


@contextmanager
def _unchanged(network: nn.Module) -> Iterator[None]:
    """Put the buffers back at the end: a forward pass in training mode moves running statistics."""
    before = [buffer.clone() for buffer in network.buffers()]
    yield
    for buffer, old in zip(network.buffers(), before, strict=True):
        buffer.copy_(old)


def lag(tables: list[Tensor]) -> Lag:
    """How running statistics differ from the batches', from norms.table of each batch (6, channels).

    A channel that is normalized with the running mean m and variance v instead of the batches' own m_b, v_b
    is off by (m_b - m) / √v and stretched by √(v_b / v) - 1.
    """
    batch_mean, batch_var, running_mean, running_var = torch.stack(tables).double().mean(0)[:4]
    spread, running = ((each + norms.EPSILON).sqrt() for each in (batch_var, running_var))
    return Lag(
        off=((batch_mean - running_mean).abs() / spread).mean().item(),
        ratio=(2 * (running / spread).log()).mean().exp().item(),
        mean=((batch_mean - running_mean) / running).square().mean().sqrt().item(),
        variance=(spread / running - 1).square().mean().sqrt().item(),
    )


def _worst(layers: list[dict[str, Any]]) -> str:
    """The normalization that something is wrong with and that differs most by itself; "" for none."""
    wrong = {each["name"]: each["own"] or 0.0 for each in layers if each["cause"]}
    return max(wrong, key=wrong.get, default="")


def _main(output: Any) -> Tensor:
    """A copy of a layer's main output: what follows may work in place."""
    tensor = modules.first_tensor(output)
    return tensor.detach().float().clone() if tensor is not None else torch.zeros(())


def _copied(given: Any) -> Any:
    return given.clone() if isinstance(given, Tensor) else given


def _finite(number: float) -> float | None:
    """JSON knows no NaN."""
    return number if math.isfinite(number) else None
