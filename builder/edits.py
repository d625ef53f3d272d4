"""Every way a document changes: each edit takes a document and returns a new one.

Edits never fail on a drawing that is broken; they raise EditError, with a sentence for the person,
where what is asked cannot be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from builder import blocks, fields, names, replacing
from builder.catalogue import CATALOGUE
from builder.document import Document, DocumentError, Node
from builder.editing import EditError, fresh_id, kind_of, node_of, rewired, swapped, with_nodes
from builder.kinds import Kind, Spec, whole
from builder.lines import is_default, needed
from builder.order import downstream, port, sorted_nodes, source
from builder.sharing import possible_shares

# --- names


def rename(document: Document, node_id: str, new_id: str) -> Document:
    """Gives a node another name, in every wire too."""
    node = node_of(document, node_id)
    if new_id == node_id:
        return document
    if misfit := names.id_misfit(new_id):
        raise EditError(misfit)
    if new_id in document.main:
        raise EditError(f"Another layer is named {new_id!r} already; choose another name.")

    def renamed(_node: Node, wire: str) -> str:
        return new_id + wire[len(node_id) :] if source(wire) == node_id else wire

    nodes = (replace(n, id=new_id) if n is node else n for n in document.main.nodes)
    nodes = (replace(n, shares=new_id) if n.shares == node_id else n for n in nodes)
    return with_nodes(document, rewired(tuple(nodes), renamed))


def rename_document(document: Document, name: str) -> Document:
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise EditError("A network's name has 1 to 100 letters.")
    return replace(document, name=name)


# --- nodes


def add_input(document: Document, params: Mapping[str, Any] | None = None) -> Document:
    node = Node(fresh_id(document, "Input"), "Input", (), CATALOGUE["Input"].start() | dict(params or {}))
    return with_nodes(document, (node, *document.main.nodes))


def add_after(
    document: Document,
    after: str,
    kind: str,
    spec: Spec | None = None,
    params: Mapping[str, Any] | None = None,
) -> Document:
    """A new node behind `after`, on all the wires that left its first output.

    A merge also takes what feeds `after`: the skip connection around it. Behind an Output, and in
    an empty drawing, the new node goes before the Output or stands alone. `spec` is what flows out
    of `after`, where it is known: the new node starts with params that suit it, where they are not given.
    """
    added = kind_of(document, kind)
    if kind == "Input":
        return add_input(document, params)
    if after in document.main and not kind_of(document, document.main[after].kind).ports:
        feeding = document.main[after].inputs
        after = source(feeding[0]) if feeding and kind != "Output" else after
    new = Node(fresh_id(document, kind), kind, (), needed(added, {**added.start(spec), **(params or {})}))
    if after not in document.main:
        return with_nodes(document, (*document.main.nodes, new))
    before = document.main[after]
    gives = bool(kind_of(document, before.kind).ports)
    new = replace(new, inputs=_inputs_behind(added, before) if gives else ())
    taken_over = gives and bool(added.ports) and bool(new.inputs)
    place = document.main.place(after) + 1
    nodes = document.main.nodes

    def onto_new(_node: Node, wire: str) -> str:
        return new.id if wire == after else wire

    later = rewired(nodes, onto_new) if taken_over else nodes
    return with_nodes(document, (*later[:place], new, *later[place:]))


def _inputs_behind(kind: Kind, before: Node) -> tuple[str, ...]:
    if kind.least > 1 and before.inputs:
        return (before.id, before.inputs[0])
    return (before.id,) if kind.inputs else ()


def insert_before(document: Document, node_id: str, kind: str, params: Mapping[str, Any]) -> Document:
    """A new node on the first wire of a node."""
    node = node_of(document, node_id)
    if not node.inputs:
        raise EditError(f"{node_id} has no input to put a {kind} on.")
    params = {name: CATALOGUE[kind].param(name).read(value) for name, value in params.items()}
    params = {**CATALOGUE[kind].start(), **params}
    new = Node(fresh_id(document, kind), kind, (node.inputs[0],), params)
    place = document.main.place(node_id)
    nodes = list(swapped(document, replace(node, inputs=(new.id, *node.inputs[1:]))).main.nodes)
    nodes.insert(place, new)
    return with_nodes(document, tuple(nodes))


def remove(document: Document, node_id: str) -> Document:
    """Takes a node out and joins its neighbours, so that a chain stays whole."""
    gone = node_of(document, node_id)
    instead = gone.inputs[0] if gone.inputs else None

    def around(node: Node, wire: str) -> str | None:
        if source(wire) != node_id:
            return wire
        kept = (w for w in node.inputs if source(w) != node_id)
        return None if instead is None or instead in kept else instead

    nodes = tuple(node for node in document.main.nodes if node.id != node_id)
    nodes = tuple(replace(n, shares="") if n.shares == node_id else n for n in nodes)
    return with_nodes(document, rewired(nodes, around))


def duplicate(document: Document, node_id: str) -> Document:
    """A copy of a node right behind it, with the same params and weights of its own."""
    node = node_of(document, node_id)
    if node.kind == "Input":
        copy = replace(node, id=fresh_id(document, "Input"))
        return with_nodes(document, (copy, *document.main.nodes))
    larger = add_after(document, node_id, node.kind)
    (new,) = {n.id for n in larger.main.nodes} - {n.id for n in document.main.nodes}
    return swapped(larger, replace(node, id=new, inputs=larger.main[new].inputs))


# --- params


def set_param(document: Document, node_id: str, name: str, value: Any, sums: bool = False) -> Document:
    """Gives an argument a value; one that is its default is left out of the document.

    sums: the node stands in a block, so that the value may be arithmetic on the block's params.
    """
    node = node_of(document, node_id)
    param = kind_of(document, node.kind).param(name)
    if param is None:
        raise EditError(f"{node.kind} has no argument {name!r}.")
    try:
        if sums and blocks.is_sum(value):
            blocks.parsed(value)
        else:
            value = param.read(value)
    except ValueError as error:
        raise EditError(f"{node_id}: {error}") from None
    if not param.required and is_default(param, value):
        return unset_param(document, node_id, name)
    return swapped(document, replace(node, params={**node.params, name: value}))


def unset_param(document: Document, node_id: str, name: str) -> Document:
    """Takes a given value away: the default holds again, or what is read off the input."""
    node = node_of(document, node_id)
    params = {key: value for key, value in node.params.items() if key != name}
    return swapped(document, replace(node, params=params))


def set_field(document: Document, node_id: str, name: str, value: Any) -> Document:
    """Sets what a node has beside its arguments: repeat, shares, frozen, init or parametrize."""
    node = node_of(document, node_id)
    if name == "repeat" and not (whole(value) and 1 <= value <= fields.MOST_REPEATS):
        raise EditError(f"A layer is repeated 1 to {fields.MOST_REPEATS:,} times.")
    if name == "shares" and value and value not in possible_shares(document, node_id):
        raise EditError(f"{node_id} cannot use the weights of {value!r}; choose a layer of its kind.")
    try:
        value = fields.read_field(name, value)
    except DocumentError as error:
        raise EditError(f"{node_id} cannot be so: {error}") from None
    return swapped(document, replace(node, **{name: value}))


def set_note(document: Document, node_id: str, note: str) -> Document:
    if len(note) > fields.LONGEST_NOTE:
        raise EditError(f"A note has at most {fields.LONGEST_NOTE} letters.")
    return swapped(document, replace(node_of(document, node_id), note=note.strip()))


def replace_kind(document: Document, node_id: str, kind: str, spec: Spec | None = None) -> Document:
    """Makes a node another kind; the params and wires that fit stay, and so does its name."""
    node = node_of(document, node_id)
    if kind not in CATALOGUE:
        raise EditError(f"There is no layer named {kind!r}.")
    changed = swapped(document, replacing.as_kind(node, CATALOGUE[kind], spec))
    return _apart(replace(changed, main=replacing.with_ports(changed.main, document)))


def replace_all(
    document: Document,
    old: str,
    kind: str,
    specs: Mapping[str, Mapping[str, Spec]] | None = None,
) -> Document:
    """Makes every node of a kind another, in all blocks too. specs is what flows where, if known."""
    if kind not in CATALOGUE:
        raise EditError(f"There is no layer named {kind!r}.")
    swapped = replacing.swapped(document, {old: kind}, specs)
    if swapped == document:
        raise EditError(f"There is no {old} to replace any more.")
    return swapped


def _apart(document: Document) -> Document:
    return replace(document, main=replacing.apart(document.main))


# --- wires


def set_inputs(document: Document, node_id: str, inputs: tuple[str, ...]) -> Document:
    """Wires a node's inputs anew. Refuses what would close a circle."""
    node = node_of(document, node_id)
    fed = downstream(document.main, node_id)
    for wire in inputs:
        feeding = node_of(document, source(wire))
        if feeding.id in fed:
            raise EditError(f"{node_id} feeds {feeding.id}, so it cannot take from it: a circle.")
        kind = kind_of(document, feeding.kind)
        if not kind.ports or (port(wire) and port(wire) not in kind.ports_of(feeding.params)):
            raise EditError(f"{feeding.id} has no output {port(wire)!r} to take.".replace(" ''", ""))
    changed = swapped(document, replace(node, inputs=tuple(inputs)))
    return with_nodes(document, tuple(sorted_nodes(changed.main)[0]))


