"""Other ways to write what the catalogue has: F.relu(x) for nn.ReLU()(x), x.view for x.reshape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Spelling:
    """A function of torch or torch.nn.functional that does what a layer without weights does.

    arguments  the function's, after the tensors, in its order.
    defaults   the function's, where they are not the layer's.
    training   whether it acts while training only: its default for that; None where it has no say.
    """

    kind: str
    arguments: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    training: bool | None = None


def _rows(table: str) -> dict[str, Spelling]:
    rows = (line.split() for line in table.strip().splitlines())
    return {name: Spelling(kind, tuple(arguments)) for name, kind, *arguments in rows}


_POOL = "kernel_size stride padding"
_RESIZE = ("size", "scale_factor", "mode", "align_corners")
_FRACTION = ("kernel_size", "output_size", "output_ratio", "return_indices")
FUNCTIONS: dict[str, Spelling] = _rows(f"""
    relu ReLU inplace
    relu6 ReLU6 inplace
    leaky_relu LeakyReLU negative_slope inplace
    elu ELU alpha inplace
    celu CELU alpha inplace
    selu SELU inplace
    gelu GELU approximate
    silu SiLU inplace
    mish Mish inplace
    softplus Softplus beta threshold
    softsign Softsign
    logsigmoid LogSigmoid
    hardtanh Hardtanh min_val max_val inplace
    hardswish Hardswish inplace
    hardsigmoid Hardsigmoid inplace
    hardshrink Hardshrink lambd
    softshrink Softshrink lambd
    tanhshrink Tanhshrink
    threshold Threshold threshold value inplace
    glu GLU dim
    sigmoid Sigmoid
    tanh Tanh
    max_pool1d MaxPool1d {_POOL} dilation ceil_mode return_indices
    max_pool2d MaxPool2d {_POOL} dilation ceil_mode return_indices
    max_pool3d MaxPool3d {_POOL} dilation ceil_mode return_indices
    avg_pool1d AvgPool1d {_POOL} ceil_mode count_include_pad
    avg_pool2d AvgPool2d {_POOL} ceil_mode count_include_pad divisor_override
    avg_pool3d AvgPool3d {_POOL} ceil_mode count_include_pad divisor_override
    lp_pool1d LPPool1d norm_type kernel_size stride ceil_mode
    lp_pool2d LPPool2d norm_type kernel_size stride ceil_mode
    lp_pool3d LPPool3d norm_type kernel_size stride ceil_mode
    max_unpool1d MaxUnpool1d {_POOL}
    max_unpool2d MaxUnpool2d {_POOL}
    max_unpool3d MaxUnpool3d {_POOL}
    local_response_norm LocalResponseNorm size alpha beta k
    cosine_similarity CosineSimilarity dim eps
    pairwise_distance PairwiseDistance p eps keepdim
    adaptive_avg_pool1d AdaptiveAvgPool1d output_size
    adaptive_avg_pool2d AdaptiveAvgPool2d output_size
    adaptive_avg_pool3d AdaptiveAvgPool3d output_size
    adaptive_max_pool1d AdaptiveMaxPool1d output_size return_indices
    adaptive_max_pool2d AdaptiveMaxPool2d output_size return_indices
    adaptive_max_pool3d AdaptiveMaxPool3d output_size return_indices
    pixel_shuffle PixelShuffle upscale_factor
    pixel_unshuffle PixelUnshuffle downscale_factor
    channel_shuffle ChannelShuffle groups
    unflatten Unflatten dim unflattened_size
    fold Fold output_size kernel_size dilation padding stride
    unfold Unfold kernel_size dilation padding stride
""") | {
    "flatten": Spelling("Flatten", ("start_dim", "end_dim"), {"start_dim": 0}),
    "softmax": Spelling("Softmax", ("dim",), {"dim": None}),
    "log_softmax": Spelling("LogSoftmax", ("dim",), {"dim": None}),
    "softmin": Spelling("Softmin", ("dim",), {"dim": None}),
    "dropout": Spelling("Dropout", ("p", "training", "inplace"), training=True),
    "dropout1d": Spelling("Dropout1d", ("p", "training", "inplace"), training=True),
    "dropout2d": Spelling("Dropout2d", ("p", "training", "inplace"), training=True),
    "dropout3d": Spelling("Dropout3d", ("p", "training", "inplace"), training=True),
    "alpha_dropout": Spelling("AlphaDropout", ("p", "training", "inplace"), training=False),
    "feature_alpha_dropout": Spelling("FeatureAlphaDropout", ("p", "training", "inplace"), training=False),
    "rrelu": Spelling("RReLU", ("lower", "upper", "training", "inplace"), training=False),
    "interpolate": Spelling("Interpolate", _RESIZE, {"scale_factor": None}),
    "upsample": Spelling("Upsample", _RESIZE, {"scale_factor": None}),
    "upsample_nearest": Spelling("UpsamplingNearest2d", _RESIZE[:2], {"scale_factor": None}),
    "upsample_bilinear": Spelling("UpsamplingBilinear2d", _RESIZE[:2], {"scale_factor": None}),
    "fractional_max_pool2d": Spelling("FractionalMaxPool2d", _FRACTION, {"output_ratio": None}),
    "fractional_max_pool3d": Spelling("FractionalMaxPool3d", _FRACTION, {"output_ratio": None}),
}

# Names for one and the same operation.
SYNONYMS = {
    "view": "reshape",
    "concat": "cat",
    "concatenate": "cat",
    "add_": "add",
    "subtract": "sub",
    "multiply": "mul",
    "mul_": "mul",
    "divide": "div",
    "true_divide": "div",
    "bmm": "matmul",
    "mm": "matmul",
    "subtract_": "sub",
    "sub_": "sub",
    "div_": "div",
    "negative": "neg",
    "absolute": "abs",
    "clip": "clamp",
    "swapaxes": "transpose",
    "swapdims": "transpose",
}

# What PyTorch takes for the last argument of an operation where it is not written: how many
# arguments stand before it, and what it is.
DEFAULTS: dict[str, tuple[int, dict[str, Any]]] = {
    "cat": (1, {"dim": 0}),
    "stack": (1, {"dim": 0}),
    "chunk": (2, {"dim": 0}),
    "split": (2, {"dim": 0}),
    "sum": (1, {"dim": None}),
    "mean": (1, {"dim": None}),
    "amax": (1, {"dim": None}),
    "amin": (1, {"dim": None}),
    "clamp": (1, {"min": None, "max": None}),
}

# What gives the largest numbers and where they stand -> what gives the numbers alone.
WITH_PLACES = {"max": "amax", "min": "amin"}

# Arguments that no drawing has; None, 0 and False mean that they do nothing.
NOT_DRAWN = {
    "scaled_dot_product_attention": ("attn_mask", "dropout_p", "enable_gqa"),
    "TransformerEncoder": ("norm", "mask_check", "enable_nested_tensor"),
    "TransformerDecoder": ("norm",),
}

# What makes a tensor of numbers alone, and what that needs.
NEW = frozenset("zeros ones randn rand tensor Generator".split())

# What gives back the same numbers: nothing to draw.
UNCHANGED = frozenset("contiguous clone cuda cpu".split())
