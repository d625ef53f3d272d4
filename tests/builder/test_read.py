"""Reading source back: what was printed comes back as it was, and common code as what it means."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder import Document, build, check, flow, from_python, names, shapes, to_python
from builder.catalogue import KINDS
from builder.document import Graph, Node
from builder.source import layers
from builder.source.read import SourceError, read
from tests.calls import calls_of
from tests.networks import inputs_of

ROOT = Path(__file__).parents[2]
DRAWABLE = [kind for kind in KINDS if kind.call and kind.ports]


def node_of(kind, wires):
    params = kind.start()
    return Node(kind.name.lower(), kind.name, wires, params)


def examples_of(kind, every=True):
    """Inputs for all that a kind takes, or only for what it cannot do without.

    The states of a layer that steps have the batch second, so no Input gives them.
    """
    given = inputs_of(kind, every and not kind.steps)
    return [Node(f"image{i}", "Input", (), params) for i, params in enumerate(given)]


def comes_back(document):
    """The law: what was printed is read as what prints the same. Gives what was read."""
    source = to_python(document)
    back, notes = from_python(source)
    assert not notes
    assert to_python(back) == source
    assert Document.from_json(back.to_json()) == back
    return back


@pytest.mark.parametrize("kind", DRAWABLE, ids=lambda kind: kind.name)
def test_every_kind_comes_back(kind):
    for every in (True, False) if kind.alone and not kind.steps else (True,):
        inputs = examples_of(kind, every)
        node = node_of(kind, tuple(node.id for node in inputs))
        beside = () if inputs else (Node("image0", "Input", (), {"shape": (1,)}),)
        total = Node("total", "Add", (node.id, "image0")) if beside else node
        end = Node("output", "Output", (total.id,))
        document = Document("Every kind", Graph((*inputs, *beside, *dict.fromkeys((node, total, end)))))
        back = comes_back(document)
        assert [node.kind for node in back.main.nodes] == [node.kind for node in document.main.nodes]
        assert back.main.nodes == document.main.nodes


@pytest.mark.parametrize("kind", [k for k in KINDS if k.new], ids=lambda kind: kind.name)
def test_which_layers_have_weights_agrees_with_pytorch(kind):
    inputs = examples_of(kind)
    node = node_of(kind, tuple(node.id for node in inputs))
    specs = [shapes.examine(node, ()).outputs["output"] for node in inputs]
    values = shapes.lines.arguments(node, kind, specs)
    module = shapes._module(shapes.lines.new_line(kind, values))
    if isinstance(module, torch.Tensor):
        return  # a Parameter is named and not called
    held = [*module.parameters(), *module.buffers()]
    unless_affine = kind.name.startswith("InstanceNorm")
    assert layers.has_weights(kind) == (bool(held) or unless_affine)


# --- random networks

HOSTILE_NAMES = ["x2", "image_", "relu1", "conv", "fc", "self_", "é", "字", "size", "input", "output"]
NOTES = ["", "First", "# twice", 'a "quote" \\ and \n a line', '"""', "{x}", "fmt: skip", "é ✓", "  "]
TITLES = ["Small net", "été", "2 nets", "!!!", 'He said "no"', "class", "a: a network drawn", "nn"]


@st.composite
def documents(draw):
    kinds = st.sampled_from(DRAWABLE)
    chosen = draw(st.lists(kinds, min_size=1, max_size=7))
    first = chosen[0]
    taken, nodes = set(), []

    def fresh(stem):
        name = draw(st.sampled_from([stem, *HOSTILE_NAMES]))
        while name in taken or names.id_misfit(name):
            name += "1"
        taken.add(name)
        return name

    for params in inputs_of(first) or inputs_of(KINDS[2]):
        nodes.append(Node(fresh("image"), "Input", (), params))
    wires = [node.id for node in nodes]
    for kind in chosen:
        count = draw(st.integers(2, 3)) if kind.variadic else kind.least
        picked = tuple(draw(st.sampled_from(wires[-4:])) for _ in range(count))
        params = {**kind.start(), **draw(params_of(kind))}
        node = Node(fresh(kind.name.lower()), kind.name, picked, params, note=draw(st.sampled_from(NOTES)))
        tried = Document("Tried", Graph((*nodes, node)))
        found = flow.infer(tried)
        if found.problems:
            continue
        nodes.append(node)
        extra = kind.ports_of(params)[1:]
        wires += [node.id, *(f"{node.id}.{port}" for port in extra)]
    answers = draw(st.lists(st.sampled_from(wires), min_size=1, max_size=3))
    nodes += [Node(fresh("end"), "Output", (wire,)) for wire in answers]
    return Document(draw(st.sampled_from(TITLES)), Graph(tuple(nodes)))


