"""Classes read back as blocks: the law on random documents, and code as people write it."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings

from builder import Document, build, check, from_python, to_python
from tests.networks import nested_documents

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(nested_documents())
def test_random_documents_with_blocks_come_back(document):
    if not check(document).ok:
        return
    source = to_python(document)
    back, notes = from_python(source)
    assert not notes
    assert to_python(back) == source
    assert Document.from_json(back.to_json()) == back
    assert list(build(back).state_dict()) == list(build(document).state_dict())


def executed(source, name):
    scope = {"__name__": "a_test"}
    exec(source, scope)  # noqa: S102  literal sources of this file
    return scope[name]()


def same_answers(source, shape, name="Net"):
    """What was read computes what the source does, with the source's own weights; gives what was read."""
    torch.manual_seed(0)
    theirs = executed(HEAD + source, name).eval()
    document, notes = from_python(HEAD + source, name, inputs=[{"shape": list(shape)}])
    assert check(document).ok, check(document).problems
    ours = build(document).eval()
    values = list(theirs.state_dict().values())
    ours.load_state_dict(dict(zip(ours.state_dict(), values, strict=True)))
    x = torch.randn(3, *shape)
    assert torch.allclose(ours(x), theirs(x), atol=1e-5)
    return document, notes


RESIDUAL = """
class Residual(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, channels, 3, stride, 1)
        self.norm = nn.BatchNorm2d(channels)
        self.skip = nn.Identity()
        if stride != 1 or in_channels != channels:
            self.skip = nn.Conv2d(in_channels, channels, 1, stride)
    def forward(self, x):
        return F.relu(self.norm(self.conv(x)) + self.skip(x))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = Residual(3, 8)
        self.two = Residual(8, 16, stride=2)
        self.rest = nn.Sequential(*[Residual(16, 16) for _ in range(3)])
    def forward(self, x):
        return self.rest(self.two(self.one(x)))
"""


def test_what_an_argument_decides_makes_blocks_of_its_own():
    document, notes = same_answers(RESIDUAL, (3, 8, 8))
    assert not notes
    assert list(document.blocks) == ["Residual", "Residual2"]
    assert document.main["rest"].repeat == 3
    assert document.main["two"].params == {"channels": 16, "stride": 2}
    assert {node.kind for node in document.blocks["Residual2"].graph.nodes} >= {"Identity"}


def test_names_of_parameters_stay_as_they_are_in_the_classes():
    document, _ = from_python(HEAD + RESIDUAL, inputs=[{"shape": [3, 8, 8]}])
    assert set(build(document).state_dict()) == set(executed(HEAD + RESIDUAL, "Net").state_dict())


EXTENDING = """
class ConvNormReLU(nn.Sequential):
    def __init__(self, channels, kernel_size=3):
        super().__init__(
            nn.Conv2d(channels, channels, kernel_size, padding=(kernel_size - 1) // 2),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
        )
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = ConvNormReLU(4)
        self.b = ConvNormReLU(4, kernel_size=5)
    def forward(self, x):
        return self.b(self.a(x))
"""


def test_a_class_that_extends_sequential_is_a_block_with_sums():
    document, notes = same_answers(EXTENDING, (4, 8, 8))
    assert not notes and list(document.blocks) == ["ConvNormReLU"]
    conv = document.blocks["ConvNormReLU"].graph.nodes[1]
    assert conv.params["padding"] == "=(kernel_size - 1) // 2"
    assert document.main["b"].params["kernel_size"] == 5


PASSED = """
class Residual(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner
    def forward(self, x):
        return x + self.inner(x)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Residual(nn.Sequential(nn.Linear(6, 6), nn.ReLU()))
        self.second = Residual(nn.Linear(6, 6))
    def forward(self, x):
        return self.second(self.first(x))
"""


def test_a_layer_that_is_given_to_a_class_belongs_to_it():
    document, notes = same_answers(PASSED, (6,))
    assert not notes and list(document.blocks) == ["Residual", "Residual2"]


