"""The drawing says of each node what the check found, once, and draws nothing over anything else."""

import json
import subprocess
import sys

import pytest

from builder.boxes import PICTURE
from builder.captions import COLORS, subtitle
from builder.catalogue import FAMILIES
from builder.checks import check
from builder.document import Document, Graph, Node
from builder.drawing import dot, scene
from builder.placing import LABEL_HEIGHT, label_width

HOSTILE = '<img src=x onerror="alert(1)"> \\N \\" ]; evil [label=<b>x</b>] & 100% $x$'


def network(*nodes: tuple) -> Document:
    made = [Node(name, kind, tuple(inputs), params) for name, kind, inputs, params in nodes]
    return Document("Network", Graph(tuple(made)))


IMAGE = ("image", "Input", [], {"shape": (3, 8, 8)})
CONV = {"out_channels": 16, "kernel_size": 3, "padding": 1}

RESIDUAL = network(
    IMAGE,
    ("stem", "Conv2d", ["image"], CONV),
    ("conv", "Conv2d", ["stem"], CONV),
    ("relu", "ReLU", ["conv"], {}),
    ("add", "Add", ["relu", "stem"], {}),
    ("flat", "Flatten", ["add"], {}),
    ("out", "Output", ["flat"], {}),
)
BROKEN = network(
    IMAGE,
    ("conv", "Conv2d", ["image"], {"in_channels": 64, **CONV}),
    ("relu", "ReLU", ["conv"], {}),
    ("side", "ReLU", ["image"], {}),
    ("out", "Output", ["relu"], {}),
)
WORDS = network(
    ("tokens", "Input", [], {"shape": (12,), "dtype": "int64", "high": 50}),
    ("embed", "Embedding", ["tokens"], {"embedding_dim": 32}),
    ("lstm", "LSTM", ["embed"], {"hidden_size": 48}),
    ("attend", "MultiheadAttention", ["lstm", "lstm", "lstm"], {"num_heads": 4}),
    ("state", "Identity", ["lstm.h_n"], {}),
    ("cell", "Identity", ["lstm.c_n"], {}),
    ("out", "Output", ["attend"], {}),
)
DOCUMENTS = [RESIDUAL, BROKEN, WORDS]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_node_is_drawn_once_and_every_wire(document):
    drawn = scene(document, check(document))
    assert [box.id for box in drawn.boxes] == [node.id for node in document.main.nodes]
    assert len({arrow.id for arrow in drawn.arrows}) == len(drawn.arrows)
    assert len(drawn.arrows) == sum(len(node.inputs) for node in document.main.nodes)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_labels_are_the_shapes_that_the_check_found(document):
    report = check(document)
    for arrow in scene(document, report).arrows:
        ports = report.shapes.get(arrow.source, {})
        shape = ports.get(arrow.port, next(iter(ports.values()), None))
        assert (" × ".join(map(str, shape)) if shape else "") in arrow.label


def test_a_label_names_tokens_and_other_outputs_than_the_first():
    labels = {arrow.target: arrow.label for arrow in scene(WORDS, check(WORDS)).arrows}
    assert labels["embed"] == "12 int64"
    assert labels["state"] == "h_n: 1 × 48"
    assert labels["attend"] == "12 × 48"


def test_an_output_is_labelled_once_however_many_use_it():
    labelled = [a.source for a in scene(RESIDUAL, check(RESIDUAL)).arrows if a.label_at]
    assert sorted(labelled) == sorted(set(labelled))


def rectangles(document: Document) -> list[tuple[float, float, float, float]]:
    drawn = scene(document, check(document))
    boxes = [(b.x, b.y, b.x + b.width, b.y + b.height) for b in drawn.boxes]
    for arrow in drawn.arrows:
        if arrow.label_at:
            (x, y), half = arrow.label_at, label_width(arrow.label) / 2
            boxes.append((x - half, y - LABEL_HEIGHT / 2, x + half, y + LABEL_HEIGHT / 2))
    return boxes


@pytest.mark.parametrize("document", DOCUMENTS)
def test_neither_boxes_nor_labels_cover_each_other(document):
    found = rectangles(document)
    for index, (left, top, right, bottom) in enumerate(found):
        for other_left, other_top, other_right, other_bottom in found[:index]:
            beside = right <= other_left or other_right <= left
            assert beside or bottom <= other_top or other_bottom <= top


@pytest.mark.parametrize("document", DOCUMENTS)
def test_everything_lies_within_the_drawing_and_arrows_go_down(document):
    drawn = scene(document, check(document))
    boxes = {box.id: box for box in drawn.boxes}
    for left, top, right, bottom in rectangles(document):
        assert left >= 0 and top >= 0 and right <= drawn.width and bottom <= drawn.height
    for arrow in drawn.arrows:
        heights = [y for _, y in arrow.points]
        assert heights == sorted(heights)
        assert heights[0] == pytest.approx(boxes[arrow.source].y + boxes[arrow.source].height, abs=0.2)
        assert heights[-1] == pytest.approx(boxes[arrow.target].y, abs=0.2)