@st.composite
def params_of(draw, kind):
    found = {}
    for param in kind.params:
        if param.type == "bool" and draw(st.booleans()):
            found[param.name] = draw(st.booleans())
        elif param.choices and draw(st.booleans()):
            found[param.name] = draw(st.sampled_from(param.choices))
        elif (
            param.type == "int"
            and not param.required
            and param.name not in kind.reads
            and draw(st.booleans())
        ):
            low, high = (limit if abs(limit or 0) < 9 else 4 for limit in (param.low or 0, param.high or 4))
            found[param.name] = draw(st.integers(int(low), max(int(low), int(high))))
        elif param.type == "float" and draw(st.booleans()):
            found[param.name] = draw(st.floats(0, 1))
    return found


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(documents())
def test_random_networks_come_back(document):
    if check(document).ok:
        comes_back(document)


def test_names_notes_and_shapes_come_back():
    document = Document(
        "Digits CNN",
        Graph(
            (
                Node("tokens", "Input", (), {"shape": (16,), "dtype": "int64", "high": 28}),
                Node("embed", "Embedding", ("tokens",), {"embedding_dim": 8}, note="Letters"),
                Node("both", "Add", ("embed", "embed"), note="Twice as much"),
                Node("rnn", "LSTM", ("both",), {"hidden_size": 4}),
                Node("last", "Select", ("rnn",), {"dim": 1, "index": -1}),
                Node("output", "Output", ("last",)),
            )
        ),
    )
    assert comes_back(document) == document


def test_tokens_without_a_number_come_back():
    document = Document(
        "Tokens",
        Graph(
            (
                Node("tokens", "Input", (), {"shape": (16,), "dtype": "int64"}),
                Node("embed", "Embedding", ("tokens",), {"num_embeddings": 50, "embedding_dim": 8}),
                Node("output", "Output", ("embed",)),
            )
        ),
    )
    assert comes_back(document) == document


# --- the lessons' models: the same parameters and the same answers

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
CIFAR_LAYERS = """nn.Conv2d(3, 32, 5, padding=2), nn.MaxPool2d(2),
    nn.Conv2d(32, 32, 5, padding=2), nn.MaxPool2d(2), nn.Conv2d(32, 64, 5, padding=2),
    nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1024, 64), nn.Linear(64, 10)"""
