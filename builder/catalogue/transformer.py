"""Attention and the layers of a transformer."""

from builder.catalogue.derive import FEATURES, largest_divisor, layer

FAMILY = "Transformer"

KINDS = (
    layer(
        "MultiheadAttention",
        FAMILY,
        "Each step looks at all others, in several ways at once. One input serves as all three.",
        start={"num_heads": 4},
        call="{self}({query}, {key}, {value})",
        inputs=("query", "key", "value"),
        least=1,
        ports=("output", "weights"),
        result="{output}, {weights}",
        reads={"embed_dim": FEATURES},
        takes=("TF",),
        divides=(("num_heads", "embed_dim"),),
        suits=lambda spec: {"num_heads": largest_divisor(spec.shape[-1], 4)},
        example=(7, 12),
    ),
    layer(
        "TransformerEncoderLayer",
        FAMILY,
        "Self-attention and a feed-forward network, each with Add & Norm around it.",
        start={"nhead": 4},
        say={"activation": {"choices": ("relu", "gelu")}},
        reads={"d_model": FEATURES},
        takes=("TF",),
        divides=(("nhead", "d_model"),),
        suits=lambda spec: {"nhead": largest_divisor(spec.shape[-1], 4)},
        example=(7, 12),
    ),
)