def test_the_guilty_node_says_what_is_wrong_and_those_after_it_wait():
    report = check(BROKEN)
    boxes = {box.id: box for box in scene(BROKEN, report).boxes}
    assert {name: box.state for name, box in boxes.items()} == {
        "image": "ok",
        "conv": "error",
        "relu": "waits",
        "side": "warning",
        "out": "waits",
    }
    assert boxes["conv"].message == next(p.message for p in report.problems if p.node == "conv")
    assert boxes["conv"].brief.startswith("Has in_channels=64")
    assert boxes["relu"].message == boxes["out"].message == "waits for conv"
    assert boxes["conv"].height > boxes["relu"].height


def test_before_the_check_is_done_every_box_says_so():
    assert {box.state for box in scene(RESIDUAL).boxes} == {"checking"}


def test_a_circle_is_drawn_too():
    circle = network(IMAGE, ("a", "ReLU", ["b"], {}), ("b", "ReLU", ["a"], {}))
    assert len(scene(circle, check(circle)).boxes) == 3


def test_the_empty_network_is_an_empty_drawing():
    nothing = {"boxes": (), "arrows": (), "width": 0, "height": 0, "links": ()}
    assert scene(Document()).to_dict() == nothing


@pytest.mark.parametrize(
    ("kind", "params", "words"),
    [
        ("Conv2d", CONV, "Conv2d 16, k3, p1"),
        ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": (1, 3), "bias": False}, None),
        ("Linear", {"out_features": 64}, "Linear 64"),
        ("MaxPool2d", {"kernel_size": 2}, "MaxPool2d 2"),
        ("ReLU", {}, "ReLU"),
        ("Dropout", {"p": 0.1}, "Dropout p 0.1"),
        ("LSTM", {"hidden_size": 32, "bidirectional": True}, "LSTM 32, bidirectional"),
        ("MyBlock", {"channels": "=c*2"}, "MyBlock channels==c*2"),
    ],
)
def test_the_subtitle_tells_what_sets_a_layer_apart(kind, params, words):
    expected = words or "Conv2d 8, k1 × 3, no bias"
    assert subtitle(Node("n", kind, (), params)) == expected


def test_hostile_words_stay_words():
    node = Node("relu", "ReLU", ("image",), note=HOSTILE)
    document = Document(HOSTILE, Graph((Node("image", "Input", (), {"shape": (3,)}), node)))
    odd = Document(HOSTILE, Graph((Node("n", HOSTILE, (), {"x": HOSTILE}),)))
    assert json.loads(json.dumps(scene(odd).to_dict()))["boxes"][0]["kind"] == HOSTILE
    for text in (dot(document, check(document)).source, dot(odd).source):
        assert "evil [" not in outside_quotes(text)


def outside_quotes(text: str) -> str:
    """DOT without what stands in quotes: what Graphviz would read as DOT."""
    kept, inside, escaped = [], False, False
    for letter in text:
        if letter == '"' and not escaped:
            inside = not inside
        elif not inside:
            kept.append(letter)
        escaped = letter == "\\" and not escaped
    assert not inside
    return "".join(kept)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, definition of contrast ratio."""
    lightest, darkest = sorted((luminance(one), luminance(other)), reverse=True)
    return (lightest + 0.05) / (darkest + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def tinted(color: str, background: str, share: float) -> str:
    pairs = [(int(color[i : i + 2], 16), int(background[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


@pytest.mark.parametrize("family", COLORS)
@pytest.mark.parametrize(
    ("theme", "background"),
    [("light", "#ffffff"), ("light", "#f4f6fa"), ("dark", "#0e1117"), ("dark", "#262730")],
)
def test_a_family_can_be_read_on_its_tint_on_light_and_dark_pages(family, theme, background):
    color = getattr(COLORS[family], theme)
    assert contrast(color, tinted(color, background, 0.08)) >= 4.5


def test_every_family_has_a_color_of_its_own():
    assert set(FAMILIES) < set(COLORS)
    assert len({(color.light, color.dark) for color in COLORS.values()}) == len(COLORS)


def test_drawing_does_not_load_torch():
    code = "import sys, builder.drawing; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_places_for_pictures_are_kept_whether_or_not_the_network_works():
    plain = {box.id: box for box in scene(BROKEN, check(BROKEN)).boxes}
    kept = {box.id: box for box in scene(BROKEN, check(BROKEN), pictures=True).boxes}
    for name, box in kept.items():
        assert box.picture == (box.state != "error")
        assert box.width == plain[name].width + PICTURE * box.picture
    unchecked = scene(BROKEN, pictures=True).boxes
    assert all(box.picture for box in unchecked)
    assert not any(box.picture for box in plain.values())
