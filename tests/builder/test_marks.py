"""Each line of the printed source leads to its node, and each node to its lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder import to_python
from builder.document import Block, Document, Graph, Node
from builder.source.marks import Mark, first_place, marks
from builder.templates import template, template_names

GOLDEN = Path(__file__).parents[1] / "golden"


def printed(name: str) -> str:
    return (GOLDEN / f"{name}.py").read_text(encoding="utf-8")


def in_use(document: Document) -> dict[str, Graph]:
    """Block -> its graph, for the blocks that are printed; '' is the network."""
    graphs = {"": document.main, **{name: block.graph for name, block in document.blocks.items()}}
    return {name: graph for name, graph in graphs.items() if not name or first_place(document, name, "x")}


@pytest.mark.parametrize("name", template_names())
def test_every_node_of_each_template_is_found_in_its_code(name):
    document = template(name)
    found = {(mark.block, mark.node) for mark in marks(printed(name), document)}
    assert found == {(block, node.id) for block, graph in in_use(document).items() for node in graph.nodes}


@pytest.mark.parametrize("name", template_names())
def test_a_line_of_each_template_belongs_to_one_node_unless_it_names_inputs_or_outputs(name):
    document = template(name)
    lines = printed(name).splitlines()
    owners: dict[int, set[str]] = {}
    for mark in marks(printed(name), document):
        for line in range(mark.first, mark.last + 1):
            owners.setdefault(line, set()).add(mark.node)
    several = [lines[line - 1].strip() for line, nodes in owners.items() if len(nodes) > 1]
    assert all(line.startswith(("def forward(", "return ")) for line in several)


@pytest.mark.parametrize("name", template_names())
def test_every_line_of_a_constructor_and_of_forward_leads_to_a_node(name):
    source = printed(name)
    owned = {line for mark in marks(source, template(name)) for line in range(mark.first, mark.last + 1)}
    for number, line in enumerate(source.splitlines(), 1):
        if line.startswith("        ") and " = self." in line and not line.lstrip().startswith("self."):
            assert number in owned, line


def one_block(*nodes: Node) -> Document:
    return Document("Net", Graph(nodes))


@pytest.mark.parametrize(
    ("line", "node"),
    [
        ("self.fc = nn.Linear(2, 2)", "fc"),
        ('self.register_buffer("mask", torch.ones(2))', "mask"),
        ("nn.init.normal_(self.fc.weight, 0.0, 0.02)", "fc"),
        ("self.head.weight = self.fc.weight", "head"),
        ("self.fc.requires_grad_(False)", "fc"),
        ("head = self.fc(x)", "head"),
        ("x = self.fc(x)", "fc"),
        ("_, fc_1 = torch.chunk(x, 2)", "fc"),
        ("_, (_, out) = self.head(x)", "head"),
    ],
)
def test_a_statement_belongs_to_the_node_it_makes(line, node):
    layers = (Node(name, "Linear") for name in ("fc", "head", "mask"))
    document = one_block(Node("x", "Input"), *layers)
    source = f"class Net(nn.Module):\n    def __init__(self):\n        {line}\n"
    assert marks(source, document) == (Mark("", node, 3, 3),)


def test_a_note_and_a_long_call_belong_to_their_node():
    document = one_block(Node("fc", "Linear"))
    body = "        # Why.\n        self.fc = nn.Linear(\n            2,\n            2,\n        )\n"
    source = f"class Net(nn.Module):\n    def __init__(self):\n{body}"
    assert marks(source, document) == (Mark("", "fc", 3, 7),)


def test_a_node_of_a_block_is_found_in_the_first_use_of_the_block():
    step = Block(Graph((Node("x", "Input"), Node("fc", "Linear", ("x",)))))
    document = Document("Net", Graph((Node("steps", "Step", repeat=2),)), {"Step": step, "Unused": step})
    assert first_place(document, "Step", "fc") == "steps[0]/fc"
    assert first_place(document, "", "steps") == "steps"
    assert first_place(document, "Unused", "fc") == ""


def test_lines_of_a_sequential_belong_to_its_layers():
    document = template("digits_cnn")
    source = to_python(document, sequential=True)
    lines = source.splitlines()
    found = {mark.node: lines[mark.last - 1].strip() for mark in marks(source, document)}
    assert found["conv1"] == '("conv1", nn.Conv2d(1, 16, 3, padding=1, bias=False)),'
    assert {node.id for node in document.main.nodes} - found.keys() == {"digit"}
