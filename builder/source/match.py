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

from builder import lines, signatures
from builder.catalogue import CATALOGUE, KINDS
from builder.kinds import Kind
from builder.source import arithmetic, spellings
from builder.source.calls import Caller
from builder.source.parse import USUAL_IMPORTS
from builder.source.values import Hole, Made, Operation, Outside, Size, Sizes, Tensor, Unknown

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
        elif not _fits(kind, pattern, operation, found):
            continue
        if (params := _accepted(kind, found)) is not None:
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
    return any(_takes_several(kind, pattern) for kind, pattern in _operations().get(name, ()))


def _takes_several(kind: Kind, pattern: Operation) -> bool:
    return kind.variadic and pattern.positional == (Hole(kind.inputs[0][1:]),) * 2


def match(operation: Operation) -> Match | None:
    """The kind that an operation on tensors is, or None."""
    name = spellings.SYNONYMS.get(operation.name, operation.name)
    ignored, operation = _without_what_is_not_drawn(Operation(name, operation.positional, operation.keywords))
    operation = _usual(operation)
    for kind, pattern in _operations().get(operation.name, ()):
        found = _bound(kind, pattern, operation)
        if found and (params := _accepted(kind, found[1])) is not None:
            return Match(kind, found[0], params, ignored)
    return _spelled(operation)


def _usual(operation: Operation) -> Operation:
    """An operation with what PyTorch takes for granted written out."""
    name, positional, keywords = operation.name, operation.positional, operation.keywords
    if name == "reshape":
        positional = _reshaped(positional)
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
    if len(sizes) > 1 and all(type(size) is int and size == keeps for size in sizes[1:]):
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
    found = _bound(kind, pattern, Operation(CALL, given.positional, kept))
    return Match(kind, found[0], {}, tuple(extra)) if found else None


# --- binding what was given to the holes of a pattern


def _bound(kind: Kind, pattern: Operation, given: Operation) -> tuple[tuple, dict] | None:
    """The inputs and the arguments that fill a pattern's holes, or None where it does not fit."""
    if _takes_several(kind, pattern):
        all_tensors = all(isinstance(item, Tensor) for item in given.positional)
        fits = all_tensors and not given.keywords and len(given.positional) > 1
        return (given.positional, {}) if fits else None
    found: dict[str, Any] = {}
    return _sorted(kind, found) if _fits(kind, pattern, given, found) else None


def _fits(kind: Kind, pattern: Operation, given: Operation, found: dict[str, Any]) -> bool:
    """Whether what was given fits a pattern, all of it; what fills its holes goes into `found`."""
    rest, keywords = list(given.positional), dict(given.keywords)
    for piece in pattern.positional:
        if not _filled(kind, piece, rest, keywords, found):
            return False
    for name, piece in pattern.keywords.items():
        value = keywords.pop(name) if name in keywords else rest.pop(0) if rest else None
        if value is None and not isinstance(piece, Hole):
            continue
        if not _unified(piece, value, found):
            return False
    return not (rest or keywords)


def _filled(kind: Kind, piece: Any, rest: list, keywords: dict, found: dict) -> bool:
    """Fills one place of a pattern from what was given and is left."""
    if isinstance(piece, Hole) and piece.name == "args":
        names = [param.name for param in kind.params if param.name not in found]
        for name in names:
            if rest or name in keywords:
                found[name] = rest.pop(0) if rest else keywords.pop(name)
        return True
    if isinstance(piece, Hole) and piece.star:
        items = rest[:] or [keywords.pop(piece.name, None)]
        rest.clear()
        one = len(items) == 1 and isinstance(items[0], tuple | list)
        found[piece.name] = tuple(items[0] if one else items)
        return True
    if rest:
        return _unified(piece, rest.pop(0), found)
    if isinstance(piece, Hole) and piece.name in keywords:
        return _unified(piece, keywords.pop(piece.name), found)
    return False