MODELS = {
    "cifar_sequential": (f"{HEAD}model = nn.Sequential({CIFAR_LAYERS})\n", (3, 32, 32)),
    "cifar_class_with_sequential": (
        f"""{HEAD}class Tudui(nn.Module):
    def __init__(self):
        super(Tudui, self).__init__()
        self.model = nn.Sequential({CIFAR_LAYERS})
    def forward(self, input):
        output = self.model(input)
        return output
""",
        (3, 32, 32),
    ),
    "cifar_layers": (
        f"""{HEAD}class Tudui(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 5, padding=2)
        self.maxpool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(32, 32, 5, padding=2)
        self.maxpool2 = nn.MaxPool2d(2)
        self.conv3 = nn.Conv2d(32, 64, kernel_size=5, padding=2)
        self.maxpool3 = nn.MaxPool2d(2)
        self.flatten = nn.Flatten()
        self.linear1 = nn.Linear(1024, 64)
        self.linear2 = nn.Linear(64, 10)
    def forward(self, x):
        x = self.conv1(x)
        x = self.maxpool1(x)
        x = self.conv2(x)
        x = self.maxpool2(x)
        x = self.conv3(x)
        x = self.maxpool3(x)
        x = self.flatten(x)
        x = self.linear1(x)
        x = self.linear2(x)
        return x
""",
        (3, 32, 32),
    ),
    "batch_norm": (
        f"""{HEAD}class CNN(nn.Module):
    def __init__(self):
        super(CNN, self).__init__()
        self.conv1 = nn.Conv2d(in_channels=3, out_channels=64, kernel_size=3, padding=1)
        self.bn1 = nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.fc1 = nn.Linear(64 * 16 * 16, 10)
    def forward(self, x):
        x = self.pool(F.relu(self.bn1(self.conv1(x))))
        x = x.view(-1, 64 * 16 * 16)
        x = self.fc1(x)
        return x
""",
        (3, 32, 32),
    ),
    "lstm": (
        f"""{HEAD}class Net(nn.Module):
    def __init__(self, input_size=10, hidden_size=20, num_layers=2, classes=5):
        super().__init__()
        self.hidden_size = hidden_size
        self.lstm = nn.LSTM(input_size, hidden_size, num_layers, batch_first=True)
        self.norm = nn.LayerNorm(self.hidden_size)
        self.fc = nn.Linear(hidden_size, classes)
    def forward(self, x):
        out, (h, c) = self.lstm(x)
        out = self.norm(out)
        return self.fc(out[:, -1, :])
""",
        (7, 10),
    ),
    "lstm_short": (
        f"""{HEAD}class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(10, 20, num_layers=2, batch_first=True)
        self.norm = nn.LayerNorm(20)
        self.fc = nn.Linear(20, 5)
    def forward(self, x):
        x, _ = self.lstm(x)
        x = self.fc(self.norm(x)[:, -1])
        return x
""",
        (7, 10),
    ),
    "instance_norm": (
        f"""{HEAD}class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, 1, 1)
        self.norm = nn.InstanceNorm2d(16, affine=True)
        self.conv2 = nn.Conv2d(16, 8, 3)
    def forward(self, x):
        x = torch.relu(self.norm(self.conv(x)))
        return torch.sigmoid(self.conv2(x)).mean([2, 3])
""",
        (3, 16, 16),
    ),
    "residual": (
        f"""{HEAD}class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.bn = nn.BatchNorm2d(channels)
    def forward(self, x):
        return F.relu(x + self.bn(self.conv(x)))
class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 3)
        self.blocks = nn.Sequential(*[Block(width) for _ in range(3)])
        layers = []
        for size in (16, 12):
            layers.append(nn.Linear(width, size))
            layers += [nn.ReLU()]
            width = size
        self.head = nn.Sequential(*layers)
    def forward(self, x):
        x = self.blocks(self.stem(x))
        n, c, h, w = x.shape
        x = x.view(n, c, h * w).permute(0, 2, 1)
        x = torch.cat((x, x), 1).mean(dim=1)
        return self.head(x)
""",
        (3, 10, 10),
    ),
    "resnet": (
        f"""{HEAD}class BasicBlock(nn.Module):
    expansion = 1
    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
    def forward(self, x):
        identity = x
        out = self.bn1(self.conv1(x))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)
class ResNet(nn.Module):
    def __init__(self, layers=(2, 2), num_classes=10):
        super().__init__()
        self.inplanes = 8
        self.layer1 = self._make_layer(8, layers[0])
        self.layer2 = self._make_layer(16, layers[1], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(16 * BasicBlock.expansion, num_classes)
    def _make_layer(self, planes, blocks, stride=1):
        downsample = None
        if stride != 1 or self.inplanes != planes * BasicBlock.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes, 1, stride, bias=False), nn.BatchNorm2d(planes))
        layers = [BasicBlock(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes
        for _ in range(1, blocks):
            layers.append(BasicBlock(planes, planes))
        return nn.Sequential(*layers)
    def forward(self, x):
        x = self.layer2(self.layer1(x))
        return self.fc(torch.flatten(self.avgpool(x), 1))
""",
        (8, 10, 10),
    ),
}


