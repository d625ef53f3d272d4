"""The catalogue: every kind of layer there is. To add one, add an entry to its family's file."""

from builder.catalogue import (
    activation,
    convolution,
    dropout,
    embedding,
    ends,
    linear,
    merge,
    normalization,
    pooling,
    recurrent,
    shape,
    transformer,
)
from builder.kinds import Kind

KINDS: tuple[Kind, ...] = (
    *ends.KINDS,
    *linear.KINDS,
    *convolution.KINDS,
    *pooling.KINDS,
    *normalization.KINDS,
    *activation.KINDS,
    *recurrent.KINDS,
    *transformer.KINDS,
    *dropout.KINDS,
    *embedding.KINDS,
    *shape.KINDS,
    *merge.KINDS,
)
CATALOGUE: dict[str, Kind] = {kind.name: kind for kind in KINDS}
