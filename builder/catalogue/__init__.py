"""The catalogue: every kind of layer there is. To add one, add an entry to its family's file."""

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
from builder.kinds import Kind

KINDS: tuple[Kind, ...] = (
    *ends.KINDS,
    *linear.KINDS,
    *convolution.KINDS,
    *pooling.KINDS,
    *padding.KINDS,
    *normalization.KINDS,
    *activation.KINDS,
    *recurrent.KINDS,
    *transformer.KINDS,
    *dropout.KINDS,
    *embedding.KINDS,
    *vision.KINDS,
    *shape.KINDS,
    *reduction.KINDS,
    *merge.KINDS,
    *arithmetic.KINDS,
    *constant.KINDS,
)
CATALOGUE: dict[str, Kind] = {kind.name: kind for kind in KINDS}
