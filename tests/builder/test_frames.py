"""Open blocks in the drawing: what is in a frame stands in it, and wires go through to its ends."""

import itertools

import pytest

from builder.checks import check
from builder.document import Block, Document, Graph, Node
from builder.drawing import scene
from builder.placing import LABEL_HEIGHT, label_width
from builder.scenes import Box, Scene

CONV = {"out_channels": "=channels", "kernel_size": 3, "padding": 1}
RESIDUAL = Block(
    Graph(
        (
            Node("x", "Input"),
            Node("conv", "Conv2d", ("x",), CONV),
            Node("relu", "ReLU", ("conv",)),
            Node("add", "Add", ("relu", "x")),
            Node("out", "Output", ("add",)),
        )
    ),
    {"channels": 8},
)
STAGE = Block(
    Graph(
        (
            Node("x", "Input"),
            Node("first", "Residual", ("x",), {"channels": "=wide"}),
            Node("second", "Residual", ("first",), {"channels": "=wide"}),
            Node("out", "Output", ("second",)),
        )
    ),
    {"wide": 16},
)
TWO_WAYS = Block(
    Graph(
        (
            Node("left", "Input"),
            Node("right", "Input"),
            Node("a", "ReLU", ("left",)),
            Node("b", "ReLU", ("a",)),
            Node("sum", "Add", ("b", "right")),
            Node("total", "Output", ("sum",)),
            Node("plain", "Output", ("a",)),
        )
    )
)
BLOCKS = {"Residual": RESIDUAL, "Stage": STAGE, "TwoWays": TWO_WAYS}
IMAGE = Node("image", "Input", (), {"shape": (16, 8, 8)})


def network(*nodes: Node) -> Document:
    return Document("Network", Graph((IMAGE, *nodes)), BLOCKS)


CHAIN = network(
    Node("stem", "Conv2d", ("image",), {"out_channels": 16, "kernel_size": 3, "padding": 1}),
    Node("stage", "Stage", ("stem",)),
    Node("tail", "Residual", ("stage",), {"channels": 16}, repeat=3),
    Node("add", "Add", ("tail", "stem")),
    Node("answer", "Output", ("add",)),
)
PORTS = network(
    Node("side", "ReLU", ("image",)),
    Node("two", "TwoWays", ("side", "image")),
    Node("sum", "Add", ("two", "two.plain")),
    Node("answer", "Output", ("sum",)),
)
OPENED = [
    (CHAIN, ("stage",)),
    (CHAIN, ("tail",)),
    (CHAIN, ("stage", "stage/first", "stage/second", "tail")),
    (PORTS, ("two",)),
]


def drawn(document: Document, opened: tuple[str, ...]) -> tuple[Scene, dict[str, Box]]:
    found = scene(document, check(document), None, opened)
    return found, {box.id: box for box in found.boxes}


def overlap(one: Box, other: Box) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    return not (beside or one.y + one.height <= other.y or other.y + other.height <= one.y)


@pytest.mark.parametrize(("document", "opened"), OPENED)
def test_what_is_in_a_frame_stands_inside_it_below_its_name(document, opened):
    _, boxes = drawn(document, opened)
    inner = [box for box in boxes.values() if box.parent]
    assert {box.parent for box in inner} == set(opened)
    for box in inner:
        frame = boxes[box.parent]
        assert frame.frame
        assert frame.x < box.x and box.x + box.width < frame.x + frame.width
        assert frame.y + 40 <= box.y and box.y + box.height < frame.y + frame.height


@pytest.mark.parametrize(("document", "opened"), OPENED)
def test_no_two_that_stand_side_by_side_overlap(document, opened):
    _, boxes = drawn(document, opened)
    for one, other in itertools.combinations(boxes.values(), 2):
        assert one.parent != other.parent or not overlap(one, other), (one.id, other.id)


@pytest.mark.parametrize(("document", "opened"), OPENED)
def test_labels_cover_no_box_but_the_frame_they_stand_in(document, opened):
    found, boxes = drawn(document, opened)
    for arrow in found.arrows:
        if not arrow.label_at:
            continue
        (x, y), wide = arrow.label_at, label_width(arrow.label)
        label = Box("", "", "", "", "", "", "", "", "", 0, x - wide / 2, y - 9, wide, LABEL_HEIGHT)
        around = {arrow.source.rpartition("/")[0]}
        around |= {name for name in boxes if any(each.startswith(f"{name}/") for each in around)}
        for name, box in boxes.items():
            assert name in around or not overlap(label, box), (arrow.id, name)


@pytest.mark.parametrize(("document", "opened"), OPENED)
def test_wires_lead_from_the_inner_output_and_to_the_inner_input(document, opened):
    found, boxes = drawn(document, opened)
    for arrow in found.arrows:
        source, target = boxes[arrow.source], boxes[arrow.target]
        starts, ends = end_of(boxes, source, arrow.port), input_of(boxes, target, arrow.slot)
        assert arrow.points[0][1] == pytest.approx(starts.y + starts.height, abs=0.3)
        assert arrow.points[-1][1] == pytest.approx(ends.y, abs=0.3)
        assert ends.x < arrow.points[-1][0] < ends.x + ends.width
        assert starts.x < arrow.points[0][0] < starts.x + starts.width
        heights = [y for _, y in arrow.points]
        assert heights == sorted(heights)


