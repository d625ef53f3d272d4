"""What every layer gives at a sampled step, and what each normalization does there.

Hooks sit on the layers only while a sampled step runs, so other steps cost nothing. Each hook only
queues small computations on the device; all results leave it in one tensor, in one transfer.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from trainer import layout, norms

ELEMENTS = 2048  # for the histogram: 0.04 ms, where all 3.2 million would cost 17 ms
BELOW_ONE = 1 - 2**-20  # so that the largest element falls into the last bin


@dataclass(frozen=True)
class Seen:
    """What a hook keeps of one layer: small tensors that stay on the device."""

    count: int  # of all elements
    moments: tuple[Tensor, ...]  # mean, sum of squared distances from it, minimum, maximum
    elements: Tensor  # ELEMENTS of them, for the histogram
    norm: Tensor | None  # what layout.NORM says


class Telemetry:
    """The layers of a network, and the statistics of what they give.

    layout   one dict per layer, in the network's order: how to read a sample (see trainer.layout).
    seconds  spent on telemetry so far.
    """

    def __init__(self, network: nn.Module, every: int):
        self._every = every
        self._modules = layers(network)
        self.layout = layout.plan([_describe(name, module) for name, module in self._modules])
        self.seconds = 0.0
        # A generator of its own: the network's dropout must draw the same numbers with and without
        # telemetry.
        self._places = torch.rand(ELEMENTS, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
        self._indices: dict[tuple[int, torch.device], Tensor] = {}
        self._seen: dict[int, Seen] = {}

    def samples(self, step: int) -> bool:
        """Whether to look at this step: the first, and every so many."""
        return bool(self._every and self._modules) and (step == 1 or step % self._every == 0)

    @contextmanager
    def watching(self, step: int) -> Iterator[None]:
        """Measure the layers while the network runs inside this block, if the step is sampled."""
        if not self.samples(step):
            yield
            return
        handles = [
            module.register_forward_hook(partial(self._see, index))
            for index, (_, module) in enumerate(self._modules)
        ]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _see(self, index: int, module: nn.Module, given: tuple, output: Any) -> None:
        """Measure one layer; where it runs more than once in a step, the last time counts."""
        began = time.perf_counter()
        tensor = first_tensor(output)
        if tensor is not None and tensor.is_floating_point() and tensor.numel():
            flat = tensor.detach().reshape(-1).float()
            norm = (
                self._norm(index, module, given[0].detach().float()) if self.layout[index]["norm"] else None
            )
            self._seen[index] = Seen(len(flat), moments(flat), self._pick(flat), norm)
        self.seconds += time.perf_counter() - began

    def _norm(self, index: int, module: nn.Module, x: Tensor) -> Tensor:
        table = norms.table(module, x)
        averages, kept = table.mean(1), self.layout[index]["channel"]
        if len(kept) < table.shape[1]:
            table = table[:, kept]
        return torch.cat([averages, table.reshape(-1)])

    def _pick(self, flat: Tensor) -> Tensor:
        """The same randomly placed elements each time; all and NaN where there are too few."""
        if len(flat) <= ELEMENTS:
            return nn.functional.pad(flat, (0, ELEMENTS - len(flat)), value=math.nan)
        key = (len(flat), flat.device)
        if key not in self._indices:
            self._indices[key] = (self._places * len(flat)).long().to(flat.device)
        return flat.index_select(0, self._indices[key])

    def take(self) -> bytes:
        """The step just watched, float32 in the layout's order; NaN for layers that did not run."""
        if torch.cuda.is_initialized():
            # else the wait for the training step itself would be counted as telemetry
            torch.cuda.synchronize()
        began = time.perf_counter()
        seen, self._seen = self._seen, {}
        blob = np.full(sum(layer["size"] for layer in self.layout), math.nan, np.float32)
        if seen:
            each = list(seen.values())
            rows = torch.cat([summaries(each), histograms(torch.stack([one.elements for one in each]))], 1)
            wide = [one.norm for one in each if one.norm is not None]
            self._place(blob, list(seen), torch.cat([rows.reshape(-1), *wide]).cpu().numpy())
        self.seconds += time.perf_counter() - began
        return blob.tobytes()

    def _place(self, blob: np.ndarray, indices: list[int], fetched: np.ndarray) -> None:
        """Put the fetched numbers in their places: all layers' rows, then the normalizations'."""
        seen = [self.layout[index] for index in indices]
        at = 0
        for layer in seen:
            blob[layer["start"] :][: layout.ROW] = fetched[at : at + layout.ROW]
            at += layout.ROW
        for layer in (layer for layer in seen if layer["norm"]):
            size = layer["size"] - layout.ROW
            blob[layer["start"] + layout.ROW :][:size] = fetched[at : at + size]
            at += size


def layers(network: nn.Module) -> list[tuple[str, nn.Module]]:
    """The modules that compute, by attribute path: those without modules inside.

    MultiheadAttention computes with its projection's weights without calling it, so it counts as
    one layer; so does a layer with parametrized weights.
    """
    found = []

    def visit(name: str, module: nn.Module) -> None:
        inside = [(child, each) for child, each in module.named_children() if child != "parametrizations"]
        if name and (not inside or isinstance(module, nn.MultiheadAttention)):
            found.append((name, module))
            return
        for child, each in inside:
            visit(f"{name}.{child}" if name else child, each)

    visit("", network)
    return found


def _describe(name: str, module: nn.Module) -> dict[str, Any]:
    kind = nn.utils.parametrize.type_before_parametrizations(module).__name__
    return {"name": name, "kind": kind, **norms.describe(module)}


def first_tensor(output: Any) -> Tensor | None:
    """A layer's main output: LSTM and MultiheadAttention give several, the first is the one that
    flows on.
    """
    while isinstance(output, tuple | list) and output:
        output = output[0]
    return output if isinstance(output, Tensor) else None


def moments(flat: Tensor) -> tuple[Tensor, ...]:
    """Mean, sum of squared distances from it, minimum and maximum; torch.var takes ten times as
    long on a CPU.
    """
    mean = flat.mean()
    centred = flat - mean
    return mean, torch.dot(centred, centred), *flat.aminmax()


def summaries(seen: list[Seen]) -> Tensor:
    """(layers, 4): mean, standard deviation (biased), minimum, maximum."""
    table = torch.stack([number for each in seen for number in each.moments]).reshape(-1, 4)
    counts = torch.tensor([each.count for each in seen], dtype=table.dtype, device=table.device)
    table[:, 1] = (table[:, 1] / counts).sqrt()
    return table


def histograms(elements: Tensor) -> Tensor:
    """Per row of elements (layers, ELEMENTS): [low, high, counts in equal bins between them].

    NaN and infinity are in no bin; a row without any finite element has low = infinity and high =
    -infinity.
    """
    low = elements.nan_to_num(math.inf, math.inf, math.inf).amin(1, keepdim=True)
    high = elements.nan_to_num(-math.inf, -math.inf, -math.inf).amax(1, keepdim=True)
    scale = layout.BINS * BELOW_ONE / (high - low).clamp_min(1e-30)  # equal elements: all in the first bin
    spare = float(layout.BINS)  # one bin more, for what is in none
    bins = ((elements - low) * scale).nan_to_num(spare, spare, spare).long()
    counts = elements.new_zeros(len(elements), layout.BINS + 1)
    counts.scatter_add_(1, bins, elements.new_ones(1).expand(bins.shape))
    return torch.cat([low, high, counts[:, : layout.BINS]], 1)
