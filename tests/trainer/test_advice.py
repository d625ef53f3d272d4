"""Settings that a network cannot be trained with are said before it is tried; PyTorch is the oracle."""

import pytest
import torch

from builder import block_edits, build, check, edits
from tests.networks import chain
from trainer.advice import problems
from trainer.settings import SETTINGS

CONV = ("conv", "Conv2d", {"out_channels": 4, "kernel_size": 3, "bias": False})
ROW = chain(("fc", "Linear", {"out_features": 4, "bias": False}), ("norm", "BatchNorm1d"), shape=(20,))
IMAGE = chain(CONV, ("norm", "BatchNorm2d"))
POOLED = chain(CONV, ("pool", "AdaptiveAvgPool2d", {"output_size": 1}), ("norm", "BatchNorm2d"))
INSIDE = block_edits.make_block(ROW, ("fc", "norm"), "Stage")
WITHOUT = edits.replace_kind(ROW, "norm", "LayerNorm")


def said(document, **values):
    return problems(document, check(document).specs, values)


@pytest.mark.parametrize(
    "document, severity",
    [(ROW, "error"), (POOLED, "error"), (INSIDE, "error"), (IMAGE, "warning")],
    ids=["a row", "pooled to one number", "inside a block", "an image"],
)
def test_batches_of_one_are_said_where_there_is_batchnorm(document, severity):
    (problem,) = said(document, batch_size=1)
    assert problem.severity == severity
    assert "norm (BatchNorm" in problem.message and "batch_size is 1" in problem.message
    (fix,) = problem.fixes
    assert fix.label == f"Set batch_size to {SETTINGS['batch_size'].default}"
    assert fix.edit == "set_setting"
    assert said(document, **dict([fix.arguments])) == ()


@pytest.mark.parametrize("document", [ROW, POOLED, INSIDE, IMAGE, WITHOUT])
def test_it_is_refused_exactly_where_pytorch_refuses(document):
    refused = any(problem.severity == "error" for problem in said(document, batch_size=1))
    one = torch.randn(1, *document.main["image"].params["shape"])
    network = build(document).train()
    if refused:
        with pytest.raises(ValueError, match="more than 1 value per channel"):
            network(one)
    else:
        network(one)


def test_other_norms_and_larger_batches_are_fine():
    assert said(WITHOUT, batch_size=1) == ()
    assert said(ROW) == said(ROW, batch_size=2) == ()