def take_indices(document: Document, node_id: str) -> Document:
    """Wires a MaxUnpool to the indices of the nearest pool before it that no other one takes."""
    node = node_of(document, node_id)
    taken = {wire for other in document.main.nodes for wire in other.inputs if other is not node}
    todo = [source(wire) for wire in node.inputs] if node.kind in CATALOGUE else []
    for name in todo:
        pool = document.main[name]
        if _gives_indices(pool, CATALOGUE[node.kind]) and f"{name}.indices" not in taken:
            indexed = set_param(document, name, "return_indices", True)
            return set_inputs(indexed, node_id, (node.inputs[0], f"{name}.indices"))
        todo += [source(wire) for wire in pool.inputs if source(wire) not in todo]
    raise EditError(f"No pool before {node_id} has indices to take. Add a MaxPool before it.")


def _gives_indices(node: Node, unpool: Kind) -> bool:
    kind = CATALOGUE.get(node.kind)
    return kind is not None and "indices" in kind.more_ports.values() and kind.takes == unpool.takes


def possible_inputs(document: Document, node_id: str) -> tuple[str, ...]:
    """The wires a node may take without closing a circle, nearest above first."""
    found = []
    fed = downstream(document.main, node_id)
    for node in reversed(document.main.nodes):
        if node.id in fed:
            continue
        ports = kind_of(document, node.kind).ports_of(node.params)
        found += [node.id if index == 0 else f"{node.id}.{name}" for index, name in enumerate(ports)]
    return tuple(found)
