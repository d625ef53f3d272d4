"""The form of the selected layer: its name, what feeds it, its arguments, its note."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.document import Node
from builder.formulas import Formula
from builder.kinds import Figures, Kind
from builder.signatures import page_of
from components.argument_fields import argument_fields, inferred_values
from components.form import Button, Buttons, Field, Fields, Heading, Lines, Option, Part, Whole, form
from components.language import message, t
from components.weights_fields import weights_fields
from components.words import FLOAT, count, memory, shape

# What the first, and a further, input may be.
EMPTY = (message("not connected"), message("the same as the first"))
LONGEST_NOTE = 500  # letters


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
    open: Callable[[str], Any]  # a block
    explode: Callable[[str], Any]


@dataclass(frozen=True)
class Surroundings:
    """What the form tells of a node besides itself.

    incoming   what flows in along each of its wires, if known.      wires  those the node may take.
    sizes      how its sizes follow from them; see builder.formulas.
    others     the kinds that may stand in its place.
    fellows    how many layers are of its kind in the whole network, itself counted.
    lenders    the nodes whose weights it may use.
    sums       the node stands in a block, so that its arguments may be sums of the block's params.
    block      it is a block: it may be looked into, and be taken apart.
    outputs    what it gives, by port; figures: what it costs.
    """

    incoming: Sequence[Any] = ()
    wires: Sequence[str] = ()
    sizes: Sequence[Formula] = ()
    others: Sequence[str] = ()
    fellows: int = 1
    lenders: Sequence[str] = ()
    sums: bool = False
    block: bool = False
    outputs: Mapping[str, Any] = field(default_factory=dict)
    figures: Figures | None = None


def node_form(
    node: Node,
    kind: Kind,
    around: Surroundings,
    *,
    of: str,
    before: Collection[str],
    actions: NodeActions,
    whole: Whole,
    code: Callable[[], Any] | None = None,
) -> None:
    """Draws the form; code, for a layer written in Python, draws its editor below the heading."""
    head = [_heading(kind), _buttons(node, actions), *([_block(node, actions)] if around.block else [])]
    if code:
        form(head, of=of, before=before, key="layer-head", whole=whole)
        code()
        head = []
    form([*head, *_body(node, kind, around, actions)], of=of, before=before, key="layer", whole=whole)


def _body(node: Node, kind: Kind, around: Surroundings, actions: NodeActions) -> Iterator[Part]:
    yield Fields((_name(node, actions), *_wires(node, kind, around.wires, actions)))
    yield from argument_fields(
        kind.params,
        node.params,
        on_set=lambda name, value: actions.set_param(node.id, name, value),
        on_unset=lambda name: actions.unset_param(node.id, name),
        inferred=inferred_values(kind, around.incoming, node.inputs),
        sums=around.sums,
    )
    yield Lines(tuple(_sums(around.sizes, node.repeat)))
    yield Fields(tuple(_kinds(node, around, actions)), t("Replace"))
    yield weights_fields(node, kind, around.lenders, actions.set_field)
    yield Fields((_note(node, actions),))
    yield Lines(tuple(_costs(around.figures)), tuple(_outputs(around.outputs)))


def _heading(kind: Kind) -> Heading:
    page = page_of(kind.new, kind.call)
    return Heading(kind.name, t(kind.doc), (t("PyTorch's page"), page) if page else None)


def _buttons(node: Node, actions: NodeActions) -> Buttons:
    return Buttons(
        (
            Button("up", t("Move up"), lambda: actions.move(node.id, -1), "up"),
            Button("down", t("Move down"), lambda: actions.move(node.id, 1), "down"),
            Button("duplicate", t("Duplicate"), lambda: actions.duplicate(node.id), "copy"),
            Button("delete", t("Delete"), lambda: actions.remove(node.id), "delete"),
        )
    )


def _block(node: Node, actions: NodeActions) -> Buttons:
    return Buttons(
        (
            Button("open", t("Open block"), lambda: actions.open(node.id)),
            Button("explode", t("Explode"), lambda: actions.explode(node.id)),
        )
    )


def _name(node: Node, actions: NodeActions) -> Field:
    return Field(
        "node.name",
        t("Name"),
        "text",
        node.id,
        lambda name: actions.rename(node.id, name),
        help=t("The layer's name, in the drawing and in the code."),
        wide=True,
    )


def _note(node: Node, actions: NodeActions) -> Field:
    return Field(
        "node.note",
        t("Note"),
        "text",
        node.note,
        lambda note: actions.set_note(node.id, note),
        placeholder=t("A comment in the code"),
        longest=LONGEST_NOTE,
        wide=True,
    )


def _kinds(node: Node, around: Surroundings, actions: NodeActions) -> Iterator[Field]:
    """Another kind of its family in its place; or in the place of all of its kind at once."""
    if not around.others:
        return
    yield Field(
        "node.kind",
        t("Kind"),
        "choice",
        node.kind,
        lambda kind: actions.replace(node.id, kind),
        help=t("Another kind of the same family takes its place; the arguments and wires that fit stay."),
        options=tuple(Option(kind, kind) for kind in (node.kind, *around.others)),
        wide=True,
    )
    if around.fellows == 1:
        return
    yield Field(
        "node.all",
        t(f"All {around.fellows} {node.kind}"),
        "choice",
        "",
        lambda kind: kind and actions.replace_all(node.kind, kind),
        help=t("Each of them becomes the kind you choose, in blocks too. One Undo brings all back."),
        options=(Option("", t("Replace all at once")), *(Option(kind, kind) for kind in around.others)),
        wide=True,
    )


def _wires(node: Node, kind: Kind, wires: Sequence[str], actions: NodeActions) -> Iterator[Field]:
    """A choice for each input; a multiple choice where any number of them is taken."""
    known = list(dict.fromkeys([*node.inputs, *wires]))
    if kind.variadic:
        yield Field(
            "node.inputs",
            t("Inputs"),
            "choices",
            node.inputs,
            lambda chosen: actions.set_inputs(node.id, chosen),
            help=t("Two or more; the order is the order of the arguments."),
            options=tuple(Option(wire, wire) for wire in known),
            wide=True,
        )
        return
    for index, name in enumerate(kind.inputs):
        given = node.inputs[index] if index < len(node.inputs) else ""
        needed = index < kind.least and given

        def rewire(chosen: str, place: int = index) -> None:
            inputs = [*node.inputs]
            inputs[place : place + 1] = [chosen] if chosen else []
            actions.set_inputs(node.id, tuple(inputs))

        nothing = () if needed else (Option("", t(EMPTY[index > 0])),)
        yield Field(
            f"node.input{index}",
            t("Input") if len(kind.inputs) == 1 else t(f"Input {name}"),
            "choice",
            given,
            rewire,
            help=t("What feeds this layer."),
            options=(*nothing, *(Option(wire, wire) for wire in known)),
            wide=True,
        )


COUNTED = message("parameters")  # the one name of a sum that is a word


def _sums(sizes: Sequence[Formula], repeat: int) -> Iterator[str]:
    """H_out = (28 + 2*1 - 3)/1 + 1 = 28: the sums of its sizes. Of layers in a row, those of the first."""
    if sizes and repeat > 1:
        yield t(f"The first of {repeat} in a row:")
    for each in sizes:
        yield f"{t(each.name)}{str(each).removeprefix(each.name)}"


def _outputs(ports: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What it gives: Output 16 × 8 × 8, the shape to stand out."""
    for place, (port, spec) in enumerate(ports.items()):
        dtype = "" if spec.dtype == "float32" else f" {spec.dtype}"
        yield (port if place else t("Output")), f"{t(shape(spec.example))}{dtype}"


def _costs(figures: Figures | None) -> Iterator[str]:
    if figures:
        yield t(
            f"{count(figures.parameters)} parameters · {count(figures.multiply_adds)} multiply-adds · "
            f"{memory(FLOAT * (figures.parameters + figures.outputs))}"
        )
