"""torchinfo's table of a network, made on the meta device, with its known faults put right.

torchinfo 1.8 counts multiply-adds wrongly for attention, recurrent and transposed layers and for
Linear over time; they are taken from PyTorch's FlopCounterMode instead (half its count, since it
counts an addition and a multiplication as two).
"""

from __future__ import annotations

import copy
import warnings

import torch
import torchinfo
from torch.utils.flop_counter import FlopCounterMode
from torchinfo import ModelStatistics
from torchinfo.torchinfo import clear_cached_forward_pass

from builder.build import run_source
from builder.checks import accepted
from builder.document import Document
from builder.kinds import Spec
from builder.source.write import main_class, to_python

COLUMNS = ("input_size", "output_size", "num_params", "mult_adds")


def summarize(document: Document, batch: int = 32) -> ModelStatistics:
    """The table for a batch of that size. Raises ProblemsError where the network cannot be built."""
    report = accepted(document)
    specs = [next(iter(report.specs[node.id].values())) for node in document.main.of_kind("Input")]
    inputs = [_meta_tensor(spec, batch) for spec in specs]
    with torch.device("meta"):
        module = run_source(to_python(document), main_class(document))
    module.train()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        with FlopCounterMode(display=False) as counter:
            module(*inputs)
        statistics = torchinfo.summary(
            module,
            input_data=inputs,
            mode="train",
            verbose=0,
            col_names=COLUMNS,
            row_settings=("var_names", "depth"),
        )
    clear_cached_forward_pass()
    return _corrected(statistics, counter.get_flop_counts(), document)


def _meta_tensor(spec: Spec, batch: int) -> torch.Tensor:
    return torch.empty((batch, *spec.example), dtype=getattr(torch, spec.dtype), device="meta")


def _corrected(statistics: ModelStatistics, flops: dict[str, dict], document: Document) -> ModelStatistics:
    """The statistics with true multiply-adds for the whole and for each layer of the drawing."""
    statistics = copy.copy(statistics)
    root = main_class(document)
    statistics.total_mult_adds = sum(flops.get("Global", {}).values()) // 2
    for layer in statistics.summary_list:
        name = root if layer.depth == 0 else f"{root}.{layer.var_name}"
        if layer.depth <= 1:
            layer.macs = sum(flops.get(name, {}).values()) // 2
    return statistics
