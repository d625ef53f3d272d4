"""What differs between two documents, in sentences: what a repair changes, or what a version did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from builder.changes import Change, Graphs, values
from builder.document import Block, Document
from builder.kinds import shown


def differences(before: Document, after: Document) -> tuple[Change, ...]:
    """All that makes `after` of `before`: the network first, then its blocks; () where they are equal."""
    if before is after:
        return ()
    blocks = _renamed_blocks(before, after)
    return (
        *_name(before, after),
        *Graphs("", before, after, before.main, after.main, blocks).changes(),
        *_blocks(before, after, blocks),
        *_custom(before, after),
    )


def _name(before: Document, after: Document) -> Iterator[Change]:
    if before.name != after.name:
        words = f"renames the network {before.name} to {after.name}"
        yield Change("renamed", "", words, before.name, after.name)


# --- blocks and layers written in Python


def _renamed_blocks(before: Document, after: Document) -> dict[str, str]:
    """Blocks that only have another name: old -> new."""
    gone = [name for name in before.blocks if name not in after.blocks]
    new = [name for name in after.blocks if name not in before.blocks]
    found: dict[str, str] = {}
    for old in gone:
        same = (n for n in new if n not in found.values() and before.blocks[old] == after.blocks[n])
        if name := next(same, ""):
            found[old] = name
    return found


def _blocks(before: Document, after: Document, renamed: Mapping[str, str]) -> Iterator[Change]:
    for name, block in before.blocks.items():
        if name in renamed:
            words = f"renames the block {name} to {renamed[name]}"
            yield Change("renamed", renamed[name], words, name, renamed[name])
        elif name not in after.blocks:
            yield Change("removed", name, f"removes the block {name}", before=block)
        elif block is not after.blocks[name]:
            yield from _block(name, before, after, renamed)
    for name, block in after.blocks.items():
        if name not in before.blocks and name not in renamed.values():
            words = f"adds the block {name} of {len(block.graph.nodes)} layers"
            yield Change("added", name, words, after=block)


def _block(name: str, before: Document, after: Document, renamed: Mapping[str, str]) -> Iterator[Change]:
    old, new = before.blocks[name], after.blocks[name]
    yield from values(name, old.params, new.params, _in_block(old), _in_block(new))
    yield from Graphs(name, before, after, old.graph, new.graph, renamed).changes()


def _in_block(block: Block):
    return lambda name: shown(block.params[name]) if name in block.params else "nothing"


def _custom(before: Document, after: Document) -> Iterator[Change]:
    for name in {**before.custom, **after.custom}:
        old, new = before.custom.get(name), after.custom.get(name)
        if old != new:
            kind = "added" if old is None else "removed" if new is None else "changed"
            words = {
                "added": f"adds the Python code of {name}",
                "removed": f"removes the Python code of {name}",
                "changed": f"changes the Python code of {name}",
            }
            yield Change(kind, name, words[kind], old, new)
