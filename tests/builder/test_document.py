"""The document as a file: laws for what is written, refusals for what is not a document."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import Document, DocumentError, check
from builder.document import Graph, Node
from builder.templates import template, template_names
from tests.networks import chain, documents

EXAMPLE = """{"format": "layerloom/1", "name": "Small ResNet",
 "main": {"nodes": [
   {"id": "image", "kind": "Input", "params": {"shape": [1, 8, 8], "dtype": "float32"}},
   {"id": "conv1", "kind": "Conv2d", "inputs": ["image"],
    "params": {"out_channels": 16, "kernel_size": 3, "padding": 1}},
   {"id": "stage1", "kind": "Residual", "inputs": ["conv1"], "params": {"channels": 16}, "repeat": 2},
   {"id": "pool", "kind": "MaxPool2d", "inputs": ["stage1"],
    "params": {"kernel_size": 2, "return_indices": true}},
   {"id": "flat", "kind": "Flatten"},
   {"id": "fc", "kind": "Linear", "params": {"out_features": 10}},
   {"id": "logits", "kind": "Output"}]},
 "blocks": {"Residual": {"params": {"channels": 64}, "nodes": [
   {"id": "x", "kind": "Input"},
   {"id": "conv", "kind": "Conv2d",
    "params": {"out_channels": "=channels", "kernel_size": 3, "padding": 1}},
   {"id": "norm", "kind": "BatchNorm2d"}, {"id": "relu", "kind": "ReLU"},
   {"id": "add", "kind": "Add", "inputs": ["relu", "x"]}, {"id": "out", "kind": "Output"}]}}}"""


@given(documents())
def test_what_is_written_reads_back_equal(document):
    assert Document.from_json(document.to_json()) == document


@given(documents())
def test_writing_is_canonical(document):
    text = document.to_json()
    assert Document.from_json(text).to_json() == text


@pytest.mark.parametrize("name", template_names())
def test_templates_are_canonical_files(name):
    assert Document.from_json(template(name).to_json()) == template(name)


def test_a_document_with_blocks_and_repeats_is_kept_whole():
    document = Document.from_json(EXAMPLE)
    assert document.main["stage1"].repeat == 2
    assert document.blocks["Residual"].params == {"channels": 64}
    assert document.blocks["Residual"].graph["conv"].params["out_channels"] == "=channels"
    assert Document.from_json(document.to_json()) == document


def test_inputs_left_out_mean_the_node_listed_before():
    assert Document.from_json(EXAMPLE).main["fc"].inputs == ("flat",)


def changed(path, value):
    raw = json.loads(EXAMPLE)
    *way, last = path
    place = raw
    for key in way:
        place = place[key]
    place[last] = value
    return json.dumps(raw)


NODES = ["main", "nodes"]
REFUSED = {
    "an unknown key": (["author"], "me", "author"),
    "an unknown key in a node": ([*NODES, 1, "color"], "red", "main.nodes[1]"),
    "an unknown kind": ([*NODES, 1, "kind"], "Conv9d", "main.nodes[1].kind"),
    "an unknown param": ([*NODES, 1, "params", "strides"], 2, "main.nodes[1].params.strides"),
    "a param of the wrong type": ([*NODES, 1, "params", "groups"], "two", "main.nodes[1].params.groups"),
    "a list where one number is taken": ([*NODES, 1, "params", "groups"], [1, 2], "params.groups"),
    "an unknown port": ([*NODES, 4, "inputs"], ["conv1.h_n"], "main.nodes[4].inputs[0]"),
    "a wire from nowhere": ([*NODES, 4, "inputs"], ["conv9"], "main.nodes[4].inputs[0]"),
    "another format": (["format"], "onnx", "format"),
    "a newer format": (["format"], "layerloom/2", "newer"),
    "a name that is code": ([*NODES, 1, "id"], "conv1 = eval('1')", "main.nodes[1].id"),
    "a keyword as a name": ([*NODES, 1, "id"], "class", "main.nodes[1].id"),
    "a name that PyTorch uses": ([*NODES, 1, "id"], "forward", "main.nodes[1].id"),
    "the same name twice": ([*NODES, 1, "id"], "image", "image"),
    "a circle": ([*NODES, 1, "inputs"], ["pool"], "circle"),
    "a block in itself": (["blocks", "Residual", "nodes", 3, "kind"], "Residual", "contains itself"),
    "arithmetic outside a block": ([*NODES, 1, "params", "out_channels"], "=channels", "out_channels"),
    "no repeats": ([*NODES, 2, "repeat"], 0, "main.nodes[2].repeat"),
    "a strange initialization": ([*NODES, 1, "init"], {"weight": "eval('1')"}, "init.weight"),
    "a note that is no text": ([*NODES, 1, "note"], 5, "main.nodes[1].note"),
    "an empty name": (["name"], " ", "name"),
    "nodes that are no list": (NODES, {}, "main.nodes"),
}


@pytest.mark.parametrize("path, value, where", REFUSED.values(), ids=REFUSED)
def test_refusals_say_where(path, value, where):
    with pytest.raises(DocumentError) as refusal:
        Document.from_json(changed(path, value))
    assert where in str(refusal.value)


TEXTS = {
    "nothing": "",
    "garbage": "\x00\xff{{",
    "a list": "[]",
    "a number": "5",
    "NaN": '{"format": NaN}',
    "an infinite number": EXAMPLE.replace('"padding": 1', '"padding": 1e999'),
    "a number of 5,000 digits": EXAMPLE.replace('"padding": 1', f'"padding": {"9" * 5000}'),
    "the same key twice": EXAMPLE.replace('"padding": 1', '"padding": 1, "padding": 2'),
    "deep nesting": "[" * 100_000,
    "half a file": EXAMPLE[:300],
    "too large": " " * 6_000_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_no_document_is_refused_with_a_sentence(text):
    with pytest.raises(DocumentError) as refusal:
        Document.from_json(text)
    assert str(refusal.value).endswith(".")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_random_json_is_a_document_or_refused(value):
    with contextlib.suppress(DocumentError):
        Document.from_json(json.dumps(value))


@settings(max_examples=200)
@given(st.data())
def test_a_document_with_anything_in_one_place_is_read_or_refused(data):
    raw = json.loads(EXAMPLE)
    node = data.draw(st.sampled_from(raw["main"]["nodes"] + raw["blocks"]["Residual"]["nodes"]))
    node[data.draw(st.sampled_from([*node, "init", "shares", "frozen"]))] = data.draw(json_values)
    try:
        document = Document.from_json(json.dumps(raw))
    except DocumentError:
        return
    assert Document.from_json(document.to_json()) == document


def test_documents_do_not_change():
    document = chain(("conv1", "Conv2d", {"out_channels": 8}))
    with pytest.raises(TypeError):
        document.main["conv1"].params["out_channels"] = 9
    with pytest.raises(AttributeError):
        document.main["conv1"].kind = "Linear"


def test_two_nodes_of_one_name_cannot_be_drawn():
    with pytest.raises(DocumentError):
        Graph((Node("x", "ReLU"), Node("x", "ReLU")))


def test_the_example_in_the_documentation_is_a_network():
    text = (Path(__file__).parents[2] / "docs" / "format.md").read_text(encoding="utf-8")
    example = text.split("```json\n")[1].split("```")[0]
    assert check(Document.from_json(example)).ok
