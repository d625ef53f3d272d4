"""The short words and the colours of a drawing: a node's subtitle, a shape, a family's colour."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from builder.blocks import FAMILY as BLOCK_FAMILY
from builder.catalogue import CATALOGUE, FAMILIES
from builder.custom.written import FAMILY as CUSTOM_FAMILY
from builder.document import Node
from builder.kinds import Color, Param, Spec

# What readers of networks are used to: k3 for kernel_size=3.
SHORT = {"kernel_size": "k", "stride": "s", "padding": "p", "dilation": "d", "groups": "g"}


COLORS: Mapping[str, Color] = {
    **FAMILIES,
    BLOCK_FAMILY: Color("#24577a", "#9cc9e3"),
    CUSTOM_FAMILY: Color("#8a2f8f", "#e9a3ee"),
}


def family_of(node: Node, custom: Collection[str] = ()) -> str:
    """The family of a node's kind; one that is not in the catalogue is the user's own: a block, or
    one of the `custom` layers, which are written in Python.
    """
    kind = CATALOGUE.get(node.kind)
    return kind.family if kind else CUSTOM_FAMILY if node.kind in custom else BLOCK_FAMILY


def subtitle(node: Node) -> str:
    """The kind, and of its arguments those that tell: 'Conv2d 16, k3, p1'."""
    kind = CATALOGUE.get(node.kind)
    if kind is None:
        told = [f"{name}={_value(value)}" for name, value in node.params.items()]
    else:
        shown = [p for p in kind.params if p.name in node.params and p.name not in kind.reads]
        given = [(param, node.params[param.name]) for param in shown]
        telling = [(p, v) for p, v in given if p.required or v != p.default]
        first = next((p for p, _ in telling if p.required), None)
        told = [_value(v) if p is first else _argument(p, v) for p, v in telling]
    return f"{node.kind} {', '.join(told)}".rstrip()


def tuned(node: Node) -> str:
    """How its weights begin and are parametrized, in words: 'weight begins with xavier_normal_'."""
    told = [f"{name} begins with {_function(value)}" for name, value in node.init.items()]
    return ", ".join(told + [node.parametrize] * bool(node.parametrize))


def _function(value: Any) -> str:
    name, *given = value if isinstance(value, (list, tuple)) else (value,)
    return " ".join(map(_value, (name, *given)))


def _argument(param: Param, value: Any) -> str:
    words = param.name.replace("_", " ")
    if isinstance(value, bool):
        return words if value else f"no {words}"
    if param.name in SHORT and not isinstance(value, str):
        return f"{SHORT[param.name]}{_value(value)}"
    return str(value) if isinstance(value, str) else f"{words} {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return " × ".join(_value(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def shape_label(spec: Spec) -> str:
    """The shape of one example: '16 × 8 × 8', '12 int64' where tokens flow."""
    words = " × ".join(map(str, spec.example)) or "1"
    return words if spec.dtype == "float32" else f"{words} {spec.dtype}"
