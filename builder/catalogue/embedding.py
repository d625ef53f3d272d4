"""Embeddings: tokens become vectors that are learned."""

from builder.catalogue.derive import TOKENS, layer

FAMILY = "Embedding"

KINDS = (
    layer(
        "Embedding",
        FAMILY,
        "A table with one learned vector for each token.",
        start={"embedding_dim": 32},
        say={"padding_idx": {"low": 0}},
        reads={"num_embeddings": TOKENS},
        dtype="int",
        example=(9,),
    ),
)
