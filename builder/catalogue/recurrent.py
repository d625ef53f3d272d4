"""Recurrent layers: they read a sequence step by step, and remember."""

from collections.abc import Mapping
from typing import Any

from builder.catalogue.derive import FEATURES, layer
from builder.kinds import Misfit, Spec

FAMILY = "Recurrent"
COMMON = {
    "start": {"hidden_size": 32},
    "reads": {"input_size": FEATURES},
    "takes": ("TF",),
    "alone": "{self}({x})",
    "least": 1,
    "steps": True,
    "example": (7, 12),
}
ONE_STATE = {
    "call": "{self}({x}, {h_0})",
    "inputs": ("x", "h_0"),
    "ports": ("output", "h_n"),
    "result": "{output}, {h_n}",
}
CELL = {
    **COMMON,
    "takes": ("F",),
    "steps": False,
    "example": (12,),
    "examples": dict.fromkeys(("h", "h_0", "c_0"), (32,)),
}


def _projects_to_fewer(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    if values["proj_size"] < values["hidden_size"]:
        return None
    return Misfit(
        f"has proj_size={values['proj_size']}, which must be smaller than hidden_size="
        f"{values['hidden_size']}. Set proj_size to {values['hidden_size'] // 2}.",
        {"proj_size": values["hidden_size"] // 2},
    )


KINDS = (
    layer(
        "RNN",
        FAMILY,
        "The plain recurrent layer: h_t = tanh(W_ih x_t + W_hh h_(t-1)).",
        **COMMON,
        **ONE_STATE,
    ),
    layer(
        "GRU",
        FAMILY,
        "A recurrent layer with two gates: what to forget and what to renew.",
        **COMMON,
        **ONE_STATE,
    ),
    layer(
        "LSTM",
        FAMILY,
        "A recurrent layer with three gates and a memory cell that lasts over long sequences.",
        call="{self}({x}, ({h_0}, {c_0}))",
        inputs=("x", "h_0", "c_0"),
        ports=("output", "h_n", "c_n"),
        result="{output}, ({h_n}, {c_n})",
        rule=_projects_to_fewer,
        **COMMON,
    ),
    layer(
        "RNNCell",
        FAMILY,
        "One step of an RNN: from what comes in and the last state h to the next state.",
        call="{self}({x}, {h})",
        inputs=("x", "h"),
        **CELL,
    ),
    layer(
        "GRUCell",
        FAMILY,
        "One step of a GRU: from what comes in and the last state h to the next state.",
        call="{self}({x}, {h})",
        inputs=("x", "h"),
        **CELL,
    ),
    layer(
        "LSTMCell",
        FAMILY,
        "One step of an LSTM: from what comes in and the last states h and c to the next ones.",
        call="{self}({x}, ({h_0}, {c_0}))",
        inputs=("x", "h_0", "c_0"),
        ports=("h_1", "c_1"),
        result="{h_1}, {c_1}",
        **CELL,
    ),
)