def executed(source):
    scope = {"__name__": "a_test"}
    exec(source, scope)  # noqa: S102  literal sources of this file
    last = [value for value in scope.values() if isinstance(value, type | torch.nn.Module)][-1]
    return last() if isinstance(last, type) else last


@pytest.mark.parametrize("name", MODELS)
def test_a_model_of_the_lessons_is_read_as_what_it_computes(name):
    source, shape = MODELS[name]
    torch.manual_seed(0)
    theirs = executed(source).eval()
    document, notes = from_python(source, inputs=[{"shape": list(shape)}])
    assert check(document).ok and not notes
    ours = build(document).eval()
    with torch.no_grad():
        pairs = zip(ours.parameters(), theirs.parameters(), strict=True)
        for mine, other in pairs:
            mine.copy_(other)
    x = torch.randn(4, *shape)
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in MODELS if "cifar" in name])
def test_the_cifar_network_has_its_145578_parameters_even_without_a_shape(name):
    document, notes = from_python(MODELS[name][0])
    assert sum(p.numel() for p in build(document).parameters()) == 145_578
    assert document.main.nodes[0].params["shape"] == (3, 32, 32)
    assert len(notes) == 1 and "not in the source" in notes[0].message


def test_sizes_that_follow_from_the_input_follow_the_drawing_again():
    document, _ = from_python(MODELS["cifar_layers"][0])
    assert dict(document.main["conv2"].params) == {"out_channels": 32, "kernel_size": 5, "padding": 2}
    assert dict(document.main["linear1"].params) == {"out_features": 64}


# --- pieces


def network(init, forward, signature="self, x"):
    lines = [*(f"        {line}" for line in init), f"    def forward({signature}):"]
    lines += [f"        {line}" for line in forward]
    body = "\n".join(lines)
    return f"{HEAD}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n{body}\n"


def kinds_of(source, **more):
    reading = read(source, **more)
    return [(n.kind, dict(n.params)) for n in reading.document.main.nodes[1:-1]], reading.notes


