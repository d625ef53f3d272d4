"""The sums of sizes and parameters, held against the shapes and weights that PyTorch gives."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from builder import build, check
from builder.catalogue import CATALOGUE, KINDS
from builder.document import Document, Graph, Node
from builder.formulas import LETTERS, of_node
from tests.networks import chain

WITH_SUMS = [kind for kind in KINDS if kind.formula]
RANGES = {"kernel_size": (1, 4), "stride": (1, 3), "padding": (0, 2), "dilation": (1, 3), "groups": (1, 2)}
RANGES |= {"output_padding": (0, 1), "output_size": (1, 6), "out_channels": (2, 6), "out_features": (1, 9)}


def example(draw, kind) -> Document:
    """The kind with random arguments behind random sizes."""
    rank = len(kind.takes[0])
    sizes = st.integers(6, 13)
    shape = (8, *(draw(sizes) for _ in range(max(0, rank - 1)))) if rank else (draw(sizes),)
    params = kind.start()
    for param in kind.params:
        if param.name in RANGES and draw(st.booleans()):
            params[param.name] = draw(value_of(param))
        elif param.type == "bool" and param.name in ("bias", "ceil_mode"):
            params[param.name] = draw(st.booleans())
    if "Unpool" in kind.name:
        return pooled(kind, shape, params)
    if kind.name == "Fold":
        return folded(params, draw(st.integers(1, 3)))
    nodes = [Node(f"x{place}", "Input", (), {"shape": shape}) for place in range(kind.least)]
    return with_layer(nodes, kind, params)


def value_of(param):
    single = st.integers(*RANGES[param.name])
    if param.choices and param.name == "padding":
        single = st.one_of(single, st.sampled_from(param.choices))
    if param.rank < 2:
        return single
    return st.one_of(single, st.tuples(*[st.integers(*RANGES[param.name])] * param.rank))


def with_layer(nodes, kind, params, *wires) -> Document:
    layer = Node("it", kind.name, wires or tuple(node.id for node in nodes), params)
    return Document("N", Graph((*nodes, layer, Node("out", "Output", ("it",)))))


def pooled(kind, shape, params) -> Document:
    same = {name: params[name] for name in ("kernel_size", "stride", "padding") if name in params}
    pool = Node("pool", kind.name.replace("Unpool", "Pool"), ("x",), {**same, "return_indices": True})
    nodes = [Node("x", "Input", (), {"shape": shape}), pool]
    return with_layer(nodes, kind, params, "pool", "pool.indices")


def folded(params, channels) -> Document:
    kernel = params["kernel_size"]
    unfold = Node("unfold", "Unfold", ("x",), {n: v for n, v in params.items() if n != "output_size"})
    size = params["output_size"] if isinstance(params["output_size"], tuple) else (params["output_size"],) * 2
    assume(kernel is not None)
    nodes = [Node("x", "Input", (), {"shape": (channels, *size)}), unfold]
    return with_layer(nodes, CATALOGUE["Fold"], params, "unfold")


@pytest.mark.parametrize("kind", WITH_SUMS, ids=lambda kind: kind.name)
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_sum_is_what_pytorch_gives(kind, data):
    document = example(data.draw, kind)
    report = check(document)
    assume(report.ok)
    layer = document.main["it"]
    inputs = [report.specs[wire.split(".")[0]][wire.partition(".")[2] or "output"] for wire in layer.inputs]
    sums = of_node(layer, kind, inputs)
    shape = report.specs["it"]["output"].shape
    letters = {f"{letter}_out": place + 2 for place, letter in enumerate(LETTERS.get(len(shape) - 2, ""))}
    places = {**letters, "C_out": 1, "features_out": -1}
    for each in sums:
        if each.name == "parameters":
            assert each.value == sum(weight.numel() for weight in build(document).it.parameters())
        else:
            assert each.value == shape[places[each.name]]
        assert worked_out(each, layer, inputs) == each.value


def worked_out(formula, layer, inputs) -> int:
    """What the words come to, as a person with paper would find."""
    if re.search("[a-z]|H_in|W_in|L_in|D_in", formula.sum):
        return formula.value
    words = formula.sum.replace("⌊", "math.floor(").replace("⌈", "math.ceil(")
    words = words.replace("⌋", ")").replace("⌉", ")")
    return eval(words, {"math": __import__("math")})  # noqa: S307  our own words


def test_the_sum_reads_as_one_writes_it():
    document = chain(
        ("conv", "Conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1}), shape=(1, 28, 14)
    )
    sums = of_node(document.main["conv"], CATALOGUE["Conv2d"], [check(document).specs["image"]["output"]])
    assert [str(each) for each in sums] == [
        "H_out = (28 + 2*1 - 3)/1 + 1 = 28",
        "W_out = (14 + 2*1 - 3)/1 + 1 = 14",
        "parameters = 4*1*3*3 + 4 = 40",
    ]


def test_where_something_is_not_known_there_is_no_sum():
    kind = CATALOGUE["Conv2d"]
    assert of_node(Node("c", "Conv2d", (), {"out_channels": "=channels"}), kind, ()) == ()
