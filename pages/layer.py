"""The selected layer's form on the Build page, and what stands there while nothing is selected."""

from __future__ import annotations

import streamlit as st

import custom_code
import session
from builder import block_edits, blocks, custom_edits, edits, moving, paths, replacing
from builder.custom import trust
from builder.sharing import possible_shares
from builder.source.uses import all_uses
from components.code_form import code_form
from components.empty import Offer, empty
from components.language import message, t
from components.node_form import NodeActions, Surroundings, node_form
from components.words import escaped


def actions(way: tuple[str, ...]) -> NodeActions:
    """What the form of a node in the graph at a way does."""

    def named(node_id: str) -> str:
        return session.visit().now_called(way, node_id)

    def edit(how, *more):
        return lambda node_id, *given: session.apply_in(way, how, named(node_id), *given, *more)

    def path(node_id: str) -> str:
        return paths.joined(way[len(session.visit().path) :], named(node_id))

    return NodeActions(
        rename=lambda node_id, new: session.rename(way, named(node_id), new),
        set_param=edit(edits.set_param, bool(way)),
        set_field=edit(edits.set_field),
        unset_param=edit(edits.unset_param),
        set_inputs=edit(edits.set_inputs),
        set_note=edit(edits.set_note),
        duplicate=lambda node_id: session.duplicate([path(node_id)]),
        move=edit(moving.move),
        remove=lambda node_id: session.remove([path(node_id)]),
        replace=lambda node_id, kind: session.replace_kind(path(node_id), kind),
        replace_all=session.replace_all,
        open=lambda _: session.open_node(session.visit().selected),
        explode=edit(block_edits.explode),
    )


def form_name(visit) -> str:
    """By which the drawing and what was entered find the form of the selected layer."""
    return "/".join((visit.document_id, *visit.path, visit.selected))


def former_names(visit) -> list[str]:
    """By which a form that is on the screen still calls the selected layer: it was given another name."""
    here, name = form_name(visit), visit.at(visit.selected)[1]
    return [here.removesuffix(name) + old for old in visit.once_called(visit.way, name)]


def selected_form() -> None:
    visit = session.visit()
    node = visit.node()
    if node is None:
        nothing_selected()
        return
    form_of(visit, node)


def form_of(visit, node) -> None:
    way = visit.way
    document, answer = block_edits.at(visit.document, way), visit.answer_at(way)
    if len(way) > len(visit.path):
        inside(visit.block_at(way))
    kind = blocks.kind_named(node.kind, document)
    specs = answer.report.specs if answer else {}
    incoming = [visit.flowing(way, wire) for wire in node.inputs]
    node_form(
        node,
        kind,
        Surroundings(
            incoming=incoming,
            wires=edits.possible_inputs(document, node.id),
            sizes=visit.formulas(way, node, kind, incoming) if node.id in specs else (),
            others=replacing.relatives(kind),
            fellows=replacing.count(visit.document, node.kind),
            lenders=possible_shares(document, node.id),
            sums=bool(way),
            block=node.kind in document.blocks,
            outputs=specs.get(node.id, {}),
            figures=answer.figures.get(node.id) if answer else None,
        ),
        of=form_name(visit),
        before=former_names(visit),
        actions=actions(way),
        whole=session.whole,
        code=(lambda: code(document.custom[node.kind])) if node.kind in document.custom else None,
    )


def nothing_selected() -> None:
    nodes = session.visit().shown.main.nodes
    if nodes:
        first = nodes[0].id
        empty(
            message("Nothing is selected"),
            message(
                "Click a layer in the drawing to see and change its arguments here, or add one from the list."
            ),
            Offer(message(f"Select {first}"), "my_location", session.select, (first,)),
            key="form",
        )
        return
    begin = Offer(
        message("Add an Input first"), "input", session.on_event, ({"type": "add", "kind": "Input"},)
    )
    open_template = Offer(message("Open a template"), "grid_view", session.show_templates)
    empty(
        message("Nothing is drawn yet"),
        message(
            "A network begins with an Input, which says what one example looks like. Layers from the list "
            "then go behind the selected one."
        ),
        *((begin,) if session.visit().path else (begin, open_template)),
        key="form",
        quiet=True,  # the drawing has the same buttons
    )


def inside(block: str) -> None:
    """That an edit of a layer in a frame is one of its block."""
    uses = len(all_uses(session.visit().document).get(block, ()))
    name = escaped(block)
    st.caption(
        t(f"In the block **{name}**, used once: an edit shows wherever it is used.")
        if uses == 1
        else t(f"In the block **{name}**, used {uses} times: an edit shows wherever it is used.")
    )


def code(custom) -> None:
    """The editor of a layer that is written in Python."""
    held = session.visit()
    typed = custom_code.draft(held, custom)
    code_form(
        custom,
        key=f"{held.document_id}.{custom.name}",
        field=session.field,
        on_write=session.write_code,
        on_trust=session.trust_code,
        trusted=custom.digest in trust.kept(held.document),
        allowed=trust.allowed(),
        uses=custom_edits.uses(held.document, custom.name),
        typed=typed.text if typed else "",
        error=typed.error if typed else "",
    )