@pytest.mark.parametrize(
    ("code", "kind", "params"),
    [
        ("torch.relu(x)", "ReLU", {}),
        ("F.relu(x, inplace=True)", "ReLU", {}),
        ("x.relu()", "ReLU", {}),
        ("F.gelu(x, approximate='tanh')", "GELU", {"approximate": "tanh"}),
        ("torch.sigmoid(x)", "Sigmoid", {}),
        ("torch.tanh(x)", "Tanh", {}),
        ("F.softmax(x, dim=1)", "Softmax", {"dim": 1}),
        ("F.dropout(x, 0.2, training=self.training)", "Dropout", {"p": 0.2}),
        ("F.dropout(x, p=0.2, training=self.training)", "Dropout", {"p": 0.2}),
        ("F.max_pool2d(x, 2)", "MaxPool2d", {"kernel_size": 2}),
        ("F.max_pool2d(x, (2, 2), stride=1)", "MaxPool2d", {"kernel_size": (2, 2), "stride": 1}),
        ("torch.flatten(x, 1)", "Flatten", {}),
        ("x.flatten(start_dim=2)", "Flatten", {"start_dim": 2}),
        ("x.view(x.size(0), -1)", "Reshape", {"shape": (-1,)}),
        ("x.view(x.shape[0], -1)", "Reshape", {"shape": (-1,)}),
        ("x.reshape((-1, 4, 5))", "Reshape", {"shape": (4, 5)}),
        ("x.permute((0, 2, 1))", "Permute", {"dims": (0, 2, 1)}),
        ("torch.permute(x, (0, 2, 1))", "Permute", {"dims": (0, 2, 1)}),
        ("x.mean(1)", "Mean", {"dim": 1}),
        ("torch.mean(x, dim=(1, 2), keepdim=True)", "Mean", {"dim": (1, 2), "keepdim": True}),
        ("x[:, -1]", "Select", {"dim": 1, "index": -1}),
        ("x[:, :, 0]", "Select", {"dim": 2, "index": 0}),
        ("x[-1]", "Select", {"dim": 0, "index": -1}),
        ("x[..., 2]", "Select", {"dim": -1, "index": 2}),
        ("x.select(dim=1, index=3)", "Select", {"dim": 1, "index": 3}),
        ("torch.cat([x, x])", "Concat", {"dim": 0}),
        ("torch.cat((x, x), 1)", "Concat", {"dim": 1}),
        ("torch.concat([x, x], dim=-1)", "Concat", {"dim": -1}),
        ("x + x", "Add", {}),
        ("torch.add(x, x)", "Add", {}),
        ("x * x", "Multiply", {}),
        ("x.mul(x)", "Multiply", {}),
        ("x - x", "Subtract", {}),
        ("torch.sub(x, x)", "Subtract", {}),
        ("x / x", "Divide", {}),
        ("x @ x", "MatMul", {}),
        ("torch.bmm(x, x)", "MatMul", {}),
        ("x.mm(x)", "MatMul", {}),
        ("torch.stack([x, x])", "Stack", {"dim": 0}),
        ("torch.stack((x, x), dim=1)", "Stack", {"dim": 1}),
        ("x.transpose(1, 2)", "Transpose", {"dim0": 1, "dim1": 2}),
        ("torch.transpose(x, 1, 2)", "Transpose", {"dim0": 1, "dim1": 2}),
        ("x.swapaxes(-1, -2)", "Transpose", {"dim0": -1, "dim1": -2}),
        ("x.squeeze(-1)", "Squeeze", {"dim": -1}),
        ("torch.unsqueeze(x, 1)", "Unsqueeze", {"dim": 1}),
        ("x.sum(dim=(1, 2))", "Sum", {"dim": (1, 2)}),
        ("x.amax(1)", "Max", {"dim": 1}),
        ("x.max(dim=1)[0]", "Max", {"dim": 1}),
        ("torch.max(x, 1).values", "Max", {"dim": 1}),
        ("x.min(dim=-1, keepdim=True)[0]", "Min", {"dim": -1, "keepdim": True}),
        ("x[:, 1:]", "Slice", {"dim": 1, "start": 1, "end": None}),
        ("x[:, :-1]", "Slice", {"dim": 1, "end": -1}),
        ("x[..., 2:4]", "Slice", {"dim": -1, "start": 2, "end": 4}),
        ("x[:, :, ::2]", "Slice", {"dim": 2, "end": None, "step": 2}),
        ("x[:, -1, :]", "LastStep", {"dim": 1}),
        ("x[-1, :, :]", "LastStep", {"dim": 0}),
        ("x.chunk(3, -1)[0]", "Chunk", {"chunks": 3, "dim": -1}),
        ("torch.split(x, [2, 3], dim=1)[0]", "Split", {"split_size": (2, 3), "dim": 1}),
        ("F.pad(x, (1, 2))", "Pad", {"pad": (1, 2)}),
        ("F.pad(x, (1, 2), 'constant', 0.5)", "Pad", {"pad": (1, 2), "value": 0.5}),
        ("F.interpolate(x, scale_factor=2)", "Interpolate", {}),
        ("F.interpolate(x, size=(4, 4))", "Interpolate", {"size": (4, 4), "scale_factor": None}),
        (
            "F.interpolate(x, scale_factor=0.5, mode='bilinear', align_corners=False)",
            "Interpolate",
            {"scale_factor": 0.5, "mode": "bilinear", "align_corners": False},
        ),
        ("F.upsample(x, scale_factor=2)", "Upsample", {}),
        ("F.pixel_shuffle(x, 2)", "PixelShuffle", {"upscale_factor": 2}),
        ("F.fold(x, 6, 2)", "Fold", {"output_size": 6, "kernel_size": 2}),
        ("F.unfold(x, kernel_size=2)", "Unfold", {"kernel_size": 2}),
        (
            "F.fractional_max_pool2d(x, 2, output_size=3)",
            "FractionalMaxPool2d",
            {"kernel_size": 2, "output_size": 3, "output_ratio": None},
        ),
        ("F.lp_pool2d(x, 2, 3)", "LPPool2d", {"norm_type": 2.0, "kernel_size": 3}),
        ("F.local_response_norm(x, 5)", "LocalResponseNorm", {"size": 5}),
        ("F.cosine_similarity(x, x, dim=-1)", "CosineSimilarity", {"dim": -1}),
        ("F.pairwise_distance(x, x)", "PairwiseDistance", {}),
        ("F.silu(x)", "SiLU", {}),
        ("F.log_softmax(x, 1)", "LogSoftmax", {"dim": 1}),
        ("F.rrelu(x)", "RReLU", {}),
        ("F.scaled_dot_product_attention(x, x, x)", "ScaledDotProductAttention", {}),
        (
            "F.scaled_dot_product_attention(x, x, x, attn_mask=None, dropout_p=0.0, is_causal=True)",
            "ScaledDotProductAttention",
            {"is_causal": True},
        ),
        ("nn.Linear(4, 5)(x)", "Linear", {"in_features": 4, "out_features": 5}),
    ],
)
def test_other_ways_to_write_it(code, kind, params):
    assert kinds_of(network([], [f"return {code}"])) == ([(kind, params)], [])


