"""The forms that hold weights: safetensors, torch.export, ONNX and TensorBoard's graph."""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder import weights
from builder.export.network import EXAMPLES, LeftOutError, Network

if TYPE_CHECKING:
    import torch

CLOSE = 1e-5  # how far ONNX Runtime's numbers may be from PyTorch's, of the largest of them
LARGEST_ONNX = 2_000_000_000  # bytes: more does not go into one file of the format
FIXED = f"It takes batches of exactly {EXAMPLES}: a layer in it fixes the batch's size."


def write_weights(network: Network, path: Path) -> str:
    """The state_dict as safetensors; a tensor that has several names stands in it once."""
    weights.save(network.module(), path)
    return ""


def write_program(network: Network, path: Path) -> str:
    """The program that torch.export finds, with weights and example inputs."""
    import torch

    with _quiet():
        program, any_batch = network.traced
        torch.export.save(program, path)
    return "" if any_batch else FIXED


def write_onnx(network: Network, path: Path) -> str:
    """The network for ONNX Runtime and others, compared with PyTorch before it is handed out.

    Raises LeftOutError without the packages of requirements-onnx.txt, where a layer has no counterpart in
    ONNX, and where ONNX Runtime computes something else.
    """
    _need("onnx", "requirements-onnx.txt", "onnx", "onnxscript", "onnxruntime")
    import torch

    size = sum(tensor.nbytes for tensor in network.module().state_dict().values())
    if size > LARGEST_ONNX:
        raise LeftOutError(
            f"The weights are {size / 1e9:.1f} GB, and one ONNX file holds 2 GB. Use model.pt2."
        )
    with _quiet():
        program, any_batch = network.traced
        try:
            made = torch.onnx.export(program, external_data=False, verbose=False)
        except torch.onnx.errors.OnnxExporterError as error:
            raise LeftOutError(
                f"ONNX has no counterpart for {_culprit(error, program)}. Use model.pt2 instead."
            ) from None
        _name_ends(made.model.graph, tuple(network.inputs), tuple(network.outputs))
        made.save(path, external_data=False)
    _refuse_unless_equal(network, path)
    return "" if any_batch else FIXED


def _culprit(error: BaseException | None, program: Any) -> str:
    """What a conversion failed on: the operation, and the layer where it stands."""
    words = ""
    while error is not None:
        words, error = f"{words} {error}", error.__cause__
    found = re.search(r"translating node %.*?ops\.aten\.(\w+)", words) or re.search(r"aten[.:]+(\w+)", words)
    if found is None:
        return "an operation of this network"
    stacks = [
        node.meta.get("nn_module_stack", {}) for node in program.graph.nodes if found[1] in str(node.target)
    ]
    paths = [path for stack in stacks for path, _ in list(stack.values())[-1:]]
    return f"{found[1]} in {paths[0]}" if paths and paths[0] else found[1]


def _name_ends(graph: Any, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> None:
    """Calls what goes in and comes out by the nodes' ids, and the batch's size `batch`.

    PyTorch names what is inside as it likes; ONNX wants every name once.
    """
    import onnx_ir

    numbered = {str(value.shape[0]) for value in graph.inputs if not isinstance(value.shape[0], int)}
    for place, value in enumerate(value for node in graph for value in node.outputs):
        if value.name in (*inputs, *outputs):
            value.name = f"{value.name}.{place}"
    for names, values in ((inputs, graph.inputs), (outputs, graph.outputs)):
        for name, value in zip(names, values, strict=True):
            value.name = name
            for dimension, size in enumerate(value.shape):
                if str(size) in numbered:
                    value.shape[dimension] = onnx_ir.SymbolicDim("batch")


def _refuse_unless_equal(network: Network, path: Path) -> None:
    import numpy as np
    import onnxruntime
    import torch

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given = dict(zip(network.inputs, network.example(), strict=True))
    with torch.no_grad():
        wanted = _tuple(network.module()(*given.values()))
    taken = {each.name for each in session.get_inputs()}
    found = session.run(None, {name: tensor.numpy() for name, tensor in given.items() if name in taken})
    for one, other in zip(found, wanted, strict=True):
        largest = max(1.0, float(other.abs().max())) if other.numel() else 1.0
        if not np.allclose(one, other.numpy(), rtol=0, atol=CLOSE * largest, equal_nan=True):
            away = float(np.abs(one - other.numpy()).max())
            raise LeftOutError(
                f"ONNX Runtime computes something else than PyTorch: {away:.2g} apart. Use model.pt2 instead."
            )


def _tuple(given: Any) -> tuple[torch.Tensor, ...]:
    return tuple(given) if isinstance(given, (tuple, list)) else (given,)


def write_tensorboard(network: Network, path: Path) -> str:
    """An event file with the graph, as SummaryWriter.add_graph traces it.

    Raises LeftOutError without the packages of requirements-tensorboard.txt.
    """
    _need("tensorboard", "requirements-tensorboard.txt", "tensorboard")
    import torch
    from torch.utils.tensorboard import SummaryWriter

    with _quiet(), tempfile.TemporaryDirectory() as folder, _plain_attention(), torch.no_grad():
        with SummaryWriter(folder) as writer:
            writer.add_graph(network.module(), network.example())
        shutil.copyfile(next(Path(folder).iterdir()), path)  # its own name tells this computer's
    return ""


@contextlib.contextmanager
def _plain_attention() -> Iterator[None]:
    """Without attention's fast path, which tracing cannot follow."""
    import torch

    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps what PyTorch's exporters print, log and warn of their own insides from who asked for a file."""
    loggers = [logging.getLogger(name) for name in ("torch", "onnx_ir", "onnxscript")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def _need(what: str, file: str, *packages: str) -> None:
    """Raises LeftOutError where a package is not installed."""
    for package in packages:
        try:
            importlib.import_module(package)
        except ImportError:
            raise LeftOutError(
                f"{what} needs the package {package}, which is not installed. Run: pip install -r {file}"
            ) from None
