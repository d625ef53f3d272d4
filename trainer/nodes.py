"""Which node of the drawing it was: found from where in the printed source an error or a number came up."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from builder.paths import place_name

MODULE = "network"  # the __name__ that a printed source is run under
FILE = "network.py"

Place = tuple[FrameType, int]  # a frame and the line it is at


def remember(source: str) -> None:
    """Lets tracebacks show the lines of the printed source, which lies in no file of that name."""
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)


def of_error(error: BaseException) -> str:
    """The node that an error came from, or '' where none was at work, as in the backward pass."""
    return _node(_traceback(error.__traceback__))[0]


@dataclass(frozen=True)
class NotFinite:
    """The first node that gives infinity or NaN, and a sentence that says so; '' both where none does."""

    node: str = ""
    words: str = ""


def first_not_finite(network: nn.Module, x: Tensor) -> NotFinite:
    """Which node it is, in the order in which they compute, for a batch x (N, ...)."""
    looking = _Looking(network)
    # an error: numbers that are of no use to a layer behind
    with torch.no_grad(), suppress(RuntimeError, ValueError), looking:
        network(x)
    found = looking.found
    if not found:
        return NotFinite()
    if looking.spoilt:
        return NotFinite(
            found, f"{found} is the first layer that gives no numbers: its weights are none any more."
        )
    return NotFinite(found, f"{found} is the first layer that gives infinity or NaN.")


class _Looking(TorchFunctionMode):
    """Watches what layers and operations give, until one gives a value that is not finite.

    found   that node; spoilt: whether its own weights were not finite.
    """

    def __init__(self, network: nn.Module):
        super().__init__()
        self._network = network
        self.found, self.spoilt = "", False
        self._handles: list[Any] = []

    def __enter__(self) -> _Looking:
        leaves = [each for each in self._network.modules() if not _holds_others(each)]
        self._handles = [each.register_forward_hook(self._see_layer) for each in leaves]
        super().__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        for handle in self._handles:
            handle.remove()

    def _see_layer(self, module: nn.Module, _given: Any, output: Any) -> None:
        if not self.found and not _are_finite(output):
            self.found, _ = _node(_stack(sys._getframe()))
            self.spoilt = not _are_finite(list(module.parameters()))

    def __torch_function__(self, function: Any, types: Any, given: Any = (), named: Any = None) -> Any:
        result = function(*given, **(named or {}))
        if not self.found and not _are_finite(result):
            name, is_layer = _node(_stack(sys._getframe()))
            if not is_layer:  # what goes on inside a layer is its own affair: masks hold -infinity
                self.found = name
        return result


def _are_finite(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_are_finite, value))
    if not isinstance(value, Tensor) or not (value.is_floating_point() or value.is_complex()):
        return True
    return bool(value.isfinite().all())


def _holds_others(module: nn.Module) -> bool:
    """Whether a module only holds nodes: the network, a block, a sequence."""
    return type(module).__module__ == MODULE or isinstance(module, nn.Sequential | nn.ModuleList)


def _stack(frame: FrameType | None) -> list[Place]:
    """Where the program is, the outermost place first."""
    found = []
    while frame is not None:
        found.append((frame, frame.f_lineno))
        frame = frame.f_back
    return found[::-1]


def _traceback(trace: TracebackType | None) -> Iterator[Place]:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _node(places: Iterable[Place]) -> tuple[str, bool]:
    """The node that is at work, and whether it is a layer, not an operation or a block."""
    names: dict[nn.Module, str] = {}  # of the network's modules: it is the first whose class was printed
    holder, line = None, 0
    for frame, at in places:
        module = frame.f_locals.get("self")
        if not names and isinstance(module, nn.Module) and type(module).__module__ == MODULE:
            names = {each: name for name, each in module.named_modules()}
        if not isinstance(module, nn.Module) or module not in names:
            continue
        if not _holds_others(module):
            return place_name(names[module]), True
        holder, line = module, at if frame.f_code.co_filename == FILE else 0
    if holder is None:
        return "", False
    parts = (place_name(names[holder]), _assigned(line) if line else "")
    return "/".join(filter(None, parts)), False


def _assigned(line: int) -> str:
    """The variable that a statement of the printed source sets: a node's value has the node's name."""
    for each in ast.walk(ast.parse("".join(linecache.getlines(FILE)))):
        if isinstance(each, ast.Assign) and each.lineno <= line <= (each.end_lineno or line):
            return each.targets[0].id if isinstance(each.targets[0], ast.Name) else ""
    return ""