def test_a_dimension_is_split_into_as_many_pieces_as_there_are_names():
    source = network([], ["q, k, v = x.split(4, dim=2)", "return q + k + v"])
    found, notes = kinds_of(source)
    assert found[0] == ("Split", {"split_size": (4, 4, 4), "dim": 2}) and not notes


def test_a_part_and_one_place_are_taken_one_after_the_other():
    found, notes = kinds_of(network([], ["return x[:, 0, 2:, 1:3]"]))
    assert not notes and [kind for kind, _ in found] == ["Select", "Slice", "Slice"]


TOKENS_AND_POSITIONS = network(
    [
        "self.token = nn.Parameter(torch.zeros(1, 1, 6))",
        "self.position = nn.Parameter(torch.randn(1, 6, 6) * 0.02)",
        "self.register_buffer('mean', torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).reshape(6))",
        "self.scale = torch.rand((6, 6), requires_grad=False)",
    ],
    [
        "n = x.shape[0]",
        "token = self.token.expand(n, -1, -1)",
        "x = torch.cat((token, x - self.mean), dim=1) + self.position",
        "return x @ self.scale + self.position",
    ],
)


def test_parameters_and_constants_are_read_as_what_they_compute():
    document, notes = from_python(TOKENS_AND_POSITIONS, inputs=[{"shape": [5, 6]}])
    assert check(document).ok and not notes
    kinds = {node.id: node.kind for node in document.main.nodes}
    wanted = dict.fromkeys(("token", "position"), "Parameter") | dict.fromkeys(("mean", "scale"), "Constant")
    assert wanted.items() <= kinds.items()
    assert list(kinds.values()).count("Parameter") == 2
    ours, theirs = build(document), executed(TOKENS_AND_POSITIONS)
    with torch.no_grad():
        for name in ("token", "position", "scale"):
            getattr(ours, name).copy_(getattr(theirs, name))
    x = torch.randn(3, 5, 6)
    theirs.mean = ours.mean
    torch.testing.assert_close(ours(x), theirs(x))


def test_states_of_a_recurrent_layer_are_read_and_zeros_are_where_it_begins_anyway():
    source = network(
        ["self.encoder = nn.LSTM(4, 6, batch_first=True)", "self.decoder = nn.LSTM(4, 6, batch_first=True)"],
        [
            "h0 = torch.zeros(1, x.size(0), 6).to(x.device)",
            "c0 = torch.zeros(1, x.size(0), 6)",
            "_, (h, c) = self.encoder(x, (h0, c0))",
            "out, state = self.decoder(x, (h, c))",
            "return out",
        ],
    )
    reading = read(source, inputs=[{"shape": [7, 4]}])
    assert not reading.notes
    assert reading.document.main["encoder"].inputs == ("x",)
    assert reading.document.main["decoder"].inputs == ("x", "encoder.h_n", "encoder.c_n")
    ours, theirs = build(reading.document), executed(source)
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(2, 7, 4)
    torch.testing.assert_close(ours(x), theirs(x))
    comes_back(reading.document)


