"""Embeddings: tokens become vectors that are learned."""

from builder.catalogue.derive import TOKENS, layer

FAMILY = "Embedding"
PADDED = {"padding_idx": {"low": 0}}

KINDS = (
    layer(
        "Embedding",
        FAMILY,
        "A table with one learned vector for each token.",
        start={"embedding_dim": 32},
        say=PADDED,
        reads={"num_embeddings": TOKENS},
        weight=("num_embeddings", "embedding_dim"),
        dtype="int",
        example=(9,),
    ),
    layer(
        "EmbeddingBag",
        FAMILY,
        "Looks up the vectors of all tokens of an example and gives their mean, sum or maximum.",
        start={"embedding_dim": 32},
        say={**PADDED, "mode": {"choices": ("mean", "sum", "max")}},
        reads={"num_embeddings": TOKENS},
        takes=("T",),
        dtype="int",
        example=(9,),
    ),
)
