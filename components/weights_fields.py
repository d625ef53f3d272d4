"""What a layer has beside its arguments: repeats, shared and frozen weights, how they begin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from builder.blocks import FAMILY
from builder.custom.written import FAMILY as CUSTOM_FAMILY
from builder.document import Node
from builder.fields import MOST_REPEATS, PARAMETRIZATIONS
from builder.kinds import Kind
from components.form import Field, Fields, Option
from components.language import t

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

OnSet = Callable[[str, str, Any], Any]  # the node's id, the field, its value


def weights_fields(node: Node, kind: Kind, lenders: Sequence[str], on_set: OnSet) -> Fields:
    """The fields, folded away; lenders are the nodes whose weights it may use."""
    if not kind.new:
        return Fields(())
    found = [
        Field(
            "node.repeat",
            t("repeat"),
            "number",
            str(node.repeat),
            lambda text: on_set(node.id, "repeat", _whole(text)),
            help=t("That many in a row, each with weights of its own."),
            clearable=False,
            low=1,
            high=MOST_REPEATS,
        ),
        Field(
            "node.shares",
            t("shares"),
            "choice",
            node.shares,
            lambda name: on_set(node.id, "shares", name),
            help=_lenders_help(kind),
            options=(Option("", t("nothing")), *(Option(name, name) for name in _with(node.shares, lenders))),
        ),
        Field(
            "node.frozen",
            t("frozen"),
            "check",
            node.frozen,
            lambda on: on_set(node.id, "frozen", on),
            help=t("Its weights do not train."),
            wide=True,
        ),
    ]
    if kind.params and kind.family not in (FAMILY, CUSTOM_FAMILY):
        found += _beginnings(node, on_set)
    return Fields(tuple(found), t("Weights and repeats"))


def _whole(text: str) -> int | str:
    return int(text) if text.strip().isdecimal() else text


def _with(now: str, others: Sequence[str]) -> list[str]:
    """The others, and before them what is chosen, should it not be one of them."""
    return [*([now] if now and now not in others else []), *others]


def _lenders_help(kind: Kind) -> str:
    whose = t(f"The {kind.name} whose weights it uses: one layer, called twice.")
    tied = [t(f"Of another kind, {name}, it takes the weight alone.") for name in kind.ties]
    return " ".join((whose, *tied))


def _beginnings(node: Node, on_set: OnSet) -> Iterator[Field]:
    for name in WEIGHTS:
        now = str(node.init.get(name, ""))  # a function's name, or one with its arguments

        def begin(function: str, name: str = name) -> None:
            kept = {key: value for key, value in node.init.items() if key != name}
            on_set(node.id, "init", {**kept, name: function} if function else kept)

        functions = (Option(each, each) for each in _with(now, BEGINNINGS))
        yield Field(
            f"node.init.{name}",
            t(f"init {name}"),
            "choice",
            now,
            begin,
            help=t("How it begins: a function of torch.nn.init."),
            options=(Option("", t("PyTorch's own")), *functions),
        )
    yield Field(
        "node.parametrize",
        t("parametrize"),
        "choice",
        node.parametrize,
        lambda name: on_set(node.id, "parametrize", name),
        help=t("How the weight is made of others that train; see torch.nn.utils.parametrizations."),
        options=(Option("", t("not at all")), *(Option(name, name) for name in PARAMETRIZATIONS)),
        wide=True,
    )
