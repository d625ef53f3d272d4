"""The form of the selected layer: its name, what feeds it, its arguments, its note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from builder.document import Node
from builder.formulas import Formula
from builder.kinds import Kind
from builder.signatures import page_of
from components.formula import formulas
from components.language import message, t
from components.param_form import Field, inferred_values, param_form
from components.weights_form import weights_form
from components.words import escaped

# What the first, and a further, input may be.
EMPTY = (message("not connected"), message("the same as the first"))


@dataclass(frozen=True)
class NodeActions:
    """What the form reports: each with the node's id first."""

    rename: Callable[[str, str], Any]
    set_param: Callable[[str, str, Any], Any]
    unset_param: Callable[[str, str], Any]
    set_inputs: Callable[[str, tuple[str, ...]], Any]
    set_note: Callable[[str, str], Any]
    set_field: Callable[[str, str, Any], Any]
    duplicate: Callable[[str], Any]
    move: Callable[[str, int], Any]
    remove: Callable[[str], Any]
    replace: Callable[[str, str], Any]
    replace_all: Callable[[str, str], Any]  # with the kind in place of the id


def node_form(
    node: Node,
    kind: Kind,
    *,
    prefix: str,
    specs: Sequence[Any],
    wires: Sequence[str],
    field: Field,
    actions: NodeActions,
    sizes: Sequence[Formula] = (),
    others: Sequence[str] = (),
    fellows: int = 1,
    lenders: Sequence[str] = (),
    sums: bool = False,
    on_open: Callable[[str], Any] | None = None,
    on_explode: Callable[[str], Any] | None = None,
    code: Callable[[], Any] | None = None,
) -> None:
    """Draws the form.

    specs      what flows in along each of its wires, if known.      wires  those the node may take.
    sizes      how its sizes follow from them; see builder.formulas.
    others     the kinds that may stand in its place.
    fellows    how many layers are of its kind in the whole network, itself counted.
    lenders    the nodes whose weights it may use.
    sums       the node stands in a block, so that its arguments may be sums of the block's params.
    on_open, on_explode  for a block: to see what is in it, and to put that in its place.
    code       for a layer written in Python: draws its editor.
    """
    key = f"{prefix}.{node.id}"
    _heading(node, kind, actions, key)
    if on_open:
        _block_buttons(node, on_open, on_explode)
    if code:
        code()
    _name_field(node, field, actions, key)
    _wire_form(node, kind, wires, field, actions, key)
    with st.container(key="arguments"):
        param_form(
            key,
            kind.params,
            node.params,
            field=field,
            on_set=lambda name, value: actions.set_param(node.id, name, value),
            on_unset=lambda name: actions.unset_param(node.id, name),
            inferred=inferred_values(kind, specs, node.inputs),
            sums=sums,
        )
    formulas(sizes, node.repeat)
    if others:
        with st.expander(t("Replace")):
            _kind_form(node, others, fellows, field, actions, key)
    weights_form(node, kind, prefix=prefix, lenders=lenders, field=field, on_set=actions.set_field)
    _note_field(node, field, actions, key)


def _heading(node: Node, kind: Kind, actions: NodeActions, key: str) -> None:
    st.markdown(f"#### {escaped(kind.name)}")
    page = page_of(kind.new, kind.call)
    link = t("PyTorch's page")
    st.caption(escaped(t(kind.doc)) + (f" [{link}]({page})" if page else ""))
    with st.container(horizontal=True, gap="small", key="layer-actions"):
        for label, icon, act, arguments in (
            (message("Move up"), "arrow_upward", actions.move, (node.id, -1)),
            (message("Move down"), "arrow_downward", actions.move, (node.id, 1)),
            (message("Duplicate"), "content_copy", actions.duplicate, (node.id,)),
            (message("Delete"), "delete", actions.remove, (node.id,)),
        ):
            st.button(
                t(label),
                icon=f":material/{icon}:",
                key=f"{key}:{label}",
                on_click=act,
                args=arguments,
            )


def _block_buttons(
    node: Node, on_open: Callable[[str], Any], on_explode: Callable[[str], Any] | None
) -> None:
    with st.container(horizontal=True):
        st.button(t("Open block"), icon=":material/open_in_full:", on_click=on_open, args=(node.id,))
        st.button(t("Explode"), icon=":material/call_split:", on_click=on_explode, args=(node.id,))


def _name_field(node: Node, field: Field, actions: NodeActions, key: str) -> None:
    st.text_input(
        t("Name"),
        help=t("The layer's name, in the drawing and in the code."),
        **field(f"{key}:name", node.id, lambda name: actions.rename(node.id, name)),
    )


def _note_field(node: Node, field: Field, actions: NodeActions, key: str) -> None:
    st.text_input(
        t("Note"),
        placeholder=t("A comment in the code"),
        max_chars=500,
        **field(f"{key}:note", node.note, lambda note: actions.set_note(node.id, note)),
    )


def _kind_form(
    node: Node,
    others: Sequence[str],
    fellows: int,
    field: Field,
    actions: NodeActions,
    key: str,
) -> None:
    """Another kind of its family in its place; or in the place of all of its kind at once."""
    st.selectbox(
        t("Kind"),
        [node.kind, *others],
        help=t("Another kind of the same family takes its place; the arguments and wires that fit stay."),
        **field(f"{key}:kind", node.kind, lambda kind: actions.replace(node.id, kind)),
    )
    if fellows == 1:
        return
    st.selectbox(
        t(f"All {fellows} {node.kind}"),
        others,
        index=None,
        placeholder=t("Replace all at once"),
        help=t("Each of them becomes the kind you choose, in blocks too. One Undo brings all back."),
        **field(f"{key}:all", None, lambda kind: kind and actions.replace_all(node.kind, kind)),
    )


def _wire_form(
    node: Node,
    kind: Kind,
    wires: Sequence[str],
    field: Field,
    actions: NodeActions,
    key: str,
) -> None:
    """A choice for each input; a multiple choice where any number of them is taken."""
    if not kind.inputs:
        return
    options = list(dict.fromkeys([*node.inputs, *wires]))
    if kind.variadic:
        st.multiselect(
            t("Inputs"),
            options,
            help=t("Two or more; the order is the order of the arguments."),
            **field(
                f"{key}:inputs",
                list(node.inputs),
                lambda chosen: actions.set_inputs(node.id, tuple(chosen)),
            ),
        )
        return
    for index, name in enumerate(kind.inputs):
        given = node.inputs[index] if index < len(node.inputs) else None
        needed = index < kind.least

        def rewire(chosen: str | None, place: int = index) -> None:
            inputs = [*node.inputs]
            inputs[place : place + 1] = [chosen] if chosen else []
            actions.set_inputs(node.id, tuple(inputs))

        st.selectbox(
            t("Input") if len(kind.inputs) == 1 else t(f"Input {name}"),
            options if needed and given else [None, *options],
            format_func=lambda wire, empty=EMPTY[index > 0]: wire or t(empty),
            help=t("What feeds this layer."),
            **field(f"{key}:input{index}", given, rewire),
        )
