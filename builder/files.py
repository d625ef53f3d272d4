"""Documents as JSON: written canonically, read with suspicion. Every refusal says where and why."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from builder import custom, names
from builder.blocks import has_sum, is_sum, parsed
from builder.catalogue import CATALOGUE
from builder.custom import Custom, CustomError
from builder.document import FORMAT, Block, Document, DocumentError, Graph, Node
from builder.fields import FIELDS, mapping, plain_value, read_field, refuse_unknown
from builder.kinds import Param, shown
from builder.order import port, sorted_nodes, source
from builder.sharing import kinds_to_share_with

LARGEST = 5_000_000  # characters: hundreds of times the largest template
MOST_NODES = 5_000
MOST_CUSTOM = 100  # layers written in Python


# --- writing


def to_json(document: Document) -> str:
    """The canonical text: keys in a fixed order, one node a line."""
    drawn = {
        name: _graph_text(block.graph, {"params": dict(block.params)})
        for name, block in document.blocks.items()
    }
    written = {name: _text({"source": each.source}) for name, each in document.custom.items()}
    blocks = ",\n  ".join(f"{_text(name)}: {text}" for name, text in (drawn | written).items())
    return (
        f'{{"format": {_text(FORMAT)}, "name": {_text(document.name)},\n'
        f' "main": {_graph_text(document.main)},\n'
        f' "blocks": {{{blocks}}}}}\n'
    )


def _graph_text(graph: Graph, more: dict[str, Any] | None = None) -> str:
    head = "".join(f"{_text(key)}: {_text(value)}, " for key, value in (more or {}).items())
    nodes = ",\n   ".join(map(node_text, graph.nodes))
    return f'{{{head}"nodes": [\n   {nodes}]}}'


def node_text(node: Node) -> str:
    """One node on one line. Remembered on the node, which never changes."""
    if (text := node.__dict__.get("_text")) is None:
        text = _text(_node_dict(node))
        node.__dict__["_text"] = text
    return text


def _node_dict(node: Node) -> dict[str, Any]:
    kind = CATALOGUE.get(node.kind)
    written: dict[str, Any] = {"id": node.id, "kind": node.kind}
    if not kind or kind.inputs or node.inputs:
        written["inputs"] = list(node.inputs)
    order = [param.name for param in kind.params] if kind else sorted(node.params)
    if node.params:
        written["params"] = {name: node.params[name] for name in order if name in node.params}
    optional = {
        "repeat": node.repeat if node.repeat != 1 else None,
        "shares": node.shares,
        "frozen": node.frozen,
        "init": dict(node.init),
        "parametrize": node.parametrize,
        "note": node.note,
    }
    return written | {key: value for key, value in optional.items() if value}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


# --- reading


def from_json(text: str) -> Document:
    """The document in `text`. Raises DocumentError, whose path says where it went wrong."""
    raw = _parse(text)
    refuse_unknown(raw, {"format", "name", "main", "blocks"}, "")
    _check_format(raw.get("format"))
    name = raw.get("name", "Network")
    if not isinstance(name, str) or not name.strip() or len(name) > 100:
        raise DocumentError("name", "takes a text of 1 to 100 letters.")
    raw_blocks = mapping(raw.get("blocks", {}), "blocks")
    with_source = [key for key, value in raw_blocks.items() if _has_source(value)]
    if len(with_source) > MOST_CUSTOM:
        raise DocumentError("blocks", f"{len(with_source)} layers in Python; {MOST_CUSTOM} is the limit.")
    written = {key: _custom(key, raw_blocks[key]) for key in with_source}
    raw_blocks = {key: value for key, value in raw_blocks.items() if key not in written}
    params = {key: _block_params(key, value) for key, value in raw_blocks.items()}
    known = params | {key: {p.name: p for p in each.read.params} for key, each in written.items()}
    blocks = {
        key: Block(_graph(value, f"blocks.{key}", known, True), params[key])
        for key, value in raw_blocks.items()
    }
    _refuse_self_containment(blocks)
    if "main" not in raw:
        raise DocumentError("main", 'is missing: a document has a "main" with "nodes".')
    return Document(name, _graph(raw["main"], "main", known, False), blocks, written)


def _parse(text: str) -> dict[str, Any]:
    if not isinstance(text, str):
        raise DocumentError("", "This is not text.")
    if len(text) > LARGEST:
        raise DocumentError("", f"The file has {len(text):,} characters; {LARGEST:,} is the limit.")
    try:
        raw = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_no_twins)
    except RecursionError:
        raise DocumentError("", "The file is nested too deeply to be a document.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        message = f"This is not JSON ({error.msg}). A document is a file that Layerloom saved."
        raise DocumentError(where, message) from None
    except DocumentError:
        raise
    except ValueError as error:  # Python refuses numbers of thousands of digits
        raise DocumentError("", f"A number in the file is too long ({error}).") from None
    if not isinstance(raw, dict):
        raise DocumentError("", f'A document is an object {{"format": "{FORMAT}", ...}}.')
    return raw


def _refuse_constant(word: str):
    raise DocumentError("", f"{word} is no number that a layer can take.")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(k for i, (k, _) in enumerate(pairs) if k in dict(pairs[:i]))
        raise DocumentError("", f"the key {shown(twice)} stands twice in one object.")
    return found


def _check_format(value: Any) -> None:
    if value == FORMAT:
        return
    if isinstance(value, str) and re.fullmatch(r"layerloom/\d+", value):
        message = f"this file is {value}, made by a newer Layerloom; this one reads {FORMAT}."
        raise DocumentError("format", f"{message} Update Layerloom, then open it again.")
    raise DocumentError("format", f'takes "{FORMAT}" and gets {shown(value)}.')


def _has_source(raw: Any) -> bool:
    return isinstance(raw, dict) and "source" in raw


def _custom(name: str, raw: dict[str, Any]) -> Custom:
    """A layer written in Python. Its source is parsed and never run."""
    path = f"blocks.{name}"
    _refuse_name(name, path)
    refuse_unknown(raw, {"source"}, path)
    try:
        found = custom.from_source(raw["source"])
    except CustomError as error:
        raise DocumentError(f"{path}.source", str(error)) from None
    if found.name != name:
        message = f"the class is named {found.name} and the block {name}; give both one name."
        raise DocumentError(f"{path}.source", message)
    return found


def _refuse_name(name: str, path: str) -> None:
    if misfit := names.id_misfit(name):
        raise DocumentError(path, misfit)
    if name in CATALOGUE:
        raise DocumentError(path, f"{name} is a layer of PyTorch; give the block another name.")


def _block_params(name: str, raw: Any) -> dict[str, Any]:
    path = f"blocks.{name}"
    _refuse_name(name, path)
    params = mapping(mapping(raw, path).get("params", {}), f"{path}.params")
    for key, value in params.items():
        if names.id_misfit(key):
            raise DocumentError(f"{path}.params", f"{shown(key)} cannot name a param.")
        plain_value(value, f"{path}.params.{key}")
    return {key: plain_value(value, path) for key, value in params.items()}


def _graph(raw: Any, path: str, blocks: dict[str, dict], in_block: bool) -> Graph:
    refuse_unknown(mapping(raw, path), {"nodes", "params"} if in_block else {"nodes"}, path)
    raw_nodes = raw.get("nodes")
    if not isinstance(raw_nodes, list):
        raise DocumentError(f"{path}.nodes", "takes a list of nodes.")
    if len(raw_nodes) > MOST_NODES:
        message = f"{len(raw_nodes):,} nodes; {MOST_NODES:,} is the limit."
        raise DocumentError(f"{path}.nodes", message)
    nodes: list[Node] = []
    for index, raw_node in enumerate(raw_nodes):
        before = nodes[-1].id if nodes else ""
        nodes.append(_node(raw_node, f"{path}.nodes[{index}]", before, blocks, in_block))
    try:
        graph = Graph(tuple(nodes))
    except DocumentError as error:
        raise DocumentError(f"{path}.nodes", str(error)) from None
    for index, node in enumerate(nodes):
        for where, message in _wire_misfits(node, graph):
            raise DocumentError(f"{path}.nodes[{index}].{where}", message)
    if looped := sorted_nodes(graph)[1]:
        message = f"{', '.join(looped[:5])} feed each other in a circle."
        raise DocumentError(f"{path}.nodes", message)
    return graph


NODE_KEYS = set(Node.__dataclass_fields__)


def _node(raw: Any, path: str, before: str, blocks: dict[str, dict], in_block: bool) -> Node:
    refuse_unknown(mapping(raw, path), NODE_KEYS, path)
    for key in ("id", "kind"):
        if not isinstance(raw.get(key), str):
            raise DocumentError(f"{path}.{key}", "takes a name.")
    if misfit := names.id_misfit(raw["id"]):
        raise DocumentError(f"{path}.id", misfit)
    kind = raw["kind"]
    if kind not in CATALOGUE and kind not in blocks:
        raise DocumentError(f"{path}.kind", f"no layer or block is named {shown(kind)}.")
    follows = before and (kind not in CATALOGUE or CATALOGUE[kind].inputs)
    return Node(
        raw["id"],
        kind,
        _inputs(raw.get("inputs", [before] if follows else []), path),
        _params(raw.get("params", {}), kind, f"{path}.params", blocks, in_block),
        **{name: read_field(name, raw[name], f"{path}.{name}") for name in FIELDS if name in raw},
    )


def _inputs(raw: Any, path: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(wire, str) for wire in raw):
        raise DocumentError(f"{path}.inputs", "takes a list of nodes' ids.")
    return tuple(raw)


def _params(raw: Any, kind: str, path: str, blocks: dict[str, dict], in_block: bool) -> dict[str, Any]:
    found = {}
    for name, value in mapping(raw, path).items():
        value = plain_value(value, f"{path}.{name}")
        own = blocks.get(kind, {})
        param = CATALOGUE[kind].param(name) if kind in CATALOGUE else own.get(name)
        if param is None and name not in own:
            raise DocumentError(f"{path}.{name}", f"{kind} has no argument of that name.")
        try:
            if in_block and has_sum(value):
                _check_sums(value)
            elif isinstance(param, Param):  # a block's own are names with their defaults
                value = param.read(value)
            elif has_sum(value):
                raise ValueError(f"{shown(value)} is a sum, which only a layer inside a block may have.")
        except ValueError as error:
            raise DocumentError(f"{path}.{name}", str(error)) from None
        found[name] = value
    return found


def _check_sums(value: Any) -> None:
    for item in value if isinstance(value, tuple) else (value,):
        if is_sum(item):
            parsed(item)


def _wire_misfits(node: Node, graph: Graph) -> Iterator[tuple[str, str]]:
    for index, wire in enumerate(node.inputs):
        if source(wire) not in graph:
            yield f"inputs[{index}]", f"no node is named {shown(wire)}."
            continue
        feeding = graph[source(wire)]
        kind = CATALOGUE.get(feeding.kind)
        known = (*kind.ports_of(feeding.params), *kind.more_ports.values()) if kind else ()
        if kind and port(wire) and port(wire) not in known:
            yield f"inputs[{index}]", f"{kind.name} has no output named {shown(port(wire))}."
    if node.shares:
        wanted = kinds_to_share_with(node)
        shared = node.shares in graph and node.shares != node.id
        if not shared or graph[node.shares].kind not in wanted:
            given, (*others, last) = shown(node.shares), wanted
            if others:
                yield "shares", f"takes the id of another {', '.join(others)} or {last} and gets {given}."
            else:
                yield "shares", f"takes the id of another {last} and gets {given}."


def _refuse_self_containment(blocks: dict[str, Block]) -> None:
    """Raises where a block stands inside itself, directly or by way of others."""
    inside = {n: {node.kind for node in b.graph.nodes} & blocks.keys() for n, b in blocks.items()}
    while leaves := [name for name, within in inside.items() if not within & inside.keys()]:
        for name in leaves:
            del inside[name]
    for name in inside:
        raise DocumentError(f"blocks.{name}", "the block contains itself.")
