"""Fully connected layers."""

from collections.abc import Mapping
from typing import Any

from builder import formulas
from builder.catalogue.derive import FEATURES, layer
from builder.kinds import Misfit, Read, Spec, example_text

FAMILY = "Linear"


def _all_but_the_last_agree(values: Mapping[str, Any], inputs: tuple[Spec, ...]) -> Misfit | None:
    one, other = inputs
    if one.shape[:-1] == other.shape[:-1]:
        return None
    return Misfit(
        f"takes two inputs that differ in the last dimension only and gets {example_text(one)} and "
        f"{example_text(other)}. Reshape one of them, or choose other inputs."
    )


KINDS = (
    layer(
        "Linear",
        FAMILY,
        "Every output is a weighted sum of all inputs: y = x W^T + b, over the last dimension.",
        start={"out_features": 64},
        formula=formulas.linear,
        also=("fc", "dense", "fully connected"),
        reads={"in_features": FEATURES},
        weight=("out_features", "in_features"),
        ties=("Embedding",),
        example=(20,),
    ),
    layer(
        "Bilinear",
        FAMILY,
        "Every output is a weighted sum of all products of two inputs: y = x1^T A x2 + b.",
        start={"out_features": 16},
        formula=formulas.bilinear,
        call="{self}({x1}, {x2})",
        inputs=("x1", "x2"),
        reads={
            "in1_features": FEATURES,
            "in2_features": Read(FEATURES.value, "features in the last dimension", input=1),
        },
        rule=_all_but_the_last_agree,
        example=(20,),
        examples={"x2": (12,)},
    ),
    layer(
        "Identity",
        FAMILY,
        "Gives back what it gets: a place to hang a name on.",
        dtype="any",
    ),
)
