"""Every kind in the catalogue, held against PyTorch itself."""

import inspect
import typing

import pytest
import torch
from torch import nn

from builder import build, check, summary, to_python
from builder.catalogue import CATALOGUE, FAMILIES, KINDS
from builder.catalogue.exclusions import EXCLUDED
from builder.lines import arguments, call_line, is_default
from builder.signatures import page_of
from tests.networks import LAYERS, around, inputs_of

MODULES = [kind for kind in LAYERS if kind.new and "{" not in kind.new and not kind.helper]
by_name = pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.name)
modules_by_name = pytest.mark.parametrize("kind", MODULES, ids=lambda kind: kind.name)


def example(kind, batch=3):
    given = inputs_of(kind) or [{"shape": (1,)}]
    return [
        torch.randint(0, params["high"], (batch, *params["shape"]))
        if "high" in params
        else torch.randn(batch, *params["shape"])
        for params in given
    ]


@by_name
def test_defaults_work_on_the_kinds_own_example(kind):
    report = check(around(kind))
    assert report.ok, report.problems


@by_name
def test_the_built_network_gives_the_inferred_shape(kind):
    document = around(kind)
    given = build(document)(*example(kind))
    assert given.shape == (3, *check(document).shapes["answer"]["output"])


@by_name
def test_every_port_has_the_inferred_shape(kind):
    document = around(kind)
    sources = [f"x{index}" for index in range(len(inputs_of(kind)))]
    values = arguments(
        document.main["layer"], kind, [check(document).specs[f"input{i[1:]}"]["output"] for i in sources]
    )
    scope = {
        "self": build(document),
        "nn": nn,
        "torch": torch,
        **dict(zip(sources, example(kind), strict=False)),
    }
    result = eval(call_line("layer", kind, values, sources), scope)  # noqa: S307  our own line
    tensors = [t for t in torch.utils._pytree.tree_leaves(result) if t is not None]
    specs = check(document).specs["layer"]
    for tensor, spec in zip(tensors, specs.values(), strict=True):
        assert tensor.shape == tuple(3 if size == spec.batch else size for size in spec.shape)


def constructor(kind):
    cls = getattr(nn, kind.name)
    overloads = typing.get_overloads(cls.__init__)
    return inspect.signature(overloads[0] if overloads else cls.__init__)


@modules_by_name
def test_arguments_and_defaults_are_pytorchs_own(kind):
    theirs = constructor(kind).parameters
    for param in kind.params:
        default = theirs[param.name].default
        if param.always:
            continue  # ours on purpose: it is written into the code
        assert param.required == (default is inspect.Parameter.empty), param.name
        if not param.required and not callable(default):
            assert is_default(param, default), param.name


@modules_by_name
def test_no_argument_of_pytorchs_is_forgotten(kind):
    hidden = {"self", "device", "dtype", "args", "kwargs"}
    hidden |= {"process_group", "custom_encoder", "custom_decoder"}  # objects
    hidden |= {"min_value", "max_value"}  # Hardtanh's old names
    hidden |= {"include_last_offset"}  # EmbeddingBag's, for bags that are not rows
    theirs = {name for name in constructor(kind).parameters if name not in hidden}
    assert {param.name for param in kind.params} == {n for n in theirs if not n.startswith("_")}


@by_name
def test_everything_is_explained(kind):
    assert kind.doc.endswith(".")
    assert kind.family in FAMILIES
    for param in kind.params:
        assert param.help or param.name == "inplace", param.name


@modules_by_name
def test_defaults_are_left_out_of_the_code(kind):
    source = to_python(around(kind))
    for param in kind.params:
        if not param.required and not param.always and param.name not in kind.reads:
            assert f"{param.name}=" not in source


@by_name
def test_parameters_are_counted_as_torchinfo_counts_them(kind):
    document = around(kind)
    total = sum(parameter.numel() for parameter in build(document).parameters())
    assert summary(document, batch=2).total_params == total


def test_names_are_unique():
    assert len(CATALOGUE) == len(KINDS)


def test_every_layer_of_pytorch_is_here_or_left_out_for_a_reason():
    theirs = {
        name for name, value in vars(nn).items() if isinstance(value, type) and issubclass(value, nn.Module)
    }
    ours = {kind.name for kind in KINDS if kind.new}
    assert theirs - ours - EXCLUDED.keys() == set()
    assert not ours & EXCLUDED.keys()
    assert EXCLUDED.keys() <= theirs


@by_name
def test_the_page_on_a_layer_is_that_of_something_pytorch_has(kind):
    address = page_of(kind.new, kind.call)
    name = address.removeprefix("https://docs.pytorch.org/docs/stable/generated/").removesuffix(".html")
    assert not address or callable(eval(name, {"torch": torch}))  # noqa: S307  our own table's names
