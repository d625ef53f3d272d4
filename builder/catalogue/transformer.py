"""Attention and the layers of a transformer."""

from collections.abc import Mapping
from typing import Any

from builder.catalogue.derive import FEATURES, largest_divisor, layer
from builder.kinds import Kind, Misfit, Param, Spec, example_text

FAMILY = "Transformer"
COMMON = {
    "reads": {"d_model": FEATURES},
    "takes": ("TF",),
    "divides": (("nhead", "d_model"),),
    "suits": lambda spec: {"nhead": largest_divisor(spec.shape[-1], 4)},
    "example": (7, 12),
}
LAYERS = (Param("num_layers", 2, "int", "How many layers, one after the other.", True, low=1, high=1_000),)
POSITIONS = '''
class PositionalEncoding(nn.Module):
    """Adds sines and cosines of each step's position (Vaswani et al. 2017, section 3.5)."""

    def __init__(self, d_model, max_len=5000):
        super().__init__()
        position = torch.arange(max_len).unsqueeze(1)
        rate = 10000.0 ** (-torch.arange(0, d_model, 2) / d_model)
        table = torch.zeros(max_len, d_model)
        table[:, 0::2] = torch.sin(position * rate)
        table[:, 1::2] = torch.cos(position * rate)[:, : d_model // 2]
        self.register_buffer("table", table, persistent=False)

    def forward(self, x):
        return x + self.table[: x.size(1)]
'''.strip()


def _memory_has_the_features(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    first, second = inputs[0], inputs[-1]
    if first.shape[-1] == second.shape[-1]:
        return None
    return Misfit(
        f"takes two sequences with as many features and gets {example_text(first)} and "
        f"{example_text(second)}. Put a Linear with out_features={first.shape[-1]} on the second one."
    )


def _steps_are_few_enough(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    (spec,) = inputs
    if spec.shape[0] != spec.batch:
        return Misfit(
            f"takes the batch first and gets it as dimension {spec.shape.index(spec.batch)}. Set "
            "batch_first of the layers before it to True."
        )
    steps = spec.shape[1]
    if steps <= values["max_len"]:
        return None
    return Misfit(
        f"has max_len={values['max_len']} and gets {steps} steps. Set max_len to {steps}.",
        {"max_len": steps},
    )


def _stack(name: str, doc: str, of: str, more: str = "", **fields: Any) -> Kind:
    return layer(
        name,
        FAMILY,
        doc,
        arguments_of=of,
        first=LAYERS,
        start={"nhead": 4},
        new=f"nn.{name}(nn.{of}({{args}}), num_layers={{num_layers}}{more})",
        **COMMON,
        **fields,
    )


DECODES = {
    "call": "{self}({tgt}, {memory})",
    "inputs": ("tgt", "memory"),
    "rule": _memory_has_the_features,
    "examples": {"memory": (5, 12)},
}
ATTENDS = {"inputs": ("query", "key", "value"), "least": 1}
SCALE = "What the products are multiplied with before the softmax; None is one over the root of the features."

KINDS = (
    layer(
        "MultiheadAttention",
        FAMILY,
        "Each step looks at all others, in several ways at once. One input serves as all three.",
        start={"num_heads": 4},
        call="{self}({query}, {key}, {value})",
        ports=("output", "weights"),
        result="{output}, {weights}",
        reads={"embed_dim": FEATURES},
        takes=("TF",),
        divides=(("num_heads", "embed_dim"),),
        suits=lambda spec: {"num_heads": largest_divisor(spec.shape[-1], 4)},
        example=(7, 12),
        **ATTENDS,
    ),
    Kind(
        "ScaledDotProductAttention",
        FAMILY,
        "Attention without weights: each query takes the mean of the values whose keys it resembles.",
        params=(
            Param("is_causal", False, "bool", "Whether a step sees only the steps before it."),
            Param("scale", None, "float", SCALE, optional=True, low=0.0, high=1e6, advanced=True),
        ),
        call="nn.functional.scaled_dot_product_attention({query}, {key}, {value}, {args})",
        example=(7, 12),
        **ATTENDS,
    ),
    layer(
        "TransformerEncoderLayer",
        FAMILY,
        "Self-attention and a feed-forward network, each with Add & Norm around it.",
        start={"nhead": 4},
        **COMMON,
    ),
    layer(
        "TransformerDecoderLayer",
        FAMILY,
        "Self-attention, attention to the encoder's memory and a feed-forward network.",
        start={"nhead": 4},
        **COMMON,
        **DECODES,
    ),
    _stack(
        "TransformerEncoder",
        "Several TransformerEncoderLayers one after the other, which start out alike.",
        "TransformerEncoderLayer",
        ", enable_nested_tensor=False",  # no masks are drawn, and PyTorch warns where it cannot
    ),
    _stack(
        "TransformerDecoder",
        "Several TransformerDecoderLayers one after the other, which start out alike.",
        "TransformerDecoderLayer",
        **DECODES,
    ),
    layer(
        "Transformer",
        FAMILY,
        "The whole of Vaswani et al. 2017: an encoder reads src, a decoder answers step by step at tgt.",
        call="{self}({src}, {tgt})",
        inputs=("src", "tgt"),
        rule=_memory_has_the_features,
        **{**COMMON, "example": (7, 16), "suits": lambda spec: {"nhead": largest_divisor(spec.shape[-1], 8)}},
        examples={"tgt": (5, 16)},
    ),
    Kind(
        "PositionalEncoding",
        FAMILY,
        "Adds sines and cosines of each step's position, so that a transformer knows the order.",
        params=(
            Param(
                "d_model",
                12,
                "int",
                "The number of features of a step",
                required=True,
                low=1,
                high=10_000_000,
            ),
            Param("max_len", 5000, "int", "The longest sequence it is made for", low=1, high=1_000_000),
        ),
        new="PositionalEncoding",
        helper=POSITIONS,
        reads={"d_model": FEATURES},
        takes=("TF",),
        rule=_steps_are_few_enough,
        example=(7, 12),
    ),
)
