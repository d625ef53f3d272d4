"""Where attention looks: the weights of each MultiheadAttention, head by head, for a few examples.

TransformerEncoderLayer and TransformerDecoderLayer ask theirs for no weights. So each is called once more on
what it was just called with, which changes nothing that flows on.
"""

from __future__ import annotations

import inspect
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from trainer.results.stored import Arrays
from trainer.results.view import View

EXAMPLES = 12
HEADS, STEPS = 16, 64  # the first of them
SIGNATURE = inspect.signature(nn.MultiheadAttention.forward)


def has_attention(network: nn.Module) -> bool:
    """Whether there is a MultiheadAttention, by itself or inside a layer."""
    return any(isinstance(module, nn.MultiheadAttention) for module in network.modules())


def attention(view: View) -> dict[str, Arrays]:
    """By layer: `weights` (examples, heads, queries, keys) as bytes, 255 for `peak` (1,), the largest of all,
    and the `shape` of all weights (heads, queries, keys).
    """
    x = view.few(EXAMPLES)
    found: dict[str, Arrays] = {}

    def look(name: str, module: nn.Module, args: tuple, kwargs: dict[str, Any], output: Any) -> None:
        weights = weights_of(module, args, kwargs)
        if weights.shape[0] == len(x):
            found[name] = _arrays(weights)

    attending = {
        module: partial(look, name)
        for name, module in view.network.named_modules()
        if isinstance(module, nn.MultiheadAttention)
    }
    view.watched(x, attending)
    return found


def weights_of(module: nn.MultiheadAttention, args: tuple, kwargs: dict[str, Any]) -> Tensor:
    """Its weights for these arguments, (examples, heads, queries, keys)."""
    given = SIGNATURE.bind(module, *args, **kwargs).arguments
    wanted = {**given, "need_weights": True, "average_attn_weights": False}
    del wanted["self"]
    return module.forward(**wanted)[1]  # past its hooks, which would call this again


def _arrays(weights: Tensor) -> Arrays:
    part = weights[:, :HEADS, :STEPS, :STEPS].float()
    peak = part.amax().clamp_min(1e-12)
    return {
        "weights": (part / peak * 255).round().to(torch.uint8).cpu().numpy(),
        "peak": peak.reshape(1).cpu().numpy(),
        "shape": np.array(weights.shape[1:], np.int32),
    }