REACHING = """
class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(6, 5)
        self.two = nn.Linear(5, 4)
    def forward(self, x):
        return self.two(self.one(x))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.shared = nn.Linear(4, 4)
        self.head = Head(self.shared)
    def forward(self, x):
        x = self.encoder.two(F.relu(self.encoder.one(x)))
        return self.head(self.shared(x))
class Head(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer
    def forward(self, x):
        return torch.sigmoid(self.layer(x))
"""


def test_layers_that_are_called_from_outside_stand_in_the_graph_that_calls_them():
    torch.manual_seed(0)
    theirs = executed(HEAD + REACHING, "Net").eval()
    document, notes = from_python(HEAD + REACHING, "Net", inputs=[{"shape": [6]}])
    assert [note.message.partition(":")[0] for note in notes] == ["Head is drawn as the layers it is made of"]
    ours = build(document).eval()
    own = {name.replace("encoder.", "encoder_"): value for name, value in theirs.state_dict().items()}
    ours.load_state_dict({name: value for name, value in own.items() if not name.startswith("head.")})
    x = torch.randn(3, 6)
    assert torch.allclose(ours(x), theirs(x), atol=1e-6)
    assert any(node.shares == "shared" for node in document.main.nodes)


BEGUN = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 5, 3, bias=False))
        self.flatten = nn.Flatten()
        self.head = nn.utils.parametrizations.weight_norm(nn.Linear(5 * 4 * 4, 3))
        for parameter in self.features.parameters():
            parameter.requires_grad = False
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    module.bias.data.zero_()
    def forward(self, x):
        return self.head(self.flatten(self.features(x)))
"""


def test_how_weights_begin_and_which_are_frozen_is_read():
    document, notes = from_python(HEAD + BEGUN, inputs=[{"shape": [3, 8, 8]}])
    assert not notes
    first, second = document.main.of_kind("Conv2d")
    assert first.frozen and second.frozen and not document.main["head"].frozen
    assert first.init == {"weight": ("kaiming_normal_", 0, "fan_in", "relu"), "bias": "zeros_"}
    assert list(second.init) == ["weight"]
    assert document.main["head"].parametrize == "weight_norm"
    assert check(document).ok


@pytest.mark.parametrize(
    "given, frozen",
    [("False", True), ("requires_grad=False", True), ("requires_grad=True", False), ("", False)],
)
def test_whether_a_layer_trains_is_read_however_it_is_said(given, frozen):
    source = f"""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(6, 4)
        self.fc.requires_grad_({given})
        self.fc.weight.data.normal_(mean=0.0, std=0.02)
    def forward(self, x):
        return self.fc(x)
"""
    document, notes = from_python(HEAD + source, inputs=[{"shape": [6]}])
    assert not notes
    assert document.main["fc"].frozen is frozen
    assert document.main["fc"].init == {"weight": ("normal_", 0.0, 0.02)}


LOOPED = """
class Net(nn.Module):
    def __init__(self, width=6, depth=4):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.sides = nn.ModuleList([nn.Linear(6, size) for size in (3, 5)])
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return torch.cat([side(x) for side in self.sides], dim=1)
"""


def test_a_list_of_like_layers_called_one_after_the_other_is_one_repeated():
    document, notes = same_answers(LOOPED, (6,))
    assert not notes
    assert document.main["layers"].repeat == 4
    assert [node.params["out_features"] for node in document.main.nodes[2:4]] == [3, 5]


NUMBERS = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(6, 6)
        self.scale = 6 ** -0.5
    def forward(self, x):
        gate = torch.sigmoid(self.fc(x)) * self.scale
        x = x * gate + (1 - gate) * x ** 2 / 3
        return (-x).exp().clamp(min=0.1, max=2).abs().sum(dim=1)
"""


def test_sums_with_numbers_are_operations():
    document, notes = same_answers(NUMBERS, (6,))
    kinds = {node.kind for node in document.main.nodes}
    assert not notes
    assert kinds >= {"MultiplyNumber", "SubtractFrom", "Power", "DivideNumber", "Negative", "Exp", "Clamp"}