def _unified(piece: Any, value: Any, found: dict[str, Any]) -> bool:
    """Whether a value fits a piece of a pattern; what fills its holes goes into `found`."""
    if isinstance(piece, Hole):
        before = found.setdefault(piece.name, value)
        return before is value or (isinstance(value, Tensor) and before == value)
    if isinstance(piece, Operation) and isinstance(value, Made):  # a layer that another one is made of
        found |= value.params
        return value.kind.name == piece.name
    if isinstance(piece, Size):
        same = isinstance(value, Size) and value.dim == piece.dim
        settled = piece.dim == BATCH and piece.of.name in found  # whose batch it is does not matter
        return same and (settled or _unified(piece.of, value.of, found))
    if isinstance(piece, Sizes):
        same = isinstance(value, Sizes) and value.start == piece.start
        return same and _unified(piece.of, value.of, found)
    if isinstance(piece, list) and len(piece) == 1 and isinstance(piece[0], Hole):
        return isinstance(value, list | tuple) and _unified(piece[0], tuple(value), found)
    if isinstance(piece, tuple | list):
        alike = isinstance(value, tuple | list) and len(value) == len(piece)
        return alike and all(_unified(p, v, found) for p, v in zip(piece, value, strict=True))
    if isinstance(piece, slice):
        return isinstance(value, slice) and _unified(_parts(piece), _parts(value), found)
    return type(piece) is type(value) and piece == value


def _parts(cut: slice) -> tuple[Any, Any, Any]:
    return cut.start, cut.stop, cut.step


def _sorted(kind: Kind, found: dict[str, Any]) -> tuple[tuple, dict] | None:
    """What filled the holes, as inputs and arguments; None where an input is no tensor."""
    found = {name: value for name, value in found.items() if name != "self"}
    if kind.variadic:
        inputs = found.pop(kind.inputs[0][1:], ())
    else:
        inputs = tuple(found.pop(name) for name in kind.inputs if name in found)
    if not all(isinstance(item, Tensor) for item in inputs) or len(inputs) < kind.least:
        return None
    one_for_all = len(inputs) > 1 and kind.least == 1 and len(set(inputs)) == 1 and not kind.alone
    return (inputs[:1] if one_for_all else tuple(inputs)), found


def _accepted(kind: Kind, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """The params of an operation; None where one is missing or cannot be that."""
    params: dict[str, Any] = {}
    for name, joint in kind.joints.items():
        together = joint.read(given[name])
        if together is None:
            return None
        given = {**{key: value for key, value in given.items() if key != name}, **together}
    for param in kind.params:
        if param.name not in given:
            if param.required and param.name not in kind.reads:
                return None
            if param.always and param.optional:
                params[param.name] = None  # PyTorch's default
            continue
        value = as_param(param, given[param.name])
        if value is MISFIT:
            return None
        params[param.name] = value
    known = all(kind.param(name) for name in given)
    return without_defaults(kind, params) if known else None


MISFIT = object()


def as_param(param: Any, value: Any) -> Any:
    """The value as the document keeps it, or MISFIT. A function stands for its name: F.gelu."""
    if isinstance(value, Outside) and param.type == "choice":
        value = value.last.lower()
    try:
        return param.read(value) if arithmetic.is_plain(value) else MISFIT
    except ValueError:
        return MISFIT


def without_defaults(kind: Kind, params: Mapping[str, Any]) -> dict[str, Any]:
    """The params that differ from what they are anyway."""
    kept = {}
    for name, value in params.items():
        param = kind.param(name)
        if param.required or name in kind.reads or not lines.is_default(param, value):
            kept[name] = value
    return kept


def torch_default(kind: Kind, name: str) -> Any:
    """PyTorch's default of an argument of a layer, which may differ from the catalogue's."""
    arguments = signatures.arguments(kind.new.rpartition(".")[2])
    return next(argument.default for argument in arguments if argument.name == name)


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
    params = _accepted(kind, values)
    return None if params is None else Match(kind, inputs, params, left_over)


def _dropped(values: dict[str, Any], spelling: spellings.Spelling) -> Iterator[str]:
    """Takes out what the function takes and the layer decides by itself: `training`."""
    training = values.pop("training", spelling.training)
    values.pop("inplace", None)
    if training is True:
        yield "training: it is on while training and off otherwise"
