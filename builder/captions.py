"""The short words and the colours of a drawing: a node's subtitle, a shape, a family's colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.blocks import FAMILY as BLOCK_FAMILY
from builder.catalogue import CATALOGUE
from builder.document import Node
from builder.kinds import Param, Spec

# What readers of networks are used to: k3 for kernel_size=3.
SHORT = {"kernel_size": "k", "stride": "s", "padding": "p", "dilation": "d", "groups": "g"}


@dataclass(frozen=True)
class Color:
    """A family's colour, as text and stripe, on a light and on a dark page: contrast at least 4.5."""

    light: str
    dark: str


# Neighbours in a network differ in lightness as well as hue, for those who see fewer colours.
COLORS: Mapping[str, Color] = {
    "Input and output": Color("#4a5568", "#b4bfce"),
    "Linear": Color("#4547b8", "#a9adff"),
    "Convolution": Color("#1a62a8", "#7cb9f2"),
    "Pooling": Color("#0b6b75", "#5fd0d6"),
    "Normalization": Color("#7643ab", "#cba9f5"),
    "Activation": Color("#2b6e33", "#8fd694"),
    "Recurrent": Color("#a02c70", "#f29cc9"),
    "Transformer": Color("#9c3030", "#f5a3a0"),
    "Dropout": Color("#6b5a4c", "#cdb9a6"),
    "Embedding": Color("#5c6410", "#c9d16a"),
    "Padding": Color("#3d6a1f", "#a5d37f"),
    "Vision": Color("#0c6a55", "#6fd6b5"),
    "Reduction": Color("#8a3d5f", "#eba6c0"),
    "Constant": Color("#5d5a2b", "#cfc890"),
    "Shape": Color("#93480e", "#f0b27a"),
    "Merge": Color("#7a5c00", "#e8cb56"),
    "Arithmetic": Color("#6f5218", "#dcc283"),
    BLOCK_FAMILY: Color("#24577a", "#9cc9e3"),
}


def family_of(node: Node) -> str:
    """The family of a node's kind; a kind that is not in the catalogue is the user's own block."""
    kind = CATALOGUE.get(node.kind)
    return kind.family if kind else BLOCK_FAMILY


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
    told += [f"× {node.repeat}"] * (node.repeat != 1) + ["frozen"] * node.frozen
    told += [f"shares {node.shares}"] * bool(node.shares)
    return f"{node.kind} {', '.join(told)}".rstrip()


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
