"""What every node of a network does to one example: a process with torch that answers one question a line.

A node's value is the variable of its name when forward returns, so operations are seen as well as
layers, in blocks too. Code that a person wrote is never run here.
"""

from __future__ import annotations

import base64
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn

from builder import paths, weights
from builder.answers import serve
from builder.checks import check
from builder.document import Document
from builder.kinds import Spec
from builder.source.write import to_python
from builder.templates import template
from trainer import store
from trainer.data import Split, find
from trainer.nodes import FILE
from trainer.results.pictures import shrunk
from trainer.trial import network_from

MAPS = 16  # of a node's channels
POINTS = 32  # along each side of a map
NUMBERS = 64  # of a vector, or tokens
THUMBNAIL = 40  # points along each side of what stands in a box of the drawing; all its maps together
FEW = 20  # numbers there
WARM_UP, WARM_UP_DATA = "digits_cnn", "digits"  # before the first question, whose time is limited


def preview(document: str, data: str, example: int, run: str) -> dict[str, Any]:
    """What each node gives for one example, by its place, stage1[0]/conv: small enough to be looked at, as
    `nodes`, and to stand in a box of the drawing, as `thumbnails`; and the example's `label`.

    data     a data set, of whose validation part the example is; '' for random numbers.
    example  its number, or that of the random numbers.
    run      whose trained weights to use; '' for those that seed 0 draws.

    Raises ValueError with a sentence where the network, the data or the weights do not belong together.
    """
    drawn = Document.from_json(document)
    source = to_python(drawn)  # refuses layers written in Python: no trust is given
    torch.manual_seed(0)
    network = network_from(source).eval()
    if run:
        weights.load(network, _weights(run))
    given, label = _given(drawn, data, example)
    values = seen(network, drawn, given)
    specs = check(drawn).specs
    given_by = {place: _single(value, specs[place]) for place, value in values.items()}
    return {
        "label": label,
        "nodes": {place: picture(value) for place, value in given_by.items()},
        "thumbnails": {place: thumbnail(value, _is_input(drawn, place)) for place, value in given_by.items()},
    }


def _is_input(document: Document, place: str) -> bool:
    way, name = paths.split(paths.drawn(place))
    return paths.graph_at(document, way)[name].kind == "Input"


def _weights(run: str) -> Path:
    found = store.weights(run)
    if found is None:
        raise ValueError("The run has no weights yet. Wait until it has ended, or choose another.")
    return found


@lru_cache(4)
def _loaded(data: str) -> Split:
    return find(data).load()


def _given(document: Document, data: str, example: int) -> tuple[list[Tensor], str]:
    """The example for each Input, as a batch of one, and what it is an example of."""
    if data:
        split = _loaded(data)
        place = example % len(split.validation_y)
        label = find(data).said(split.validation_y[place].numpy())
        return [split.validation_x[place : place + 1]], label
    random = torch.Generator().manual_seed(example)
    return [_random(node.params, random) for node in document.main.of_kind("Input")], ""


def _random(params: Any, random: torch.Generator) -> Tensor:
    shape, dtype = (1, *params["shape"]), params.get("dtype", "float32")
    if dtype.startswith("int"):
        return torch.randint(0, params.get("high") or 2, shape, generator=random, dtype=getattr(torch, dtype))
    return torch.randn(shape, generator=random).to(getattr(torch, dtype))


# --- what flows


def seen(network: nn.Module, document: Document, given: Sequence[Tensor]) -> dict[str, Tensor]:
    """Place of a node -> what it gives for a batch of one."""
    names = {module: paths.place_name(name) for name, module in network.named_modules()}
    for module in names:
        if getattr(module, "inplace", False):
            module.inplace = False  # else a layer would show what the one behind it made of it
    found: dict[str, Tensor] = {}

    def look(frame: FrameType, result: Any) -> None:
        place = names.get(frame.f_locals.get("self"))
        graph = None if place is None else paths.graph_at(document, _way(place))
        if graph is None:
            return
        outputs = graph.of_kind("Output")
        results = [result] if len(outputs) == 1 else result
        values = {**frame.f_locals, **dict(zip((node.id for node in outputs), results, strict=False))}
        for node in graph.nodes:
            if isinstance(values.get(node.id), Tensor):  # the first use of a layer that is used twice
                found.setdefault(f"{place}/{node.id}".lstrip("/"), values[node.id])

    with torch.inference_mode(), _forwards(look):
        network(*given)
    return found


def _way(place: str) -> tuple[str, ...]:
    return tuple(paths.drawn(place).split("/")) if place else ()