def test_a_stack_of_encoder_layers_is_read_from_the_layer_it_is_made_of():
    init = [
        "layer = nn.TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16, batch_first=True)",
        "self.encoder = nn.TransformerEncoder(layer, num_layers=3)",
    ]
    document, notes = from_python(network(init, ["return self.encoder(x)"]), inputs=[{"shape": [5, 8]}])
    assert not notes
    params = {"num_layers": 3, "nhead": 2, "dim_feedforward": 16}
    assert dict(document.main["encoder"].params) == params


def test_a_pool_gives_its_indices_back():
    source = network(
        ["self.pool = nn.MaxPool2d(2, return_indices=True)", "self.back = nn.MaxUnpool2d(2)"],
        ["x, places = self.pool(x)", "return self.back(x, places)"],
    )
    document, notes = from_python(source, inputs=[{"shape": [1, 8, 8]}])
    assert not notes and document.main["back"].inputs == ("pool", "pool.indices")
    x = torch.randn(2, 1, 8, 8)
    torch.testing.assert_close(build(document)(x), executed(source)(x))
    comes_back(document)


def test_several_places_are_selected_one_after_the_other():
    source = network([], ["return x[:, 0, :, -1]"])
    found, notes = kinds_of(source)
    x = torch.randn(2, 3, 4, 5)
    for _, params in found:
        x = x.select(params["dim"], params["index"])
    assert x.shape == (2, 4) and not notes


def test_what_is_not_in_the_catalogue_is_noted_and_passed_by():
    source = network(["self.fc = nn.Linear(4, 4)"], ["x = torch.fft.fft(x, x.size(1))", "return self.fc(x)"])
    reading = read(source)
    assert reading.document.main["fc"].inputs == ("x",)
    (note,) = reading.notes
    assert source.splitlines()[note.line - 1].strip() == "x = torch.fft.fft(x, x.size(1))"
    assert "`torch.fft.fft(x, x.size(1))`" in note.message and "takes x instead" in note.message


def test_a_layer_called_twice_shares_its_weights_and_a_weightless_one_is_drawn_again():
    init = ["self.fc = nn.Linear(4, 4)", "self.relu = nn.ReLU()"]
    forward = ["x = self.relu(self.fc(x))", "return self.relu(self.fc(x))"]
    document, notes = from_python(network(init, forward), inputs=[{"shape": [4]}])
    nodes = document.main.nodes[1:-1]
    assert [node.kind for node in nodes] == ["Linear", "ReLU", "Linear", "ReLU"] and not notes
    assert [node.shares for node in nodes] == ["", "", "fc", ""]


def test_batch_first_is_pytorchs_default_where_it_is_not_written():
    source = network(["self.rnn = nn.GRU(4, 5)"], ["y, h = self.rnn(x)", "return h[-1]"])
    found, notes = kinds_of(source)
    assert found[0] == ("GRU", {"input_size": 4, "hidden_size": 5, "batch_first": False})
    assert found[1] == ("Select", {"dim": 0, "index": -1}) and not notes


def test_a_name_that_cannot_be_is_changed_with_a_note():
    source = network(["self.x = nn.Linear(4, 4)"], ["return self.x(x)"])
    reading = read(source)
    assert [n.id for n in reading.document.main.nodes] == ["x", "linear1", "output"]
    assert "'x' is taken" in reading.notes[0].message


def test_operations_are_named_after_their_variables():
    source = network(["self.out = nn.ReLU()"], ["both = x + x", "out = both * x", "return self.out(out)"])
    ids = [node.id for node in read(source).document.main.nodes]
    assert ids == ["x", "both", "multiply1", "out", "output"]


