"""Matches an operation of somebody's source with the catalogue's own call templates.

A template is read by the same evaluator as the source, with a Hole for everything it leaves open,
so a new kind in the catalogue is read back without a line here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from builder import lines
from builder.catalogue import CATALOGUE, KINDS
from builder.kinds import Kind
from builder.source import bind, spellings
from builder.source.calls import Caller
from builder.source.parse import USUAL_IMPORTS
from builder.source.values import Hole, Operation, Outside, Size, Sizes, Tensor, Unknown

CALL = "()"  # the operation's name where the node itself is called: self.conv1(x)
BATCH = 0


@dataclass(frozen=True)
class Match:
    """A kind, the tensors it takes, its params, and what was given that it cannot take."""

    kind: Kind
    inputs: tuple[Tensor, ...]
    params: Mapping[str, Any]
    left_over: tuple[str, ...] = ()


class _PatternReader(Caller):
    def apply(self, expression: ast.expr, function: Any, positional: list, keywords: dict) -> Any:
        name = CALL if isinstance(function, Hole) else getattr(function, "last", "")
        return Operation(name, tuple(positional), keywords)

    def look_up(self, name: ast.Name) -> Any:
        return Outside(USUAL_IMPORTS[name.id]) if name.id in USUAL_IMPORTS else Unknown(name)


@cache
def _pattern(kind_name: str, template: str) -> Any:
    """One of a kind's templates as an Operation, or whatever else it is."""
    kind = CATALOGUE[kind_name]
    scope: dict[str, Any] = {}

    def open_hole(found) -> str:
        star, name = found.groups()
        scope[f"HOLE_{name}"] = Hole(name)
        hole = f"{'*' * bool(star)}HOLE_{name}"
        several = f"*{name}" in kind.inputs and kind.joined_by.strip() != ","
        return hole + kind.joined_by + hole if several else hole

    text = lines.HOLE.sub(open_hole, template)
    return _PatternReader(scope).evaluate(ast.parse(text, mode="eval").body)


@cache
def _operations() -> dict[str, list[tuple[Kind, Operation]]]:
    """An operation's name -> the kinds that are written with it."""
    found: dict[str, list[tuple[Kind, Operation]]] = {}
    for kind in KINDS:
        if kind.new or not kind.call or not kind.ports:
            continue
        pattern = _pattern(kind.name, kind.call)
        if isinstance(pattern, Operation):
            found.setdefault(pattern.name, []).append((kind, pattern))
    return found


@cache
def layers() -> dict[str, Kind]:
    """The full name of a class of PyTorch -> its kind: torch.nn.Conv2d."""
    found = {}
    for kind in KINDS:
        root, dot, rest = kind.new.partition(".")
        if kind.new and "{" not in kind.new:
            found[f"{USUAL_IMPORTS.get(root, root)}{dot}{rest}"] = kind
    return found


def stands_for_itself(kind: Kind) -> bool:
    """Whether a layer is used by its name alone, without being called: a Parameter."""
    return bool(kind.new) and isinstance(_pattern(kind.name, kind.call), Hole)


@cache
def helpers() -> dict[str, str]:
    """The helper classes of the catalogue: name -> how Python's parser sees it."""
    return {kind.new: ast.dump(ast.parse(kind.helper).body[0]) for kind in KINDS if kind.helper}


@cache
def _makers() -> dict[str, list[tuple[Kind, Any]]]:
    """What makes it, by its name -> the kinds made by more than a class alone; '' makes any tensor."""
    found: dict[str, list[tuple[Kind, Any]]] = {}
    for kind in KINDS:
        if "{" in kind.new:
            pattern = _pattern(kind.name, kind.new)
            name = pattern.name if isinstance(pattern, Operation) else ""
            found.setdefault(name, []).append((kind, pattern))
    return found


def made(operation: Operation) -> Match | None:
    """The kind that is made so: nn.Parameter(torch.zeros(1, 16)), or torch.zeros(1, 16) by itself."""
    ignored, operation = _without_what_is_not_drawn(operation)
    for kind, pattern in _makers().get(operation.name, _makers()[""]):
        found: dict[str, Any] = {}
        if isinstance(pattern, Hole):
            found = {pattern.name: operation}
        elif not bind.fits(kind, pattern, operation, found):
            continue
        if (params := bind.accepted(kind, found)) is not None:
            return Match(kind, (), params, ignored)
    return None


def is_made(name: str) -> bool:
    """Whether a function of torch makes a kind from more than plain arguments: nn.Parameter."""
    return bool(name) and name in _makers()


def _without_what_is_not_drawn(operation: Operation) -> tuple[tuple[str, ...], Operation]:
    """What was given and no drawing has, unless it does nothing; and the operation without it."""
    names = spellings.NOT_DRAWN.get(operation.name, ())
    given = {name: operation.keywords[name] for name in names if name in operation.keywords}
    telling = tuple(name for name, value in given.items() if value or isinstance(value, Unknown))
    kept = {name: value for name, value in operation.keywords.items() if name not in names}
    return telling, Operation(operation.name, operation.positional, kept)


def several(name: str) -> bool:
    """Whether an operation takes any number of tensors: a + b + c."""
    return any(bind.takes_several(kind, pattern) for kind, pattern in _operations().get(name, ()))


