"""Networks for tests: the smallest one around each kind, and random ones for the laws."""

from hypothesis import strategies as st

from builder import Document, edits
from builder.catalogue import KINDS
from builder.document import Graph, Node
from builder.kinds import Kind

LAYERS = [kind for kind in KINDS if kind.family != "Input and output"]
TOKENS = {"dtype": "int64", "high": 20}


def inputs_of(kind: Kind, all_of_them: bool = False) -> list[dict]:
    """Params for the Inputs of a kind's own example; states that may be left out are."""
    count = 2 if kind.variadic else kind.least if kind.alone and not all_of_them else len(kind.inputs)
    found = []
    for name in (kind.input(index) for index in range(count)):
        whole = kind.dtypes.get(name, kind.dtype) == "int"
        shape = kind.examples.get(name, kind.example)
        found.append({"shape": shape, **(TOKENS if whole else {})})
    return found


def around(kind: Kind, params: dict | None = None) -> Document:
    """The smallest network that uses a kind, on the kind's own example.

    What has no input is given a batch by an Input beside it.
    """
    given = inputs_of(kind)
    inputs = [Node(f"input{i}", "Input", (), params) for i, params in enumerate(given)]
    layer = Node("layer", kind.name, tuple(node.id for node in inputs), params or {})
    if inputs:
        return Document("Small", Graph((*inputs, layer, Node("answer", "Output", ("layer",)))))
    beside = Node("input0", "Input", (), {"shape": (1,)})
    total = Node("total", "Add", ("input0", "layer"))
    return Document("Small", Graph((beside, layer, total, Node("answer", "Output", ("total",)))))


def chain(*layers: tuple, shape: tuple[int, ...] = (1, 8, 8), name: str = "Chain") -> Document:
    """A chain: chain(("conv1", "Conv2d", {"out_channels": 8}), ("relu1", "ReLU"))."""
    nodes = [Node("image", "Input", (), {"shape": shape})]
    for node_id, kind, *params in layers:
        nodes.append(Node(node_id, kind, (nodes[-1].id,), params[0] if params else {}))
    nodes.append(Node("answer", "Output", (nodes[-1].id,)))
    return Document(name, Graph(tuple(nodes)))


@st.composite
def documents(draw, most: int = 8) -> Document:
    """A document made as people make one: layer upon layer, anywhere, whether it fits or not."""
    document = Document("Random", Graph((Node("input1", "Input", (), {"shape": (8, 6, 6)}),)))
    document = edits.add_after(document, "input1", "Output")
    for _ in range(draw(st.integers(0, most))):
        after = draw(st.sampled_from([node.id for node in document.main.nodes]))
        kind = draw(st.sampled_from([kind.name for kind in LAYERS]))
        document = edits.add_after(document, after, kind)
    return document