def inner(boxes: dict[str, Box], frame: Box, kind: str) -> list[Box]:
    return [box for box in boxes.values() if box.parent == frame.id and box.kind == kind]


def end_of(boxes: dict[str, Box], box: Box, port: str) -> Box:
    if not box.frame:
        return box
    ends = inner(boxes, box, "Output")
    return next((end for end in ends if end.title == port), ends[0])


def input_of(boxes: dict[str, Box], box: Box, slot: int) -> Box:
    return inner(boxes, box, "Input")[slot] if box.frame else box


def test_what_is_inside_says_the_shapes_and_arguments_of_that_use():
    found, boxes = drawn(CHAIN, ("tail", "stage", "stage/first"))
    assert boxes["tail/conv"].output == boxes["stage/first/conv"].output == "16 × 8 × 8"
    assert boxes["stage/first/conv"].subtitle == "Conv2d 16, k3, p1"
    assert boxes["tail"].repeat == 3
    assert {box.state for box in found.boxes} == {"ok"}


def test_a_problem_is_said_where_it_stands_or_at_the_closed_block_around_it():
    broken = Block(
        Graph((Node("x", "Input"), Node("fc", "Bilinear", ("x",)), Node("out", "Output", ("fc",))))
    )
    document = Document(
        "Network",
        Graph((IMAGE, Node("b", "Broken", ("image",)), Node("answer", "Output", ("b",)))),
        {"Broken": broken},
    )
    _, closed = drawn(document, ())
    _, opened = drawn(document, ("b",))
    assert closed["b"].state == "error"
    assert opened["b/fc"].state == "error" and opened["b"].state != "error"
    assert opened["answer"].message == "waits for b/fc"


def test_what_cannot_be_opened_stays_closed():
    found, boxes = drawn(CHAIN, ("stem", "gone", "tail/conv"))
    assert not [box.id for box in found.boxes if box.frame or box.parent]
    assert [name for name, box in boxes.items() if box.opens] == ["stage", "tail"]


def test_ports_say_what_is_wired_and_what_may_be():
    _, boxes = drawn(PORTS, ())
    assert [(p.name, p.state) for p in boxes["two"].inputs] == [("left", "wired"), ("right", "wired")]
    assert [(p.name, p.state) for p in boxes["two"].outputs] == [("", "wired"), ("plain", "wired")]
    assert [p.state for p in boxes["sum"].inputs] == ["wired", "wired", "free"]
    lonely = network(Node("add", "Add", ("image",)), Node("lstm", "LSTM"))
    _, boxes = drawn(lonely, ())
    assert [p.state for p in boxes["add"].inputs] == ["wired", "needed"]
    assert [p.name for p in boxes["lstm"].outputs] == ["", "h_n", "c_n"]
    assert [p.state for p in boxes["lstm"].inputs] == ["needed"]


def test_shared_weights_are_linked_beside_all_that_stands_between():
    fc = {"out_features": 8}
    document = network(
        Node("flat", "Linear", ("image",), fc),
        Node("a", "Linear", ("flat",), fc),
        Node("b", "Linear", ("a",), fc, shares="flat"),
        Node("c", "Linear", ("b",), fc, shares="flat", frozen=True),
        Node("answer", "Output", ("c",)),
    )
    found, boxes = drawn(document, ())
    assert [(link.source, link.target) for link in found.links] == [("flat", "b"), ("b", "c")]
    assert boxes["c"].marks == ("frozen", "shares the weights of flat")
    for link in found.links:
        (x, _), top, bottom = link.label_at, link.points[0][1], link.points[-1][1]
        between = [box for box in found.boxes if box.y < bottom and top < box.y + box.height]
        assert len(between) >= 2
        assert all(box.x + box.width < x < found.width for box in between)


def test_marks_are_said_in_words():
    node = Node(
        "fc", "Linear", ("image",), {"out_features": 8}, 2, "", True, {"weight": "zeros_"}, "weight_norm"
    )
    _, boxes = drawn(network(node), ())
    assert boxes["fc"].marks == ("2 in a row", "frozen", "weight begins with zeros_, weight_norm")


def test_a_link_runs_on_the_free_side():
    fc = {"out_features": 8}
    document = network(
        Node("left", "Linear", ("image",), fc),
        Node("again", "Linear", ("left",), fc, shares="left"),
        Node("right", "ReLU", ("image",)),
        Node("other", "ReLU", ("right",)),
        Node("add", "Concat", ("again", "other")),
        Node("answer", "Output", ("add",)),
    )
    found, boxes = drawn(document, ())
    (link,) = found.links
    assert 0 < link.label_at[0] < boxes["left"].x < boxes["right"].x
    assert link.points[0][0] == boxes["left"].x
