"""Every kind in the catalogue, held against PyTorch itself."""

import inspect
import typing

import pytest
import torch
from torch import nn

from builder import build, check, summary, to_python
from builder.catalogue import CATALOGUE, KINDS
from builder.kinds import FAMILIES
from builder.lines import is_default
from tests.networks import LAYERS, TOKENS, around

MODULES = [kind for kind in LAYERS if kind.new]
by_name = pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.name)
modules_by_name = pytest.mark.parametrize("kind", MODULES, ids=lambda kind: kind.name)


def example(kind, batch=3):
    count = 2 if kind.variadic else len(kind.inputs)
    if kind.dtype == "int":
        return [torch.randint(0, TOKENS["high"], (batch, *kind.example)) for _ in range(count)]
    return [torch.randn(batch, *kind.example) for _ in range(count)]


@by_name
def test_defaults_work_on_the_kinds_own_example(kind):
    report = check(around(kind))
    assert report.ok, report.problems


@by_name
def test_the_built_network_gives_the_inferred_shape(kind):
    document = around(kind)
    given = build(document)(*example(kind))
    assert given.shape == (3, *check(document).shapes["layer"]["output"])


@modules_by_name
def test_every_port_has_the_inferred_shape(kind):
    document = around(kind)
    layer = build(document).layer
    result = layer(*example(kind)) if len(kind.inputs) == 1 else layer(*example(kind)[:1] * 3)
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
        if not param.required and not param.always:
            assert f"{param.name}=" not in source


@by_name
def test_parameters_are_counted_as_torchinfo_counts_them(kind):
    document = around(kind)
    total = sum(parameter.numel() for parameter in build(document).parameters())
    assert summary(document, batch=2).total_params == total


def test_names_are_unique():
    assert len(CATALOGUE) == len(KINDS)
