"""The printed code: it stands alone, is formatted, keeps hostile words inside, and is what runs."""

import os
import subprocess
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from ruff import find_ruff_bin

from builder import Document, ProblemsError, build, check, edits, names, to_python
from builder.document import Graph, Node
from builder.templates import template, template_names
from tests.networks import LAYERS, around, chain, documents

GOLDEN = Path(__file__).parent.parent / "golden"
HOSTILE = [
    '"""\nimport os; os.system("id")\n"""',
    "a note\nprint('run')",
    "\\",
    'ends with a quote"',
    "<script>alert(1)</script>",
    "\u2028print('run')\u2029",
    "{self} {x} {args}",
    "# \r print('run')",
]


@pytest.mark.parametrize("name", template_names())
def test_the_code_of_each_template_is_the_golden_file(name):
    """RENEW=1 pytest writes the files anew; look at the difference before you commit it."""
    path = GOLDEN / f"{name}.py"
    source = to_python(template(name))
    if os.environ.get("RENEW"):
        path.write_text(source, encoding="utf-8")
    assert source == path.read_text(encoding="utf-8")


def formatter_finds_nothing(source):
    command = [find_ruff_bin(), "format", "--isolated", "--check", "-"]
    return subprocess.run(command, input=source, text=True, capture_output=True).returncode == 0


@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.name)
def test_the_formatter_finds_nothing_to_change(kind):
    assert formatter_finds_nothing(to_python(around(kind)))


@settings(max_examples=40)
@given(documents())
def test_what_check_accepts_is_printed_built_and_run(document):
    report = check(document)
    if not report.ok:
        with pytest.raises(ProblemsError):
            to_python(document)
        return
    module = build(document)
    output = module(torch.randn(2, 8, 6, 6))
    (end,) = document.main.of_kind("Output")
    assert tuple(output.shape) == (2, *report.shapes[end.id]["output"])


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words):
    document = chain(("conv1", "Conv2d", {"out_channels": 4, "kernel_size": 3}), name=words[:100])
    document = edits.set_note(document, "conv1", words)
    source = to_python(document)
    tree = compile(source, "network", "exec", flags=1024)  # ast.PyCF_ONLY_AST
    assert [type(node).__name__ for node in tree.body] == [
        "Expr",
        "Import",
        "ImportFrom",
        "ClassDef",
        "If",
    ]
    assert len(tree.body[3].body) == 3
    assert len(tree.body[3].body[1].body) == 2
    assert build(document)


@given(st.text(max_size=60))
def test_every_document_name_gives_a_class_and_a_file_name(text):
    assert names.class_name(text).isidentifier()
    assert names.class_name(names.one_line(text)) == names.class_name(text)
    assert "/" not in names.file_name(text)
    assert names.file_name(text)


def test_the_same_seed_gives_the_same_weights_as_the_module():
    document = template("digits_cnn")
    torch.manual_seed(0)
    first = build(document)
    torch.manual_seed(0)
    second = build(document)
    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


def test_parameter_names_are_the_nodes_ids():
    document = template("digits_cnn")
    layers = {name.partition(".")[0] for name, _ in build(document).named_parameters()}
    assert layers <= {node.id for node in document.main.nodes}


def test_ports_are_unpacked_by_name_and_unused_ones_are_not_named():
    nodes = (
        Node("x", "Input", (), {"shape": (5, 4)}),
        Node("lstm", "LSTM", ("x",), {"hidden_size": 6}),
        Node("last", "Select", ("lstm.h_n",), {"dim": 0, "index": -1}),
        Node("pooled", "Mean", ("lstm.output",), {"dim": 1}),
        Node("both", "Concat", ("last", "pooled")),
        Node("answer", "Output", ("both",)),
    )
    document = Document("Ports", Graph(nodes))
    assert "lstm, (lstm_h_n, _) = self.lstm(x)" in to_python(document)
    assert build(document)(torch.randn(3, 5, 4)).shape == (3, 12)


def test_several_inputs_and_outputs():
    nodes = (
        Node("left", "Input", (), {"shape": (4,)}),
        Node("right", "Input", (), {"shape": (4,)}),
        Node("sum", "Add", ("left", "right")),
        Node("product", "Multiply", ("left", "right")),
        Node("first", "Output", ("sum",)),
        Node("second", "Output", ("product",)),
    )
    left, right = torch.randn(2, 3, 4)
    total, product = build(Document("Two", Graph(nodes)))(left, right)
    assert torch.equal(total, left + right)
    assert torch.equal(product, left * right)


def test_a_network_with_problems_is_not_printed():
    document = chain(("conv1", "Conv2d", {"out_channels": 4, "kernel_size": 99}))
    with pytest.raises(ProblemsError, match="conv1"):
        to_python(document)
