"""The catalogue: every kind of layer there is. To add one, add an entry to its family's file."""

from types import ModuleType

from builder.catalogue import (
    activation,
    arithmetic,
    constant,
    convolution,
    dropout,
    embedding,
    ends,
    linear,
    merge,
    normalization,
    padding,
    pooling,
    recurrent,
    reduction,
    shape,
    transformer,
    vision,
)
from builder.kinds import Color, Kind

# A family's file and its colour, in the palette's order. Neighbours in a network differ in lightness as
# well as hue, for those who see fewer colours.
FILES: dict[ModuleType, Color] = {
    ends: Color("#4a5568", "#b4bfce"),
    linear: Color("#4547b8", "#a9adff"),
    convolution: Color("#1a62a8", "#7cb9f2"),
    pooling: Color("#0b6b75", "#5fd0d6"),
    padding: Color("#3d6a1f", "#a5d37f"),
    normalization: Color("#7643ab", "#cba9f5"),
    activation: Color("#2b6e33", "#8fd694"),
    recurrent: Color("#a02c70", "#f29cc9"),
    transformer: Color("#9c3030", "#f5a3a0"),
    dropout: Color("#6b5a4c", "#cdb9a6"),
    embedding: Color("#5c6410", "#c9d16a"),
    vision: Color("#0c6a55", "#6fd6b5"),
    shape: Color("#93480e", "#f0b27a"),
    reduction: Color("#8a3d5f", "#eba6c0"),
    merge: Color("#7a5c00", "#e8cb56"),
    arithmetic: Color("#6f5218", "#dcc283"),
    constant: Color("#5d5a2b", "#cfc890"),
}
FAMILIES: dict[str, Color] = {file.FAMILY: color for file, color in FILES.items()}
KINDS: tuple[Kind, ...] = tuple(kind for file in FILES for kind in file.KINDS)
CATALOGUE: dict[str, Kind] = {kind.name: kind for kind in KINDS}
