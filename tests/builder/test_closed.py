"""What stands inside closed blocks: the drawing with all of them open is the oracle."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builder import closed, templates
from builder.document import Block, Document, Graph, Node
from builder.drawing import scene


def step(kind: str, **params) -> Block:
    """A block around one node."""
    inner = Node("a", kind, ("x",), params)
    return Block(Graph((Node("x", "Input"), inner, Node("out", "Output", ("a",)))))


NESTED = Document(
    "Nested",
    Graph(
        (
            Node("image", "Input", (), {"shape": (8,)}),
            Node("one", "Outer", ("image",), repeat=3),
            Node("two", "Step", ("one",), {"wide": 32}),
            Node("answer", "Output", ("two",)),
        )
    ),
    {"Step": replace(step("Linear", out_features="=wide"), params={"wide": 16}), "Outer": step("Step")},
)


def words(found) -> dict[str, tuple[str, str]]:
    """Each node's subtitle and family, by its path, of what is hidden or drawn."""
    return {getattr(each, "path", None) or each.id: (each.subtitle, each.family) for each in found}


@pytest.mark.parametrize(
    "document", [NESTED, templates.template("resnet18"), templates.template("gpt2_small")]
)
def test_what_is_hidden_is_what_the_drawing_shows_with_all_blocks_open(document: Document):
    drawn = words(scene(document).boxes)
    found = words(closed.hidden(document, ()))
    opened = {*drawn, *found}
    assert drawn | found == words(scene(document, opened=opened).boxes)
    assert closed.hidden(document, opened) == []


def test_only_closed_blocks_are_looked_into_and_a_frame_in_one_is_not_seen():
    paths = [each.path for each in closed.hidden(NESTED, {"two", "one/a"})]
    assert paths == ["one/x", "one/a", "one/out", "one/a/x", "one/a/a", "one/a/out"]


def test_sums_are_worked_out_for_each_use():
    found = words(closed.hidden(NESTED, ()))
    assert (found["one/a/a"][0], found["two/a"][0]) == ("Linear 16", "Linear 32")


def test_blocks_in_blocks_end_somewhere():
    endless = replace(NESTED, blocks={**NESTED.blocks, "Step": step("Outer")})
    assert len(closed.hidden(endless, ())) == closed.MOST
