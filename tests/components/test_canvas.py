"""Canvas, layer list and palette: what they send to the browser, as AppTest sees it."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from builder.catalogue import FAMILIES, KINDS
from builder.checks import check
from builder.document import Document, Graph, Node
from builder.drawing import scene
from components.canvas import canvas_data, hand_in_language
from components.language import CHINESE, speaking

HOSTILE = "</script><img src=x onerror=alert(1)>"


def network() -> Document:
    image = Node("image", "Input", (), {"shape": (1, 8, 8)})
    conv = Node("conv1", "Conv2d", ("image",), {"out_channels": 16, "kernel_size": 3, "padding": 1})
    return Document("Network", Graph((image, conv, Node("out", "Output", ("conv1",)))))


def page() -> None:
    from components.canvas import canvas
    from components.layer_list import layer_list
    from components.palette import palette
    from tests.components.test_canvas import drawn, families

    palette(families(), key="palette", on_event=print)
    layer_list(drawn(), selected="conv1", key="layers", on_event=print)
    canvas(drawn(), selected="conv1", key="canvas", on_event=print, height=500, rev=7)


def drawn():
    return scene(network(), check(network()))


def families() -> list[dict]:
    return [
        {"name": f, "kinds": [{"name": k.name, "doc": k.doc} for k in KINDS if k.family == f]}
        for f in FAMILIES
    ]


@pytest.fixture(scope="module")
def sent() -> list[dict]:
    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    return [json.loads(e.proto.json) for e in app.main if e.type == "bidi_component"]


def test_the_palette_offers_every_kind(sent):
    offered = [kind["name"] for family in sent[0]["families"] for kind in family["kinds"]]
    assert offered == [kind.name for kind in KINDS]


def test_the_list_has_the_nodes_in_order_with_their_output(sent):
    assert [item["id"] for item in sent[1]["items"]] == ["image", "conv1", "out"]
    assert sent[1]["items"][1]["output"] == "16 × 8 × 8"
    assert sent[1]["selected"] == "conv1"


def test_the_canvas_has_the_same_nodes_with_whole_pixels(sent):
    boxes = sent[2]["boxes"]
    assert [box["id"] for box in boxes] == ["image", "conv1", "out"]
    assert all(isinstance(number, int) for box in boxes for number in box["at"])
    assert (sent[2]["rev"], sent[2]["height"], sent[2]["selected"]) == ("7", 500, "conv1")


def test_nothing_is_acknowledged_before_anything_was_sent(sent):
    assert [data["acknowledged"] for data in sent] == [{}, {}, {}]


def test_what_goes_to_the_browser_is_small():
    nodes = [Node("n0", "Input", (), {"shape": (8,)})]
    nodes += [Node(f"n{i}", "ReLU", (f"n{i - 1}",)) for i in range(1, 100)]
    document = Document("Long", Graph(tuple(nodes)))
    data = canvas_data(scene(document, check(document)), "n1")
    assert len(json.dumps(data)) < 30_000  # 100 layers


def test_ports_and_marks_are_sent_only_where_there_is_something_to_say():
    image = Node("image", "Input", (), {"shape": (12, 8)})
    lstm = Node("lstm", "LSTM", ("image",), {"hidden_size": 8}, frozen=True, note=HOSTILE)
    plain = Node("relu", "ReLU", ("lstm",))
    document = Document("D", Graph((image, lstm, plain, Node("out", "Output", ("relu",)))))
    boxes = {box["id"]: box for box in canvas_data(scene(document, check(document)), "")["boxes"]}
    assert [port[0] for port in boxes["lstm"]["out"]] == ["", "h_n", "c_n"]
    assert [(port[0], port[2]) for port in boxes["lstm"]["in"]] == [("x", "w"), ("h_0", "f")]
    assert (boxes["lstm"]["marks"], boxes["lstm"]["note"]) == (("frozen",), HOSTILE)
    assert not {"in", "out", "marks", "note", "repeat", "frozen", "parent"} & boxes["relu"].keys()
    assert (boxes["image"]["in"], boxes["out"]["out"]) == ([], [])


def test_hostile_words_are_sent_as_they_are():
    document = Document("D", Graph((Node("n", HOSTILE, (), {"x": HOSTILE}),)))
    box = canvas_data(scene(document), "")["boxes"][0]
    assert box["kind"] == HOSTILE


def test_what_may_stand_in_a_layers_place_is_said_in_the_visitors_language():
    offered = {
        "id": "conv1",
        "kind": "Conv2d",
        "kinds": [["Conv1d", "Slides small filters over a signal, looking for patterns."]],
    }
    with speaking(CHINESE):
        hand = hand_in_language({"kinds": offered, "inside": True})
    ((name, about),) = hand["kinds"]["kinds"]
    assert (name, hand["inside"]) == ("Conv1d", True)
    assert about.startswith("用小的卷积核")


def test_layers_in_closed_blocks_are_said_in_the_visitors_language():
    found = {"layers": [["stage/conv", "Conv2d 8, k3, no bias", "Convolution"]], "cut": False}
    with speaking(CHINESE):
        ((path, words, family),) = hand_in_language({"closed": found})["closed"]["layers"]
    assert (path, family) == ("stage/conv", "Convolution")
    assert words.startswith("Conv2d 8, k3, ") and "no bias" not in words
