"""What a layer has beside its arguments: repeats, shared and frozen weights, how they begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from builder.blocks import FAMILY
from builder.custom.written import FAMILY as CUSTOM_FAMILY
from builder.document import Node
from builder.fields import PARAMETRIZATIONS
from builder.kinds import Kind
from components.language import t
from components.param_form import Field
from components.words import escaped

# Functions of torch.nn.init that need no further arguments.
BEGINNINGS = (
    "xavier_normal_",
    "xavier_uniform_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "orthogonal_",
    "normal_",
    "uniform_",
    "zeros_",
    "ones_",
)
WEIGHTS = ("weight", "bias")


def weights_form(
    node: Node,
    kind: Kind,
    *,
    prefix: str,
    lenders: Sequence[str],
    field: Field,
    on_set: Callable[[str, str, Any], Any],
) -> None:
    """The fields, folded away; on_set gets the node's id, the field and its value."""
    if not kind.new:
        return
    key = f"{prefix}.{node.id}"
    with st.expander(t("Weights and repeats")):
        left, right = st.columns(2)
        with left:
            st.number_input(
                t("repeat"),
                min_value=1,
                max_value=1_000,
                help=t("That many in a row, each with weights of its own."),
                **field(f"{key}:repeat", node.repeat, lambda n: on_set(node.id, "repeat", n)),
            )
        with right:
            st.selectbox(
                t("shares"),
                ["", *lenders],
                format_func=lambda name: name or t("nothing"),
                help=_lenders_help(kind),
                **field(f"{key}:shares", node.shares, lambda n: on_set(node.id, "shares", n or "")),
            )
        st.checkbox(
            t("frozen"),
            help=t("Its weights do not train."),
            **field(f"{key}:frozen", node.frozen, lambda on: on_set(node.id, "frozen", on)),
        )
        if kind.params and kind.family not in (FAMILY, CUSTOM_FAMILY):
            _beginnings(node, key, field, on_set)


def _lenders_help(kind: Kind) -> str:
    whose = t(f"The {escaped(kind.name)} whose weights it uses: one layer, called twice.")
    tied = [t(f"Of another kind, {escaped(name)}, it takes the weight alone.") for name in kind.ties]
    return " ".join((whose, *tied))


def _beginnings(node: Node, key: str, field: Field, on_set: Callable[[str, str, Any], Any]) -> None:
    for column, name in zip(st.columns(2), WEIGHTS, strict=True):
        now = node.init.get(name)

        def begin(function: str | None, name: str = name) -> None:
            kept = {key: value for key, value in node.init.items() if key != name}
            on_set(node.id, "init", {**kept, name: function} if function else kept)

        options = [None, *BEGINNINGS] if now in (None, *BEGINNINGS) else [None, now, *BEGINNINGS]
        with column:
            st.selectbox(
                t(f"init {name}"),
                options,
                format_func=lambda function: str(function or t("PyTorch's own")),
                help=t("How it begins: a function of torch.nn.init."),
                **field(f"{key}:init:{name}", now, begin),
            )
    st.selectbox(
        t("parametrize"),
        ["", *PARAMETRIZATIONS],
        format_func=lambda name: name or t("not at all"),
        help=t("How the weight is made of others that train; see torch.nn.utils.parametrizations."),
        **field(
            f"{key}:parametrize",
            node.parametrize,
            lambda name: on_set(node.id, "parametrize", name or ""),
        ),
    )