CONFIG = """
from dataclasses import dataclass
@dataclass
class Config:
    width: int = 8
    depth: int = 2
class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.norm = nn.LayerNorm(config.width)
        self.fc = nn.Linear(config.width, config.width)
    def forward(self, x):
        return x + F.gelu(self.fc(self.norm(x)))
class Net(nn.Module):
    def __init__(self, config=Config()):
        super().__init__()
        self.body = nn.ModuleDict(dict(
            layers=nn.ModuleList([Layer(config) for _ in range(config.depth)]),
            end=nn.LayerNorm(config.width),
        ))
    def forward(self, x):
        for layer in self.body.layers:
            x = layer(x)
        return self.body.end(x)
"""


def test_a_config_and_a_module_dict_are_followed():
    document, notes = same_answers(CONFIG, (5, 8))
    assert not notes
    assert document.main["layers"].repeat == 2 and document.main["layers"].kind == "Layer"


@pytest.mark.parametrize("chosen, name", [("Net", "Net"), (None, "model")])
def test_a_chain_of_classes_is_the_network_where_it_holds_the_last_class(chosen, name):
    source = f"{HEAD}{LOOPED}\nmodel = nn.Sequential(Net(), nn.ReLU())\n"
    document, _ = from_python(source, chosen, inputs=[{"shape": [6]}])
    assert document.name == name


HALVING = """
class FixedHiddenMLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.rand_weight = torch.ones((20, 20), requires_grad=False)
        self.linear = nn.Linear(20, 20)
        self.limit = 1
    def forward(self, X):
        X = self.linear(X)
        X = F.relu(torch.mm(X, self.rand_weight) + 1)
        X = self.linear(X)
        while X.abs().sum() > self.limit:
            X = X / 2
        return X.sum()
"""


def test_a_loop_that_depends_on_what_flows_is_kept_as_a_custom_layer():
    document, notes = from_python(HEAD + HALVING, inputs=[{"shape": [20]}])
    (note,) = notes
    assert note.line == 15 and "custom layer Loop" in note.message
    (problem,) = check(document).problems  # nothing is run before it is trusted
    assert problem.node == "loop1" and "trust" in problem.message
    assert check(document, trust=True).ok
    torch.manual_seed(0)
    theirs = executed(HEAD + HALVING, "FixedHiddenMLP")
    ours = build(document, trust=True)
    ours.load_state_dict({**theirs.state_dict(), "rand_weight": theirs.rand_weight})
    x = torch.randn(3, 20)
    assert torch.allclose(ours(x), theirs(x), atol=1e-6)
    printed = to_python(document, trust=True)
    again, _ = from_python(printed)
    assert to_python(again, trust=True) == printed


FLOWING = """
class Halve(nn.Module):
    def __init__(self, limit=1.0):
        super().__init__()
        self.limit = limit
    def forward(self, x):
        while x.abs().sum() > self.limit:
            x = x / 2
        return x
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.halve = Halve(limit=2.0)
    def forward(self, x):
        return self.halve(self.fc(x))
"""


def test_a_class_whose_flow_cannot_be_drawn_is_a_custom_layer_word_for_word():
    document, notes = from_python(HEAD + FLOWING, inputs=[{"shape": [4]}])
    assert "custom layer Halve" in notes[0].message
    assert document.custom["Halve"].source.strip() in FLOWING
    assert document.main["halve"].params == {"limit": 2.0}


UNREADABLE = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
    def forward(self, x):
        while x.sum() > 0:
            x = self.fc(x)
        return x