def test_what_init_cannot_say_is_read_off_the_input_or_noted():
    source = network(["self.fc = nn.Linear(size(), width)"], ["return self.fc(x)"])
    found, notes = kinds_of(source)
    assert found == [("Linear", {"out_features": 64})]
    assert len(notes) == 2 and "read off the input" in notes[0].message


def test_a_layer_that_is_never_called_is_noted():
    source = network(["self.a = nn.ReLU()", "self.b = nn.ReLU()"], ["return self.a(x)"])
    _, notes = kinds_of(source)
    assert [note.line for note in notes] == [8] and "never called" in notes[0].message


def test_a_choice_that_depends_on_what_flows_becomes_a_custom_layer_with_a_note():
    source = network([], ["if x.sum() > 1:", "    x = x + x", "return torch.relu(x)"])
    found, notes = kinds_of(source)
    assert found == [("Choice", {}), ("ReLU", {})] and "custom layer Choice" in notes[0].message


def test_the_class_can_be_chosen_and_its_arguments_come_from_where_it_is_made():
    source = network(["self.a = nn.ReLU()"], ["return self.a(x)"]) + (
        "class Other(nn.Module):\n    def __init__(self, n):\n        super().__init__()\n"
        "        self.fc = nn.Linear(4, n)\n    def forward(self, x):\n        return self.fc(x)\n"
        "net = Other(7).to('cpu')\nprint(net(torch.randn(5, 4)))\n"
    )
    assert kinds_of(source, class_name="Net")[0] == [("ReLU", {})]
    reading = read(source)
    assert reading.document.name == "Other" and not reading.open_inputs
    assert dict(reading.document.main["x"].params) == {"shape": (4,)}
    assert reading.document.main["fc"].params["out_features"] == 7
    with pytest.raises(SourceError, match="'Nett'.* It has: Net, Other"):
        read(source, class_name="Nett")


def test_an_ordered_dict_names_the_layers():
    source = (
        "from collections import OrderedDict\nfrom torch.nn import *\n"
        "model = Sequential(OrderedDict([('fc', Linear(784, 10)), ('act', ReLU())]))\n"
    ).replace("import *", "import Sequential, Linear, ReLU")
    reading = read(source)
    assert [node.id for node in reading.document.main.nodes] == ["x", "fc", "act", "output"]
    assert dict(reading.document.main["x"].params) == {"shape": (784,)}


def test_a_source_without_a_network_says_so():
    for source in ("", "x = 1", "class A: pass", "def f(): pass"):
        with pytest.raises(SourceError, match="no network"):
            read(source)
    with pytest.raises(SourceError, match="Line 2 is not Python"):
        read("x = 1\nclass A(:\n")


def test_a_shape_is_given_where_the_source_has_none_and_wrong_ones_are_refused():
    source = network([], ["return torch.relu(x)"])
    document, notes = from_python(source, inputs=[{"shape": [3, 4]}])
    assert document.main["x"].params["shape"] == (3, 4) and not notes
    document, notes = from_python(source)
    assert document.main["x"].params["shape"] == (1, 8, 8) and notes[0].line == 0
    for wrong in ({}, {"shape": "big"}, {"shape": [0]}, {"size": [3]}, "shape"):
        with pytest.raises(SourceError):
            from_python(source, inputs=[wrong])


def test_what_reading_takes_grows_with_the_lines_and_not_with_their_square():
    def take_in(layers: int) -> int:
        init = [f"self.fc{i} = nn.Linear(64, 64)  # layer {i}" for i in range(layers)]
        forward = [f"x = F.relu(self.fc{i}(x))" for i in range(layers)] + ["return x"]
        source = network(init, forward)
        assert len(read(source).document.main.nodes) == 2 * layers + 2
        return calls_of(lambda: read(source))

    assert take_in(500) < 5 * take_in(125)


def test_reading_does_not_load_torch():
    code = (
        "import sys; from builder.source.read import read; from builder import from_python;"
        "read('from torch import nn\\nm = nn.Sequential(nn.Linear(4, 2))');"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
