"""What every layer gives and learns at a sampled step, and what each normalization does there.

Hooks sit on the layers only while a sampled step runs, so other steps cost nothing. They only queue small
computations on the device; all results leave it in one tensor, in one transfer, and are read a step later.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

from trainer import layout, modules, norms, ordered, units
from trainer.pace import Meter, Pace
from trainer.vitals import Clock

# What looking costs in all for each second that is metered, as benchmarks/train.py finds it: hooks also make
# the passes slower that they sit in, and what is seen must be written.
WHOLE = 5 / 3
ELEMENTS = 2048  # at random places, for a stride would see the same channels again and again
UNWATCHED = nullcontext()


@dataclass(frozen=True)
class Seen:
    """What a hook keeps of one layer: small tensors that stay on the device."""

    numbers: dict[str, Tensor]  # some of layout.NAMES
    elements: Tensor  # ELEMENTS of what it gives
    norm: Tensor | None  # what layout.NORM says, for all channels


@dataclass(frozen=True)
class Sample:
    """One look as the store keeps it (see trainer.layout)."""

    step: int
    statistics: bytes
    histograms: bytes
    channels: bytes


@dataclass
class Look:
    """A look that is going on."""

    step: int
    before: dict[int, Tensor] = field(default_factory=dict)  # weights by their place; {} to measure no update
    seen: dict[int, Seen] = field(default_factory=dict)  # by layer, in forward order


@dataclass(frozen=True)
class Underway:
    """A look whose numbers are on their way from the device."""

    step: int
    numbers: Tensor
    arrived: torch.cuda.Event | None
    order: tuple[int, ...]  # of the layers that ran


class Telemetry:
    """The layers of a network, and the statistics of what they give and learn.

    layers   one dict per layer, in the network's order (see trainer.layout).
    clock    throughput and time waiting for data, as trainer.vitals reads them.
    """

    def __init__(self, network: nn.Module, pace: Pace):
        self._pace = pace
        self._modules = modules.layers(network)
        self.layers = layout.plan([modules.describe(name, module) for name, module in self._modules])
        self._weights = [modules.trained(module) for _, module in self._modules]
        self._channels_first = modules.channels_first(self.layers)
        pace.make_room(layout.size_in_bytes(self.layers))
        self._device = next(network.parameters(), torch.empty(0)).device
        # Sent to the device once: a copy to it in every look would make the processor wait.
        self._bounds = torch.tensor([units.bounds(module) for _, module in self._modules]).to(self._device)
        self._kept = [
            torch.tensor(layer["channel"], dtype=torch.long).to(self._device) for layer in self.layers
        ]
        self._meter, self.clock = Meter(self._device), Clock()
        # A generator of its own: the network's dropout must draw the same numbers with and without
        # telemetry.
        self._places = torch.rand(ELEMENTS, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
        self._indices: dict[tuple[int, torch.device], Tensor] = {}
        self._silent: dict[int, Tensor] = {}
        self._looks = 0
        self._decided: tuple[int, bool] = (0, False)
        self._underway: Underway | None = None
        self._paid = 0.0

    @property
    def seconds(self) -> float:
        """Spent on looking so far, what the meter does not see among it."""
        return WHOLE * self._meter.seconds

    def samples(self, step: int) -> bool:
        """Whether to look at this step; asked again, it says the same."""
        if self._decided[0] != step:
            seconds = self.clock.step()
            self._decided = (step, bool(self._modules) and self._pace.grants(step, seconds))
        return self._decided[1]

    def watching(self, step: int, always: bool = False) -> AbstractContextManager[None]:
        """Looks at the layers while a whole training step runs inside, if it is to be sampled.

        always: look in any case, at a forward pass alone, as after a failure.
        """
        return self._looking(Look(step), always) if always or self.samples(step) else UNWATCHED

    @contextmanager
    def _looking(self, look: Look, always: bool) -> Iterator[None]:
        with ExitStack() as hooks:
            with self._meter.on():
                look.before = {} if always else self._copies()
                for index, (_, module) in enumerate(self._modules):
                    handle = module.register_forward_hook(partial(self._see, look, index))
                    hooks.callback(handle.remove)
            yield
        with self._meter.on():
            self._send(look)

    @torch.no_grad()
    def _see(self, look: Look, index: int, module: nn.Module, given: tuple, output: Any) -> None:
        """Measure one layer; where it runs more than once in a step, the last time counts."""
        tensor = modules.first_tensor(output)
        if tensor is None or not tensor.is_floating_point() or not tensor.numel():
            return
        with self._meter.on():
            flat = tensor.detach().reshape(-1).float()
            norm = norms.table(module, given[0].detach().float()) if self.layers[index]["norm"] else None
            look.seen.pop(index, None)
            numbers = {**moments(flat), **self._dead(index, module, tensor)}
            look.seen[index] = Seen(numbers, self._pick(flat), norm)

    def _dead(self, index: int, module: nn.Module, output: Tensor) -> dict[str, Tensor]:
        if not units.can_die(module):
            return {}
        answers = units.answering(output.detach(), self._channels_first[index])
        before = self._silent.get(index)
        if before is not None and before.shape != answers.shape:
            before = None
        self._silent[index] = units.silent_for(before, answers)
        if self._looks + 1 < units.WINDOW:
            return {}
        return {"dead": (self._silent[index] >= units.WINDOW).float().mean()}

    def _pick(self, flat: Tensor) -> Tensor:
        """The same randomly placed elements each time; all and NaN where there are too few."""
        if len(flat) <= ELEMENTS:
            return nn.functional.pad(flat, (0, ELEMENTS - len(flat)), value=math.nan)
        key = (len(flat), flat.device)
        if key not in self._indices:
            self._indices[key] = (self._places * len(flat)).long().to(flat.device)
        return flat.index_select(0, self._indices[key])

    def _copies(self) -> dict[int, Tensor]:
        """The weights as they are before the step, by their place in memory: some are shared."""
        return {id(each): each.detach().clone() for weights in self._weights for each in weights}

    @torch.no_grad()
    def _send(self, look: Look) -> None:
        """Start the one transfer of all numbers of a look."""
        self._looks += 1
        if not look.seen:
            return
        numbers, arrived = to_host(self._numbers(look))
        self._underway = Underway(look.step, numbers, arrived, tuple(look.seen))

    def _numbers(self, look: Look) -> Tensor:
        """All numbers of a look in one row: the layers' statistics, both histograms, the normalizations'
        averages and channels.
        """
        missing = torch.full((ELEMENTS,), math.nan, device=self._device)
        given = [look.seen[index].elements if index in look.seen else missing for index in self._range]
        learned = [self._gradient(index, missing) for index in self._range]
        rows = ordered.ordered(torch.stack([*given, *learned]))
        count = len(given)
        spans, counts = ordered.histograms(rows)
        activations = ordered.Ordered(rows.rows[:count], rows.known[:count])
        percentiles = ordered.quantiles(activations, list(layout.PERCENTILES.values()))
        shared = {
            **dict(zip(layout.PERCENTILES, percentiles.unbind(1), strict=True)),
            "zeros": ordered.zeros(activations).squeeze(1),
            "saturated": ordered.beyond(activations, self._bounds).squeeze(1),
            **dict(zip(("low", "high"), spans[:count].unbind(1), strict=True)),
            **dict(zip(("gradient_low", "gradient_high"), spans[count:].unbind(1), strict=True)),
        }
        own = [self._own(look, index) for index in self._range]
        unknown = missing[0]
        columns = [
            shared[name] if name in shared else torch.stack([each.get(name, unknown) for each in own])
            for name in layout.NAMES
        ]
        tables = [counts.reshape(2, count, -1).transpose(0, 1), *self._norms(look)]
        return torch.cat([torch.stack(columns, 1).reshape(-1), *(each.reshape(-1) for each in tables)])

    @property
    def _range(self) -> range:
        return range(len(self._modules))

    def _own(self, look: Look, index: int) -> dict[str, Tensor]:
        """What is measured of one layer by itself."""
        numbers = dict(look.seen[index].numbers) if index in look.seen else {}
        weights = self._weights[index]
        gradients = [_dense(each.grad).float() for each in weights if each.grad is not None]
        if gradients:
            numbers["gradient_norm"] = get_total_norm(gradients)
        if weights:
            numbers["weight_norm"] = get_total_norm([each.detach().float() for each in weights])
        if gradients and look.before:
            before = [look.before[id(each)].float() for each in weights]
            steps = [each.detach().float() - old for each, old in zip(weights, before, strict=True)]
            numbers["update"] = get_total_norm(steps) / get_total_norm(before)
        return numbers

    def _gradient(self, index: int, missing: Tensor) -> Tensor:
        """ELEMENTS of the gradient of a layer's largest weight."""
        gradients = [_dense(each.grad) for each in self._weights[index] if each.grad is not None]
        if not gradients:
            return missing
        return self._pick(max(gradients, key=Tensor.numel).reshape(-1).float())

    def _norms(self, look: Look) -> Iterator[Tensor]:
        """The normalizations' averages (normalizations, AVERAGES), then each one's channels (NORM, kept)."""
        tables, kept = [], []
        for index in self._range:
            layer = self.layers[index]
            if not layer["norm"]:
                continue
            table = look.seen[index].norm if index in look.seen else None
            if table is None:
                table = torch.full((len(layout.NORM), layer["channels"]), math.nan, device=self._device)
            tables.append(torch.cat([table.mean(1), norms.drift(table)]))
            kept.append(table.index_select(1, self._kept[index]))
        if tables:
            yield torch.stack(tables)
        yield from kept

    def take(self, before: float = math.inf) -> Sample | None:
        """The look underway, if it is from a step before this one; else None."""
        underway = self._underway
        if underway is None or underway.step >= before:
            return None
        self._underway = None
        if underway.arrived is not None:
            underway.arrived.synchronize()  # a step later it has long arrived
        with self._meter.on():
            sample = self._sample(underway)
        self._pace.paid(self.seconds - self._paid)
        self._paid = self.seconds
        return sample

    def _sample(self, underway: Underway) -> Sample:
        numbers = underway.numbers.numpy()
        wide, counted, _ = layout.sizes(self.layers)
        own = len(self.layers) * len(layout.NAMES)
        statistics = numbers[:own].reshape(len(self.layers), -1).copy()
        statistics[list(underway.order), layout.NAMES.index("place")] = np.arange(len(underway.order))
        histograms, rest = numbers[own : own + counted], numbers[own + counted :]
        averages, channels = rest[: wide - own], rest[wide - own :]
        return Sample(
            underway.step,
            np.concatenate([statistics.reshape(-1), averages]).tobytes(),
            histograms.astype(np.uint16).tobytes(),
            channels.tobytes(),
        )


def _dense(gradient: Tensor) -> Tensor:
    """What there is of a gradient: an Embedding may have a sparse one."""
    return gradient.detach().coalesce().values() if gradient.is_sparse else gradient.detach()


def to_host(numbers: Tensor) -> tuple[Tensor, torch.cuda.Event | None]:
    """The numbers on the processor, and what tells when they are there; None: at once."""
    if numbers.device.type != "cuda":
        return numbers.cpu(), None
    host = torch.empty(numbers.shape, dtype=numbers.dtype, pin_memory=True)
    host.copy_(numbers, non_blocking=True)
    arrived = torch.cuda.Event()
    arrived.record()
    return host, arrived


def moments(flat: Tensor) -> dict[str, Tensor]:
    """Mean, standard deviation (biased), minimum, maximum, and how many are not finite.

    torch.var takes ten times as long on a CPU, and torch.isfinite five times.
    """
    mean = flat.mean()
    centred = flat - mean
    low, high = flat.aminmax()
    return {
        "mean": mean,
        "std": (torch.dot(centred, centred) / len(flat)).sqrt(),
        "min": low,
        "max": high,
        "nonfinite": (flat - flat).count_nonzero().float(),  # infinity less itself is NaN, which is not 0
    }
