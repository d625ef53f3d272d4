"""Classes read back as blocks: the law on random documents, and code as people write it."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings

from builder import Document, build, check, from_python, to_python
from tests.networks import nested_documents

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
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
