"""What belongs to blocks: the way back out of one, its name and params, making and exploding them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from components.language import t
from components.words import escaped


def breadcrumbs(
    network: str, path: Sequence[str], kinds: Sequence[str], on_go: Callable[[tuple[str, ...]], Any]
) -> None:
    """Where the visitor is: the network, and each block on the way in; a click goes back there."""
    with st.container(horizontal=True, vertical_alignment="center", key="breadcrumbs"):
        for depth in range(len(path) + 1):
            title = escaped(network) if depth == 0 else escaped(f"{path[depth - 1]}: {kinds[depth - 1]}")
            st.button(
                t("Back to {0}", title) if depth < len(path) else title,
                key=f"level-{depth}",
                type="tertiary",
                icon=":material/arrow_back:" if depth < len(path) else ":material/widgets:",
                disabled=depth == len(path),
                on_click=on_go,
                args=(tuple(path[:depth]),),
            )


def block_settings(
    name: str,
    params: Mapping[str, Any],
    uses: int,
    *,
    field: Callable[..., dict[str, Any]],
    on_rename: Callable[[str], Any],
    on_params: Callable[[str], Any],
) -> None:
    """The open block's name and its params with their defaults."""
    st.caption(
        t("An edit here shows wherever the block is used: once.")
        if uses == 1
        else t(f"An edit here shows wherever the block is used: {uses} times.")
    )
    left, right = st.columns([1, 2])
    with left:
        st.text_input(t("Block"), **field(f"block:{name}:name", name, on_rename))
    with right:
        st.text_input(
            t("Params"),
            placeholder="channels=64, stride=1",
            help=t(
                "What differs from use to use, with defaults. Inside the block, an argument may be "
                "a sum of them that starts with an equals sign, as in =channels\\*2."
            ),
            **field(f"block:{name}:params", params_text(params), on_params),
        )


def params_text(params: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in params.items())


def read_params(text: str) -> dict[str, Any]:
    """channels=64, stride=1 as a mapping. Raises ValueError with a sentence; runs nothing."""
    try:
        call = ast.parse(f"block({text})", mode="eval").body
        given = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
        if call.args or None in given:
            raise ValueError
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError, AttributeError):
        raise ValueError(
            f"Params are written name=value, as in channels=64, stride=1; not {text!r}."
        ) from None
    for name, value in given.items():
        if not isinstance(value, bool | int | float | str | tuple):
            raise ValueError(f"The param {name} takes a number, a text, True or False.")
    return given


def block_maker(
    layers: Sequence[str],
    chosen: Sequence[str],
    name: str,
    *,
    field: Callable[..., dict[str, Any]],
    on_choose: Callable[[list[str]], Any],
    on_name: Callable[[str], Any],
    on_make: Callable[[], Any],
) -> None:
    """A menu that puts layers, of which some are chosen, into a block of that name."""
    with st.popover(t("Make a block"), icon=":material/widgets:"):
        if not layers:
            st.caption(
                t("There is no layer here that a block could hold. Add one first, from the list of layers.")
            )
            return
        st.multiselect(
            t("Layers in the block"),
            layers,
            help=t("What flows in and out of them becomes the block's inputs and outputs."),
            **field("block-layers", list(chosen), on_choose),
        )
        st.text_input(t("Name of the block"), max_chars=64, **field("block-name", name, on_name))
        st.button(
            t("Make the block"), type="primary", disabled=not chosen or not name.strip(), on_click=on_make
        )
