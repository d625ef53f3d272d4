"""The layers of a network as telemetry sees them: which modules count, what they are, what they give."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from trainer import norms, units


def layers(network: nn.Module) -> list[tuple[str, nn.Module]]:
    """The modules that compute, by attribute path: those without modules inside.

    MultiheadAttention computes with its projection's weights without calling it, so it counts as
    one layer; so does a layer with parametrized weights.
    """
    found = []

    def visit(name: str, module: nn.Module) -> None:
        inside = [(child, each) for child, each in module.named_children() if child != "parametrizations"]
        if name and (not inside or isinstance(module, nn.MultiheadAttention)):
            found.append((name, module))
            return
        for child, each in inside:
            visit(f"{name}.{child}" if name else child, each)

    visit("", network)
    return found


def describe(name: str, module: nn.Module) -> dict[str, Any]:
    """A layer as trainer.layout plans it: name, kind, how many parameters train, and what norms.py says."""
    kind = nn.utils.parametrize.type_before_parametrizations(module).__name__
    weights = sum(each.numel() for each in trained(module))
    return {"name": name, "kind": kind, "parameters": weights, **norms.describe(module)}


def trained(module: nn.Module) -> list[nn.Parameter]:
    """The parameters of a layer that train."""
    return [each for each in module.parameters() if each.requires_grad]


def channels_first(described: list[dict[str, Any]]) -> list[bool]:
    """Per layer: whether what has three dimensions there is (N, C, L), as its predecessors say."""
    found, first = [], False
    for layer in described:
        if layer["parameters"]:
            first = layer["kind"] in units.CHANNELS_FIRST
        found.append(first)
    return found


def first_tensor(output: Any) -> Tensor | None:
    """A layer's main output: LSTM and MultiheadAttention give several, the first is the one that
    flows on.
    """
    while isinstance(output, tuple | list) and output:
        output = output[0]
    return output if isinstance(output, Tensor) else None
