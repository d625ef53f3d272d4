"""Recurrent layers: they read a sequence step by step, and remember."""

from builder.catalogue.derive import FEATURES, layer

FAMILY = "Recurrent"
COMMON = {
    "start": {"hidden_size": 32},
    "reads": {"input_size": FEATURES},
    "takes": ("TF",),
    "steps": True,
    "example": (7, 12),
}

KINDS = (
    layer(
        "RNN",
        FAMILY,
        "The plain recurrent layer: h_t = tanh(W_ih x_t + W_hh h_(t-1)).",
        say={"nonlinearity": {"choices": ("tanh", "relu")}},
        ports=("output", "h_n"),
        result="{output}, {h_n}",
        **COMMON,
    ),
    layer(
        "GRU",
        FAMILY,
        "A recurrent layer with two gates: what to forget and what to renew.",
        ports=("output", "h_n"),
        result="{output}, {h_n}",
        **COMMON,
    ),
    layer(
        "LSTM",
        FAMILY,
        "A recurrent layer with three gates and a memory cell that lasts over long sequences.",
        ports=("output", "h_n", "c_n"),
        result="{output}, ({h_n}, {c_n})",
        **COMMON,
    ),
)
