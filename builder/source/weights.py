"""What a source does to weights once they are made: how they begin, which of them train."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from builder import signatures
from builder.source import terms
from builder.source.values import Chain, Doing, Instance, Made, Outside, Weight, Weights, listed

INIT = "torch.nn.init."
PARAMETRIZE = {
    "torch.nn.utils.parametrizations.weight_norm": "weight_norm",
    "torch.nn.utils.parametrizations.spectral_norm": "spectral_norm",
    "torch.nn.utils.parametrizations.orthogonal": "orthogonal",
    "torch.nn.utils.weight_norm": "weight_norm",
    "torch.nn.utils.spectral_norm": "spectral_norm",
}
IN_PLACE = {"zero_": "zeros_", "fill_": "constant_"}  # tensor.zero_() does what nn.init.zeros_ does
FUNCTIONS = frozenset("parameters modules children apply requires_grad_ named_parameters eval train".split())
DATA = frozenset({"data"})
UNSAID = object()  # what nothing here knows; None is a value


def layers_in(value: Any, depth: int = 0) -> Iterator[Made | Instance]:
    """The layers in a value, and the objects that hold some, from outside in."""
    if isinstance(value, Made | Instance):
        yield value
    inner = list(value.attributes.values()) if isinstance(value, Instance) else listed(value)
    if isinstance(value, Instance) and value.chain:
        inner = [*inner, value.chain]
    if isinstance(value, Instance | Chain | list | tuple | dict) and depth < 8:
        items = value.values() if isinstance(value, dict) else inner
        for item in items or ():
            yield from layers_in(item, depth + 1)


def attribute(owner: Any, name: str) -> Any:
    """An attribute of a layer or of its weights; None where that is what it is; UNSAID else."""
    if isinstance(owner, Made | Instance | Chain | list) and name in FUNCTIONS:
        return Doing(owner, name)
    if isinstance(owner, Weight):
        return owner if name in DATA else Doing(owner, name)
    if not isinstance(owner, Made):
        return UNSAID
    if owner.kind.param(name) is None or name == "bias":
        return None if owner.params.get(name) is False else Weight(owner, name)
    return owner.params.get(name, owner.kind.param(name).default)


def done(doing: Doing, positional: list[Any], keywords: dict[str, Any]) -> Any:
    """What comes of calling a function of layers or weights; UNSAID where it is none of those known."""
    if isinstance(doing.of, Weight):
        name = IN_PLACE.get(doing.name, doing.name)
        return doing.of if begin(doing.of, name, positional, keywords) else UNSAID
    match doing.name:
        case "parameters":
            return [Weights((doing.of,))]
        case "modules" | "children":
            return list(layers_in(doing.of))
        case "requires_grad_":
            trains = terms.plain(positional[0] if positional else keywords.get("requires_grad", True))
            if not isinstance(trains, bool):
                return UNSAID
            freeze(doing.of, trains)
            return doing.of
        case "eval" | "train":
            return doing.of
    return UNSAID


def called(function: Outside, positional: list[Any], keywords: dict[str, Any]) -> Any:
    """What comes of a function of nn.init or nn.utils on a layer; UNSAID where it is none of these."""
    given = positional[0] if positional else None
    if function.path.startswith(INIT) and isinstance(given, Weight):
        return given if begin(given, function.last, positional[1:], keywords) else UNSAID
    if function.path in PARAMETRIZE and isinstance(given, Made) and not (positional[1:] or keywords):
        given.parametrize = PARAMETRIZE[function.path]
        return given
    if function.path == "builtins.isinstance" and len(positional) == 2 and isinstance(given, Made | Instance):
        return is_one(given, positional[1])
    return UNSAID


def is_one(layer: Made | Instance, classes: Any) -> Any:
    """isinstance(layer, nn.Conv2d), or of several classes."""
    several = classes if isinstance(classes, tuple) else (classes,)
    if not all(isinstance(item, Outside) or hasattr(item, "bases") for item in several):
        return UNSAID
    if isinstance(layer, Instance):
        return layer.definition in several or any(
            isinstance(item, Outside) and item.last == "Module" for item in several
        )
    return any(isinstance(item, Outside) and item.last in (layer.kind.name, "Module") for item in several)


def begin(weight: Weight, name: str, positional: list[Any], keywords: dict[str, Any]) -> bool:
    """Keeps how a tensor begins; whether that can be said."""
    names = signatures.init_arguments().get(name)
    if names is None or len(positional) > len(names):
        return False
    defaults = dict(names)
    given = {**dict(zip(defaults, positional, strict=False)), **keywords}
    if not given.keys() <= defaults.keys():
        return False
    last = max((place for place, key in enumerate(defaults) if key in given), default=-1)
    values = [terms.plain(given.get(key, default)) for key, default in names[: last + 1]]
    if len(names) and defaults[names[0][0]] is signatures.REQUIRED and not values:
        return False
    if not all(isinstance(value, int | float | str) for value in values):
        return False
    weight.of.init[weight.name] = (name, *values) if values else name
    return True


def freeze(value: Any, trains: bool) -> None:
    """Says of layers whether they train."""
    if isinstance(value, Made | Instance):
        value.frozen = not trains
        return
    for item in listed(value) or ():
        freeze(item, trains)


def set_weight(owner: Any, name: str, value: Any) -> bool:
    """`p.requires_grad = False` and `self.head.weight = self.tokens.weight`; whether it was one."""
    if isinstance(owner, Weights) and name == "requires_grad" and isinstance(value, bool):
        freeze(list(owner.of), value)
        return True
    if isinstance(owner, Made) and name == "weight" and isinstance(value, Weight) and value.name == "weight":
        borrower, lender = owner, value.of
        if borrower.kind.name in lender.kind.ties:  # which of the two is made for it does not matter
            borrower, lender = lender, borrower
        borrower.tied = lender
        return True
    return False