def match(operation: Operation) -> Match | None:
    """The kind that an operation on tensors is, or None."""
    name = spellings.SYNONYMS.get(operation.name, operation.name)
    ignored, operation = _without_what_is_not_drawn(Operation(name, operation.positional, operation.keywords))
    operation = _usual(operation)
    for kind, pattern in _operations().get(operation.name, ()):
        found = bind.bound(kind, pattern, operation)
        if found and (params := bind.accepted(kind, found[1])) is not None:
            return Match(kind, found[0], params, ignored)
    return _spelled(operation)


def _usual(operation: Operation) -> Operation:
    """An operation with what PyTorch takes for granted written out."""
    name, positional, keywords = operation.name, operation.positional, operation.keywords
    if name == "reshape":
        positional = _reshaped(positional)
    if name in ("add", "mul") and len(positional) == 2 and not isinstance(positional[0], Tensor):
        positional = (positional[1], positional[0])  # 2 * x is x * 2
    if name in ("expand", "repeat"):
        name, positional = "expand", _repeated(name, positional)
    before, defaults = spellings.DEFAULTS.get(name, (0, {}))
    if len(positional) + len(keywords.keys() - defaults.keys()) <= before:
        keywords = {**defaults, **keywords}
    return Operation(name, positional, keywords)


def _repeated(name: str, positional: tuple[Any, ...]) -> tuple[Any, ...]:
    """token.expand(n, -1, -1) and token.repeat(n, 1, 1) repeat the first dimension alone."""
    tensor, *sizes = positional
    keeps = -1 if name == "expand" else 1
    if len(sizes) > 1 and all(isinstance(size, int) and size == keeps for size in sizes[1:]):
        return (tensor, sizes[0], Sizes(tensor, 1))
    return positional if name == "expand" else ()


def _reshaped(positional: tuple[Any, ...]) -> tuple[Any, ...]:
    """x.view(-1, 784) gives the batch first; one size that is not known can only be what is left."""
    if len(positional) == 2 and isinstance(positional[1], tuple | list):
        positional = (positional[0], *positional[1])
    if len(positional) < 3:
        return positional
    tensor, batch, *rest = positional
    if batch == -1:
        known = all(isinstance(size, int) and size != -1 for size in rest)
        return (tensor, Size(tensor, BATCH) if known else batch, *rest)
    open_places = [i for i, size in enumerate(rest) if isinstance(size, Size | Unknown)]
    if any(isinstance(size, Sizes) for size in rest):
        return (tensor, batch, *rest)
    if len(open_places) == 1 and -1 not in rest:
        rest[open_places[0]] = -1
    return (tensor, batch, *rest)


def match_call(kind: Kind, positional: list, keywords: dict) -> Match | None:
    """A call of a layer that was made: which tensors it takes."""
    if stands_for_itself(kind):
        return Match(kind, (), {})
    while len(positional) > kind.least and kind.alone and _is_nothing(positional[-1]):
        positional = positional[:-1]
    templates = (kind.call, kind.alone) if kind.alone else (kind.call,)
    found = (_called(kind, _pattern(kind.name, text), positional, keywords) for text in templates)
    return next(filter(None, found), None)


def _is_nothing(value: Any) -> bool:
    """Whether a state is zeros, which a recurrent layer begins with anyway."""
    if isinstance(value, tuple | list):
        return all(map(_is_nothing, value))
    return value is None or (isinstance(value, Operation) and value.name == "zeros")


def _called(kind: Kind, pattern: Any, positional: list, keywords: dict) -> Match | None:
    if not isinstance(pattern, Operation):
        return None
    room = len(pattern.positional)
    given = Operation(CALL, tuple(positional[:room]), keywords)
    names = {hole.name for hole in pattern.positional if isinstance(hole, Hole)}
    kept = {k: v for k, v in keywords.items() if k in names or k in pattern.keywords}
    extra = [*(f"argument {i + 1}" for i in range(room, len(positional)))]
    extra += [k for k, v in keywords.items() if k not in kept and v is not None]
    found = bind.bound(kind, pattern, Operation(CALL, given.positional, kept))
    return Match(kind, found[0], {}, tuple(extra)) if found else None


# --- functions that do what a layer does


def _spelled(operation: Operation) -> Match | None:
    """F.relu(x) as a ReLU: a layer without weights, written as a function."""
    spelling = spellings.FUNCTIONS.get(operation.name.rstrip("_"))
    kind = CATALOGUE.get(spelling.kind) if spelling else None
    if kind is None or not operation.positional:
        return None
    inputs = operation.positional[: len(kind.inputs)]
    given = operation.positional[len(kind.inputs) :]
    all_tensors = all(isinstance(item, Tensor) for item in inputs) and len(inputs) == len(kind.inputs)
    if not all_tensors or len(given) > len(spelling.arguments):
        return None
    values = {**spelling.defaults, **dict(zip(spelling.arguments, given, strict=False))}
    values |= operation.keywords
    left_over = tuple(_dropped(values, spelling))
    params = bind.accepted(kind, values)
    return None if params is None else Match(kind, inputs, params, left_over)


def _dropped(values: dict[str, Any], spelling: spellings.Spelling) -> Iterator[str]:
    """Takes out what the function takes and the layer decides by itself: `training`."""
    training = values.pop("training", spelling.training)
    values.pop("inplace", None)
    if training is True:
        yield "training: it is on while training and off otherwise"