"""


def test_a_loop_over_layers_is_left_out_with_a_note():
    document, notes = from_python(HEAD + UNREADABLE, inputs=[{"shape": [4]}])
    assert not document.custom
    assert any("while x.sum() > 0" in note.message and "left out" in note.message for note in notes)


STEPS = """
class Mix(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
    def forward(self, x):
        return torch.cumsum(self.fc(x), dim=1)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.mix = Mix()
    def forward(self, x):
        x = torch.cumsum(self.mix(x), dim=1)
        # Largest first.
        values, places = x.sort(1, descending=True)
        apart = torch.cdist(values.unsqueeze(1), x.unsqueeze(1)).squeeze(2)
        return torch.logcumsumexp(values + apart, 1) + torch.logcumsumexp(x, 1) + x.roll(-1, 1)
"""


def test_an_operation_that_no_kind_knows_is_a_custom_layer_and_computes_the_same():
    document, notes = from_python(HEAD + STEPS, inputs=[{"shape": [4]}])
    assert list(document.custom) == ["Cumsum", "Sort", "Cdist", "Logcumsumexp", "Roll"]
    assert all("kept as the custom layer" in note.message for note in notes)
    assert document.main["values"].kind == "Sort" and document.main["values"].note == "Largest first."
    theirs = executed(HEAD + STEPS, "Net")
    ours = build(document, trust=True)
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(3, 4)
    assert torch.allclose(ours(x), theirs(x), atol=1e-6)
    printed = to_python(document, trust=True)
    again, _ = from_python(printed)
    assert to_python(again, trust=True) == printed


@pytest.mark.parametrize("step", ["torch.roll(x, x.size(1))", "torch.roll(x, other)", "x % 2"])
def test_an_operation_on_more_than_tensors_and_plain_values_is_left_out_with_a_note(step):
    source = f"""
class Net(nn.Module):
    def forward(self, x):
        return torch.relu({step})
"""
    document, notes = from_python(HEAD + source, inputs=[{"shape": [4]}])
    assert not document.custom
    assert any(f"`{step}`" in note.message and "left out" in note.message for note in notes)


CHIMERA = """
class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(20, 256)
        self.out = nn.Linear(256, 10)
    def forward(self, X):
        return self.out(F.relu(self.hidden(X)))
class NestMLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU())
        self.linear = nn.Linear(32, 16)
    def forward(self, X):
        return self.linear(self.net(X))
chimera = nn.Sequential(NestMLP(), nn.Linear(16, 20), MLP())
"""


def test_blocks_in_blocks_of_the_lessons_are_a_chain_of_blocks():
    scope = {"__name__": "a_test"}
    exec(HEAD + CHIMERA, scope)  # noqa: S102  a literal source of this file
    document, _ = from_python(HEAD + CHIMERA, inputs=[{"shape": [20]}])
    assert [node.kind for node in document.main.nodes] == ["Input", "NestMLP", "Linear", "MLP", "Output"]
    ours, theirs = build(document).eval(), scope["chimera"].eval()
    values = theirs.state_dict().values()
    ours.load_state_dict(dict(zip(ours.state_dict(), values, strict=True)))
    x = torch.randn(3, 20)
    assert torch.allclose(ours(x), theirs(x), atol=1e-6)


TEXT = """
class Net(nn.Module):
    def __init__(self, vocabulary=28, width=16, length=12):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width, padding_idx=0)
        self.pool = nn.AvgPool1d(length)
        self.classify = nn.Linear(width, 1)
    def forward(self, x):
        x = self.embedding(x)
        x = self.pool(x.transpose(1, 2)).squeeze(2)
        return torch.sigmoid(self.classify(x)).squeeze(1)
"""


def test_the_text_network_of_the_lessons_is_read():
    torch.manual_seed(0)
    theirs = executed(HEAD + TEXT, "Net").eval()
    tokens = {"shape": [12], "dtype": "int64", "high": 28}
    document, notes = from_python(HEAD + TEXT, inputs=[tokens])
    assert not notes and check(document).ok
    ours = build(document).eval()
    ours.load_state_dict(theirs.state_dict())
    x = torch.randint(0, 28, (4, 12))
    assert torch.allclose(ours(x), theirs(x), atol=1e-6)


TIED = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(28, 8)
        self.norm = nn.LayerNorm(8)
        self.head = nn.Linear(8, 28, bias=False)
        self.tokens.weight = self.head.weight
    def forward(self, x):
        return self.head(self.norm(self.tokens(x)))
"""


def test_a_tied_head_is_tied_whichever_way_it_is_written():
    tokens = {"shape": [12], "dtype": "int64", "high": 28}
    document, notes = from_python(HEAD + TIED, inputs=[tokens])
    assert not notes
    assert document.main["head"].shares == "tokens"
    module = build(document)
    assert module.head.weight is module.tokens.weight
