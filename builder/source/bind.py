"""Binds what somebody's source gives an operation to the holes of a kind's template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder import arithmetic, lines, signatures
from builder.kinds import Kind
from builder.source import terms
from builder.source.values import Hole, Made, Operation, Outside, Size, Sizes, Tensor

BATCH = 0


def takes_several(kind: Kind, pattern: Operation) -> bool:
    return kind.variadic and pattern.positional == (Hole(kind.inputs[0][1:]),) * 2


def bound(kind: Kind, pattern: Operation, given: Operation) -> tuple[tuple, dict] | None:
    """The inputs and the arguments that fill a pattern's holes, or None where it does not fit."""
    if takes_several(kind, pattern):
        all_tensors = all(isinstance(item, Tensor) for item in given.positional)
        several = all_tensors and not given.keywords and len(given.positional) > 1
        return (given.positional, {}) if several else None
    found: dict[str, Any] = {}
    return _sorted(kind, found) if fits(kind, pattern, given, found) else None


def fits(kind: Kind, pattern: Operation, given: Operation, found: dict[str, Any]) -> bool:
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
    value = terms.plain(value)
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


def accepted(kind: Kind, given: Mapping[str, Any]) -> dict[str, Any] | None:
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
    numbers = terms.plain(value)
    try:
        found = param.read(numbers) if arithmetic.is_plain(numbers) else MISFIT
    except ValueError:
        return MISFIT
    return found if numbers is value else value  # sums stay what they are until it is drawn


def drawn_params(kind: Kind, params: Mapping[str, Any], owner: object) -> dict[str, Any]:
    """The params as a graph has them: sums of the arguments of the graph's object, the rest plain."""
    found = {}
    for name, value in params.items():
        fixed = name == kind.counted or name in kind.more_ports  # they say which ports there are
        if not fixed and terms.has_terms(value, owner):
            found[name] = terms.sums(value, owner)
        else:
            found[name] = kind.param(name).read(terms.plain(value))
    return without_defaults(kind, found)


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
