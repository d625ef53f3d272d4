"""Every template of the gallery: sound, as large as published, trained, printed, read back and run."""

import subprocess
import sys
from functools import cache

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from builder import Document, build, check, from_python, summary, to_python
from builder.answers import Answer
from builder.flow import figures
from builder.kinds import Figures
from builder.source.chain import is_chain
from builder.templates import GROUPS, TEMPLATES, Template, template

EXAMPLES = 2  # BatchNorm cannot train on one
# Two steps or a run of these take seconds: they are for the slow suite.
LARGE = frozenset(
    """alexnet vgg16 googlenet resnet18 resnet50 densenet121 squeezenet1_1 mobilenet_v2 efficientnet_b0
    convnext_tiny vit_b_16 unet gpt2_small bert_base""".split()
)
# PyTorch's counter sees nothing in the CPU's own kernels for an LSTM and for causal attention.
FUSED = frozenset({"text_bilstm", "char_rnn", "lstm_forecaster", "translation_transformer"})
SMALL = [entry.name for entry in TEMPLATES if entry.name not in LARGE]


@cache
def cost(name: str) -> Figures:
    document = template(name)
    report = check(document)
    return Answer(report, figures(document, report.specs)).total


def each() -> list:
    """Every template; what takes long is for the slow suite."""
    return [pytest.param(entry.name, marks=[pytest.mark.slow] * (entry.name in LARGE)) for entry in TEMPLATES]


def examples(document: Document, count: int = EXAMPLES) -> list[torch.Tensor]:
    """A random batch for each Input."""
    found = []
    for node in document.main.of_kind("Input"):
        shape = (count, *node.params["shape"])
        whole = node.params.get("dtype") == "int64"
        found.append(torch.randint(0, node.params["high"], shape) if whole else torch.randn(shape))
    return found


def outputs(given) -> tuple[torch.Tensor, ...]:
    return given if isinstance(given, tuple) else (given,)


@pytest.fixture(autouse=True)
def _same_numbers_each_time():
    torch.manual_seed(0)


def test_every_file_is_in_the_gallery_and_every_entry_has_a_file():
    from builder.templates import FOLDER, SUFFIX

    files = {path.name.removesuffix(SUFFIX) for path in FOLDER.glob(f"*{SUFFIX}")}
    assert files == {entry.name for entry in TEMPLATES}
    assert len(files) == len(TEMPLATES) >= 25


def test_no_two_have_one_title():
    titles = {template(entry.name).name for entry in TEMPLATES}
    assert len(titles) == len(TEMPLATES)


# Warnings that are right and stay: the network is shown as its source has it.
MEANT = {
    "cifar10_cnn": "follows fc1 (Linear) with no activation",
    "siamese": "holds 95% of the network's 105,216 parameters",
}


@pytest.mark.parametrize("entry", TEMPLATES, ids=lambda entry: entry.name)
def test_it_has_no_problems_and_as_many_parameters_as_published(entry: Template):
    found = [problem.message for problem in check(template(entry.name)).problems]
    assert len(found) == (entry.name in MEANT) and all(MEANT[entry.name] in message for message in found)
    assert cost(entry.name).parameters == entry.parameters


@pytest.mark.parametrize("entry", TEMPLATES, ids=lambda entry: entry.name)
def test_torchinfo_counts_the_same_parameters_and_multiply_adds(entry: Template):
    statistics = summary(template(entry.name), EXAMPLES)
    assert statistics.total_params == entry.parameters
    assert statistics.total_mult_adds == EXAMPLES * cost(entry.name).multiply_adds


@pytest.mark.parametrize("name", [name for name in SMALL if name not in FUSED])
def test_multiply_adds_are_half_of_what_a_real_run_counts(name: str):
    document = template(name)
    module = build(document)
    with FlopCounterMode(display=False) as counter:
        module(*examples(document))
    assert EXAMPLES * cost(name).multiply_adds == counter.get_total_flops() // 2


@pytest.mark.parametrize("entry", TEMPLATES, ids=lambda entry: entry.name)
def test_the_gallery_says_what_it_is_for(entry: Template):
    assert entry.group in GROUPS
    assert entry.purpose.endswith(".")
    assert len(entry.purpose) <= 100
    assert not entry.source.endswith(".")