@contextmanager
def _forwards(look: Any) -> Iterator[None]:
    """Calls `look` with the frame and the result of each forward of the printed source."""

    def event(frame: FrameType, kind: str, result: Any) -> None:
        code = frame.f_code
        if kind == "return" and code.co_name == "forward" and code.co_filename == FILE:
            look(frame, result)

    sys.setprofile(event)
    try:
        yield
    finally:
        sys.setprofile(None)


def _single(value: Tensor, ports: Mapping[str, Spec]) -> Tensor:
    """The value of the one example; what has no batch, a Constant, as it is."""
    spec = next(iter(ports.values()))
    return value[0] if len(spec.example) < value.dim() else value


# --- made small


def picture(value: Tensor) -> dict[str, Any]:
    """A value as something to look at: `tokens`, a `vector`, a `table`, or feature `maps`.

    Maps and tables are bytes from 0, the smallest, to 255, the largest value shown, in base64.
    """
    shape = list(value.shape)
    if not value.is_floating_point() and not value.is_complex() and value.dtype != torch.bool:
        return {"kind": "tokens", "shape": shape, "numbers": value.flatten()[:NUMBERS].tolist()}
    numbers = (value.abs() if value.is_complex() else value).float()
    finite = bool(numbers.isfinite().all())
    facts = {"shape": shape, "finite": finite, **_facts(numbers.nan_to_num(0.0, 0.0, 0.0))}
    numbers = numbers.nan_to_num(0.0, 0.0, 0.0)
    if numbers.dim() < 2:
        shown = numbers.flatten()[:NUMBERS].tolist()
        return {"kind": "vector", **facts, "numbers": [_rounded(number) for number in shown]}
    maps = numbers[None] if numbers.dim() == 2 else _slices(numbers)[:MAPS]
    return {"kind": "table" if numbers.dim() == 2 else "maps", **facts, **_bytes(maps)}


def thumbnail(value: Tensor, is_input: bool = False) -> dict[str, Any]:
    """A value as a picture of at most 40 x 40 points: `numbers` in their order, or `maps` as in picture.

    Of many maps the first four; an input of three is a picture in `color`.
    """
    numbers = (value.abs() if value.is_complex() else value).float().nan_to_num(0.0, 0.0, 0.0)
    facts = {"shape": list(value.shape), **_facts(numbers)}
    if numbers.dim() < 2 or not value.is_floating_point():
        return {**facts, "numbers": [_rounded(number) for number in numbers.flatten()[:FEW]]}
    maps = numbers[None] if numbers.dim() == 2 else _slices(numbers)
    if is_input and len(maps) == 3:
        return {**facts, "color": True, **_points(maps, THUMBNAIL)}
    several = len(maps) >= 4
    return {**facts, **_points(maps[: 4 if several else 1], THUMBNAIL // 2 if several else THUMBNAIL)}


def _points(maps: Tensor, most: int) -> dict[str, Any]:
    small = _bytes(maps, most)
    return {"size": small["size"], "maps": small["maps"]}


def _facts(numbers: Tensor) -> dict[str, float]:
    if not numbers.numel():
        return {"min": 0.0, "mean": 0.0, "max": 0.0}
    low, high = torch.aminmax(numbers)
    return {"min": _rounded(low), "mean": _rounded(numbers.mean()), "max": _rounded(high)}


def _slices(numbers: Tensor) -> Tensor:
    """Maps (channels, height, width); of a volume its middle."""
    while numbers.dim() > 3:
        numbers = numbers[:, numbers.shape[1] // 2]
    return numbers


def _bytes(maps: Tensor, most: int = POINTS) -> dict[str, Any]:
    small = shrunk(maps[None], most, most)[0]
    low, high = (float(edge) for edge in torch.aminmax(small)) if small.numel() else (0.0, 0.0)
    grey = (small - low) / (high - low) if high > low else torch.full_like(small, 0.5)
    pixels = (grey * 255).round().to(torch.uint8).contiguous()
    texts = [base64.b64encode(bytes(each.flatten().tolist())).decode() for each in pixels]
    return {"size": list(small.shape[1:]), "maps": texts, "low": _rounded(low), "high": _rounded(high)}


def _rounded(number: Any) -> float:
    """To four significant digits."""
    number = float(number)
    return round(number, 3 - math.floor(math.log10(abs(number)))) if number else 0.0


def main() -> None:
    os.nice(5)  # clicks and training come first
    torch.set_num_threads(1)
    serve({"preview": preview}, lambda: preview(template(WARM_UP).to_json(), WARM_UP_DATA, 0, ""))


if __name__ == "__main__":
    main()
