"""Networks for tests: the smallest one around each kind, and random ones for the laws."""

from dataclasses import replace

from hypothesis import strategies as st

from builder import Document, blocks, edits
from builder.catalogue import KINDS, ends
from builder.document import Block, Graph, Node
from builder.kinds import Kind
from builder.order import source

LAYERS = [kind for kind in KINDS if kind.family != ends.FAMILY]
TOKENS = {"dtype": "int64", "high": 20}


def assert_whole(document: Document) -> None:
    """What every edit must leave: nothing stands before what it takes, and the file has all of it."""
    seen = set()
    for node in document.main.nodes:
        assert {source(wire) for wire in node.inputs} <= seen
        seen.add(node.id)
    assert Document.from_json(document.to_json()) == document


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


# --- with blocks: what a person may draw and the code must carry both ways

SUMS = ("=width", "=width * 2", "=width + depth", "=max(width, 4) * (1 + 1)", "=width // 2 + 3", 4, 8)
NOTES = ("", "", "", "Looks at edges.")


@st.composite
def nested_documents(draw) -> Document:
    """A document with blocks in blocks, sums, repeats, and shared, frozen and begun weights."""
    found: dict[str, Block] = {}
    for name in ("Leaf", "Branch", "Tree")[: draw(st.integers(1, 3))]:
        params = {"width": draw(st.sampled_from((4, 8))), "depth": draw(st.integers(1, 4))}
        if draw(st.booleans()):
            params["mode"] = draw(st.sampled_from(("zeros", "reflect")))
        if draw(st.booleans()):
            params["bias"] = draw(st.booleans())
        inputs = [Node(f"x{index}", "Input") for index in range(draw(st.integers(1, 2)))]
        graph = draw(graphs(inputs, found, params, outputs=draw(st.integers(1, 2))))
        found = {**found, name: Block(graph, params)}
    image = [Node("image", "Input", (), {"shape": (8, 6, 6)})]
    main = draw(graphs(image, found, {}, outputs=draw(st.integers(1, 2))))
    document = Document("Nested", main, found)
    return replace(document, blocks={name: found[name] for name in blocks.in_order(document)})


@st.composite
def graphs(draw, inputs: list[Node], known: dict[str, Block], params: dict, outputs: int) -> Graph:
    """A graph on images: layers, merges and the known blocks, each behind one before it."""
    nodes, wires = list(inputs), [node.id for node in inputs]
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from((*known, *known, *LAYERS_OF_IMAGES)))
        node = draw(_layer(f"{kind.lower()}{number}", kind, wires, nodes, known, params))
        nodes.append(node)
        wires.append(node.id)
        if kind in known and node.repeat == 1:
            wires += [f"{node.id}.{port}" for port in blocks.ports_of(known[kind])[1:]]
    for number in range(outputs):
        nodes.append(Node(f"end{number}", "Output", (draw(st.sampled_from(wires[-3:])),)))
    return Graph(tuple(nodes))


LAYERS_OF_IMAGES = "Conv2d Conv2d BatchNorm2d ReLU Dropout Add Concat Mean Flatten Linear Constant".split()


@st.composite
def _layer(draw, name: str, kind: str, wires: list, nodes: list, known: dict, params: dict) -> Node:
    wire = draw(st.sampled_from(wires[-3:]))
    number = st.sampled_from(SUMS if params else (4, 8))
    more = {"note": draw(st.sampled_from(NOTES))}
    given: dict = {}
    count = 1
    if kind in known:
        count = len(blocks.inputs_of(known[kind]))
        given = {key: draw(number) for key in ("width", "depth") if draw(st.booleans())}
        if "bias" in known[kind].params and draw(st.booleans()):
            given["bias"] = "=bias" if "bias" in params else draw(st.booleans())
    elif kind == "Conv2d":
        given = {"out_channels": draw(number), "kernel_size": draw(st.sampled_from((1, 3)))}
        given |= {"padding": given["kernel_size"] // 2} if draw(st.booleans()) else {}
        given |= {"bias": "=bias"} if "bias" in params and draw(st.booleans()) else {}
        given |= {"padding_mode": "=mode"} if "mode" in params and draw(st.booleans()) else {}
        more |= {"parametrize": draw(st.sampled_from(("", "", "weight_norm")))}
        begins = ({}, {}, {"weight": ("kaiming_normal_", 0, "fan_out", "relu")}, {"weight": "ones_"})
        more |= {"init": draw(st.sampled_from(begins))} if not more["parametrize"] else {}
    elif kind == "Linear":
        given = {"out_features": draw(number)}
    elif kind == "Constant":
        given, count = {"shape": (6, 6), "fill": "randn", "seed": 3}, 0
    elif kind == "Mean":
        given = {"dim": (2, 3), "keepdim": True}
    count = 2 if kind in ("Add", "Concat") else count
    inputs = tuple([wire, *(draw(st.sampled_from(wires)) for _ in range(count - 1))][:count])
    plain = [n for n in nodes if n.kind == kind and not n.shares and kind in (*known, "Conv2d", "Linear")]
    if plain and draw(st.integers(0, 3)) == 0:
        first = draw(st.sampled_from(plain))
        return replace(
            first, id=name, inputs=inputs, shares=first.id, note="", init={}, frozen=False, parametrize=""
        )
    if count == 1 and kind not in ("Input", "Mean", "Flatten"):
        more["repeat"] = draw(st.sampled_from((1, 1, 1, 2, 3)))
    if kind in ("Conv2d", "Linear", *known):
        more["frozen"] = draw(st.sampled_from((False, False, True)))
    return Node(name, kind, inputs, given, **more)