@pytest.mark.parametrize("name", each())
def test_it_trains_for_two_steps(name: str):
    document = template(name)
    module = build(document)
    optimizer = torch.optim.SGD(module.parameters(), lr=1e-3)
    before = [weight.detach().clone() for weight in module.parameters()]
    for _ in range(2):
        optimizer.zero_grad()
        answers = outputs(module(*examples(document)))
        loss = sum(((answer - torch.rand_like(answer)) ** 2).mean() for answer in answers)
        loss.backward()
        optimizer.step()
        assert torch.isfinite(loss)
    without = [key for key, weight in module.named_parameters() if weight.grad is None]
    assert not without
    assert any(not torch.equal(old, new) for old, new in zip(before, module.parameters(), strict=True))


def run_as_files(names: list[str], folder) -> str:
    """What the printed files say when a fresh Python runs them one after the other."""
    for name in names:
        (folder / f"{name}.py").write_text(to_python(template(name)), encoding="utf-8")
    code = "import runpy, sys; [runpy.run_path(path, run_name='__main__') for path in sys.argv[1:]]"
    command = [sys.executable, "-I", "-c", code, *(f"{name}.py" for name in names)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert not done.stderr
    return done.stdout


def shapes(name: str) -> list[str]:
    """The shapes that a template's outputs have, as its file prints them."""
    found = check(template(name)).shapes
    ends = template(name).main.of_kind("Output")
    return [str((EXAMPLES, *next(iter(found[end.id].values())))) for end in ends]


def test_the_printed_files_run_by_themselves(tmp_path):
    wanted = [line for name in SMALL for line in shapes(name)]
    assert run_as_files(SMALL, tmp_path).split("\n")[:-1] == wanted


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LARGE))
def test_the_printed_file_of_a_large_one_runs_by_itself(name: str, tmp_path):
    assert run_as_files([name], tmp_path).split("\n")[:-1] == shapes(name)


@pytest.mark.parametrize("name", [entry.name for entry in TEMPLATES])
def test_what_is_printed_is_read_back_as_what_prints_the_same(name: str):
    source = to_python(template(name))
    back, notes = from_python(source)
    assert not notes
    assert to_python(back) == source


CHAINS = [entry.name for entry in TEMPLATES if is_chain(template(entry.name))]


@pytest.mark.parametrize("name", CHAINS)
def test_a_plain_chain_is_a_sequential_too_and_comes_back(name: str):
    source = to_python(template(name), sequential=True)
    back, notes = from_python(source)
    assert not notes and back.name == template(name).name
    assert to_python(back, sequential=True) == source


def test_the_layers_of_a_sequential_keep_their_names():
    document = template("digits_cnn")
    scope: dict = {}
    exec(to_python(document, sequential=True), scope)  # noqa: S102  printed by us
    assert list(scope["network"].state_dict()) == list(build(document).state_dict())


def test_a_graph_is_no_sequential():
    with pytest.raises(ValueError, match="no plain chain"):
        to_python(template("digits_residual_cnn"), sequential=True)


@pytest.mark.parametrize("name", each())
def test_what_is_read_back_computes_the_same(name: str):
    document = template(name)
    back, _ = from_python(to_python(document))
    assert check(back).ok
    original, again = build(document).eval(), build(back).eval()
    assert _count(again) == _count(original)
    _take_over(again, original)
    given = examples(document)
    with torch.no_grad():
        pairs = zip(outputs(original(*given)), outputs(again(*given)), strict=True)
        assert all(torch.allclose(one, other, atol=1e-5) for one, other in pairs)


def _count(module: torch.nn.Module) -> int:
    return sum(weight.numel() for weight in module.parameters())


def _take_over(module: torch.nn.Module, other: torch.nn.Module) -> None:
    """Gives a network the weights of one with the same layers: by name, or else in their order.

    Names may say differently where a layer stood: stage1.0.conv in a block, stage10_conv where it was opened.
    """

    def squeezed(name: str) -> str:
        return name.replace(".", "").replace("_", "")

    wanted, kept = list(module.state_dict()), other.state_dict()
    by_name = {squeezed(name): value for name, value in kept.items()}
    if by_name.keys() != {squeezed(name) for name in wanted}:
        by_name = dict(zip(map(squeezed, wanted), kept.values(), strict=True))
    module.load_state_dict({name: by_name[squeezed(name)] for name in wanted})
